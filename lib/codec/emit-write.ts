/**
 * Text of functions that write structs, arguments and results. Room is asked for once for all that has a fixed size: everywhere
 * in the text there is room for the fixed bytes that are still to come (`rest`), and what has no fixed size asks for its own
 * and for the rest.
 */
import type { Field, MapType, StructType, Type } from "../schema/types.ts";
import type { Emitter, LastField } from "./emitter.ts";
import { fallbackValue, isRecursive, ownership } from "./fields.ts";
import { comment, identifier, literal, property, type Source } from "./source.ts";

/** How an unset field is found and what happens then. */
interface FieldPlan {
  readonly field: Field;
  readonly index: number;
  /** Expression of its value. */
  readonly value: string;
  /** Expression of what is written instead of undefined; undefined: nothing is. */
  readonly fallback: string | undefined;
  /** Unset fields are left out; else they fail, unless there is a fallback. */
  readonly optional: boolean;
}

/** A function (w, v) for a struct, union or exception. */
export function emitStructWriter(s: Source, type: StructType, e: Emitter): void {
  s.block(`return function ${identifier("write", type.name, 0)}(w, v) {`, () => {
    s.line(`if (typeof v !== "object" || v === null || ${s.helper("isArray")}(v)) ${s.helper("unfit")}();`);
    if (isRecursive(type)) s.line(`if (w.depth-- <= 0) ${s.helper("unfit")}();`);
    if (type.category === "union") emitUnion(s, type, e);
    else
      emitFields(
        s,
        type.fields.map((field, i) => structField(s, type, field, i)),
        e,
        true,
      );
    if (isRecursive(type)) s.line("w.depth++;");
  });
}

/** A function (w, a) for arguments, which are fields in an array. */
export function emitArgsWriter(s: Source, fields: readonly Field[], e: Emitter): void {
  const plans = fields.map((field, index) => {
    return { field, index, value: `a[${index}]`, fallback: undefined, optional: field.need === "optional" };
  });
  s.block("return function writeArgs(w, a) {", () => emitFields(s, plans, e, false));
}

/** A function (w, v) for a result, which is a struct with `v` as field 0. */
export function emitResultWriter(s: Source, success: Field | undefined, e: Emitter): void {
  const plans = success && [{ field: success, index: 0, value: "v", fallback: undefined, optional: false }];
  s.block("return function writeResult(w, v) {", () => emitFields(s, plans ?? [], e, false));
}

function structField(s: Source, type: StructType, field: Field, index: number): FieldPlan {
  const owned = { any: "", own: "hasOwn", enumerable: "hasEnumerable" }[ownership(type.category, field.key)];
  const plain = property("v", field.key);
  const value = owned === "" ? plain : `${s.helper(owned)}(v, ${JSON.stringify(field.key)}) ? ${plain} : undefined`;
  const fallback = fallbackText(s, field, index);
  return { field, index, value, fallback, optional: fallback === undefined && field.need !== "required" };
}

function fallbackText(s: Source, field: Field, index: number): string | undefined {
  const value = fallbackValue(field);
  if (value === undefined) return undefined;
  if (field.default === undefined && field.type.kind === "list") return s.helper("emptyList");
  if (field.default === undefined && field.type.kind === "set") return s.helper("emptySet");
  if (field.default === undefined && field.type.kind === "map") return s.helper("emptyMap");
  if (field.default === undefined && field.type.kind === "binary") return s.helper("emptyBinary");
  return literal(value) ?? `fields[${index}].default()`;
}

function emitFields(s: Source, plans: readonly FieldPlan[], e: Emitter, keepsUnknown: boolean): void {
  let rest = plans.reduce((sum, { field }) => sum + e.headBytes + e.fixedBytes(field.type), 1);
  s.line("let b = w.buf, p = w.pos;");
  s.line(`if (p + ${rest} > b.length) b = ${s.helper("grow")}(w, p, ${rest});`);
  if (e.usesLast && plans.some((plan) => plan.optional)) s.line("let last = 0;");
  let last: LastField = { min: 0, max: 0 };
  for (const [i, plan] of plans.entries()) {
    rest -= e.headBytes + e.fixedBytes(plan.field.type);
    emitField(s, plan, e, rest, last);
    if (e.usesLast && !plan.optional && plans[i + 1]?.optional) s.line(`last = ${plan.field.id};`);
    last = plan.optional
      ? { min: Math.min(last.min, plan.field.id), max: Math.max(last.max, plan.field.id) }
      : known(plan.field);
  }
  if (keepsUnknown) emitKept(s, e.usesLast ? lastText(last) : "0");
  s.line("b[p++] = 0;");
  s.line("w.pos = p;");
}

const known = (field: Field): LastField => ({ min: field.id, max: field.id });
const lastText = (last: LastField): string => (last.min === last.max ? String(last.min) : "last");

function emitKept(s: Source, last: string): void {
  s.line(`const kept = v[${s.helper("unknownFields")}];`);
  s.block("if (kept !== undefined) {", () => {
    s.line(`w.pos = p; ${s.helper("writeKept")}(encoding, w, kept, ${last}); p = w.pos;`);
    s.line("b = w.reserve(1);");
  });
}

function emitField(s: Source, plan: FieldPlan, e: Emitter, rest: number, last: LastField): void {
  const { field, fallback, optional } = plan;
  const x = identifier("$", field.key, plan.index);
  s.line(`${fallback === undefined ? "const" : "let"} ${x} = ${plan.value}; // ${field.id}: ${comment(field.name)}`);
  if (fallback !== undefined) s.line(`if (${x} === undefined) ${x} = ${fallback};`);
  if (!optional) return emitFieldValue(s, plan, x, e, rest, last);
  s.block(`if (${x} !== undefined) {`, () => {
    emitFieldValue(s, plan, x, e, rest, last);
    if (e.usesLast) s.line(`last = ${field.id};`);
  });
}

function emitFieldValue(s: Source, plan: FieldPlan, x: string, e: Emitter, rest: number, last: LastField): void {
  const { id, type } = plan.field;
  if (saysNot(e, type)) return s.line(`${s.helper("unfit")}();`);
  if (type.kind === "bool") {
    s.line(`if (typeof ${x} !== "boolean") ${s.helper("unfit")}();`);
    return e.putBoolField(s, id, x, last);
  }
  e.putFieldHead(s, id, type, last);
  emitValue(s, type, x, e, rest, `fields[${plan.index}].type`);
}

/** Needs room for `fixedBytes(type) + rest` and leaves room for `rest`. `path` finds the live type when the function is made. */
function emitValue(s: Source, type: Type, x: string, e: Emitter, rest: number, path: string): void {
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
function saysNot(e: Emitter, type: Type): boolean {
  if (type.kind === "list" || type.kind === "set") return saysNot(e, type.element);
  return type.kind === "map" ? saysNot(e, type.key) || saysNot(e, type.value) : e.lacks(type);
}

/** Makes room for `size` (an expression) and `fixed` more bytes. */
function emitRoom(s: Source, size: string, fixed: number, grow?: string): void {
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
    emitValue(s, element, v, e, rest, `${path}.element`);
  });
}

function emitSet(s: Source, element: Type, x: string, e: Emitter, rest: number, path: string): void {
  const [n, v] = [s.local("n"), s.local("e")];
  s.line(`if (!(${x} instanceof ${s.helper("Set")})) ${s.helper("unfit")}();`);
  s.line(`const ${n} = ${x}.size;`);
  emitElementsHead(s, element, n, e, rest);
  s.block(`for (const ${v} of ${x}) {`, () => emitValue(s, element, v, e, rest, `${path}.element`));
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
    emitValue(s, type.key, k, e, (both ? 0 : value) + rest, `${path}.key`);
    emitValue(s, type.value, v, e, (both ? 0 : key) + rest, `${path}.value`);
  });
}

function emitNested(s: Source, type: StructType, x: string, rest: number, path: string): void {
  const codec = s.bind(type, type.name, `codecOf(${path})`);
  s.line(`w.pos = p; ${codec}.write(w, ${x}); p = w.pos; b = w.buf;`);
  emitRoom(s, "", rest);
}

/** A union is an object { kind, value }; without a kind it is an empty struct. */
function emitUnion(s: Source, type: StructType, e: Emitter): void {
  const head = e.headBytes + 1;
  s.line("let b = w.buf, p = w.pos, last = 0;");
  s.line("const kind = v.kind, x = v.value;");
  s.block("switch (kind) {", () => {
    type.fields.forEach((field, index) => {
      s.block(`case ${JSON.stringify(field.key)}: { // ${field.id}`, () => {
        emitRoom(s, "", head + e.fixedBytes(field.type));
        const plan = { field, index, value: "x", fallback: undefined, optional: false };
        emitFieldValue(s, plan, "x", e, 1, { min: 0, max: 0 });
        s.line(`last = ${field.id};`);
        s.line("break;");
      });
    });
    s.line("case undefined: b = w.reserve(1); break;");
    s.line(`default: ${s.helper("unfit")}();`);
  });
  emitKept(s, "last");
  s.line("b[p++] = 0;");
  s.line("w.pos = p;");
}
