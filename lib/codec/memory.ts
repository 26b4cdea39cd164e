/**
 * How much memory decoded values take, about: an empty struct is one byte on the wire and sixty here, an empty map two hundred. Readers
 * take it out of their room before they make a value. Knows V8's objects, no protocol.
 */
import type { StructType, Type } from "../schema/types.ts";
import { initialValue } from "../schema/value.ts";

/** Bytes of each as it begins, in Node 20 on 64 bits. */
export const LIST_BYTES = 48;
export const SET_BYTES = 136;
export const MAP_BYTES = 200;
export const BINARY_BYTES = 128;
const OBJECT_BYTES = 24;
const LEAST_PLACES = 4;
/** With a stack. */
const EXCEPTION_BYTES = 1_024;
/** A field that is kept though it is unknown: an object and a buffer. */
export const KEPT_FIELD_BYTES = 200;

/** What an element takes beside its value. */
const LIST_PLACE_BYTES = 8;
const SET_PLACE_BYTES = 40;
const MAP_PLACE_BYTES = 56;

/** What an element takes in a list or set, but for what is counted when it is made. */
export function elementBytes(kind: "list" | "set", element: Type): number {
  return (kind === "list" ? LIST_PLACE_BYTES : SET_PLACE_BYTES) + boxBytes(element);
}

/** The same for a map. */
export function entryBytes(key: Type, value: Type): number {
  return MAP_PLACE_BYTES + boxBytes(key) + boxBytes(value);
}

/** Beside its place. Structs, containers and binaries are counted when they are made. */
function boxBytes(type: Type): number {
  switch (type.kind) {
    case "i64":
      return type.form === "number" ? 0 : 24;
    case "string":
      return 24;
    case "uuid":
      return 56;
    default:
      return 0;
  }
}

const ofStructs = new WeakMap<StructType, number>();

/** What a struct, union or exception takes but for its fields' values. */
export function structBytes(type: StructType): number {
  let bytes = ofStructs.get(type);
  if (bytes === undefined) {
    bytes = (type.category === "exception" ? EXCEPTION_BYTES : OBJECT_BYTES) + 8 * placesOf(type);
    ofStructs.set(type, bytes);
  }
  return bytes;
}

/** Properties that it has whatever came; an object has room for a few in any case. */
function placesOf({ category, fields }: StructType): number {
  if (category === "union") return LEAST_PLACES;
  const sure = fields.filter((field) => field.need === "required" || initialValue(field) !== undefined);
  return Math.max(LEAST_PLACES, sure.length);
}

/** What a value takes that stands for a field that did not come. */
export function defaultBytes(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (ArrayBuffer.isView(value)) return BINARY_BYTES + value.byteLength;
  if (Array.isArray(value)) return LIST_BYTES + sum(value, LIST_PLACE_BYTES);
  if (value instanceof Set) return SET_BYTES + sum([...value], SET_PLACE_BYTES);
  if (value instanceof Map) return MAP_BYTES + sum([...value].flat(), MAP_PLACE_BYTES);
  return OBJECT_BYTES + sum(Object.values(value), 8);
}

function sum(values: readonly unknown[], place: number): number {
  return values.reduce<number>((bytes, value) => bytes + place + defaultBytes(value), 0);
}
