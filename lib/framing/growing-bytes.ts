/**
 * The bytes of one message that arrives in many chunks. It grows by doubling, so that joining costs each byte at most two
 * copies, and never takes more than twice what has really arrived: an announced size alone costs nothing.
 */
import { Buffer } from "node:buffer";

const FIRST_BYTES = 64 * 1024;

/** Used again after `clear`, with a buffer of its own each time. */
export class GrowingBytes {
  buf: Buffer = Buffer.alloc(0);
  length = 0;

  /** Appends bytes [start, end) of `chunk`; `expected` is the length that this may reach, as far as known. */
  append(chunk: Buffer, start: number, end: number, expected: number): void {
    const needed = this.length + end - start;
    if (needed > this.buf.length) this.#grow(needed, expected);
    chunk.copy(this.buf, this.length, start, end);
    this.length = needed;
  }

  /** Gives up the bytes: who got `buf` may keep it. */
  clear(): void {
    this.buf = Buffer.alloc(0);
    this.length = 0;
  }

  #grow(needed: number, expected: number): void {
    const room = Math.max(needed, Math.min(expected, Math.max(FIRST_BYTES, needed * 2)));
    const larger = Buffer.allocUnsafeSlow(room);
    this.buf.copy(larger, 0, 0, this.length);
    this.buf = larger;
  }
}
