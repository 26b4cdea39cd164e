/**
 * Values to bytes and back by walking their type: the oracle that compiled codecs are tested against, the codec of types that
 * are hardly used, of protocols without an emitter, and of processes that forbid code generation.
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import { invalid, tooDeep, tooHeavy } from "../protocol/failures.ts";
import type { Encoding } from "../protocol/protocol.ts";
import { TType } from "../protocol/types.ts";
import type { Field, ListType, MapType, SetType, StructType, Type } from "../schema/types.ts";
import { initialValue, setOwn } from "../schema/value.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { takeBytes } from "../wire/bytes.ts";
import { isWellFormed } from "../wire/utf8.ts";
import { isUuid } from "../wire/uuid.ts";
import type { Codec } from "./codec.ts";
import { fallbackValue, fieldValue, isRecursive, thriftType } from "./fields.ts";
import { type KeyGuard, keyGuard, needsGuard } from "./key-guard.ts";
import {
  BINARY_BYTES,
  defaultBytes,
  elementBytes,
  entryBytes,
  LIST_BYTES,
  MAP_BYTES,
  SET_BYTES,
  structBytes,
} from "./memory.ts";
import { unfit } from "./unfit.ts";
import { keepField, type UnknownField, unknownFields, writeKept } from "./unknown-fields.ts";

/** What the walk needs to know at every step. */
export interface Context {
  readonly e: Encoding;
  /** The codec of a struct inside, which may be compiled already and counts its uses; undefined: it is walked too. */
  readonly nested: ((type: StructType) => Codec) | undefined;
}

/** A container whose elements are of another type than the schema's: the field counts as unset. */
const MISMATCH: unique symbol = Symbol("mismatch");

/** Writes a value; throws UNFIT when it is not one of `type`. */
export function writeValue(c: Context, w: ByteWriter, type: Type, value: unknown): void {
  switch (type.kind) {
    case "list":
      return writeList(c, w, type, Array.isArray(value) ? value : unfit(), false);
    case "set":
      return writeList(c, w, type, value instanceof Set ? [...value] : unfit(), true);
    case "map":
      return writeMap(c, w, type, value instanceof Map ? value : unfit());
    case "struct":
      return c.nested === undefined ? writeStruct(c, w, type, value) : c.nested(type).write(w, value);
    case "string":
      return c.e.writeString(w, typeof value === "string" && isWellFormed(value) ? value : unfit());
    case "binary":
      return c.e.writeBinary(w, value instanceof Uint8Array ? value : unfit());
    case "uuid":
      return c.e.writeUuid(w, isUuid(value) ? value : unfit());
    case "bool":
      return c.e.writeBool(w, typeof value === "boolean" ? value : unfit());
    default:
      return writeNumber(c, w, type, value);
  }
}

function writeNumber(c: Context, w: ByteWriter, type: Type, value: unknown): void {
  switch (type.kind) {
    case "i8":
      return c.e.writeI8(w, integer(value, 24));
    case "i16":
      return c.e.writeI16(w, integer(value, 16));
    case "i64":
      return c.e.writeI64(w, bigintOf(type.form, value));
    case "float":
      return c.e.writeFloat(w, typeof value === "number" ? value : unfit());
    case "double":
      return c.e.writeDouble(w, typeof value === "number" ? value : unfit());
    default:
      return c.e.writeI32(w, integer(value, 0));
  }
}

/** `value`, an integer of 32 - `shift` bits. */
function integer(value: unknown, shift: number): number {
  return typeof value === "number" && (value << shift) >> shift === value ? value : unfit();
}

/** An i64 in any of its forms. Throws UNFIT. */
export function bigintOf(form: "bigint" | "number" | "string", value: unknown): bigint {
  if (form === "number") return Number.isSafeInteger(value) ? BigInt(value as number) : unfit();
  if (form === "string" && (typeof value !== "string" || !/^-?\d{1,19}$/.test(value))) unfit();
  const wide = form === "string" ? BigInt(value as string) : value;
  return typeof wide === "bigint" && BigInt.asIntN(64, wide) === wide ? wide : unfit();
}

function writeList(
  c: Context,
  w: ByteWriter,
  type: ListType | SetType,
  values: readonly unknown[],
  set: boolean,
): void {
  if (set) c.e.writeSetBegin(w, thriftType(type.element), values.length);
  else c.e.writeListBegin(w, thriftType(type.element), values.length);
  for (const value of values) {
    c.e.writeElementBegin(w);
    writeValue(c, w, type.element, value);
  }
  c.e.writeListEnd(w);
}

function writeMap(c: Context, w: ByteWriter, type: MapType, values: ReadonlyMap<unknown, unknown>): void {
  const keyType = thriftType(type.key);
  c.e.writeMapBegin(w, keyType, thriftType(type.value), values.size);
  for (const [key, value] of values) {
    c.e.writeKeyBegin(w, keyType);
    writeValue(c, w, type.key, key);
    c.e.writeKeyEnd(w, keyType);
    writeValue(c, w, type.value, value);
  }
  c.e.writeMapEnd(w);
}

/** Any object but an array, and a promise for one: that would be written as a struct whose fields are all unset. */
export function isStructLike(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Promise);
}

/** Writes a struct, union or exception; throws UNFIT when `value` is not one. */
export function writeStruct(c: Context, w: ByteWriter, type: StructType, value: unknown): void {
  if (!isStructLike(value)) return unfit();
  const recursive = isRecursive(type);
  if (recursive && w.depth-- <= 0) unfit();
  c.e.writeStructBegin(w);
  const lastId = type.category === "union" ? writeUnionField(c, w, type, value) : writeFields(c, w, type, value);
  const kept = (value as { [unknownFields]?: readonly UnknownField[] })[unknownFields];
  if (kept !== undefined) writeKept(c.e, w, kept, lastId);
  c.e.writeStructEnd(w);
  if (recursive) w.depth++;
}

/** Returns the id of the last field written. */
function writeFields(c: Context, w: ByteWriter, type: StructType, value: object): number {
  let lastId = 0;
  for (const field of type.fields) {
    const v = fieldValue(value, field.key, type.category);
    if (writeField(c, w, field, v === undefined ? fallbackValue(field) : v, lastId)) lastId = field.id;
  }
  return lastId;
}

/** False when there is nothing to write. */
export function writeField(c: Context, w: ByteWriter, field: Field, value: unknown, lastId: number): boolean {
  if (value === undefined) return field.need === "required" ? unfit() : false;
  if (field.type.kind === "bool") {
    c.e.writeBoolField(w, typeof value === "boolean" ? value : unfit(), field.id, lastId);
    return true;
  }
  c.e.writeFieldBegin(w, thriftType(field.type), field.id, lastId);
  writeValue(c, w, field.type, value);
  c.e.writeFieldEnd(w);
  return true;
}

function writeUnionField(c: Context, w: ByteWriter, type: StructType, value: object): number {
  const { kind, value: v } = value as { kind?: unknown; value?: unknown };
  if (kind === undefined) return "kind" in value ? 0 : unfit();
  const field = type.fields.find((f) => f.key === kind);
  if (field === undefined || v === undefined) return unfit();
  writeField(c, w, field, v, 0);
  return field.id;
}

/** Reads a value of `type`, which stands as such on the wire; `depth` is what nesting is still admitted. Throws DecodeError. */
export function readValue(c: Context, r: ByteReader, type: Type, depth: number): unknown {
  const at = r.pos;
  const value = readOrMismatch(c, r, type, depth);
  if (value === MISMATCH) invalid("container with elements of another type than the schema's", at);
  return value;
}

function readOrMismatch(c: Context, r: ByteReader, type: Type, depth: number): unknown {
  switch (type.kind) {
    case "list":
      return readList(c, r, type.element, depth);
    case "set":
      return readSet(c, r, type.element, depth);
    case "map":
      return readMap(c, r, type, depth);
    case "struct":
      return c.nested === undefined ? readStruct(c, r, type, depth) : c.nested(type).read(r, depth);
    case "string":
      return c.e.readString(r);
    case "binary":
      return readBinary(c, r, type.form);
    case "uuid":
      return c.e.readUuid(r);
    case "bool":
      return c.e.readBool(r);
    default:
      return readNumber(c, r, type);
  }
}

function readBinary(c: Context, r: ByteReader, form: "copy" | "view"): Buffer {
  charge(r, BINARY_BYTES);
  const bytes = c.e.readBinary(r);
  return form === "view" ? bytes : takeBytes(bytes, 0, bytes.length, r.lasting);
}

/** Takes memory out of the reader's room, before anything is made of it. */
function charge(r: ByteReader, bytes: number): void {
  if ((r.room -= bytes) < 0) tooHeavy(r.maxValueBytes, r.pos);
}

function readNumber(c: Context, r: ByteReader, type: Type): unknown {
  switch (type.kind) {
    case "i8":
      return c.e.readI8(r);
    case "i16":
      return c.e.readI16(r);
    case "i64":
      return i64Of(type.form, r.pos, c.e.readI64(r));
    case "float":
      return c.e.readFloat(r);
    case "double":
      return c.e.readDouble(r);
    default:
      return c.e.readI32(r);
  }
}

function i64Of(form: "bigint" | "number" | "string", at: number, value: bigint): unknown {
  if (form === "bigint") return value;
  if (form === "string") return value.toString();
  const number = Number(value);
  if (!Number.isSafeInteger(number)) invalid(`i64 ${value}, which is no safe integer for a field read as number,`, at);
  return number;
}

function readList(c: Context, r: ByteReader, element: Type, depth: number): unknown {
  if (depth <= 0) tooDeep(r.maxDepth, r.pos);
  const head = c.e.readListBegin(r);
  const size = Math.floor(head / 256);
  if (size > 0 && (head & 255) !== thriftType(element)) return MISMATCH;
  charge(r, LIST_BYTES + size * elementBytes("list", element));
  const values: unknown[] = [];
  for (let i = 0; i < size; i++) {
    c.e.readElementBegin(r);
    values.push(readValue(c, r, element, depth - 1));
  }
  c.e.readListEnd(r);
  return values;
}

function readSet(c: Context, r: ByteReader, element: Type, depth: number): unknown {
  const values = readList(c, r, element, depth);
  if (values === MISMATCH) return MISMATCH;
  const size = (values as unknown[]).length;
  charge(r, SET_BYTES - LIST_BYTES + size * (elementBytes("set", element) - elementBytes("list", element)));
  const guard = guardOf(element, size);
  if (guard !== undefined) for (const value of values as unknown[]) guard.add(value);
  return new Set(values as unknown[]);
}

function readMap(c: Context, r: ByteReader, type: MapType, depth: number): unknown {
  if (depth <= 0) tooDeep(r.maxDepth, r.pos);
  const keyType = thriftType(type.key);
  const head = c.e.readMapBegin(r);
  const size = Math.floor(head / 65536);
  if (size > 0 && (head & 65535) !== keyType * 256 + thriftType(type.value)) return MISMATCH;
  charge(r, MAP_BYTES + size * entryBytes(type.key, type.value));
  const guard = guardOf(type.key, size);
  const values = new Map<unknown, unknown>();
  for (let i = 0; i < size; i++) {
    c.e.readKeyBegin(r, keyType);
    const key = readValue(c, r, type.key, depth - 1);
    guard?.add(key);
    c.e.readKeyEnd(r, keyType);
    values.set(key, readValue(c, r, type.value, depth - 1));
  }
  c.e.readMapEnd(r);
  return values;
}

function guardOf(type: Type, count: number): KeyGuard | undefined {
  return needsGuard(type) ? keyGuard(count) : undefined;
}

/** What was on the wire of a struct: values by field, and unknown fields if they are kept. */
export interface ReadFields {
  readonly values: Map<Field, unknown>;
  kept: UnknownField[] | undefined;
}

/** Reads the fields of a struct up to its end; `known` finds a field by id. */
export function readFields(
  c: Context,
  r: ByteReader,
  known: (id: number) => Field | undefined,
  depth: number,
  keep: boolean,
): ReadFields {
  if (depth <= 0) tooDeep(r.maxDepth, r.pos);
  const read: ReadFields = { values: new Map(), kept: undefined };
  c.e.readStructBegin(r);
  let lastId = 0;
  for (let head = c.e.readFieldBegin(r, 0); head !== 0; head = c.e.readFieldBegin(r, lastId)) {
    lastId = head >> 8;
    const field = known(lastId);
    const value = field === undefined ? MISMATCH : readField(c, r, field.type, head & 255, depth);
    if (field !== undefined && value !== MISMATCH) setLast(read.values, field, value);
    else if (keep) read.kept = keepField(c.e, r, lastId, head & 255, depth - 1, read.kept);
    else c.e.skip(r, head & 255, depth - 1, true);
    c.e.readFieldEnd(r);
  }
  c.e.readStructEnd(r);
  return read;
}

/** The last of a field that came twice counts, and its place is where it came last. */
function setLast(values: Map<Field, unknown>, field: Field, value: unknown): void {
  values.delete(field);
  values.set(field, value);
}

/** The value, or MISMATCH with the reader back at its beginning. */
function readField(c: Context, r: ByteReader, type: Type, wireType: number, depth: number): unknown {
  if (wireType !== thriftType(type)) return MISMATCH;
  if (wireType === TType.BOOL) return c.e.readBoolField(r);
  const at = r.pos;
  const value = readOrMismatch(c, r, type, depth - 1);
  if (value === MISMATCH) r.pos = at;
  return value;
}

/** Reads a struct, union or exception. Throws DecodeError. */
export function readStruct(c: Context, r: ByteReader, type: StructType, depth: number): unknown {
  charge(r, structBytes(type));
  const { values, kept } = readFields(c, r, (id) => type.field(id), depth, r.keepUnknown);
  const made = type.category === "union" ? makeUnion(values) : makeStruct(r, type, values);
  if (kept !== undefined) (made as { [unknownFields]?: UnknownField[] })[unknownFields] = kept;
  return type.category === "exception" ? new type.exceptionClass!(made) : made;
}

/** The last of a union's fields on the wire counts. */
function makeUnion(values: ReadonlyMap<Field, unknown>): object {
  let union: object = { kind: undefined };
  for (const [field, value] of values) union = { kind: field.key, value };
  return union;
}

function makeStruct(r: ByteReader, type: StructType, values: ReadonlyMap<Field, unknown>): object {
  const made = {};
  for (const field of type.fields) {
    const value = values.has(field) ? values.get(field) : missingValue(r, type.name, field);
    if (value !== undefined) setOwn(made, field.key, value);
  }
  return made;
}

/** What stands for a field that was not on the wire. Throws DecodeError for a required one. */
function missingValue(r: ByteReader, where: string, field: Field): unknown {
  if (field.need === "required") throw new DecodeError("invalid", `${where}.${field.name}: required field is missing`);
  const value = initialValue(field);
  r.room -= defaultBytes(value);
  return value;
}
