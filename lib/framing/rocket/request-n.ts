/**
 * REQUEST_N (0x08): credit for more items on one stream.
 *
 *   | u24 length = 10 | u32 stream id > 0 | 0010 00 00 00000000 | u32 credit > 0 |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#request_n-frame-0x08
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readCredit } from "./credit.ts";
import { closeFrame, type Frame, openFrame, writeU32 } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Writes the whole frame. */
export function writeRequestN(w: ByteWriter, streamId: number, credit: number): void {
  const start = openFrame(w, streamId, FrameType.REQUEST_N, 0);
  writeU32(w, credit);
  closeFrame(w, start);
}

/** Throws DecodeError. */
export function readRequestN(frame: Frame): void {
  readCredit(frame);
}
