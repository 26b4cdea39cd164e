/** Optional fields of metadata structs, written if they are there: each function returns the last field id written. Knows shapes, not meanings. */
import { DecodeError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { Encoding } from "../../protocol/protocol.ts";
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { METADATA_DEPTH } from "./metadata-form.ts";

/** More headers than this are a mistake or an attack. */
const MAX_HEADERS = 1024;

export function writeI32Field(
  e: Encoding,
  w: ByteWriter,
  value: number | undefined,
  id: number,
  lastId: number,
): number {
  if (value === undefined) return lastId;
  e.writeFieldBegin(w, TType.I32, id, lastId);
  e.writeI32(w, value);
  e.writeFieldEnd(w);
  return id;
}

export function writeI64Field(
  e: Encoding,
  w: ByteWriter,
  value: bigint | undefined,
  id: number,
  lastId: number,
): number {
  if (value === undefined) return lastId;
  e.writeFieldBegin(w, TType.I64, id, lastId);
  e.writeI64(w, value);
  e.writeFieldEnd(w);
  return id;
}

export function writeStringField(
  e: Encoding,
  w: ByteWriter,
  value: string | undefined,
  id: number,
  lastId: number,
): number {
  if (value === undefined) return lastId;
  e.writeFieldBegin(w, TType.STRING, id, lastId);
  e.writeString(w, value);
  e.writeFieldEnd(w);
  return id;
}

/** Nothing is written for a map without entries. */
export function writeHeadersField(
  e: Encoding,
  w: ByteWriter,
  headers: CallHeaders | undefined,
  id: number,
  lastId: number,
): number {
  if (headers === undefined || headers.size === 0) return lastId;
  e.writeFieldBegin(w, TType.MAP, id, lastId);
  e.writeMapBegin(w, TType.STRING, TType.STRING, headers.size);
  for (const [key, value] of headers) {
    e.writeKeyBegin(w, TType.STRING);
    e.writeString(w, key);
    e.writeKeyEnd(w, TType.STRING);
    e.writeString(w, value);
  }
  e.writeMapEnd(w);
  e.writeFieldEnd(w);
  return id;
}

/** Writes struct field `id`: `fields` writes what is in it. */
export function writeStructField(e: Encoding, w: ByteWriter, id: number, lastId: number, fields?: () => void): number {
  e.writeFieldBegin(w, TType.STRUCT, id, lastId);
  e.writeStructBegin(w);
  fields?.();
  e.writeStructEnd(w);
  e.writeFieldEnd(w);
  return id;
}

/** Reads a struct's fields; `field` reads the value of the one named by `id << 8 | type` and returns true, or returns false to have it passed over. */
export function readFields(e: Encoding, r: ByteReader, field: (tag: number) => boolean): void {
  e.readStructBegin(r);
  for (let tag = e.readFieldBegin(r, 0); tag !== 0; tag = e.readFieldBegin(r, tag >> 8)) {
    if (!field(tag)) e.skip(r, tag & 0xff, METADATA_DEPTH, true);
    e.readFieldEnd(r);
  }
  e.readStructEnd(r);
}

/** Reads a map of strings, also the empty one that says no types. Throws DecodeError, also above 1,024 entries. */
export function readHeaders(e: Encoding, r: ByteReader): Map<string, string> {
  const head = e.readMapBegin(r);
  const size = Math.floor(head / 65_536);
  if (size > MAX_HEADERS) throw new DecodeError("limit", `${size} headers, limit ${MAX_HEADERS}`);
  if (size > 0 && (head & 0xffff) !== ((TType.STRING << 8) | TType.STRING))
    throw new DecodeError("invalid", "headers that are not a map of strings");
  const headers = new Map<string, string>();
  for (let i = 0; i < size; i++) {
    e.readKeyBegin(r, TType.STRING);
    const key = e.readString(r);
    e.readKeyEnd(r, TType.STRING);
    headers.set(key, e.readString(r));
  }
  e.readMapEnd(r);
  return headers;
}
