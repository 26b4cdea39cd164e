/** Whether two values of a Thrift type are the same, exceptions included. */
import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";

/** `isDeepStrictEqual`, but by all fields of an exception: Node 20.12 compares `message` and `name` of errors by identity. */
export function sameValue(a: unknown, b: unknown): boolean {
  return isDeepStrictEqual(withoutErrors(a), withoutErrors(b));
}

function withoutErrors(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map(withoutErrors);
  if (value instanceof Set) return new Set([...value].map(withoutErrors));
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [withoutErrors(k), withoutErrors(v)]));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Error) return { prototype, fields: fieldsOf(value, Object.create(null)) };
  return fieldsOf(value, Object.create(prototype as object | null));
}

/** All own properties but the place where an error was made; to read that can fail where `message` is no text. */
function fieldsOf(value: object, copy: object): object {
  for (const key of Reflect.ownKeys(value)) {
    if (key === "stack" && !Object.prototype.propertyIsEnumerable.call(value, key)) continue;
    Object.defineProperty(copy, key, { value: withoutErrors(Reflect.get(value, key)), enumerable: true });
  }
  return copy;
}
