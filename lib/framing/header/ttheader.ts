/**
 * TTHeader, Kitex's: like THeader, with fixed-width numbers and headers keyed by number. Knows the layout both ways, for unary
 * calls; streams (flag 0x02) are told apart, not spoken.
 *
 *   | u32 LENGTH | u16 0x1000 | u16 FLAGS | i32 SEQ | u16 WORDS | header: 4 * WORDS bytes | payload |
 *   header: u8 protocol id | u8 n | n transform ids, u8 each | info blocks | zeros up to a word
 *   0x01: u16 n | n times (u16 length, key, u16 length, value)
 *   0x10: u16 n | n times (u16 key, u16 length, value)
 *   0x11: u16 length | access token
 *
 * Spec: https://www.cloudwego.io/docs/kitex/reference/transport-protocol-ttheader/
 */
import { Buffer } from "node:buffer";
import { DecodeError, ThriftError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { HeaderBytes, MAX_FRAME_HEADERS } from "./header-bytes.ts";

export const TTHEADER_MAGIC = 0x1000;
/** FLAGS of a frame that belongs to a stream. */
export const TTHEADER_STREAMING = 0x02;
/** The one protocol id with an ordinary message as payload: Thrift's binary. Kitex itself tolerates 3 there. */
export const TTHEADER_BINARY = 0;
const TOLERATED_BINARY = 3;
/** LENGTH to WORDS. */
const FIXED_BYTES = 14;
/** Least bytes of a header in either kind of block: two numbers of 16 bits. */
const LEAST_BYTES = 4;
const INFO_PADDING = 0x00;
const INFO_KEY_VALUE = 0x01;
const INFO_NUMBERED = 0x10;
const INFO_TOKEN = 0x11;

/** Numbered headers with a meaning for us. */
export const TTHeaderKey = {
  FROM_SERVICE: 3,
  TO_SERVICE: 6,
  TO_METHOD: 9,
  LOG_ID: 2,
  RPC_TIMEOUT_MS: 12,
  CONNECT_TIMEOUT_MS: 17,
} as const;

export interface TTHeaderFrame {
  readonly flags: number;
  readonly seqid: number;
  readonly protocolId: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly numbered: ReadonlyMap<number, string>;
  /** The message: a view of the received bytes. */
  readonly payload: Buffer;
}

export interface TTHeaderOptions {
  readonly flags?: number;
  readonly seqid: number;
  readonly headers?: ReadonlyMap<string, string> | undefined;
  readonly numbered?: ReadonlyMap<number, string> | undefined;
}

/** Begins a frame with a binary message: it follows, then `closeTTHeader`. Returns where the frame starts. */
export function openTTHeader(w: ByteWriter, { flags = 0, seqid, headers, numbered }: TTHeaderOptions): number {
  const start = w.pos;
  const buf = w.reserve(FIXED_BYTES);
  buf.writeUInt16BE(TTHEADER_MAGIC, start + 4);
  buf.writeUInt16BE(flags, start + 6);
  buf.writeInt32BE(seqid, start + 8);
  w.pos = start + FIXED_BYTES;
  writeBytes(w, Buffer.of(TTHEADER_BINARY, 0));
  if (numbered !== undefined && numbered.size > 0) {
    writeInfoHead(w, INFO_NUMBERED, numbered.size);
    for (const [key, value] of numbered) {
      writeU16(w, key);
      writeText(w, value);
    }
  }
  if (headers !== undefined && headers.size > 0) {
    writeInfoHead(w, INFO_KEY_VALUE, headers.size);
    for (const [key, value] of headers) {
      writeText(w, key);
      writeText(w, value);
    }
  }
  while ((w.pos - start - FIXED_BYTES) % 4 !== 0) writeBytes(w, Buffer.of(0));
  const words = (w.pos - start - FIXED_BYTES) / 4;
  if (words > 0xffff) throw new RangeError(`headers of ${words * 4} bytes, limit ${0xffff * 4}`);
  w.buf.writeUInt16BE(words, start + 12);
  return start;
}

/** Fills in the length of the frame begun at `start`. */
export function closeTTHeader(w: ByteWriter, start: number): void {
  w.buf.writeUInt32BE(w.pos - start - 4, start);
}

/** Reads the frame in [start, end), LENGTH not included. Throws DecodeError; UNSUPPORTED for streams and payloads that are not a binary message. */
export function readTTHeader(buf: Buffer, start: number, end: number): TTHeaderFrame {
  if (end - start < FIXED_BYTES - 4)
    throw new DecodeError("incomplete", `TTHeader frame of ${end - start} bytes, at least ${FIXED_BYTES - 4} needed`);
  const flags = buf.readUInt16BE(start + 2);
  const headerStart = start + FIXED_BYTES - 4;
  const headerEnd = headerStart + 4 * buf.readUInt16BE(start + 8);
  if (headerEnd > end)
    throw new DecodeError(
      "invalid",
      `TTHeader of ${headerEnd - headerStart} bytes in a frame with ${end - headerStart} left`,
    );
  const bytes = new HeaderBytes(buf, headerStart, headerEnd);
  const protocolId = bytes.u8();
  checkSpoken(flags, protocolId, bytes.u8());
  const info = readInfo(bytes);
  return { flags, seqid: buf.readInt32BE(start + 4), protocolId, ...info, payload: buf.subarray(headerEnd, end) };
}

function checkSpoken(flags: number, protocolId: number, transforms: number): void {
  if ((flags & TTHEADER_STREAMING) !== 0)
    throw new ThriftError("UNSUPPORTED", "TTHeader stream: only unary calls are spoken");
  if (protocolId !== TTHEADER_BINARY && protocolId !== TOLERATED_BINARY)
    throw new ThriftError("UNSUPPORTED", `TTHeader protocol ${protocolId}, only ${TTHEADER_BINARY} (binary) is spoken`);
  if (transforms !== 0) throw new ThriftError("BAD_TRANSFORM", `TTHeader with ${transforms} transforms, none is known`);
}

function readInfo(bytes: HeaderBytes): { headers: Map<string, string>; numbered: Map<number, string> } {
  const headers = new Map<string, string>();
  const numbered = new Map<number, string>();
  let count = 0;
  while (bytes.left > 0) {
    const kind = bytes.u8();
    if (kind === INFO_PADDING) continue;
    if (kind === INFO_KEY_VALUE)
      count += repeat(bytes, count, () => headers.set(bytes.text(bytes.u16()), bytes.text(bytes.u16())));
    else if (kind === INFO_NUMBERED)
      count += repeat(bytes, count, () => numbered.set(bytes.u16(), bytes.text(bytes.u16())));
    else if (kind === INFO_TOKEN) bytes.text(bytes.u16());
    else throw new DecodeError("invalid", `TTHeader with an info block 0x${kind.toString(16)}`);
  }
  return { headers, numbered };
}

/** Reads one block, and says how many headers are in it; `before`: in those before it. */
function repeat(bytes: HeaderBytes, before: number, read: () => void): number {
  const count = bytes.u16();
  if (before + count > MAX_FRAME_HEADERS || count * LEAST_BYTES > bytes.left)
    throw new DecodeError("limit", `${before + count} headers in ${bytes.left} bytes, limit ${MAX_FRAME_HEADERS}`);
  for (let i = 0; i < count; i++) read();
  return count;
}

function writeInfoHead(w: ByteWriter, kind: number, count: number): void {
  writeBytes(w, Buffer.of(kind));
  writeU16(w, count);
}

/** Throws RangeError for a text above 65,535 bytes, which none is that was judged. */
function writeText(w: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text);
  writeU16(w, length);
  w.reserve(length).write(text, w.pos, length);
  w.pos += length;
}

function writeU16(w: ByteWriter, value: number): void {
  w.reserve(2).writeUInt16BE(value, w.pos);
  w.pos += 2;
}

function writeBytes(w: ByteWriter, bytes: Buffer): void {
  bytes.copy(w.reserve(bytes.length), w.pos);
  w.pos += bytes.length;
}
