/**
 * Cuts a stream into messages that stand after their length. Knows how wide the length is and how to read it, nothing of what
 * follows it.
 */
import { Buffer } from "node:buffer";
import type { FrameReader, FrameSink } from "./framing.ts";
import { GatheredBytes } from "./gathered-bytes.ts";

/** Reads the length that stands at `at`. Throws DecodeError for one that may not be, as above `max`. */
export type ReadLength = (buf: Buffer, at: number, max: number) => number;

export class LengthPrefixedReader implements FrameReader {
  readonly #sink: FrameSink;
  readonly #lengthBytes: number;
  readonly #readLength: ReadLength;
  readonly #max: number;
  /** A message that is not all there; a connection that rests has none. */
  #partial: GatheredBytes | undefined;
  #needed: number;
  #held: Buffer | undefined;

  /** `lengthBytes`: how many bytes the length has; it does not count itself. `max`: the longest message. */
  constructor(sink: FrameSink, lengthBytes: number, readLength: ReadLength, max: number) {
    this.#sink = sink;
    this.#lengthBytes = lengthBytes;
    this.#readLength = readLength;
    this.#max = max;
    this.#needed = lengthBytes;
  }

  get partialBytes(): number {
    return this.#partial?.length ?? 0;
  }

  get keptBytes(): number {
    return (this.#partial?.room ?? 0) + (this.#held?.length ?? 0);
  }

  push(chunk: Buffer): void {
    if (this.#held !== undefined) {
      this.#held = Buffer.concat([this.#held, chunk]);
      return;
    }
    const pos = this.#partial === undefined ? 0 : this.#complete(this.#partial, chunk);
    if (pos >= 0) this.#cut(chunk, pos);
  }

  resume(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.push(held);
  }

  /** Fills up the message begun in earlier chunks; the offset after it, or -1 when the chunk is used up or held. */
  #complete(partial: GatheredBytes, chunk: Buffer): number {
    const lengthBytes = this.#lengthBytes;
    let pos = 0;
    if (partial.length < lengthBytes) {
      pos = Math.min(lengthBytes - partial.length, chunk.length);
      partial.append(chunk, 0, pos);
      if (partial.length < lengthBytes) return -1;
      this.#needed = lengthBytes + this.#readLength(partial.first, 0, this.#max);
    }
    const end = Math.min(pos + this.#needed - partial.length, chunk.length);
    partial.append(chunk, pos, end);
    if (partial.length < this.#needed) return -1;
    this.#partial = undefined;
    return this.#deliver(partial.take(), lengthBytes, this.#needed, chunk, end) ? end : -1;
  }

  #cut(chunk: Buffer, from: number): void {
    const lengthBytes = this.#lengthBytes;
    let pos = from;
    while (chunk.length - pos >= lengthBytes) {
      const start = pos + lengthBytes;
      const end = start + this.#readLength(chunk, pos, this.#max);
      if (end > chunk.length) {
        this.#needed = end - pos;
        break;
      }
      pos = end;
      if (!this.#deliver(chunk, start, end, chunk, end)) return;
    }
    if (pos === chunk.length) return;
    this.#partial = new GatheredBytes();
    this.#partial.append(chunk, pos, chunk.length);
  }

  /** True: go on in `chunk` at `rest`. */
  #deliver(buf: Buffer, start: number, end: number, chunk: Buffer, rest: number): boolean {
    if (this.#sink.onFrame(buf, start, end)) return true;
    this.#held = chunk.subarray(rest);
    return false;
  }
}
