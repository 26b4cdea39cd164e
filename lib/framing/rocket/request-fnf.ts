/**
 * REQUEST_FNF (0x05): a oneway call; no frame ever answers it.
 *
 *   | u24 length | u32 stream id > 0 | 0001 01 I M F 0 00000 | [u24 metadata length | metadata] data |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#request_fnf-fire-n-forget-frame-0x05
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { type Frame, openFrame, readMetadataLength } from "./frame.ts";
import { FrameType } from "./frame-type.ts";

/** Begins the frame; metadata and data follow, then `closeFrame`. Returns where the frame starts. */
export function openRequestFnf(w: ByteWriter, streamId: number, flags: number): number {
  return openFrame(w, streamId, FrameType.REQUEST_FNF, flags);
}

/** Throws DecodeError. */
export function readRequestFnf(frame: Frame): void {
  readMetadataLength(frame, frame.bodyStart);
}
