/**
 * Bytes that arrive in many chunks and are looked at before all are there. It grows by doubling, so that joining costs each byte at
 * most two copies, and never takes more than twice what has really arrived, or 1 KiB: an announced size alone costs nothing. No byte
 * changes once it is here, so that parts of `buf` may be kept.
 */
import { Buffer } from "node:buffer";

/** Small, because a sender may begin thousands of messages and go on with none. */
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

  /** Appends all of `chunk`, which must not change any more: without a copy where there is nothing yet. */
  take(chunk: Buffer): void {
    if (this.length > 0) return this.append(chunk, 0, chunk.length, Number.POSITIVE_INFINITY);
    this.buf = chunk;
    this.length = chunk.length;
  }

  /** Forgets the first `bytes`, and their memory where they are the greater part of it. */
  dropFirst(bytes: number): void {
    if (bytes === 0) return;
    if (bytes === this.length) return this.clear();
    const rest = this.buf.subarray(bytes);
    this.length -= bytes;
    if (2 * this.length >= rest.buffer.byteLength) this.buf = rest;
    else this.#moveTo(rest, Math.max(this.length, FIRST_BYTES));
  }

  #moveTo(bytes: Buffer, room: number): void {
    this.buf = Buffer.allocUnsafeSlow(room);
    bytes.copy(this.buf, 0, 0, this.length);
  }

  #grow(needed: number, expected: number): void {
    const room = Math.max(needed, Math.min(expected, Math.max(FIRST_BYTES, needed * 2)));
    this.#moveTo(this.buf, room);
  }
}
