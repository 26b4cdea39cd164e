/** Text that puts and gets values of the binary protocol; layouts in protocol/binary-encoding.ts. */
import { BINARY_MIN_BYTES } from "../protocol/binary-encoding.ts";
import type { Type } from "../schema/types.ts";
import type { Emitter } from "./emitter.ts";
import { thriftType } from "./fields.ts";
import type { Source } from "./source.ts";

// biome-ignore format: a table
const FIXED: Readonly<Record<string, number>> = { bool: 1, i8: 1, i16: 2, i32: 4, enum: 4, i64: 8, float: 4, double: 8, uuid: 16 };

export class BinaryEmitter implements Emitter {
  readonly headBytes = 3;
  readonly textHeadBytes = 4;
  readonly containerHeadBytes = 6;
  readonly usesLast = false;
  readonly putText = "putBinaryText";
  readonly fieldId = "id";
  readonly fieldParameters = "t, id";
  readonly fieldType = "t";
  readonly unknownField = "unknownBinaryField";

  fixedBytes(type: Type): number {
    return FIXED[type.kind] ?? 0;
  }

  lacks(): boolean {
    return false;
  }

  putFieldHead(s: Source, id: number, type: Type): void {
    s.line(`b[p] = ${thriftType(type)}; b[p + 1] = ${(id >> 8) & 255}; b[p + 2] = ${id & 255}; p += 3;`);
  }

  putBoolField(s: Source, id: number, x: string): void {
    this.putFieldHead(s, id, { kind: "bool" });
    s.line(`b[p++] = ${x} ? 1 : 0;`);
  }

  putValue(s: Source, type: Type, x: string): void {
    switch (type.kind) {
      case "bool":
        return s.line(`b[p++] = ${x} ? 1 : 0;`);
      case "i8":
        return s.line(`b[p++] = ${x};`);
      case "i16":
        return s.line(`b[p] = ${x} >> 8; b[p + 1] = ${x}; p += 2;`);
      case "i64":
        return this.#putI64(s, type.form, x);
      case "double":
        s.line(`${s.helper("f64")}[0] = ${x};`);
        return this.#putHalves(s);
      case "float":
        return s.line(`${s.helper("put32")}(b, p, ${s.helper("floatBits")}(${x})); p += 4;`);
      case "uuid":
        return s.line(`${s.helper("putUuid")}(b, p, ${x}); p += 16;`);
      default:
        return this.#putI32(s, x);
    }
  }

  #putI32(s: Source, x: string): void {
    s.line(`b[p] = ${x} >> 24; b[p + 1] = ${x} >> 16; b[p + 2] = ${x} >> 8; b[p + 3] = ${x};`);
    s.line("p += 4;");
  }

  #putI64(s: Source, form: "bigint" | "number" | "string", x: string): void {
    if (form === "number") return s.line(`p = ${s.helper("putNumber64")}(b, p, ${x});`);
    s.line(`${s.helper("i64")}[0] = ${form === "string" ? `${s.helper("BigInt")}(${x})` : x};`);
    this.#putHalves(s);
  }

  #putHalves(s: Source): void {
    const [hi, lo] = [s.local("hi"), s.local("lo")];
    s.line(`const ${hi} = ${s.helper("i32")}[${s.helper("HIGH")}], ${lo} = i32[${s.helper("LOW")}];`);
    s.line(`b[p] = ${hi} >> 24; b[p + 1] = ${hi} >> 16; b[p + 2] = ${hi} >> 8; b[p + 3] = ${hi};`);
    s.line(`b[p + 4] = ${lo} >> 24; b[p + 5] = ${lo} >> 16; b[p + 6] = ${lo} >> 8; b[p + 7] = ${lo};`);
    s.line("p += 8;");
  }

  putLength(s: Source, n: string): void {
    s.line(`${s.helper("put32")}(b, p, ${n}); p += 4;`);
  }

  putListHead(s: Source, element: Type, n: string): void {
    s.line(`b[p] = ${thriftType(element)}; ${s.helper("put32")}(b, p + 1, ${n}); p += 5;`);
  }

  putMapHead(s: Source, key: Type, value: Type, n: string): void {
    s.line(`b[p] = ${thriftType(key)}; b[p + 1] = ${thriftType(value)}; ${s.helper("put32")}(b, p + 2, ${n}); p += 6;`);
  }

  getLocals(): void {}

  getFieldHead(s: Source): void {
    s.line(`if (p >= end) ${s.helper("incomplete")}(1, p, end);`);
    s.line("const t = b[p++];");
    s.line("if (t === 0) break;");
    s.line(`if (2 > end - p) ${s.helper("incomplete")}(2, p, end);`);
    s.line("const id = b[p] << 24 >> 16 | b[p + 1]; p += 2;");
  }

  fieldTypeIsNot(type: Type): string {
    return `t !== ${thriftType(type)}`;
  }

  getBoolField(s: Source, into: string): void {
    this.getValue(s, { kind: "bool" }, into);
  }

  getValue(s: Source, type: Type, into: string): void {
    const size = this.fixedBytes(type);
    s.line(`if (${size} > end - p) ${s.helper("incomplete")}(${size}, p, end);`);
    s.line(`${into} = ${this.#got(s, type)}; p += ${size};`);
  }

  #got(s: Source, type: Type): string {
    switch (type.kind) {
      case "bool":
        return "b[p] !== 0";
      case "i8":
        return "b[p] << 24 >> 24";
      case "i16":
        return "b[p] << 24 >> 16 | b[p + 1]";
      case "i64":
        return `${s.helper(`get64_${type.form}`)}(b, p)`;
      case "double":
        return `${s.helper("getDoubleBig")}(b, p)`;
      case "float":
        return `${s.helper("getFloat")}(b, p)`;
      case "uuid":
        return `${s.helper("getUuid")}(b, p)`;
      default:
        return "b[p] << 24 | b[p + 1] << 16 | b[p + 2] << 8 | b[p + 3]";
    }
  }

  getLength(s: Source, n: string): void {
    s.line(`if (4 > end - p) ${s.helper("incomplete")}(4, p, end);`);
    s.line(`const ${n} = ${s.helper("get32")}(b, p); p += 4;`);
    s.line(`if (${n} < 0) ${s.helper("negative")}(${n}, p);`);
  }

  getListHead(s: Source, element: Type, n: string, mismatch: string): void {
    const t = s.local("t");
    s.line(`if (5 > end - p) ${s.helper("incomplete")}(5, p, end);`);
    s.line(`const ${t} = b[p++];`);
    this.getLength(s, n);
    s.line(`if (${t} !== ${thriftType(element)} && ${n} > 0) { ${mismatch} }`);
    this.#checkSize(s, n, BINARY_MIN_BYTES[thriftType(element)]!);
  }

  getMapHead(s: Source, key: Type, value: Type, n: string, mismatch: string): void {
    const [k, v] = [s.local("t"), s.local("t")];
    s.line(`if (6 > end - p) ${s.helper("incomplete")}(6, p, end);`);
    s.line(`const ${k} = b[p++], ${v} = b[p++];`);
    this.getLength(s, n);
    s.line(`if ((${k} !== ${thriftType(key)} || ${v} !== ${thriftType(value)}) && ${n} > 0) { ${mismatch} }`);
    this.#checkSize(s, n, BINARY_MIN_BYTES[thriftType(key)]! + BINARY_MIN_BYTES[thriftType(value)]!);
  }

  #checkSize(s: Source, n: string, minBytes: number): void {
    s.line(
      `if (${minBytes === 1 ? n : `${n} * ${minBytes}`} > end - p) ${s.helper("tooMany")}(${n}, ${minBytes}, p, end);`,
    );
  }
}
