/**
 * EXT (0x3F): an extension. None is defined; with I set it is ignored, without it the connection ends.
 *
 *   | u24 length | u32 stream id | 1111 11 I M 00000000 | u32 extended type | [u24 metadata length | metadata] data |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#ext-extension-frame-0x3f
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { type Frame, openFrame, readFixedU32, readMetadataLength, writeU32 } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Begins the frame; metadata and data follow, then `closeFrame`. Returns where the frame starts. */
export function openExt(w: ByteWriter, streamId: number, flags: number, extendedType: number): number {
  const start = openFrame(w, streamId, FrameType.EXT, flags);
  writeU32(w, extendedType);
  return start;
}

/** Throws DecodeError. */
export function readExt(frame: Frame): void {
  frame.extendedType = readFixedU32(frame, frame.bodyStart, "extended type");
  readMetadataLength(frame, frame.bodyStart + 4);
}
