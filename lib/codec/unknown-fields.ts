/**
 * Fields that came with a struct and that its schema does not know: kept as bytes on request, under a symbol, and written
 * again with the struct, in another protocol too.
 */
import { Buffer, isUtf8 } from "node:buffer";
import { tooHeavy } from "../protocol/failures.ts";
import type { Encoding } from "../protocol/protocol.ts";
import { TType } from "../protocol/types.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { KEPT_FIELD_BYTES } from "./memory.ts";

/**
 * Own property of a struct, union or exception decoded with `keepUnknown`: its unknown fields in the order of the wire. Copying
 * a struct with `{ ...struct }` takes them along; deleting the property forgets them.
 */
export const unknownFields: unique symbol = Symbol("unknownFields");

/** One unknown field: its value as bytes of `encoding`, in a buffer of its own. */
export interface UnknownField {
  readonly id: number;
  /** A `TType`. */
  readonly type: number;
  readonly encoding: Encoding;
  readonly bytes: Buffer;
}

/** Reads the value of a field of `type`, whose head was just read, and adds it to `kept`. Returns the list, made if need be. */
export function keepField(
  encoding: Encoding,
  r: ByteReader,
  id: number,
  type: number,
  depth: number,
  kept: UnknownField[] = [],
): UnknownField[] {
  const start = r.pos;
  if ((r.room -= KEPT_FIELD_BYTES) < 0) tooHeavy(r.maxValueBytes, start);
  if (type === TType.BOOL) {
    kept.push({ id, type, encoding, bytes: Buffer.of(encoding.readBoolField(r) ? 1 : 0) });
  } else {
    encoding.skip(r, type, depth, true);
    kept.push({ id, type, encoding, bytes: Buffer.from(r.buf.subarray(start, r.pos)) });
  }
  return kept;
}

/** Writes kept fields after field `lastId`. */
export function writeKept(encoding: Encoding, w: ByteWriter, kept: readonly UnknownField[], lastId: number): void {
  let last = lastId;
  for (const field of kept) {
    writeField(encoding, w, field, last);
    last = field.id;
  }
}

function writeField(encoding: Encoding, w: ByteWriter, field: UnknownField, lastId: number): void {
  if (field.type === TType.BOOL) return encoding.writeBoolField(w, field.bytes[0] === 1, field.id, lastId);
  encoding.writeFieldBegin(w, field.type, field.id, lastId);
  if (encoding === field.encoding) copy(w, field.bytes);
  else translate(encoding, w, field);
  encoding.writeFieldEnd(w);
}

function copy(w: ByteWriter, bytes: Buffer): void {
  w.reserve(bytes.length).set(bytes, w.pos);
  w.pos += bytes.length;
}

function translate(to: Encoding, w: ByteWriter, field: UnknownField): void {
  const r = new ByteReader();
  r.reset(field.bytes, 0, field.bytes.length);
  translateValue(field.encoding, r, to, w, field.type);
}

/** Copies one value between encodings; its nesting was checked when it was kept. */
function translateValue(from: Encoding, r: ByteReader, to: Encoding, w: ByteWriter, type: number): void {
  switch (type) {
    case TType.BOOL:
      return to.writeBool(w, from.readBool(r));
    case TType.I8:
      return to.writeI8(w, from.readI8(r));
    case TType.I16:
      return to.writeI16(w, from.readI16(r));
    case TType.I32:
      return to.writeI32(w, from.readI32(r));
    case TType.I64:
      return to.writeI64(w, from.readI64(r));
    case TType.FLOAT:
      return to.writeFloat(w, from.readFloat(r));
    case TType.DOUBLE:
      return to.writeDouble(w, from.readDouble(r));
    case TType.UUID:
      return to.writeUuid(w, from.readUuid(r));
    case TType.STRING:
      return translateText(from, r, to, w);
    case TType.STRUCT:
      return translateStruct(from, r, to, w);
    case TType.MAP:
      return translateMap(from, r, to, w);
    default:
      return translateList(from, r, to, w, type);
  }
}

/** Bytes stay bytes. Where one side is text, they are a string if they can be, else binary. */
function translateText(from: Encoding, r: ByteReader, to: Encoding, w: ByteWriter): void {
  if (from.textual) return to.writeString(w, from.readString(r));
  const bytes = from.readBinary(r);
  if (to.textual && isUtf8(bytes)) to.writeString(w, bytes.toString());
  else to.writeBinary(w, bytes);
}

function translateStruct(from: Encoding, r: ByteReader, to: Encoding, w: ByteWriter): void {
  from.readStructBegin(r);
  to.writeStructBegin(w);
  let lastId = 0;
  for (let head = from.readFieldBegin(r, 0); head !== 0; head = from.readFieldBegin(r, lastId)) {
    const id = head >> 8;
    const type = head & 255;
    if (type === TType.BOOL) to.writeBoolField(w, from.readBoolField(r), id, lastId);
    else {
      to.writeFieldBegin(w, type, id, lastId);
      translateValue(from, r, to, w, type);
      to.writeFieldEnd(w);
    }
    from.readFieldEnd(r);
    lastId = id;
  }
  from.readStructEnd(r);
  to.writeStructEnd(w);
}

/** What an empty container does not say of its elements is written as string. */
function translateList(from: Encoding, r: ByteReader, to: Encoding, w: ByteWriter, type: number): void {
  const head = from.readListBegin(r);
  const size = Math.floor(head / 256);
  const element = head & 255 || TType.STRING;
  if (type === TType.SET) to.writeSetBegin(w, element, size);
  else to.writeListBegin(w, element, size);
  for (let i = 0; i < size; i++) {
    from.readElementBegin(r);
    to.writeElementBegin(w);
    translateValue(from, r, to, w, element);
  }
  from.readListEnd(r);
  to.writeListEnd(w);
}

function translateMap(from: Encoding, r: ByteReader, to: Encoding, w: ByteWriter): void {
  const head = from.readMapBegin(r);
  const size = Math.floor(head / 65536);
  const key = (head >> 8) & 255;
  const value = head & 255;
  to.writeMapBegin(w, key || TType.STRING, value || TType.STRING, size);
  for (let i = 0; i < size; i++) {
    from.readKeyBegin(r, key);
    to.writeKeyBegin(w, key);
    translateValue(from, r, to, w, key);
    from.readKeyEnd(r, key);
    to.writeKeyEnd(w, key);
    translateValue(from, r, to, w, value);
  }
  from.readMapEnd(r);
  to.writeMapEnd(w);
}
