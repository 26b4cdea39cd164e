/**
 * Framed transport: each message behind its length. Knows the length and nothing of what is framed.
 *
 *     0        4
 *     +--------+-- … --+
 *     | i32 BE | message |      length excludes itself; negative or above the limit is an error
 *     +--------+-- … --+
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-rpc.md
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Framing, FrameReader, FrameSink } from "./framing.ts";
import { GrowingBytes } from "./growing-bytes.ts";

const HEADER_BYTES = 4;

class FramedReader implements FrameReader {
  readonly #sink: FrameSink;
  readonly #max: number;
  readonly #partial = new GrowingBytes();
  #needed = HEADER_BYTES;
  #held: Buffer | undefined;

  constructor(sink: FrameSink, limits: Limits) {
    this.#sink = sink;
    this.#max = limits.maxFrameBytes;
  }

  get partialBytes(): number {
    return this.#partial.length;
  }

  push(chunk: Buffer): void {
    if (this.#held !== undefined) {
      this.#held = Buffer.concat([this.#held, chunk]);
      return;
    }
    const pos = this.#partial.length > 0 ? this.#complete(chunk) : 0;
    if (pos >= 0) this.#cut(chunk, pos);
  }

  resume(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.push(held);
  }

  /** Fills up the frame begun in earlier chunks; the offset behind it, or -1 when the chunk is used up or held. */
  #complete(chunk: Buffer): number {
    const partial = this.#partial;
    let pos = 0;
    if (partial.length < HEADER_BYTES) {
      pos = Math.min(HEADER_BYTES - partial.length, chunk.length);
      partial.append(chunk, 0, pos, HEADER_BYTES);
      if (partial.length < HEADER_BYTES) return -1;
      this.#needed = HEADER_BYTES + this.#length(partial.buf, 0);
    }
    const end = Math.min(pos + this.#needed - partial.length, chunk.length);
    partial.append(chunk, pos, end, this.#needed);
    if (partial.length < this.#needed) return -1;
    const buf = partial.buf;
    partial.clear();
    return this.#deliver(buf, HEADER_BYTES, this.#needed, chunk, end) ? end : -1;
  }

  #cut(chunk: Buffer, from: number): void {
    let pos = from;
    while (chunk.length - pos >= HEADER_BYTES) {
      const start = pos + HEADER_BYTES;
      const end = start + this.#length(chunk, pos);
      if (end > chunk.length) {
        this.#needed = end - pos;
        break;
      }
      pos = end;
      if (!this.#deliver(chunk, start, end, chunk, end)) return;
    }
    if (pos < chunk.length) this.#partial.append(chunk, pos, chunk.length, chunk.length - pos < HEADER_BYTES ? HEADER_BYTES : this.#needed);
  }

  /** True: go on in `chunk` at `rest`. */
  #deliver(buf: Buffer, start: number, end: number, chunk: Buffer, rest: number): boolean {
    if (this.#sink.onFrame(buf, start, end)) return true;
    this.#held = chunk.subarray(rest);
    return false;
  }

  #length(buf: Buffer, at: number): number {
    const length = ((buf[at] as number) << 24) | ((buf[at + 1] as number) << 16) | ((buf[at + 2] as number) << 8) | (buf[at + 3] as number);
    if (length > 0 && length <= this.#max) return length;
    throw new DecodeError(length > 0 ? "limit" : "invalid", `frame of ${length} bytes, limit ${this.#max}`);
  }
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
  createReader: (sink, _protocol, limits) => new FramedReader(sink, limits),
};
