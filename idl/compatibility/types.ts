/** Whether two types are the same on the wire, in JavaScript and in JSON. Follows structs by their fields, not by their names. */
import type { TypeSchema } from "../../lib/schema/schema.ts";
import type { Names } from "./programs.ts";

/** `same`; `form`: equal bytes but another value in JavaScript or JSON; `wire`: other bytes. */
export type TypeDifference = "same" | "form" | "wire";

/** A type and the module whose names it uses. */
export interface TypeIn {
  readonly names: Names;
  readonly module: string;
  readonly type: TypeSchema;
}

const WIRE_BASE: Readonly<Record<string, string>> = {
  "i64/number": "i64",
  "i64/string": "i64",
  binary: "string",
  "binary/view": "string",
};

/** Compares `old` with `now`. A struct counts as the same when it has the same name: its fields are compared where it is defined. */
export function compareTypes(old: TypeIn, now: TypeIn): TypeDifference {
  const a = old.type;
  const b = now.type;
  if (typeof a === "string" || typeof b === "string" || "enum" in a || "enum" in b) return compareScalars(old, now);
  if ("list" in a) return "list" in b ? compareTypes({ ...old, type: a.list }, { ...now, type: b.list }) : "wire";
  if ("set" in a) return "set" in b ? compareTypes({ ...old, type: a.set }, { ...now, type: b.set }) : "wire";
  if ("map" in a) return "map" in b ? compareMaps(old, a.map, now, b.map) : "wire";
  return "struct" in b ? compareStructNames(old, a.struct, now, b.struct) : "wire";
}

function compareScalars(old: TypeIn, now: TypeIn): TypeDifference {
  if (wireName(old.type) !== wireName(now.type)) return "wire";
  return formName(old) === formName(now) ? "same" : "form";
}

function compareMaps(
  old: TypeIn,
  a: readonly [TypeSchema, TypeSchema],
  now: TypeIn,
  b: readonly [TypeSchema, TypeSchema],
): TypeDifference {
  const key = compareTypes({ ...old, type: a[0] }, { ...now, type: b[0] });
  const value = compareTypes({ ...old, type: a[1] }, { ...now, type: b[1] });
  if (key === "wire" || value === "wire") return "wire";
  return key === "form" || value === "form" ? "form" : "same";
}

/** Another struct may have the same fields; then only the name in sources is another. */
function compareStructNames(old: TypeIn, a: string, now: TypeIn, b: string): TypeDifference {
  if (simpleName(a) === simpleName(b)) return "same";
  const before = old.names.struct(old.module, a);
  const after = now.names.struct(now.module, b);
  if (before === undefined || after === undefined || before.schema.kind !== after.schema.kind) return "wire";
  const wanted = new Map(before.schema.fields.map((field) => [field.id, field]));
  for (const field of after.schema.fields) {
    const was = wanted.get(field.id);
    if (was === undefined ? field.need === "required" : wireName(was.type) !== wireName(field.type)) return "wire";
  }
  return "form";
}

/** The shape on the wire, shallowly for structs: enough to tell what a reader would skip. */
export function wireName(type: TypeSchema): string {
  if (typeof type === "string") return WIRE_BASE[type] ?? type;
  if ("list" in type) return `list<${wireName(type.list)}>`;
  if ("set" in type) return `set<${wireName(type.set)}>`;
  if ("map" in type) return `map<${wireName(type.map[0])},${wireName(type.map[1])}>`;
  return "enum" in type ? "i32" : "struct";
}

function formName(at: TypeIn): string {
  const { type } = at;
  if (typeof type === "string") return type;
  return "enum" in type ? `enum ${simpleName(type.enum)}` : wireName(type);
}

function simpleName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** As IDL spells it, for messages. */
export function typeText(type: TypeSchema): string {
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${typeText(type.list)}>`;
  if ("set" in type) return `set<${typeText(type.set)}>`;
  if ("map" in type) return `map<${typeText(type.map[0])}, ${typeText(type.map[1])}>`;
  return "enum" in type ? type.enum : type.struct;
}
