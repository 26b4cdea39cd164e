/**
 * CANCEL (0x09): the receiver of a stream, or the caller of a unary call, wants no more of it.
 *
 *   | u24 length = 6 | u32 stream id > 0 | 0010 01 00 00000000 |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#cancel-frame-0x09
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { closeFrame, openFrame } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Writes the whole frame; reading needs nothing beyond the head. */
export function writeCancel(w: ByteWriter, streamId: number): void {
  closeFrame(w, openFrame(w, streamId, FrameType.CANCEL, 0));
}
