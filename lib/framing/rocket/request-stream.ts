/**
 * REQUEST_STREAM (0x06): asks for a first response and the elements of a server stream; each costs one credit.
 *
 *   | u24 length | u32 stream id > 0 | 0001 10 I M F 0 00000 | u32 credit > 0 | [u24 metadata length | metadata] data |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#request_stream-frame-0x06
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readCredit } from "./credit.ts";
import { type Frame, openFrame, readMetadataLength, writeU32 } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Begins the frame; metadata and data follow, then `closeFrame`. Returns where the frame starts. */
export function openRequestStream(w: ByteWriter, streamId: number, flags: number, credit: number): number {
  const start = openFrame(w, streamId, FrameType.REQUEST_STREAM, flags);
  writeU32(w, credit);
  return start;
}

/** Throws DecodeError. */
export function readRequestStream(frame: Frame): void {
  readCredit(frame);
  readMetadataLength(frame, frame.bodyStart + 4);
}
