/**
 * SETUP (0x01): the client's first frame, once. Knows the layout and its limits; what the metadata says is not its matter.
 *
 *   | u24 length | u32 0 | 0000 01 I M R L 000000 | u16 major = 1 | u16 minor = 0 | u32 keepalive ms | u32 lifetime ms |
 *   | [u16 n | resume token] | u8 n | metadata MIME type | u8 n | data MIME type | [u24 metadata length | metadata] data |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#setup-frame-0x01
 */
import { DecodeError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import {
  closeFrame,
  type Frame,
  openFrame,
  readFixedU32,
  readMetadataLength,
  writeBytes,
  writeU24,
  writeU32,
} from "./frame.ts";
import { Flag, FrameType, MAX_SETUP_BYTES } from "./frame-type.ts";

/** What a SETUP says beside its metadata. */
export interface Setup {
  readonly majorVersion: number;
  readonly minorVersion: number;
  /** The client's own wishes; 2^31-1 means that it does not use RSocket's keep-alive. */
  readonly keepaliveMs: number;
  readonly lifetimeMs: number;
  readonly metadataMimeType: string;
  readonly dataMimeType: string;
  /** R: the client wants to resume, which no server of this profile grants. */
  readonly resume: boolean;
}

/** The MIME pair of Rocket with compact metadata. */
export const ROCKET_METADATA_MIME = "application/x-rocket-metadata+compact";
export const ROCKET_BINARY_METADATA_MIME = "application/x-rocket-metadata+binary";
export const ROCKET_DATA_MIME = "application/x-rocket-payload";
const NEVER_MS = 0x7fffffff;

/** Writes the whole frame: RSocket 1.0, both Rocket MIME types, RSocket's own keep-alive unused. Throws when it would exceed `MAX_SETUP_BYTES`. */
export function writeSetup(w: ByteWriter, metadata: Buffer): void {
  const start = openFrame(w, 0, FrameType.SETUP, Flag.METADATA);
  writeU32(w, 0x00010000);
  writeU32(w, NEVER_MS);
  writeU32(w, NEVER_MS);
  writeMimeType(w, ROCKET_METADATA_MIME);
  writeMimeType(w, ROCKET_DATA_MIME);
  writeU24(w.reserve(3), w.pos, metadata.length);
  w.pos += 3;
  writeBytes(w, metadata);
  if (w.pos - start > MAX_SETUP_BYTES)
    throw new RangeError(`rocket SETUP of ${w.pos - start} bytes, limit ${MAX_SETUP_BYTES}`);
  closeFrame(w, start);
}

function writeMimeType(w: ByteWriter, type: string): void {
  const buf = w.reserve(1 + type.length);
  buf[w.pos] = type.length;
  buf.write(type, w.pos + 1, "latin1");
  w.pos += 1 + type.length;
}

/** Also sets the frame's metadata window. Throws DecodeError. */
export function readSetup(frame: Frame): Setup {
  if (frame.streamId !== 0) throw new DecodeError("invalid", `rocket SETUP on stream ${frame.streamId}`);
  if (frame.end - frame.bodyStart > MAX_SETUP_BYTES)
    throw new DecodeError("limit", `rocket SETUP of ${frame.end - frame.bodyStart} bytes, limit ${MAX_SETUP_BYTES}`);
  const version = readFixedU32(frame, frame.bodyStart, "version");
  const keepaliveMs = readFixedU32(frame, frame.bodyStart + 4, "keepalive time");
  const lifetimeMs = readFixedU32(frame, frame.bodyStart + 8, "lifetime");
  let pos = frame.bodyStart + 12;
  const resume = frame.has(Flag.RESUME);
  if (resume) pos = checkedEnd(frame, pos + 2 + tokenLength(frame, pos));
  const metadataMime = checkedEnd(frame, pos + 1 + mimeLength(frame, pos));
  const dataMime = checkedEnd(frame, metadataMime + 1 + mimeLength(frame, metadataMime));
  readMetadataLength(frame, dataMime);
  return {
    majorVersion: version >>> 16,
    minorVersion: version & 0xffff,
    keepaliveMs,
    lifetimeMs,
    metadataMimeType: frame.buf.toString("latin1", pos + 1, metadataMime),
    dataMimeType: frame.buf.toString("latin1", metadataMime + 1, dataMime),
    resume,
  };
}

function tokenLength(frame: Frame, pos: number): number {
  return frame.buf.readUInt16BE(checkedEnd(frame, pos + 2) - 2);
}

function mimeLength(frame: Frame, pos: number): number {
  return frame.buf[checkedEnd(frame, pos + 1) - 1] as number;
}

function checkedEnd(frame: Frame, end: number): number {
  if (end > frame.end) throw new DecodeError("incomplete", "rocket SETUP ends inside its resume token or MIME types");
  return end;
}
