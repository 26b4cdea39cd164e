/** Structs to bytes and back outside of calls: what a program uses to store Thrift values or to speak to a queue. */
import { Buffer } from "node:buffer";
import { DecodeError, EncodeError } from "../errors/errors.ts";
import { bound, flag } from "../options/kinds.ts";
import { badOption, type OptionTable, readOptions } from "../options/options.ts";
import { compact } from "../protocol/compact.ts";
import { LIMITS } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { PROTOCOL } from "../protocol/protocol-kind.ts";
import { STRUCT_TYPE } from "../schema/judged.ts";
import type { Field, StructType } from "../schema/types.ts";
import { initialValue, setOwn } from "../schema/value.ts";
import { ByteReader, type ReaderOptions } from "../wire/byte-reader.ts";
import { ByteWriter } from "../wire/byte-writer.ts";
import { READING } from "../wire/reader-options.ts";
import { explain, shown } from "./explain.ts";
import { fieldValue } from "./fields.ts";
import { isStructLike } from "./interpreter.ts";
import { structCodec } from "./shapes.ts";

export { methodCodec } from "./method-codec.ts";
export { type UnknownField, unknownFields } from "./unknown-fields.ts";

/** Longest buffer in bytes that is kept for the next `encode`. */
const MAX_KEPT = 1 << 20;
let kept: ByteWriter | undefined;

/** Each is looked at once. */
const judged = new WeakSet<Protocol>([compact]);

function judge(type: StructType, protocol: Protocol): void {
  if (type?.kind !== "struct") STRUCT_TYPE.read(type, "type");
  if (!judged.has(protocol)) judged.add(PROTOCOL.read(protocol, "protocol"));
}

/**
 * `value` as bytes of `protocol` (default compact), in a buffer of its own. Throws EncodeError with the path of what does not fit, and
 * CONFIGURATION for something that is not a type or a protocol.
 */
export function encode<T>(type: StructType<T>, value: T, protocol: Protocol = compact): Buffer {
  judge(type, protocol);
  // A getter of the value may encode too: it finds none and makes its own.
  const w = kept ?? new ByteWriter();
  kept = undefined;
  w.pos = 0;
  try {
    encodeInto(w, type, value, protocol);
    const bytes = Buffer.allocUnsafe(w.pos);
    w.buf.copy(bytes, 0, 0, w.pos);
    return bytes;
  } finally {
    if (w.buf.length <= MAX_KEPT) kept = w;
  }
}

/** Writes `value` at `w.pos`. Throws EncodeError and leaves `w.pos` anywhere. */
export function encodeInto<T>(w: ByteWriter, type: StructType<T>, value: T, protocol: Protocol = compact): void {
  w.depth = w.maxDepth;
  try {
    structCodec(type, protocol).write(w, value);
  } catch (error) {
    throw explain(error, protocol, [{ path: type.name, type, value }], w.maxDepth);
  }
}

/** How `decode` treats what it reads. */
export interface DecodeOptions extends ReaderOptions {
  /** Admit bytes after the value. Default false. */
  readonly trailing?: boolean;
}

/** What each may be. */
export const DECODE_OPTIONS: OptionTable<DecodeOptions> = {
  maxStringBytes: bound(1),
  maxDepth: LIMITS.maxDepth,
  maxValueBytes: LIMITS.maxValueBytes,
  ...READING,
  trailing: flag,
};

/**
 * The value that `bytes` hold in `protocol` (default compact). Throws DecodeError, also for bytes that are left over, and CONFIGURATION
 * for a type or options that make no sense.
 */
export function decode<T>(
  type: StructType<T>,
  bytes: Uint8Array,
  protocol: Protocol = compact,
  options?: DecodeOptions,
): T {
  judge(type, protocol);
  if (!ArrayBuffer.isView(bytes)) throw badOption("bytes", "a Buffer or Uint8Array", bytes);
  const { trailing = false, ...reading } = readOptions("decode", options, DECODE_OPTIONS);
  const r = new ByteReader(reading);
  const buf = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  r.reset(buf, 0, buf.length);
  const value = decodeFrom(r, type, protocol);
  if (r.pos < r.end && !trailing) {
    throw new DecodeError("invalid", `${r.end - r.pos} bytes are left over after ${type.name} at byte ${r.pos}`);
  }
  return value;
}

/** Reads a value at `r.pos`. Throws DecodeError. */
export function decodeFrom<T>(r: ByteReader, type: StructType<T>, protocol: Protocol = compact): T {
  return structCodec(type, protocol).read(r, r.maxDepth) as T;
}

/**
 * A whole value from some of its fields: the others get their declared default or zero, as if they had not been on the wire.
 * Throws EncodeError for a required field that is not given. An exception becomes an instance of its class.
 */
export function make<T>(type: StructType<T>, partial: Partial<T>): T {
  if (type?.kind !== "struct") STRUCT_TYPE.read(type, "type");
  if (!isStructLike(partial)) throw new EncodeError(type.name, `expected an object with fields, got ${shown(partial)}`);
  if (type.category === "union") return { ...partial } as T;
  const made = {};
  for (const field of type.fields) {
    const given = fieldValue(partial, field.key, type.category);
    const value = given === undefined ? unsetValue(type, field) : given;
    if (value !== undefined) setOwn(made, field.key, value);
  }
  return (type.category === "exception" ? new type.exceptionClass!(made) : made) as T;
}

function unsetValue(type: StructType, field: Field): unknown {
  if (field.need !== "required" || field.default !== undefined) return initialValue(field);
  throw new EncodeError(`${type.name}.${field.key}`, "required field is not given");
}
