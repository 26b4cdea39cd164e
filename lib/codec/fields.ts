/** What the interpreter, the compiler and the explainer must agree on: which fields a value has, and the wire's type of each. */
import { TType } from "../protocol/types.ts";
import type { Field, StructType, Type } from "../schema/types.ts";
import { zeroValue } from "../schema/value.ts";

/** The number of a type on the wire. */
export function thriftType(type: Type): number {
  switch (type.kind) {
    case "bool":
      return TType.BOOL;
    case "i8":
      return TType.I8;
    case "i16":
      return TType.I16;
    case "i32":
    case "enum":
      return TType.I32;
    case "i64":
      return TType.I64;
    case "float":
      return TType.FLOAT;
    case "double":
      return TType.DOUBLE;
    case "string":
    case "binary":
      return TType.STRING;
    case "uuid":
      return TType.UUID;
    case "list":
      return TType.LIST;
    case "set":
      return TType.SET;
    case "map":
      return TType.MAP;
    case "struct":
      return TType.STRUCT;
  }
}

export type Category = StructType["category"];

/**
 * How a property is told from one of JavaScript's own that has its name: `own` where objects of the category inherit one,
 * `enumerable` for the stack that every Error has.
 */
export function ownership(category: Category, key: string): "any" | "own" | "enumerable" {
  if (category !== "exception") return key in Object.prototype ? "own" : "any";
  return key === "stack" ? "enumerable" : key in Error.prototype ? "own" : "any";
}

/** The own value of a field; undefined where it is unset. */
export function fieldValue(fields: object, key: string, category: Category): unknown {
  const needed = ownership(category, key);
  if (needed === "own" && !Object.hasOwn(fields, key)) return undefined;
  if (needed === "enumerable" && !Object.prototype.propertyIsEnumerable.call(fields, key)) return undefined;
  return (fields as Record<string, unknown>)[key];
}

/** What is written for a field that is undefined: its declared default or zero; undefined when nothing is. */
export function fallbackValue(field: Field): unknown {
  if (field.need === "optional") return undefined;
  if (field.default !== undefined) return field.default();
  return field.need === "required" ? undefined : zeroValue(field.type);
}

/** What is written for an argument that is undefined: its declared default. One without must be given, or is `optional`. */
export function fallbackArgument(field: Field): unknown {
  return field.default === undefined ? undefined : fallbackValue(field);
}

const recursive = new WeakMap<StructType, boolean>();

/** True when a value of `type` may hold another one, so that its depth has no bound but a limit. */
export function isRecursive(type: StructType): boolean {
  let known = recursive.get(type);
  if (known === undefined) {
    known = reaches(type, type, new Set());
    recursive.set(type, known);
  }
  return known;
}

function reaches(from: StructType, target: StructType, seen: Set<StructType>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return from.fields.some((field) =>
    structsIn(field.type).some((type) => type === target || reaches(type, target, seen)),
  );
}

/** The structs that a type names, in its elements too. */
export function structsIn(type: Type): readonly StructType[] {
  switch (type.kind) {
    case "struct":
      return [type];
    case "list":
    case "set":
      return structsIn(type.element);
    case "map":
      return [...structsIn(type.key), ...structsIn(type.value)];
    default:
      return [];
  }
}
