/**
 * Framed transport: a length, then the message. Knows the length and nothing of what is framed.
 *
 *     0        4
 *     +--------+-- … --+
 *     | i32 BE | message |      length excludes itself; negative or above the limit is an error
 *     +--------+-- … --+
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-rpc.md
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import type { Framing } from "./framing.ts";
import { LengthPrefixedReader } from "./length-prefixed.ts";

const HEADER_BYTES = 4;

/** The length at `at`. Throws DecodeError when it is not positive or above `max`. */
function readLength(buf: Buffer, at: number, max: number): number {
  const length =
    ((buf[at] as number) << 24) |
    ((buf[at + 1] as number) << 16) |
    ((buf[at + 2] as number) << 8) |
    (buf[at + 3] as number);
  if (length > 0 && length <= max) return length;
  throw new DecodeError(length > 0 ? "limit" : "invalid", `frame of ${length} bytes, limit ${max}`);
}

/** Length-prefixed messages: what most Thrift programs speak, and our default on classic connections. */
export const framed: Framing = {
  name: "framed",
  carriesHeaders: false,
  beginFrame(w) {
    const start = w.pos;
    w.reserve(HEADER_BYTES);
    w.pos = start + HEADER_BYTES;
    return start;
  },
  endFrame(w, start) {
    const { buf } = w;
    const length = w.pos - start - HEADER_BYTES;
    buf[start] = length >>> 24;
    buf[start + 1] = length >>> 16;
    buf[start + 2] = length >>> 8;
    buf[start + 3] = length;
  },
  createReader: (sink, _protocol, limits) =>
    new LengthPrefixedReader(sink, HEADER_BYTES, readLength, limits.maxFrameBytes),
};
