/**
 * Unframed (Apache's buffered) transport: one message after another with nothing between. Their ends are found by the
 * protocol's scanner, which resumes where it stopped: no byte is scanned twice.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageScanner, Protocol } from "../protocol/protocol.ts";
import type { FrameReader, FrameSink, Framing } from "./framing.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** Room for what follows a long value in most messages. */
const AFTER_LONG_VALUE_BYTES = 1024;

class UnframedReader implements FrameReader {
  readonly #sink: FrameSink;
  readonly #scanner: MessageScanner;
  readonly #max: number;
  readonly #partial = new GrowingBytes();
  #held: Buffer | undefined;

  constructor(sink: FrameSink, protocol: Protocol, limits: Limits) {
    this.#sink = sink;
    this.#scanner = protocol.createScanner(limits);
    this.#max = limits.maxFrameBytes;
  }

  get partialBytes(): number {
    return this.#partial.length;
  }

  get keptBytes(): number {
    return this.#partial.buf.length + (this.#held?.length ?? 0);
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

  /** Looks for the end of the message begun in earlier chunks; the offset after it in `chunk`, or -1. */
  #complete(chunk: Buffer): number {
    const partial = this.#partial;
    const before = partial.length;
    partial.append(chunk, 0, chunk.length, this.#expected(before));
    const end = this.#scan(partial.buf, 0, partial.length);
    if (end < 0) return -1;
    const buf = partial.buf;
    partial.clear();
    return this.#deliver(buf, 0, end, chunk, end - before) ? end - before : -1;
  }

  /** What the message will have whose first `there` bytes were scanned: in the middle of a long value that is known, nearly. */
  #expected(there: number): number {
    const { toCome = 0 } = this.#scanner;
    return toCome > AFTER_LONG_VALUE_BYTES ? there + toCome + AFTER_LONG_VALUE_BYTES : Number.POSITIVE_INFINITY;
  }

  #cut(chunk: Buffer, from: number): void {
    let pos = from;
    while (pos < chunk.length) {
      const end = this.#scan(chunk, pos, chunk.length);
      if (end < 0) {
        this.#partial.append(chunk, pos, chunk.length, this.#expected(chunk.length - pos));
        return;
      }
      const start = pos;
      pos = end;
      if (!this.#deliver(chunk, start, end, chunk, end)) return;
    }
  }

  /** The end of the message at `start`, or -1. */
  #scan(buf: Buffer, start: number, end: number): number {
    const found = this.#find(buf, start, end);
    if ((found < 0 ? end : found) - start <= this.#max) return found;
    throw new DecodeError("limit", `message of more than ${this.#max} bytes`);
  }

  /** What cannot be scanned is still shown to the sink, which may answer it, and ends the stream. */
  #find(buf: Buffer, start: number, end: number): number {
    try {
      return this.#scanner.scan(buf, start, end);
    } catch (error) {
      this.#sink.onFrame(buf, start, end);
      throw error;
    }
  }

  #deliver(buf: Buffer, start: number, end: number, chunk: Buffer, rest: number): boolean {
    if (this.#sink.onFrame(buf, start, end)) return true;
    this.#held = chunk.subarray(rest);
    return false;
  }
}

/** Messages without anything around them: what Apache calls a buffered transport. */
export const unframed: Framing = {
  name: "unframed",
  carriesHeaders: false,
  beginFrame: (w) => w.pos,
  endFrame() {},
  createReader: (sink, protocol, limits) => new UnframedReader(sink, protocol, limits),
};
