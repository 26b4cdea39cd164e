/**
 * KEEPALIVE (0x03): a ping on stream 0, or its echo.
 *
 *   | u24 length | u32 0 | 0000 11 00 R 0000000 | u64 last received position, sent as 0 | data, echoed |
 *
 * R: the receiver shall answer with the same data and R cleared.
 * Spec: https://github.com/rsocket/rsocket/blob/master/Protocol.md#keepalive-frame-0x03
 */
import { DecodeError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { closeFrame, type Frame, openFrame, writeBytes, writeU32 } from "./frame.ts";
import { Flag, FrameType } from "./frame-type.ts";

/** Echoing must not let a peer make us write more than it would dare to read. */
const MAX_ECHO_BYTES = 1024;

/** Writes the whole frame with the bytes [start, end) of `data` in it. */
export function writeKeepalive(
  w: ByteWriter,
  respond: boolean,
  data: Buffer,
  start = 0,
  end: number = data.length,
): void {
  const frame = openFrame(w, 0, FrameType.KEEPALIVE, respond ? Flag.RESPOND : 0);
  writeU32(w, 0);
  writeU32(w, 0);
  writeBytes(w, data, start, end);
  closeFrame(w, frame);
}

/** Throws DecodeError. */
export function readKeepalive(frame: Frame): void {
  if (frame.streamId !== 0) throw new DecodeError("invalid", `rocket KEEPALIVE on stream ${frame.streamId}`);
  const data = frame.bodyStart + 8;
  if (frame.end < data) throw new DecodeError("incomplete", "rocket KEEPALIVE ends inside its position");
  if (frame.end - data > MAX_ECHO_BYTES)
    throw new DecodeError("limit", `rocket KEEPALIVE with ${frame.end - data} bytes of data, limit ${MAX_ECHO_BYTES}`);
  frame.metadataStart = frame.metadataEnd = data;
}
