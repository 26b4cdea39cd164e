/**
 * PAYLOAD (0x0A): a reply, a stream's element or end, or a further fragment of any of the large frames.
 *
 *   | u24 length | u32 stream id > 0 | 0010 10 I M F C N 00000 | [u24 metadata length | metadata] data |
 *
 * F: a fragment follows. C: the sender's side of the stream is done. N: metadata and data are an item.
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#payload-frame-0x0a
 */
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { closeFrame, type Frame, openFrame, readMetadataLength } from "./frame.ts";
import { Flag, FrameType } from "./frame-type.ts";

/** Begins the frame; metadata and data follow, then `closeFrame`. Returns where the frame starts. */
export function openPayload(w: ByteWriter, streamId: number, flags: number): number {
  return openFrame(w, streamId, FrameType.PAYLOAD, flags);
}

/** Writes the nine bytes that end a stream: C alone, no item. */
export function writeComplete(w: ByteWriter, streamId: number): void {
  closeFrame(w, openPayload(w, streamId, Flag.COMPLETE));
}

/** Throws DecodeError. */
export function readPayload(frame: Frame): void {
  readMetadataLength(frame, frame.bodyStart);
}
