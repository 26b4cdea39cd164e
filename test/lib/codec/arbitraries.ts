/** Random schemas and values of them, for properties that must hold for every type. */
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { Module } from "../../../lib/schema/link.ts";
import type { BaseTypeSchema, FieldSchema, StructSchema, TypeSchema } from "../../../lib/schema/schema.ts";
import type { Field, StructType, Type } from "../../../lib/schema/types.ts";

const STRUCTS = ["A", "B", "U", "E"] as const;
const BASES: readonly BaseTypeSchema[] = [
  "bool",
  "i8",
  "i16",
  "i32",
  "i64",
  "i64/number",
  "i64/string",
  "double",
  "string",
  "binary",
  "binary/view",
];

/** Names that mean something to JavaScript, and some that mean something to the generated text. */
const NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "then",
  "message",
  "name",
  "stack",
  "v",
  "p",
  "b",
  "w",
  "$",
  "class",
  "kind",
  "a-b",
  "\u2028",
];

/** A type; `extra` are base types that only some protocols have. */
function typeSchema(extra: readonly BaseTypeSchema[]): fc.Arbitrary<TypeSchema> {
  return fc.letrec<{ type: TypeSchema }>((tie) => ({
    type: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 6, arbitrary: fc.constantFrom<TypeSchema>(...BASES, ...extra) },
      { weight: 1, arbitrary: fc.constant<TypeSchema>({ enum: "Color" }) },
      { weight: 2, arbitrary: fc.constantFrom(...STRUCTS).map((struct) => ({ struct })) },
      { weight: 1, arbitrary: fc.record({ list: tie("type") }) },
      { weight: 1, arbitrary: fc.record({ set: tie("type") }) },
      { weight: 1, arbitrary: fc.record({ map: fc.tuple(tie("type"), tie("type")) }) },
    ),
  })).type;
}

function fieldSchemas(extra: readonly BaseTypeSchema[], union: boolean): fc.Arbitrary<FieldSchema[]> {
  const need = union
    ? fc.constant("optional" as const)
    : fc.constantFrom("required" as const, "optional" as const, undefined);
  const field = fc.record({
    id: fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer({ min: -32768, max: 32767 })),
    name: fc.oneof(fc.constantFrom(...NAMES), fc.stringMatching(/^[a-z]{1,4}$/)),
    type: typeSchema(extra),
    need,
  });
  return fc
    .uniqueArray(field, { minLength: union ? 1 : 0, maxLength: 7, selector: (f) => f.id })
    .map((fields) => fields.filter((f, i) => fields.findIndex((g) => g.name === f.name) === i).map(breakCycle));
}

/** A required struct in a struct could have no finite value. */
function breakCycle({
  need,
  ...field
}: {
  id: number;
  name: string;
  type: TypeSchema;
  need: "required" | "optional" | undefined;
}): FieldSchema {
  const isStruct = typeof field.type === "object" && "struct" in field.type;
  if (need === undefined || (need === "required" && isStruct)) return field;
  return { ...field, need };
}

/** A random struct type, with others that it may hold. */
export function structType(extra: readonly BaseTypeSchema[] = ["uuid"]): fc.Arbitrary<StructType> {
  const kinds: Record<string, StructSchema["kind"]> = { A: "struct", B: "struct", U: "union", E: "exception" };
  const structs = STRUCTS.map((name) =>
    fieldSchemas(extra, name === "U").map((fields): StructSchema => ({ kind: kinds[name]!, name, fields })),
  );
  return fc.tuple(fc.constantFrom(...STRUCTS), ...structs).map(([root, ...schemas]) => {
    const enums = [{ name: "Color", members: [{ name: "RED", value: 1 }] }];
    return new Module({ name: "random", enums, structs: schemas }).struct(root);
  });
}

const EMPTY = { list: () => [], set: () => new Set(), map: () => new Map() };

/** A value of `type` with every default spelled out, so that it comes back equal. */
export function valueOf(type: Type, depth = 4): fc.Arbitrary<unknown> {
  const size = { maxLength: 3 };
  if (depth <= 0 && type.kind in EMPTY)
    return fc.constant(null).map(EMPTY[type.kind as keyof typeof EMPTY] as () => unknown);
  switch (type.kind) {
    case "list":
      return fc.array(valueOf(type.element, depth - 1), size);
    case "set":
      return fc.array(valueOf(type.element, depth - 1), size).map((values) => new Set(values));
    case "map":
      return fc
        .array(fc.tuple(valueOf(type.key, depth - 1), valueOf(type.value, depth - 1)), size)
        .map((entries) => new Map(entries));
    case "struct":
      return structValue(type, depth - 1);
    default:
      return baseValue(type);
  }
}

function baseValue(type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "i8":
      return fc.integer({ min: -128, max: 127 });
    case "i16":
      return fc.integer({ min: -32768, max: 32767 });
    case "i64":
      return i64Value(type.form);
    case "float":
      return fc.float();
    case "double":
      return fc.double();
    case "string":
      return fc.oneof(
        fc.string({ unit: "grapheme" }),
        fc.string({ maxLength: 300 }),
        fc.string({ unit: "binary", maxLength: 60 }),
      );
    case "binary":
      return fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    case "uuid":
      return fc.uuid({ version: [1, 4, 7] });
    default:
      return fc.integer({ min: -2147483648, max: 2147483647 });
  }
}

function i64Value(form: "bigint" | "number" | "string"): fc.Arbitrary<unknown> {
  if (form === "number") return fc.maxSafeInteger();
  const big = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  return form === "bigint" ? big : big.map(String);
}

function structValue(type: StructType, depth: number): fc.Arbitrary<unknown> {
  if (type.category === "union") return unionValue(type, depth);
  const entries = type.fields.map((field) => fieldEntry(field, depth));
  return fc.tuple(...entries).map((found) => {
    const value = {};
    for (const entry of found) if (entry !== undefined) define(value, entry[0], entry[1]);
    return type.category === "exception" ? new type.exceptionClass!(value) : value;
  });
}

function fieldEntry(field: Field, depth: number): fc.Arbitrary<readonly [string, unknown] | undefined> {
  const isStruct = field.type.kind === "struct";
  if (depth <= 0 && (isStruct || field.need === "optional")) return fc.constant(undefined);
  const value = valueOf(field.type, depth).map((v) => [field.key, v] as const);
  return isStruct || field.need === "optional" ? fc.option(value, { nil: undefined }) : value;
}

function unionValue(type: StructType, depth: number): fc.Arbitrary<unknown> {
  const none = fc.constant<unknown>({ kind: undefined });
  if (depth <= 0) return none;
  const some = type.fields.map((field) =>
    valueOf(field.type, depth).map((value) => ({ kind: field.key, value }) as unknown),
  );
  return fc.oneof(none, ...some);
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
