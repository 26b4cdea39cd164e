/**
 * METADATA_PUSH (0x0C): one push struct for the connection, on stream 0. The whole rest is metadata, without a length.
 *
 *   | u24 length | u32 0 | 0011 00 0 1 00000000 | metadata |
 *
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#metadata_push-frame-0x0c
 */
import { DecodeError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { type Frame, openFrame } from "./frame.ts";
import { Flag, FrameType } from "./frame-type.ts";

/** Begins the frame; metadata follows, then `closeFrame`. Returns where the frame starts. */
export function openMetadataPush(w: ByteWriter): number {
  return openFrame(w, 0, FrameType.METADATA_PUSH, Flag.METADATA);
}

/** Throws DecodeError. */
export function readMetadataPush(frame: Frame): void {
  if (frame.streamId !== 0) throw new DecodeError("invalid", `rocket METADATA_PUSH on stream ${frame.streamId}`);
  frame.metadataStart = frame.bodyStart;
  frame.metadataEnd = frame.end;
}
