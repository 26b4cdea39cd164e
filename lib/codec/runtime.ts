/**
 * The functions that generated text calls, as one object: `$` in the text. Text written at build time is bound to it too, so
 * what stands here keeps its name and meaning as long as version 1 of the generated code lives. Types are not checked here: the text has.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import { BINARY_MIN_BYTES } from "../protocol/binary-encoding.ts";
import { thriftTypes } from "../protocol/compact-types.ts";
import { incomplete, invalid, tooDeep, tooHeavy, tooLong, tooMany } from "../protocol/failures.ts";
import type { Encoding } from "../protocol/protocol.ts";
import type { Field } from "../schema/types.ts";
import { initialValue, setOwn } from "../schema/value.ts";
import { get32, put32 } from "../wire/big-endian.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { putBytes, takeBytes } from "../wire/bytes.ts";
import { f32, f64, HALF, HIGH, i32, i64, LOW } from "../wire/number64.ts";
import { getUtf8, putUtf8 } from "../wire/utf8.ts";
import { getUuid, isUuid, putUuid } from "../wire/uuid.ts";
import { putVarint, putZigzag64, readVarint, readZigzag64, varintBytes } from "../wire/varint.ts";
import { NO_RESULT } from "./interpreted-shapes.ts";
import { keyGuard } from "./key-guard.ts";
import { unfit } from "./unfit.ts";
import { keepField, type UnknownField, unknownFields, writeKept } from "./unknown-fields.ts";

/** Room for `size` bytes at `p`; what stands before `p` is kept. */
function grow(w: ByteWriter, p: number, size: number): Buffer {
  w.pos = p;
  return w.reserve(size);
}

/** Room for a string and `rest` bytes. A long string is measured first: three bytes a character may be far too much. */
function growForText(w: ByteWriter, p: number, s: string, rest: number): Buffer {
  return grow(w, p, (s.length < 1024 ? s.length * 3 : Buffer.byteLength(s)) + rest);
}

/** Length as varint, then the bytes. */
function putCompactText(b: Buffer, p: number, s: string): number {
  const length = s.length;
  const guess = length < 128 ? 1 : varintBytes(length);
  const bytes = putUtf8(b, p + guess, s);
  if (bytes === length) return guess === 1 ? putShortLength(b, p, bytes) : putVarint(b, p, bytes) + bytes;
  return putMovedText(b, p, guess, bytes);
}

function putShortLength(b: Buffer, p: number, bytes: number): number {
  b[p] = bytes;
  return p + 1 + bytes;
}

/** The text stands `guess` bytes after `p`; its length may need more. */
function putMovedText(b: Buffer, p: number, guess: number, bytes: number): number {
  if (bytes < 0) unfit();
  const head = varintBytes(bytes);
  if (head !== guess) b.copyWithin(p + head, p + guess, p + guess + bytes);
  return putVarint(b, p, bytes) + bytes;
}

function putBinaryText(b: Buffer, p: number, s: string): number {
  const bytes = putUtf8(b, p + 4, s);
  if (bytes < 0) unfit();
  put32(b, p, bytes);
  return p + 4 + bytes;
}

/** A field's head in compact where the step from the last field is not known or not 1 to 15. */
function putFieldHead(b: Buffer, p: number, id: number, last: number, ctype: number): number {
  const step = id - last;
  if (step > 0 && step < 16) {
    b[p] = (step << 4) | ctype;
    return p + 1;
  }
  b[p] = ctype;
  return putVarint(b, p + 1, ((id << 1) ^ (id >> 31)) >>> 0);
}

function putZigzagBigint(b: Buffer, p: number, v: bigint): number {
  i64[0] = v;
  return putZigzag64(b, p, i32[HIGH]!, i32[LOW]!);
}

function putZigzagNumber(b: Buffer, p: number, v: number): number {
  const high = Math.floor(v / HALF);
  return putZigzag64(b, p, high, v - high * HALF);
}

function putNumber64(b: Buffer, p: number, v: number): number {
  const high = Math.floor(v / HALF);
  put32(b, p, high);
  put32(b, p + 4, v - high * HALF);
  return p + 8;
}

function floatBits(v: number): number {
  f32[0] = v;
  return i32[0]!;
}

function isI64Text(v: unknown): boolean {
  return typeof v === "string" && /^-?\d{1,19}$/.test(v) && BigInt.asIntN(64, BigInt(v)) === BigInt(v);
}

function getText(b: Buffer, p: number, length: number, r: ByteReader): string {
  return getUtf8(b, p, p + length, r.utf8);
}

function getBytes(b: Buffer, p: number, length: number, r: ByteReader): Buffer {
  return takeBytes(b, p, length, r.lasting);
}

function getView(b: Buffer, p: number, length: number): Buffer {
  return b.subarray(p, p + length);
}

function getDoubleLittle(b: Buffer, p: number): number {
  i32[LOW] = b[p]! | (b[p + 1]! << 8) | (b[p + 2]! << 16) | (b[p + 3]! << 24);
  i32[HIGH] = b[p + 4]! | (b[p + 5]! << 8) | (b[p + 6]! << 16) | (b[p + 7]! << 24);
  return f64[0]!;
}

function getDoubleBig(b: Buffer, p: number): number {
  i32[HIGH] = get32(b, p);
  i32[LOW] = get32(b, p + 4);
  return f64[0]!;
}

function getFloat(b: Buffer, p: number): number {
  i32[0] = get32(b, p);
  return f32[0]!;
}

function bigintOfHalves(high: number, low: number): bigint {
  i32[HIGH] = high;
  i32[LOW] = low;
  return i64[0]!;
}

/** Throws DecodeError beyond the safe integers, of which -2^53 is none. */
function numberOfHalves(high: number, low: number, p: number): number {
  if (high > 0x1fffff || high < -0x200000 || (high === -0x200000 && low === 0)) {
    invalid(`i64 ${bigintOfHalves(high, low)}, which is no safe integer for a field read as number,`, p);
  }
  return high * HALF + low;
}

function get64_bigint(b: Buffer, p: number): bigint {
  return bigintOfHalves(get32(b, p), get32(b, p + 4));
}

function get64_number(b: Buffer, p: number): number {
  return numberOfHalves(get32(b, p), get32(b, p + 4) >>> 0, p);
}

function get64_string(b: Buffer, p: number): string {
  return get64_bigint(b, p).toString();
}

function readZigzag_bigint(r: ByteReader): bigint {
  readZigzag64(r);
  return i64[0]!;
}

function readZigzag_number(r: ByteReader): number {
  readZigzag64(r);
  return numberOfHalves(i32[HIGH]!, i32[LOW]! >>> 0, r.pos);
}

function readZigzag_string(r: ByteReader): string {
  return readZigzag_bigint(r).toString();
}

function readFieldId(r: ByteReader): number {
  const z = readVarint(r);
  const id = (z >>> 1) ^ -(z & 1);
  return (id << 16) >> 16 === id ? id : notI16(id, r.pos);
}

function notI16(value: number, p: number): never {
  invalid(`${value} is not an i16`, p);
}

function negative(value: number, p: number): never {
  invalid(`negative length ${value}`, p);
}

function badLength(r: ByteReader, length: number, p: number): never {
  if (length > r.maxStringBytes) tooLong(length, r.maxStringBytes, p);
  incomplete(length, p, r.end);
}

function mismatched(p: number): never {
  invalid("container with elements of another type than the schema's", p);
}

function missing(type: { readonly name: string }, field: Field): never {
  throw new DecodeError("invalid", `${type.name}.${field.name}: required field is missing`);
}

type Kept = UnknownField[] | undefined;

/** Passes over a field that the text does not read, or keeps it; leaves the reader after it. */
function unknownField(
  r: ByteReader,
  encoding: Encoding,
  id: number,
  type: number,
  depth: number,
  kept: Kept,
  keep: boolean,
): Kept {
  if (keep) return keepField(encoding, r, id, type, depth, kept);
  encoding.skip(r, type, depth, true);
  return kept;
}

type UnknownFieldReader = (
  r: ByteReader,
  p: number,
  encoding: Encoding,
  id: number,
  type: number,
  depth: number,
  kept: Kept,
  keep: boolean,
) => Kept;

const unknownBinaryField: UnknownFieldReader = (r, p, encoding, id, type, depth, kept, keep) => {
  r.pos = p;
  if (!(BINARY_MIN_BYTES[type]! > 0)) invalid(`unknown type ${type}`, p);
  return unknownField(r, encoding, id, type, depth, kept, keep);
};

function compactFieldReader(ttypes: Uint8Array): UnknownFieldReader {
  return (r, p, encoding, id, ctype, depth, kept, keep) => {
    r.pos = p;
    r.flag = ctype === 1;
    const type = ttypes[ctype]! || invalid(`unknown type ${ctype}`, p);
    if (id > 32767) notI16(id, p);
    return unknownField(r, encoding, id, type, depth, kept, keep);
  };
}

/** By the names that the text uses. */
export const runtime: Readonly<Record<string, unknown>> = {
  BigInt,
  HIGH,
  LOW,
  Map,
  NO_RESULT,
  Promise,
  Set,
  Uint8Array,
  asIntN: BigInt.asIntN,
  badLength,
  emptyBinary: Buffer.alloc(0),
  emptyList: Object.freeze([]),
  emptyMap: new Map(),
  emptySet: new Set(),
  f64,
  floatBits,
  get32,
  keyGuard,
  get64_bigint,
  get64_number,
  get64_string,
  getBytes,
  getDoubleBig,
  getDoubleLittle,
  getFloat,
  getText,
  getUuid,
  getView,
  grow,
  growForText,
  hasEnumerable: (v: object, key: string) => Object.prototype.propertyIsEnumerable.call(v, key),
  hasOwn: Object.hasOwn,
  i32,
  i64,
  incomplete,
  initialValue,
  isArray: Array.isArray,
  isI64Text,
  isSafeInteger: Number.isSafeInteger,
  isUuid,
  mismatched,
  missing,
  negative,
  notI16,
  put32,
  putBinaryText,
  putBytes,
  putCompactText,
  putFieldHead,
  putNumber64,
  putUuid,
  putVarint,
  putZigzagBigint,
  putZigzagNumber,
  readFieldId,
  readVarint,
  readZigzag_bigint,
  readZigzag_number,
  readZigzag_string,
  setOwn,
  tooDeep,
  tooHeavy,
  tooMany,
  unfit,
  unknownBinaryField,
  unknownCompactField: compactFieldReader(thriftTypes("apache")),
  unknownFbField: compactFieldReader(thriftTypes("fb")),
  unknownFields,
  writeKept,
};
