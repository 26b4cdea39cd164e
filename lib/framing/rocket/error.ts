/**
 * ERROR (0x0B): ends a stream, or on stream 0 the connection.
 *
 *   | u24 length | u32 stream id | 0010 11 00 00000000 | u32 code | data: a compact struct or text |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#error-frame-0x0b
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { closeFrame, type Frame, openFrame, readFixedU32, writeBytes, writeU32 } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Begins the frame; data follows, then `closeFrame`. Returns where the frame starts. */
export function openError(w: ByteWriter, streamId: number, code: number): number {
  const start = openFrame(w, streamId, FrameType.ERROR, 0);
  writeU32(w, code);
  return start;
}

/** Writes the whole frame with a text as data. */
export function writeErrorText(w: ByteWriter, streamId: number, code: number, text: string): void {
  const start = openError(w, streamId, code);
  writeBytes(w, Buffer.from(text));
  closeFrame(w, start);
}

/** Throws DecodeError. */
export function readError(frame: Frame): void {
  frame.code = readFixedU32(frame, frame.bodyStart, "error code");
  frame.metadataStart = frame.metadataEnd = frame.bodyStart + 4;
}
