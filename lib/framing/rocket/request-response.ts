/**
 * REQUEST_RESPONSE (0x04): a unary call. Knows nothing of what is called.
 *
 *   | u24 length | u32 stream id > 0 | 0001 00 I M F 0 00000 | [u24 metadata length | metadata] data |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#request_response-frame-0x04
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { type Frame, openFrame, readMetadataLength } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Begins the frame; metadata and data follow, then `closeFrame`. Returns where the frame starts. */
export function openRequestResponse(w: ByteWriter, streamId: number, flags: number): number {
  return openFrame(w, streamId, FrameType.REQUEST_RESPONSE, flags);
}

/** Throws DecodeError. */
export function readRequestResponse(frame: Frame): void {
  readMetadataLength(frame, frame.bodyStart);
}
