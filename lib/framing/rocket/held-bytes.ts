/** Bytes that wait for more of the same message. Grows by doubling up to what is needed, so joining n chunks costs O(n) and an announced length takes no memory. */
const FIRST_BYTES = 1024;

export class HeldBytes {
  buf: Buffer = Buffer.alloc(0);
  length = 0;

  /** Appends [start, end) of `from`. `atMost`: bytes that will be held in all, as far as known; never allocates beyond it. */
  append(from: Buffer, start: number, end: number, atMost: number): void {
    const needed = this.length + end - start;
    if (needed > this.buf.length) this.#grow(Math.max(needed, Math.min(atMost, Math.max(FIRST_BYTES, 2 * this.buf.length))));
    from.copy(this.buf, this.length, start, end);
    this.length = needed;
  }

  /** Forgets what was held; the buffer is not used again, so windows into it stay what they are. */
  clear(): void {
    this.buf = Buffer.alloc(0);
    this.length = 0;
  }

  #grow(capacity: number): void {
    const bigger = Buffer.allocUnsafe(capacity);
    this.buf.copy(bigger, 0, 0, this.length);
    this.buf = bigger;
  }
}
