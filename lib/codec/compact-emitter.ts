/** Text that puts and gets values of the compact protocol, in either dialect; layouts in protocol/compact-encoding.ts. */
import { compactMinBytes } from "../protocol/compact-encoding.ts";
import { type CompactDialect, CType, compactTypes } from "../protocol/compact-types.ts";
import type { Type } from "../schema/types.ts";
import type { Emitter, LastField } from "./emitter.ts";
import { thriftType } from "./fields.ts";
import type { Source } from "./source.ts";

/** Most bytes of each base type; i16 is a varint of 17 bits. */
// biome-ignore format: a table
const FIXED: Readonly<Record<string, number>> = { bool: 1, i8: 1, i16: 3, i32: 5, enum: 5, i64: 10, float: 4, double: 8, uuid: 16 };

/** Offsets of a double's eight bytes from the least to the most significant. */
const ORDER = { apache: [0, 1, 2, 3, 4, 5, 6, 7], fb: [7, 6, 5, 4, 3, 2, 1, 0] } as const;

export class CompactEmitter implements Emitter {
  readonly headBytes = 4;
  readonly textHeadBytes = 5;
  readonly containerHeadBytes = 6;
  readonly usesLast = true;
  readonly putText = "putCompactText";
  readonly fieldId = "last";
  readonly fieldParameters = "h, last";
  readonly fieldType = "h & 15";
  readonly unknownField: string;
  readonly #dialect: CompactDialect;
  readonly #ctypes: Uint8Array;
  readonly #minBytes: Uint8Array;

  constructor(dialect: CompactDialect) {
    this.#dialect = dialect;
    this.#ctypes = compactTypes(dialect);
    this.#minBytes = compactMinBytes(dialect);
    this.unknownField = dialect === "apache" ? "unknownCompactField" : "unknownFbField";
  }

  fixedBytes(type: Type): number {
    return FIXED[type.kind] ?? 0;
  }

  lacks(type: Type): boolean {
    return this.#ctypes[thriftType(type)] === 0;
  }

  /** -1, which is never read, for a type that the dialect lacks. */
  #ctype(type: Type): number {
    return this.#ctypes[thriftType(type)] || -1;
  }

  putFieldHead(s: Source, id: number, type: Type, last: LastField): void {
    this.#putHead(s, id, String(this.#ctype(type)), last);
  }

  putBoolField(s: Source, id: number, x: string, last: LastField): void {
    if (this.#isStep(id, last) && last.min === last.max) {
      const step = (id - last.min) << 4;
      return s.line(`b[p++] = ${x} ? ${step | CType.TRUE} : ${step | CType.FALSE};`);
    }
    this.#putHead(s, id, `${x} ? ${CType.TRUE} : ${CType.FALSE}`, last);
  }

  /** True when the id is 1 to 15 more than the last one, whichever that is. */
  #isStep(id: number, last: LastField): boolean {
    return id - last.max > 0 && id - last.min < 16;
  }

  #putHead(s: Source, id: number, ctype: string, last: LastField): void {
    if (!this.#isStep(id, last)) {
      const from = last.min === last.max ? String(last.min) : "last";
      return s.line(`p = ${s.helper("putFieldHead")}(b, p, ${id}, ${from}, ${ctype});`);
    }
    if (last.min === last.max) return s.line(`b[p++] = ${((id - last.min) << 4) | Number(ctype)};`);
    s.line(`b[p++] = ${id} - last << 4 | ${ctype.includes("?") ? `(${ctype})` : ctype};`);
  }

  putValue(s: Source, type: Type, x: string): void {
    switch (type.kind) {
      case "bool":
        return s.line(`b[p++] = ${x} ? 1 : 2;`);
      case "i8":
        return s.line(`b[p++] = ${x};`);
      case "i64":
        return this.#putI64(s, type.form, x);
      case "double":
        return this.#putDouble(s, x);
      case "float":
        return s.line(`${s.helper("put32")}(b, p, ${s.helper("floatBits")}(${x})); p += 4;`);
      case "uuid":
        return s.line(`${s.helper("putUuid")}(b, p, ${x}); p += 16;`);
      default:
        return this.#putZigzag(s, x);
    }
  }

  #putZigzag(s: Source, x: string): void {
    const z = s.local("z");
    s.line(`let ${z} = (${x} << 1 ^ ${x} >> 31) >>> 0;`);
    s.line(`while (${z} > 127) { b[p++] = ${z} & 127 | 128; ${z} >>>= 7; }`);
    s.line(`b[p++] = ${z};`);
  }

  #putI64(s: Source, form: "bigint" | "number" | "string", x: string): void {
    const put = { bigint: "putZigzagBigint", number: "putZigzagNumber", string: "putZigzagBigint" }[form];
    s.line(`p = ${s.helper(put)}(b, p, ${form === "string" ? `${s.helper("BigInt")}(${x})` : x});`);
  }

  #putDouble(s: Source, x: string): void {
    const order = ORDER[this.#dialect];
    const [lo, hi] = [s.local("lo"), s.local("hi")];
    s.line(`${s.helper("f64")}[0] = ${x};`);
    s.line(`const ${lo} = ${s.helper("i32")}[${s.helper("LOW")}], ${hi} = i32[${s.helper("HIGH")}];`);
    const bytes = order.map(
      (at, i) => `b[p${at === 0 ? "" : ` + ${at}`}] = ${i < 4 ? lo : hi}${i % 4 === 0 ? "" : ` >> ${(i % 4) * 8}`};`,
    );
    s.line(bytes.join(" "));
    s.line("p += 8;");
  }

  putLength(s: Source, n: string): void {
    s.line(`p = ${s.helper("putVarint")}(b, p, ${n});`);
  }

  putListHead(s: Source, element: Type, n: string): void {
    const ctype = this.#ctype(element);
    s.line(`if (${n} < 15) b[p++] = ${n} << 4 | ${ctype};`);
    s.line(`else { b[p++] = ${0xf0 | ctype}; p = ${s.helper("putVarint")}(b, p, ${n}); }`);
  }

  putMapHead(s: Source, key: Type, value: Type, n: string): void {
    s.line(`p = ${s.helper("putVarint")}(b, p, ${n});`);
    s.line(`if (${n} > 0) b[p++] = ${(this.#ctype(key) << 4) | this.#ctype(value)};`);
  }

  getLocals(s: Source): void {
    s.line("let last = 0;");
  }

  getFieldHead(s: Source): void {
    s.line(`if (p >= end) ${s.helper("incomplete")}(1, p, end);`);
    s.line("const h = b[p++];");
    s.line("if (h === 0) break;");
    s.line("if (h > 15) last += h >> 4;");
    s.line(`else { r.pos = p; last = ${s.helper("readFieldId")}(r); p = r.pos; }`);
  }

  fieldTypeIsNot(type: Type): string {
    return type.kind === "bool" ? "(h & 15) !== 1 && (h & 15) !== 2" : `(h & 15) !== ${this.#ctype(type)}`;
  }

  getBoolField(s: Source, into: string): void {
    s.line(`${into} = (h & 15) === 1;`);
  }

  getValue(s: Source, type: Type, into: string): void {
    switch (type.kind) {
      case "bool":
        s.line(`if (p >= end) ${s.helper("incomplete")}(1, p, end);`);
        return s.line(`${into} = b[p++] === 1;`);
      case "i8":
        s.line(`if (p >= end) ${s.helper("incomplete")}(1, p, end);`);
        return s.line(`${into} = b[p++] << 24 >> 24;`);
      case "i64":
        return s.line(`r.pos = p; ${into} = ${s.helper(`readZigzag_${type.form}`)}(r); p = r.pos;`);
      case "double":
        s.line(`if (8 > end - p) ${s.helper("incomplete")}(8, p, end);`);
        return s.line(
          `${into} = ${s.helper(this.#dialect === "apache" ? "getDoubleLittle" : "getDoubleBig")}(b, p); p += 8;`,
        );
      case "float":
        s.line(`if (4 > end - p) ${s.helper("incomplete")}(4, p, end);`);
        return s.line(`${into} = ${s.helper("getFloat")}(b, p); p += 4;`);
      case "uuid":
        s.line(`if (16 > end - p) ${s.helper("incomplete")}(16, p, end);`);
        return s.line(`${into} = ${s.helper("getUuid")}(b, p); p += 16;`);
      default:
        return this.#getZigzag(s, type, into);
    }
  }

  #getZigzag(s: Source, type: Type, into: string): void {
    const z = s.local("z");
    this.getLength(s, z);
    s.line(`${into} = ${z} >>> 1 ^ -(${z} & 1);`);
    if (type.kind === "i16") s.line(`if (${into} << 16 >> 16 !== ${into}) ${s.helper("notI16")}(${into}, p);`);
  }

  getLength(s: Source, n: string): void {
    s.line(`let ${n};`);
    s.line(`if (p < end && (${n} = b[p]) < 128) p++;`);
    s.line(`else { r.pos = p; ${n} = ${s.helper("readVarint")}(r); p = r.pos; }`);
  }

  getListHead(s: Source, element: Type, n: string, mismatch: string): void {
    const h = s.local("h");
    s.line(`if (p >= end) ${s.helper("incomplete")}(1, p, end);`);
    s.line(`const ${h} = b[p++];`);
    s.line(`let ${n} = ${h} >> 4;`);
    s.line(`if (${n} === 15) { r.pos = p; ${n} = ${s.helper("readVarint")}(r); p = r.pos; }`);
    s.line(`if (${this.#elementTypeIsNot(element, `${h} & 15`)} && ${n} > 0) { ${mismatch} }`);
    this.#checkSize(s, n, this.#minBytes[this.#ctype(element)]!);
  }

  getMapHead(s: Source, key: Type, value: Type, n: string, mismatch: string): void {
    const h = s.local("h");
    this.getLength(s, n);
    s.block(`if (${n} > 0) {`, () => {
      s.line(`if (p >= end) ${s.helper("incomplete")}(1, p, end);`);
      s.line(`const ${h} = b[p++];`);
      s.line(
        `if (${this.#elementTypeIsNot(key, `${h} >> 4`)} || ${this.#elementTypeIsNot(value, `${h} & 15`)}) { ${mismatch} }`,
      );
    });
    this.#checkSize(s, n, this.#minBytes[this.#ctype(key)]! + this.#minBytes[this.#ctype(value)]!);
  }

  #checkSize(s: Source, n: string, minBytes: number): void {
    s.line(
      `if (${minBytes === 1 ? n : `${n} * ${minBytes}`} > end - p) ${s.helper("tooMany")}(${n}, ${minBytes}, p, end);`,
    );
  }

  /** As element, 1 and 2 both mean bool. */
  #elementTypeIsNot(type: Type, h: string): string {
    return type.kind === "bool" ? `(${h}) !== 1 && (${h}) !== 2` : `(${h}) !== ${this.#ctype(type)}`;
  }
}
