/** Constants and defaults of a schema as JavaScript values, and the value that stands for a field never set. */
import { ThriftError } from "../errors/errors.ts";
import type { ValueSchema } from "./schema.ts";
import { type Field, type StructType, type Type, typeText } from "./types.ts";

/** Text of the uuid whose bytes are all 0. */
export const ZERO_UUID = "00000000-0000-0000-0000-000000000000";

/** What a field of default requiredness holds when nothing was said: undefined for a struct, which has no zero. */
export function zeroValue(type: Type): unknown {
  switch (type.kind) {
    case "bool":
      return false;
    case "i64":
      return type.form === "bigint" ? 0n : type.form === "number" ? 0 : "0";
    case "string":
      return "";
    case "binary":
      return Buffer.alloc(0);
    case "uuid":
      return ZERO_UUID;
    case "list":
      return [];
    case "set":
      return new Set();
    case "map":
      return new Map();
    case "struct":
      return undefined;
    default:
      return 0;
  }
}

/** A fresh value of `type` from a schema. Throws ThriftError CONFIGURATION where it does not fit. */
export function liveValue(type: Type, value: ValueSchema, where: string): unknown {
  switch (type.kind) {
    case "list":
      return entries(value, where).map((element) => liveValue(type.element, element, where));
    case "set":
      return new Set(entries(value, where).map((element) => liveValue(type.element, element, where)));
    case "map":
      return new Map(
        pairs(value, where).map(([k, v]) => [liveValue(type.key, k, where), liveValue(type.value, v, where)]),
      );
    case "struct":
      return liveStruct(type, value, where);
    default:
      return liveBase(type, value) ?? unfit(type, value, where);
  }
}

function liveBase(type: Type, value: ValueSchema): unknown {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean" ? value : value === 0 || value === 1 ? value === 1 : undefined;
    case "string":
      return typeof value === "string" ? value : undefined;
    case "binary":
      return typeof value === "string" ? Buffer.from(value, "base64") : undefined;
    case "uuid":
      return typeof value === "string" ? value.toLowerCase() : undefined;
    case "double":
    case "float":
      return typeof value === "number" || typeof value === "string" ? Number(value) : undefined;
    case "i64":
      return liveI64(type.form, value);
    default:
      return liveInteger(value);
  }
}

function liveI64(form: "bigint" | "number" | "string", value: ValueSchema): unknown {
  const text = typeof value === "number" || typeof value === "string" ? String(value) : "";
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  if (form === "bigint") return BigInt(text);
  if (form === "string") return BigInt(text).toString();
  return Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function liveInteger(value: ValueSchema): unknown {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === "number" && (number | 0) === number ? number : undefined;
}

function liveStruct(type: StructType, value: ValueSchema, where: string): unknown {
  const given = new Map(pairs(value, where).map(([name, v]) => [name, v]));
  if (type.category === "union") return liveUnion(type, given, where);
  const fields: Record<string, unknown> = {};
  for (const field of type.fields) {
    const v = given.get(field.name);
    const live = v === undefined ? initialValue(field) : liveValue(field.type, v, `${where}.${field.name}`);
    if (live !== undefined) setOwn(fields, field.key, live);
  }
  return type.category === "exception" && type.exceptionClass ? new type.exceptionClass(fields) : fields;
}

function liveUnion(type: StructType, given: ReadonlyMap<ValueSchema, ValueSchema>, where: string): unknown {
  for (const field of type.fields) {
    const v = given.get(field.name);
    if (v !== undefined) return { kind: field.key, value: liveValue(field.type, v, `${where}.${field.name}`) };
  }
  return { kind: undefined };
}

/** What a decoder puts for a field that was not on the wire; undefined: the property stays absent. */
export function initialValue(field: Field): unknown {
  if (field.default !== undefined) return field.default();
  return field.need === "optional" ? undefined : zeroValue(field.type);
}

/** Sets an own property whatever its name: `__proto__` would call a setter. */
export function setOwn(target: object, key: PropertyKey, value: unknown): void {
  if (key !== "__proto__") (target as Record<PropertyKey, unknown>)[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function entries(value: ValueSchema, where: string): readonly ValueSchema[] {
  if (!Array.isArray(value))
    throw new ThriftError("CONFIGURATION", `${where}: expected an array, got ${JSON.stringify(value)}`);
  return value;
}

function pairs(value: ValueSchema, where: string): (readonly [ValueSchema, ValueSchema])[] {
  return entries(value, where).map((entry) => {
    const [key, v] = entries(entry, where);
    if (key === undefined || v === undefined)
      throw new ThriftError("CONFIGURATION", `${where}: expected pairs of key and value`);
    return [key, v];
  });
}

function unfit(type: Type, value: ValueSchema, where: string): never {
  throw new ThriftError("CONFIGURATION", `${where}: ${JSON.stringify(value)} is not a value of ${typeText(type)}`);
}
