/**
 * THeader, Apache's and fbthrift's: a frame that carries string headers before the message. Knows the layout both ways; what
 * the message and the headers mean is not its matter.
 *
 *   | u32 LENGTH | u16 0x0FFF | u16 FLAGS | i32 SEQ | u16 WORDS | header: 4 * WORDS bytes | payload |
 *   header: varint protocol id | varint n | n transform ids | info blocks | zeros up to a word
 *   info block 1 (and 2, fbthrift's persistent ones): varint id | varint n | n times (varint length, key, varint length, value)
 *
 * LENGTH counts what follows it. Readers take any number of zeros as padding, for Apache writes 0 to 3 and fbthrift 1 to 4.
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/HeaderFormat.md
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { HeaderBytes, MAX_FRAME_HEADERS } from "./header-bytes.ts";
import { applyTransforms, MAX_TRANSFORMS, undoTransforms } from "./header-transforms.ts";

export const HEADER_MAGIC = 0x0fff;
/** FLAGS: replies may come in another order than the requests. */
export const OUT_OF_ORDER = 0x01;
/** LENGTH to WORDS. */
export const HEADER_FIXED_BYTES = 14;
/** C++ refuses a header of 64 KiB. */
const MAX_HEADER_WORDS = 16_383;
/** The headers of frames that have none. */
const NO_HEADERS: ReadonlyMap<string, string> = new Map();
const INFO_KEY_VALUE = 1;
const INFO_PERSISTENT = 2;

export const HeaderProtocol = { BINARY: 0, COMPACT: 2 } as const;

export interface HeaderFrame {
  readonly flags: number;
  /** The frame's number. Apache's libraries repeat the message's seqid here; fbthrift's clients number frames only, and write 0 into messages. */
  readonly seqid: number;
  /** One of `HeaderProtocol`. */
  readonly protocolId: number;
  /** As they came, to answer in kind. */
  readonly transforms: readonly number[];
  readonly headers: ReadonlyMap<string, string>;
  /** fbthrift's, valid for all later frames of the connection. */
  readonly persistentHeaders: ReadonlyMap<string, string>;
  /** The message; a view of the received bytes if there are no transforms. */
  readonly payload: Buffer;
}

/** What a frame says beside its message. */
export interface HeaderOptions {
  readonly flags?: number;
  readonly seqid: number;
  readonly protocolId: number;
  readonly transforms?: readonly number[];
  readonly headers?: ReadonlyMap<string, string> | undefined;
}

/** Begins a frame and writes its header; the message follows, then `closeHeader`. Returns where the frame starts. Throws RangeError for headers of more than 64 KiB, which none are that were judged. */
export function openHeader(
  w: ByteWriter,
  { flags = 0, seqid, protocolId, transforms = [], headers }: HeaderOptions,
): number {
  const start = w.pos;
  const buf = w.reserve(HEADER_FIXED_BYTES);
  buf.writeUInt16BE(HEADER_MAGIC, start + 4);
  buf.writeUInt16BE(flags, start + 6);
  buf.writeInt32BE(seqid, start + 8);
  w.pos = start + HEADER_FIXED_BYTES;
  writeVarint(w, protocolId);
  writeVarint(w, transforms.length);
  for (const id of transforms) writeVarint(w, id);
  if (headers !== undefined && headers.size > 0) writeInfo(w, headers);
  padToWord(w, start + HEADER_FIXED_BYTES);
  const words = (w.pos - start - HEADER_FIXED_BYTES) / 4;
  if (words > MAX_HEADER_WORDS) throw new RangeError(`headers of ${words * 4} bytes, limit ${MAX_HEADER_WORDS * 4}`);
  w.buf.writeUInt16BE(words, start + 12);
  return start;
}

/** Transforms the message of the frame begun at `start` and fills in the length. */
export function closeHeader(w: ByteWriter, start: number, transforms: readonly number[] = []): void {
  if (transforms.length > 0) {
    const payload = start + HEADER_FIXED_BYTES + 4 * w.buf.readUInt16BE(start + 12);
    const packed = applyTransforms(transforms, w.view(payload));
    w.pos = payload;
    packed.copy(w.reserve(packed.length), payload);
    w.pos += packed.length;
  }
  w.buf.writeUInt32BE(w.pos - start - 4, start);
}

/** Reads the frame in [start, end), LENGTH not included. `maxBytes` bounds the payload before and after its transforms. Throws DecodeError or BAD_TRANSFORM. */
export function readHeader(buf: Buffer, start: number, end: number, maxBytes: number): HeaderFrame {
  if (end - start < HEADER_FIXED_BYTES - 4)
    throw new DecodeError(
      "incomplete",
      `header frame of ${end - start} bytes, at least ${HEADER_FIXED_BYTES - 4} needed`,
    );
  if (buf.readUInt16BE(start) !== HEADER_MAGIC)
    throw new DecodeError("invalid", `header frame with magic 0x${buf.readUInt16BE(start).toString(16)}`);
  const headerStart = start + HEADER_FIXED_BYTES - 4;
  const headerEnd = headerStart + 4 * buf.readUInt16BE(start + 8);
  if (headerEnd > end)
    throw new DecodeError(
      "invalid",
      `header of ${headerEnd - headerStart} bytes in a frame with ${end - headerStart} left`,
    );
  const bytes = new HeaderBytes(buf, headerStart, headerEnd);
  const protocolId = bytes.varint();
  const transforms = readTransforms(bytes);
  const { headers, persistentHeaders } = readInfo(bytes);
  const packed = buf.subarray(headerEnd, end);
  const payload = transforms.length === 0 ? packed : undoTransforms(transforms, packed, maxBytes);
  return {
    flags: buf.readUInt16BE(start + 2),
    seqid: buf.readInt32BE(start + 4),
    protocolId,
    transforms,
    headers,
    persistentHeaders,
    payload,
  };
}

function readTransforms(bytes: HeaderBytes): number[] {
  const count = bytes.varint();
  if (count > MAX_TRANSFORMS) throw new DecodeError("limit", `${count} header transforms, limit ${MAX_TRANSFORMS}`);
  return Array.from({ length: count }, () => bytes.varint());
}

/** Blocks of an unknown kind have no length that could be passed over: what follows the first is padding to us, as to Apache. */
function readInfo(bytes: HeaderBytes): Pick<HeaderFrame, "headers" | "persistentHeaders"> {
  let headers: Map<string, string> | undefined;
  let persistent: Map<string, string> | undefined;
  for (let count = 0; bytes.left > 0; ) {
    const kind = bytes.varint();
    if (kind === INFO_KEY_VALUE) count += readKeyValues(bytes, (headers ??= new Map()), count);
    else if (kind === INFO_PERSISTENT) count += readKeyValues(bytes, (persistent ??= new Map()), count);
    else break;
  }
  return { headers: headers ?? NO_HEADERS, persistentHeaders: persistent ?? NO_HEADERS };
}

/** How many there are in one block; `before`: in those before it. */
function readKeyValues(bytes: HeaderBytes, into: Map<string, string>, before: number): number {
  const count = bytes.varint();
  if (before + count > MAX_FRAME_HEADERS || count * 2 > bytes.left)
    throw new DecodeError("limit", `${before + count} headers in ${bytes.left} bytes, limit ${MAX_FRAME_HEADERS}`);
  for (let i = 0; i < count; i++) {
    const key = bytes.text(bytes.varint());
    into.set(key, bytes.text(bytes.varint()));
  }
  return count;
}

function writeInfo(w: ByteWriter, headers: ReadonlyMap<string, string>): void {
  writeVarint(w, INFO_KEY_VALUE);
  writeVarint(w, headers.size);
  for (const [key, value] of headers) {
    writeText(w, key);
    writeText(w, value);
  }
}

function writeText(w: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text);
  writeVarint(w, length);
  w.reserve(length).write(text, w.pos, length);
  w.pos += length;
}

function writeVarint(w: ByteWriter, value: number): void {
  const buf = w.reserve(5);
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) buf[w.pos++] = (rest & 0x7f) | 0x80;
  buf[w.pos++] = rest;
}

function padToWord(w: ByteWriter, headerStart: number): void {
  const buf = w.reserve(3);
  while ((w.pos - headerStart) % 4 !== 0) buf[w.pos++] = 0;
}
