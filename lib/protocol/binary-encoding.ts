/**
 * Values in Thrift's binary protocol: fixed sizes, most significant byte first. It knows no messages.
 *
 *     field      | type u8 | id i16 | value |           a struct ends with type 0
 *     string     | length i32 | bytes |
 *     list, set  | element type u8 | size i32 | elements |
 *     map        | key type u8 | value type u8 | size i32 | key, value ... |
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md
 */
import type { Buffer } from "node:buffer";
import { get16, get32, put16, put32 } from "../wire/big-endian.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { f32, f64, HIGH, i32, i64, LOW } from "../wire/number64.ts";
import { getUtf8, MAX_UTF8_BYTES_PER_CHARACTER, putUtf8 } from "../wire/utf8.ts";
import { getUuid, putUuid, UUID_BYTES } from "../wire/uuid.ts";
import { incomplete, invalid, tooDeep, tooLong, tooMany } from "./failures.ts";
import type { Encoding } from "./protocol.ts";
import { TType } from "./types.ts";

/** Fewest bytes of a value, by `TType`; 0 where there is no such type. */
// biome-ignore format: a table
export const BINARY_MIN_BYTES: Uint8Array = Uint8Array.of(0, 0, 1, 1, 8, 0, 2, 0, 4, 0, 8, 4, 1, 6, 5, 5, 16, 0, 0, 4);
/** Bytes of a value where they are always the same, by `TType`; else 0. */
// biome-ignore format: a table
export const BINARY_FIXED_BYTES: Uint8Array = Uint8Array.of(0, 0, 1, 1, 8, 0, 2, 0, 4, 0, 8, 0, 0, 0, 0, 0, 16, 0, 0, 4);

const nothing = (): void => {};

/** Advances over `size` bytes and returns where they start. */
function take(r: ByteReader, size: number): number {
  const p = r.pos;
  if (!(size <= r.end - p)) incomplete(size, p, r.end);
  r.pos = p + size;
  return p;
}

/** Takes the bytes that a string or binary has; returns where they start. */
function takeText(r: ByteReader): number {
  const at = take(r, 4);
  const length = get32(r.buf, at);
  if (length < 0) invalid(`negative length ${length}`, at);
  if (length > r.maxStringBytes) tooLong(length, r.maxStringBytes, at);
  return take(r, length);
}

function takeSize(r: ByteReader, minBytes: number): number {
  const at = take(r, 4);
  const size = get32(r.buf, at);
  if (size < 0) invalid(`negative size ${size}`, at);
  if (size * minBytes > r.end - r.pos) tooMany(size, minBytes, at, r.end);
  return size;
}

/** The `TType` at `at`, which must be one that has values. */
function checkType(type: number, at: number): number {
  if (!(BINARY_MIN_BYTES[type]! > 0)) invalid(`unknown type ${type}`, at);
  return type;
}

function readListBegin(r: ByteReader): number {
  const at = take(r, 1);
  const type = r.buf[at]!;
  const size = takeSize(r, BINARY_MIN_BYTES[type] ?? 0);
  return size === 0 ? 0 : size * 256 + checkType(type, at);
}

function readMapBegin(r: ByteReader): number {
  const at = take(r, 2);
  const key = r.buf[at]!;
  const value = r.buf[at + 1]!;
  const size = takeSize(r, (BINARY_MIN_BYTES[key] ?? 0) + (BINARY_MIN_BYTES[value] ?? 0));
  return size === 0 ? 0 : size * 65536 + checkType(key, at) * 256 + checkType(value, at + 1);
}

function readFieldBegin(r: ByteReader): number {
  const at = take(r, 1);
  const type = r.buf[at]!;
  if (type === TType.STOP) return 0;
  return get16(r.buf, take(r, 2)) * 256 + checkType(type, at);
}

function skip(r: ByteReader, type: number, depth: number): void {
  const fixed = BINARY_FIXED_BYTES[type]!;
  if (fixed > 0) take(r, fixed);
  else if (type === TType.STRING) takeText(r);
  else if (depth <= 0) tooDeep(r.maxDepth, r.pos);
  else if (type === TType.STRUCT) skipStruct(r, depth - 1);
  else if (type === TType.MAP) skipMap(r, depth - 1);
  else skipList(r, depth - 1);
}

function skipStruct(r: ByteReader, depth: number): void {
  for (let field = readFieldBegin(r); field !== 0; field = readFieldBegin(r)) skip(r, field & 255, depth);
}

function skipList(r: ByteReader, depth: number): void {
  const head = readListBegin(r);
  skipElements(r, head & 255, 0, Math.floor(head / 256), depth);
}

function skipMap(r: ByteReader, depth: number): void {
  const head = readMapBegin(r);
  skipElements(r, (head >> 8) & 255, head & 255, Math.floor(head / 65536), depth);
}

/** `second`: type of a map's values, 0 in a list. */
function skipElements(r: ByteReader, first: number, second: number, size: number, depth: number): void {
  for (let i = 0; i < size; i++) {
    skip(r, first, depth);
    if (second !== 0) skip(r, second, depth);
  }
}

function writeI32(w: ByteWriter, value: number): void {
  put32(w.reserve(4), w.pos, value);
  w.pos += 4;
}

function writeByte(w: ByteWriter, value: number): void {
  w.reserve(1)[w.pos++] = value;
}

function writeNumber64(w: ByteWriter): void {
  const b = w.reserve(8);
  put32(b, w.pos, i32[HIGH]!);
  put32(b, w.pos + 4, i32[LOW]!);
  w.pos += 8;
}

function readNumber64(r: ByteReader): void {
  const at = take(r, 8);
  i32[HIGH] = get32(r.buf, at);
  i32[LOW] = get32(r.buf, at + 4);
}

function writeFieldBegin(w: ByteWriter, type: number, id: number): void {
  const b = w.reserve(3);
  b[w.pos] = type;
  put16(b, w.pos + 1, id);
  w.pos += 3;
}

/** Reads and writes values as the binary protocol has them. */
export const binaryEncoding: Encoding = {
  textual: false,
  lacks: () => false,
  writeStructBegin: nothing,
  writeStructEnd: (w) => writeByte(w, TType.STOP),
  writeFieldBegin,
  writeFieldEnd: nothing,
  writeBoolField(w, value, id) {
    writeFieldBegin(w, TType.BOOL, id);
    writeByte(w, value ? 1 : 0);
  },
  writeListBegin(w, elementType, size) {
    writeByte(w, elementType);
    writeI32(w, size);
  },
  writeListEnd: nothing,
  writeSetBegin: (w, elementType, size) => binaryEncoding.writeListBegin(w, elementType, size),
  writeMapBegin(w, keyType, valueType, size) {
    writeByte(w, keyType);
    writeByte(w, valueType);
    writeI32(w, size);
  },
  writeMapEnd: nothing,
  writeElementBegin: nothing,
  writeKeyBegin: nothing,
  writeKeyEnd: nothing,
  writeBool: (w, value) => writeByte(w, value ? 1 : 0),
  writeI8: writeByte,
  writeI16(w, value) {
    put16(w.reserve(2), w.pos, value);
    w.pos += 2;
  },
  writeI32,
  writeI64(w, value) {
    i64[0] = value;
    writeNumber64(w);
  },
  writeFloat(w, value) {
    f32[0] = value;
    writeI32(w, i32[0]!);
  },
  writeDouble(w, value) {
    f64[0] = value;
    writeNumber64(w);
  },
  writeString(w, value) {
    const b = w.reserve(4 + value.length * MAX_UTF8_BYTES_PER_CHARACTER);
    const bytes = putUtf8(b, w.pos + 4, value);
    put32(b, w.pos, bytes);
    w.pos += 4 + bytes;
  },
  writeBinary(w, value) {
    writeI32(w, value.length);
    w.reserve(value.length).set(value, w.pos);
    w.pos += value.length;
  },
  writeUuid(w, value) {
    putUuid(w.reserve(UUID_BYTES), w.pos, value);
    w.pos += UUID_BYTES;
  },

  readStructBegin: nothing,
  readStructEnd: nothing,
  readFieldBegin,
  readFieldEnd: nothing,
  readBoolField: (r) => binaryEncoding.readBool(r),
  readListBegin,
  readListEnd: nothing,
  readMapBegin,
  readMapEnd: nothing,
  readElementBegin: nothing,
  readKeyBegin: nothing,
  readKeyEnd: nothing,
  readBool: (r) => r.buf[take(r, 1)] !== 0,
  readI8: (r) => (r.buf[take(r, 1)]! << 24) >> 24,
  readI16: (r) => get16(r.buf, take(r, 2)),
  readI32: (r) => get32(r.buf, take(r, 4)),
  readI64(r) {
    readNumber64(r);
    return i64[0]!;
  },
  readFloat(r) {
    i32[0] = get32(r.buf, take(r, 4));
    return f32[0]!;
  },
  readDouble(r) {
    readNumber64(r);
    return f64[0]!;
  },
  readString(r) {
    const start = takeText(r);
    return getUtf8(r.buf, start, r.pos, r.utf8);
  },
  readBinary(r): Buffer {
    const start = takeText(r);
    return r.buf.subarray(start, r.pos);
  },
  readUuid: (r) => getUuid(r.buf, take(r, UUID_BYTES)),
  skip,
};
