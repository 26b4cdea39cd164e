/** Rocket's frames after their u24 length, as a connection cuts them in and closes them. Knows lengths only. */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import type { FrameReader, FrameSink, Framing } from "../framing.ts";
import { LengthPrefixedReader } from "../length-prefixed.ts";
import { closeFrame, HEAD_BYTES, readU24 } from "./frame.ts";
import { MAX_FRAME_BYTES } from "./frame-type.ts";

/** Cuts what arrives into frames; the sink gets each without its length. One above `maxFrameBytes` (at most 2^24-1) is a DecodeError. */
export function rocketFrameReader(sink: FrameSink, maxFrameBytes: number): FrameReader {
  return new LengthPrefixedReader(sink, 3, readLength, Math.min(maxFrameBytes, MAX_FRAME_BYTES));
}

function readLength(buf: Buffer, at: number, max: number): number {
  const length = readU24(buf, at);
  if (length < HEAD_BYTES)
    throw new DecodeError("invalid", `rocket frame of ${length} bytes, at least ${HEAD_BYTES} needed`);
  if (length > max) throw new DecodeError("limit", `rocket frame of ${length} bytes, limit ${max}`);
  return length;
}

/** `beginFrame` only notes where a frame starts: the open functions of the frame types write its head. */
export const rocketFraming: Framing = {
  name: "rocket",
  carriesHeaders: true,
  beginFrame: (w) => w.pos,
  endFrame: closeFrame,
  createReader: (sink, _protocol, limits) => rocketFrameReader(sink, limits.maxFrameBytes),
};
