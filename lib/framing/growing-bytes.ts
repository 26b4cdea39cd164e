/**
 * The bytes of one message that arrives in many chunks. It grows by doubling, so that joining costs each byte at most two
 * copies, and never takes more than twice what has really arrived, or 1 KiB: an announced size alone costs nothing.
 */
import { Buffer } from "node:buffer";

/** Small, for a sender may begin thousands of messages and go on with none. */
const FIRST_BYTES = 1024;
/** One for all: a buffer of its own, even an empty one, would cost an idle connection 200 bytes. */
const NOTHING = Buffer.alloc(0);

/** Used again after `clear`, with a buffer of its own each time. */
export class GrowingBytes {
  buf: Buffer = NOTHING;
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
    this.buf = NOTHING;
    this.length = 0;
  }

  /** Forgets the first `bytes`; those behind them move to the front, so `buf` must not be in use elsewhere. Of all, gives it up. */
  dropFirst(bytes: number): void {
    if (bytes === 0) return;
    if (bytes === this.length) return this.clear();
    this.buf.copyWithin(0, bytes, this.length);
    this.length -= bytes;
  }

  #grow(needed: number, expected: number): void {
    const room = Math.max(needed, Math.min(expected, Math.max(FIRST_BYTES, needed * 2)));
    const larger = Buffer.allocUnsafeSlow(room);
    this.buf.copy(larger, 0, 0, this.length);
    this.buf = larger;
  }
}
