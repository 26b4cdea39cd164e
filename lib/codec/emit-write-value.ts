/**
 * Text that checks and writes one value in a local, whatever its type. Each value needs room for what of it has a fixed size and
 * for the rest of its struct, and leaves room for that rest; what has no fixed size asks for its own.
 */
import type { MapType, StructType, Type } from "../schema/types.ts";
import type { Emitter } from "./emitter.ts";
import type { Source } from "./source.ts";

/** Needs room for `fixedBytes(type) + rest` and leaves room for `rest`. `path` finds the live type when the function is made. */
export function emitValueWriter(s: Source, type: Type, x: string, e: Emitter, rest: number, path: string): void {
  switch (type.kind) {
    case "string":
      s.line(`if (typeof ${x} !== "string") ${s.helper("unfit")}();`);
      emitRoom(
        s,
        `${x}.length * 3`,
        e.textHeadBytes + rest,
        `${s.helper("growForText")}(w, p, ${x}, ${e.textHeadBytes + rest})`,
      );
      return s.line(`p = ${s.helper(e.putText)}(b, p, ${x});`);
    case "binary":
      s.line(`if (!(${x} instanceof ${s.helper("Uint8Array")})) ${s.helper("unfit")}();`);
      emitRoom(s, `${x}.length`, e.textHeadBytes + rest);
      e.putLength(s, `${x}.length`);
      return s.line(`p = ${s.helper("putBytes")}(b, p, ${x});`);
    case "list":
      return emitList(s, type.element, x, e, rest, path);
    case "set":
      return emitSet(s, type.element, x, e, rest, path);
    case "map":
      return emitMap(s, type, x, e, rest, path);
    case "struct":
      return emitNested(s, type, x, rest, path);
    default:
      s.line(`if (${unfitBase(s, type, x)}) ${s.helper("unfit")}();`);
      return e.putValue(s, type, x);
  }
}

/** True where the protocol lacks the type or one that it is made of. */
export function saysNot(e: Emitter, type: Type): boolean {
  if (type.kind === "list" || type.kind === "set") return saysNot(e, type.element);
  return type.kind === "map" ? saysNot(e, type.key) || saysNot(e, type.value) : e.lacks(type);
}

/** Makes room for `size` (an expression) and `fixed` more bytes. */
export function emitRoom(s: Source, size: string, fixed: number, grow?: string): void {
  const need = size === "" ? String(fixed) : `${size} + ${fixed}`;
  s.line(`if (p + ${need} > b.length) b = ${grow ?? `${s.helper("grow")}(w, p, ${need})`};`);
}

/** Condition: `x` is not a value of a type that is no container, struct or string. */
function unfitBase(s: Source, type: Type, x: string): string {
  switch (type.kind) {
    case "bool":
      return `typeof ${x} !== "boolean"`;
    case "i8":
      return `${x} << 24 >> 24 !== ${x}`;
    case "i16":
      return `${x} << 16 >> 16 !== ${x}`;
    case "float":
    case "double":
      return `typeof ${x} !== "number"`;
    case "uuid":
      return `!${s.helper("isUuid")}(${x})`;
    case "i64":
      return unfitI64(s, type.form, x);
    default:
      return `(${x} | 0) !== ${x}`;
  }
}

function unfitI64(s: Source, form: "bigint" | "number" | "string", x: string): string {
  if (form === "bigint") return `typeof ${x} !== "bigint" || ${s.helper("asIntN")}(64, ${x}) !== ${x}`;
  return form === "number" ? `!${s.helper("isSafeInteger")}(${x})` : `!${s.helper("isI64Text")}(${x})`;
}

function emitList(s: Source, element: Type, x: string, e: Emitter, rest: number, path: string): void {
  const [n, i, v] = [s.local("n"), s.local("i"), s.local("e")];
  s.line(`if (!${s.helper("isArray")}(${x})) ${s.helper("unfit")}();`);
  s.line(`const ${n} = ${x}.length;`);
  emitElementsHead(s, element, n, e, rest);
  s.block(`for (let ${i} = 0; ${i} < ${n}; ${i}++) {`, () => {
    s.line(`const ${v} = ${x}[${i}];`);
    emitValueWriter(s, element, v, e, rest, `${path}.element`);
  });
}

function emitSet(s: Source, element: Type, x: string, e: Emitter, rest: number, path: string): void {
  const [n, v] = [s.local("n"), s.local("e")];
  s.line(`if (!(${x} instanceof ${s.helper("Set")})) ${s.helper("unfit")}();`);
  s.line(`const ${n} = ${x}.size;`);
  emitElementsHead(s, element, n, e, rest);
  s.block(`for (const ${v} of ${x}) {`, () => emitValueWriter(s, element, v, e, rest, `${path}.element`));
}

function emitElementsHead(s: Source, element: Type, n: string, e: Emitter, rest: number): void {
  const fixed = e.fixedBytes(element);
  emitRoom(s, fixed > 0 ? `${n} * ${fixed}` : "", e.containerHeadBytes + rest);
  e.putListHead(s, element, n);
}

/** Before each entry there is room for what of it has a fixed size, and for the rest. */
function emitMap(s: Source, type: MapType, x: string, e: Emitter, rest: number, path: string): void {
  const [n, k, v] = [s.local("n"), s.local("k"), s.local("e")];
  const [key, value] = [e.fixedBytes(type.key), e.fixedBytes(type.value)];
  s.line(`if (!(${x} instanceof ${s.helper("Map")})) ${s.helper("unfit")}();`);
  s.line(`const ${n} = ${x}.size;`);
  if (key > 0 && value > 0) emitRoom(s, `${n} * ${key + value}`, e.containerHeadBytes + rest);
  else emitRoom(s, "", e.containerHeadBytes + key + rest);
  e.putMapHead(s, type.key, type.value, n);
  s.block(`for (const [${k}, ${v}] of ${x}) {`, () => {
    const both = key > 0 && value > 0;
    emitValueWriter(s, type.key, k, e, (both ? 0 : value) + rest, `${path}.key`);
    emitValueWriter(s, type.value, v, e, (both ? 0 : key) + rest, `${path}.value`);
  });
}

function emitNested(s: Source, type: StructType, x: string, rest: number, path: string): void {
  const codec = s.bind(type, type.name, `codecOf(${path})`);
  s.line(`w.pos = p; ${codec}.write(w, ${x}); p = w.pos; b = w.buf;`);
  emitRoom(s, "", rest);
}
