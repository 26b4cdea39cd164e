/**
 * What every frame has in common: the length before it, the six bytes that begin it, and the optional metadata length.
 * Each frame type's own file adds its fixed part; none knows what metadata and data mean.
 *
 *    0        3            7         9
 *   +--------+------------+---------+-------------- - - -
 *   | u24    | u32        | u16     | fixed part of the type, then
 *   | length | stream id  | T  flags| [u24 metadata length | metadata] data
 *   +--------+------------+---------+-------------- - - -
 *
 * T is the type in the high six bits; the length counts what follows it. All integers are big-endian.
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#framing-format
 */
import { DecodeError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { Flag } from "./frame-type.ts";

/** Bytes of stream id, type and flags. */
export const HEAD_BYTES = 6;
const LENGTH_BYTES = 3;
/** Up to this many bytes are copied one by one. */
const SHORT_BYTES = 40;
const EMPTY: Buffer = Buffer.alloc(0);
/** The bits that no frame may set. */
const UNUSED_FLAGS = 0x1f;

/** A window over one received frame. One object serves many frames: what it points to is valid only until the next is read. */
export class Frame {
  buf: Buffer = EMPTY;
  streamId = 0;
  type = 0;
  flags = 0;
  /** First byte after stream id, type and flags. */
  bodyStart = 0;
  end = 0;
  /** Metadata is [metadataStart, metadataEnd), data is [metadataEnd, end). */
  metadataStart = 0;
  metadataEnd = 0;
  /** REQUEST_STREAM and REQUEST_CHANNEL: items that may come at once; REQUEST_N: items more. */
  credit = 0;
  /** The code of ERROR. */
  code = 0;
  /** The extended type of EXT. */
  extendedType = 0;

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }
}

/** Points `frame` at the frame in [start, end) and reads its first six bytes. Throws DecodeError. */
export function readHead(frame: Frame, buf: Buffer, start: number, end: number): void {
  if (end - start < HEAD_BYTES)
    throw new DecodeError("incomplete", `rocket frame of ${end - start} bytes, at least ${HEAD_BYTES} needed`);
  const streamId = buf.readUInt32BE(start);
  const word = buf.readUInt16BE(start + 4);
  if (streamId > 0x7fffffff) throw new DecodeError("invalid", `rocket stream id ${streamId}, limit ${0x7fffffff}`);
  if ((word & UNUSED_FLAGS) !== 0)
    throw new DecodeError("invalid", `rocket frame with unused flags 0x${(word & UNUSED_FLAGS).toString(16)}`);
  frame.buf = buf;
  frame.streamId = streamId;
  frame.type = word >>> 10;
  frame.flags = word & 0x3ff;
  frame.bodyStart = frame.metadataStart = frame.metadataEnd = start + HEAD_BYTES;
  frame.end = end;
}

/** Sets the metadata's window; the fixed part of the type ends at `pos`. Throws DecodeError. */
export function readMetadataLength(frame: Frame, pos: number): void {
  if ((frame.flags & Flag.METADATA) === 0) {
    frame.metadataStart = frame.metadataEnd = pos;
    return;
  }
  if (frame.end - pos < 3) throw new DecodeError("incomplete", "rocket frame ends inside its metadata length");
  const length = readU24(frame.buf, pos);
  if (length > frame.end - pos - 3)
    throw new DecodeError("invalid", `rocket metadata of ${length} bytes, ${frame.end - pos - 3} left in the frame`);
  frame.metadataStart = pos + 3;
  frame.metadataEnd = pos + 3 + length;
}

/** The u32 at `pos` of a type's fixed part. Throws DecodeError when the frame ends before. */
export function readFixedU32(frame: Frame, pos: number, what: string): number {
  if (frame.end - pos < 4) throw new DecodeError("incomplete", `rocket frame ends inside its ${what}`);
  return frame.buf.readUInt32BE(pos);
}

/** Begins a frame and leaves a hole for its length. Returns where the frame starts, for `closeFrame`. */
export function openFrame(w: ByteWriter, streamId: number, type: number, flags: number): number {
  const buf = w.reserve(LENGTH_BYTES + HEAD_BYTES);
  const start = w.pos;
  let p = start + LENGTH_BYTES;
  buf[p++] = streamId >>> 24;
  buf[p++] = streamId >>> 16;
  buf[p++] = streamId >>> 8;
  buf[p++] = streamId;
  buf[p++] = (type << 2) | (flags >>> 8);
  buf[p++] = flags;
  w.pos = p;
  return start;
}

/** Fills in the length of the frame begun at `start`. The caller has kept it within `MAX_FRAME_BYTES`. */
export function closeFrame(w: ByteWriter, start: number): void {
  writeU24(w.buf, start, w.pos - start - LENGTH_BYTES);
}

/** Leaves a hole for the metadata's length; metadata follows. Returns the hole, for `closeMetadata`. */
export function openMetadata(w: ByteWriter): number {
  w.reserve(3);
  const hole = w.pos;
  w.pos += 3;
  return hole;
}

export function closeMetadata(w: ByteWriter, hole: number): void {
  writeU24(w.buf, hole, w.pos - hole - 3);
}

export function writeU32(w: ByteWriter, value: number): void {
  const buf = w.reserve(4);
  buf.writeUInt32BE(value, w.pos);
  w.pos += 4;
}

export function writeBytes(w: ByteWriter, bytes: Buffer, start = 0, end: number = bytes.length): void {
  const buf = w.reserve(end - start);
  // A call into C++ costs more than some ten bytes by hand (bench: rpc/small/1x128).
  if (end - start > SHORT_BYTES) bytes.copy(buf, w.pos, start, end);
  else for (let i = start, p = w.pos; i < end; i++, p++) buf[p] = bytes[i] as number;
  w.pos += end - start;
}

export function readU24(buf: Buffer, pos: number): number {
  return ((buf[pos] as number) << 16) | ((buf[pos + 1] as number) << 8) | (buf[pos + 2] as number);
}

export function writeU24(buf: Buffer, pos: number, value: number): void {
  buf[pos] = value >>> 16;
  buf[pos + 1] = value >>> 8;
  buf[pos + 2] = value;
}
