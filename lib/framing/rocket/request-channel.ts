/**
 * REQUEST_CHANNEL (0x07): opens a sink or a bidirectional call; which of the two only the metadata tells.
 *
 *   | u24 length | u32 stream id > 0 | 0001 11 I M F C 00000 | u32 credit > 0 | [u24 metadata length | metadata] data |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#request_channel-frame-0x07
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readCredit } from "./credit.ts";
import { type Frame, openFrame, readMetadataLength, writeU32 } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Begins the frame; metadata and data follow, then `closeFrame`. Returns where the frame starts. */
export function openRequestChannel(w: ByteWriter, streamId: number, flags: number, credit: number): number {
  const start = openFrame(w, streamId, FrameType.REQUEST_CHANNEL, flags);
  writeU32(w, credit);
  return start;
}

/** Throws DecodeError. */
export function readRequestChannel(frame: Frame): void {
  readCredit(frame);
  readMetadataLength(frame, frame.bodyStart + 4);
}
