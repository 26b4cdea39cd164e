/**
 * Values in Thrift's compact protocol: varints, and field ids as steps from the field before. It knows no messages.
 *
 *     field      | step 1..15 u4, type u4 | value |     or | 0 u4, type u4 | id zigzag varint | value |
 *                a struct ends with 0; a boolean's value is its type in the field's head
 *     string     | length varint | bytes |
 *     list, set  | size 0..14 u4, element type u4 |     or | 15 u4, element type u4 | size varint |
 *     map        | size varint | key type u4, value type u4 |     an empty one is a single 0
 *     integers   zigzag varint, but i8 one byte; double 8 bytes in the dialect's order
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
import type { Buffer } from "node:buffer";
import { EncodeError } from "../errors/errors.ts";
import { get32, put32 } from "../wire/big-endian.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { f32, f64, HIGH, i32, i64, LOW } from "../wire/number64.ts";
import { getUtf8, MAX_UTF8_BYTES_PER_CHARACTER, putUtf8 } from "../wire/utf8.ts";
import { getUuid, putUuid, UUID_BYTES } from "../wire/uuid.ts";
import {
  MAX_VARINT32_BYTES,
  MAX_VARINT64_BYTES,
  putVarint,
  putZigzag64,
  readVarint,
  readZigzag64,
  varintBytes,
} from "../wire/varint.ts";
import { type CompactDialect, CType, compactTypes, thriftTypes } from "./compact-types.ts";
import { incomplete, invalid, tooDeep, tooLong, tooMany } from "./failures.ts";
import type { Encoding } from "./protocol.ts";
import { TType } from "./types.ts";

/** Fewest bytes of an element, by the dialect's own type. */
// biome-ignore format: a table
export const compactMinBytes = (dialect: CompactDialect): Uint8Array =>
  Uint8Array.of(0, 1, 1, 1, 1, 1, 1, 8, 1, 1, 1, 1, 1, dialect === "apache" ? 16 : 4, 0, 0);

const nothing = (): void => {};

function take(r: ByteReader, size: number): number {
  const p = r.pos;
  if (!(size <= r.end - p)) incomplete(size, p, r.end);
  r.pos = p + size;
  return p;
}

function takeText(r: ByteReader): number {
  const at = r.pos;
  const length = readVarint(r);
  if (length > r.maxStringBytes) tooLong(length, r.maxStringBytes, at);
  return take(r, length);
}

function writeByte(w: ByteWriter, value: number): void {
  w.reserve(1)[w.pos++] = value;
}

function writeVarint(w: ByteWriter, value: number): void {
  w.pos = putVarint(w.reserve(MAX_VARINT32_BYTES), w.pos, value);
}

function writeZigzag(w: ByteWriter, value: number): void {
  writeVarint(w, ((value << 1) ^ (value >> 31)) >>> 0);
}

function readZigzag(r: ByteReader): number {
  const z = readVarint(r);
  return (z >>> 1) ^ -(z & 1);
}

function readI16(r: ByteReader): number {
  const at = r.pos;
  const value = readZigzag(r);
  if ((value << 16) >> 16 !== value) invalid(`${value} is not an i16`, at);
  return value;
}

function writeString(w: ByteWriter, value: string): void {
  const b = w.reserve(MAX_VARINT32_BYTES + value.length * MAX_UTF8_BYTES_PER_CHARACTER);
  const guess = varintBytes(value.length);
  const bytes = putUtf8(b, w.pos + guess, value);
  const head = varintBytes(bytes);
  if (head !== guess) b.copyWithin(w.pos + head, w.pos + guess, w.pos + guess + bytes);
  w.pos = putVarint(b, w.pos, bytes) + bytes;
}

function writeBinary(w: ByteWriter, value: Uint8Array): void {
  writeVarint(w, value.length);
  w.reserve(value.length).set(value, w.pos);
  w.pos += value.length;
}

function readBinary(r: ByteReader): Buffer {
  const start = takeText(r);
  return r.buf.subarray(start, r.pos);
}

function putHalves(b: Buffer, p: number, first: number, second: number, bigEndian: boolean): void {
  put32(b, p, bigEndian ? first : swap(second));
  put32(b, p + 4, bigEndian ? second : swap(first));
}

/** The same four bytes in the other order. */
function swap(v: number): number {
  return ((v & 255) << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24);
}

/** The encoding of one dialect. */
class CompactEncoding implements Encoding {
  readonly #dialect: CompactDialect;
  readonly #ctypes: Uint8Array;
  readonly #ttypes: Uint8Array;
  readonly #minBytes: Uint8Array;

  readonly textual = false;
  readonly writeStructBegin = nothing;
  readonly writeFieldEnd = nothing;
  readonly writeListEnd = nothing;
  readonly writeMapEnd = nothing;
  readonly writeElementBegin = nothing;
  readonly writeKeyBegin = nothing;
  readonly writeKeyEnd = nothing;
  readonly writeI8 = writeByte;
  readonly writeI16 = writeZigzag;
  readonly writeI32 = writeZigzag;
  readonly writeString = writeString;
  readonly writeBinary = writeBinary;
  readonly readStructBegin = nothing;
  readonly readStructEnd = nothing;
  readonly readFieldEnd = nothing;
  readonly readListEnd = nothing;
  readonly readMapEnd = nothing;
  readonly readElementBegin = nothing;
  readonly readKeyBegin = nothing;
  readonly readKeyEnd = nothing;
  readonly readI16 = readI16;
  readonly readI32 = readZigzag;
  readonly readBinary = readBinary;

  constructor(dialect: CompactDialect) {
    this.#dialect = dialect;
    this.#ctypes = compactTypes(dialect);
    this.#ttypes = thriftTypes(dialect);
    this.#minBytes = compactMinBytes(dialect);
  }

  lacks(type: number): boolean {
    return this.#ctypes[type] === 0;
  }

  writeStructEnd(w: ByteWriter): void {
    writeByte(w, CType.STOP);
  }

  writeFieldBegin(w: ByteWriter, type: number, id: number, lastId: number): void {
    this.#writeHead(w, this.#ctype(type), id, lastId);
  }

  writeBoolField(w: ByteWriter, value: boolean, id: number, lastId: number): void {
    this.#writeHead(w, value ? CType.TRUE : CType.FALSE, id, lastId);
  }

  #writeHead(w: ByteWriter, ctype: number, id: number, lastId: number): void {
    const step = id - lastId;
    if (step > 0 && step < 16) return writeByte(w, (step << 4) | ctype);
    writeByte(w, ctype);
    writeZigzag(w, id);
  }

  /** This dialect's number of a type. Throws EncodeError for one that it lacks. */
  #ctype(type: number): number {
    const ctype = this.#ctypes[type]!;
    if (ctype === 0)
      throw new EncodeError("compact", `dialect ${this.#dialect} has no ${type === TType.UUID ? "uuid" : "float"}`);
    return ctype;
  }

  writeListBegin(w: ByteWriter, elementType: number, size: number): void {
    const ctype = this.#ctype(elementType);
    if (size < 15) return writeByte(w, (size << 4) | ctype);
    writeByte(w, 0xf0 | ctype);
    writeVarint(w, size);
  }

  writeSetBegin(w: ByteWriter, elementType: number, size: number): void {
    this.writeListBegin(w, elementType, size);
  }

  writeMapBegin(w: ByteWriter, keyType: number, valueType: number, size: number): void {
    const types = (this.#ctype(keyType) << 4) | this.#ctype(valueType);
    writeVarint(w, size);
    if (size > 0) writeByte(w, types);
  }

  writeBool(w: ByteWriter, value: boolean): void {
    writeByte(w, value ? CType.TRUE : CType.FALSE);
  }

  writeI64(w: ByteWriter, value: bigint): void {
    i64[0] = value;
    w.pos = putZigzag64(w.reserve(MAX_VARINT64_BYTES), w.pos, i32[HIGH]!, i32[LOW]!);
  }

  writeDouble(w: ByteWriter, value: number): void {
    f64[0] = value;
    putHalves(w.reserve(8), w.pos, i32[HIGH]!, i32[LOW]!, this.#dialect === "fb");
    w.pos += 8;
  }

  writeFloat(w: ByteWriter, value: number): void {
    this.#ctype(TType.FLOAT);
    f32[0] = value;
    put32(w.reserve(4), w.pos, i32[0]!);
    w.pos += 4;
  }

  writeUuid(w: ByteWriter, value: string): void {
    this.#ctype(TType.UUID);
    putUuid(w.reserve(UUID_BYTES), w.pos, value);
    w.pos += UUID_BYTES;
  }

  readFieldBegin(r: ByteReader, lastId: number): number {
    const at = take(r, 1);
    const head = r.buf[at]!;
    if (head === CType.STOP) return 0;
    const id = head > 15 ? lastId + (head >> 4) : readI16(r);
    if (id > 32767) invalid(`field id ${id} is not an i16`, at);
    r.flag = (head & 15) === CType.TRUE;
    return id * 256 + this.#ttype(head & 15, at);
  }

  #ttype(ctype: number, at: number): number {
    return this.#ttypes[ctype] || invalid(`unknown type ${ctype}`, at);
  }

  readBoolField(r: ByteReader): boolean {
    return r.flag;
  }

  readListBegin(r: ByteReader): number {
    const at = take(r, 1);
    const head = r.buf[at]!;
    const size = head >> 4 < 15 ? head >> 4 : readVarint(r);
    const minBytes = this.#minBytes[head & 15]!;
    if (size * minBytes > r.end - r.pos) tooMany(size, minBytes, at, r.end);
    return size === 0 ? 0 : size * 256 + this.#ttype(head & 15, at);
  }

  readMapBegin(r: ByteReader): number {
    const at = r.pos;
    const size = readVarint(r);
    if (size === 0) return 0;
    const types = r.buf[take(r, 1)]!;
    const minBytes = this.#minBytes[types >> 4]! + this.#minBytes[types & 15]!;
    if (size * minBytes > r.end - r.pos) tooMany(size, minBytes, at, r.end);
    return size * 65536 + this.#ttype(types >> 4, at) * 256 + this.#ttype(types & 15, at);
  }

  /** 1 is true; 0 and 2 are both in use for false. */
  readBool(r: ByteReader): boolean {
    return r.buf[take(r, 1)] === CType.TRUE;
  }

  readI8(r: ByteReader): number {
    return (r.buf[take(r, 1)]! << 24) >> 24;
  }

  readI64(r: ByteReader): bigint {
    readZigzag64(r);
    return i64[0]!;
  }

  readDouble(r: ByteReader): number {
    const at = take(r, 8);
    const first = get32(r.buf, at);
    const second = get32(r.buf, at + 4);
    i32[HIGH] = this.#dialect === "fb" ? first : swap(second);
    i32[LOW] = this.#dialect === "fb" ? second : swap(first);
    return f64[0]!;
  }

  readFloat(r: ByteReader): number {
    i32[0] = get32(r.buf, take(r, 4));
    return f32[0]!;
  }

  readString(r: ByteReader): string {
    const start = takeText(r);
    return getUtf8(r.buf, start, r.pos, r.utf8);
  }

  readUuid(r: ByteReader): string {
    return getUuid(r.buf, take(r, UUID_BYTES));
  }

  skip(r: ByteReader, type: number, depth: number, field: boolean): void {
    switch (type) {
      case TType.BOOL:
        if (!field) take(r, 1);
        return;
      case TType.I8:
        take(r, 1);
        return;
      case TType.I16:
      case TType.I32:
        readVarint(r);
        return;
      case TType.I64:
        return readZigzag64(r);
      case TType.DOUBLE:
        take(r, 8);
        return;
      case TType.FLOAT:
        take(r, 4);
        return;
      case TType.UUID:
        take(r, UUID_BYTES);
        return;
      case TType.STRING:
        takeText(r);
        return;
      default:
        if (depth <= 0) tooDeep(r.maxDepth, r.pos);
        this.#skipNested(r, type, depth - 1);
    }
  }

  #skipNested(r: ByteReader, type: number, depth: number): void {
    if (type === TType.STRUCT) return this.#skipStruct(r, depth);
    const head = type === TType.MAP ? this.readMapBegin(r) : this.readListBegin(r);
    const size = Math.floor(head / (type === TType.MAP ? 65536 : 256));
    for (let i = 0; i < size; i++) {
      if (type === TType.MAP) this.skip(r, (head >> 8) & 255, depth, false);
      this.skip(r, head & 255, depth, false);
    }
  }

  #skipStruct(r: ByteReader, depth: number): void {
    let field = this.readFieldBegin(r, 0);
    while (field !== 0) {
      this.skip(r, field & 255, depth, true);
      field = this.readFieldBegin(r, field >> 8);
    }
  }
}

/** Reads and writes values as `dialect` has them. */
export function compactEncoding(dialect: CompactDialect): Encoding {
  return new CompactEncoding(dialect);
}
