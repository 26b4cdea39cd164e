/**
 * The bytes of one message that arrives in many chunks, joined once it is whole. Large chunks are kept as they are, small ones are
 * copied together: so each byte is copied twice at most, and what is held is what has come, at most twice as much, or 1 KiB. An
 * announced size alone costs nothing. For who need not look at the bytes before all are there; others use `GrowingBytes`.
 */
import { Buffer } from "node:buffer";

/** Bytes of the first block for small chunks: a sender may begin thousands of messages and go on with none. */
const FIRST_BYTES = 1024;
const BLOCK_BYTES = 64 * 1024;
/** A chunk is kept from this many bytes on, and takes no more than twice the memory. */
const KEPT_BYTES = 16 * 1024;
/** Up to this many are copied one by one: a call of Node's function takes longer. */
const FEW_BYTES = 16;
const NOTHING = Buffer.alloc(0);

export class GatheredBytes {
  length = 0;
  /** Memory taken. */
  room = 0;
  /** Those that are full. */
  readonly #blocks: Buffer[] = [];
  /** The one that is being filled. */
  #last: Buffer = NOTHING;
  #filled = 0;

  /** Where the first bytes are: all that came with the first chunk, or at least 1 KiB. */
  get first(): Buffer {
    return this.#blocks[0] ?? this.#last;
  }

  /** Appends bytes [start, end) of `chunk`, which must not change any more. */
  append(chunk: Buffer, start: number, end: number): void {
    this.length += end - start;
    const rest = this.#fill(chunk, start, end);
    if (rest === end) return;
    if (this.#filled > 0) this.#blocks.push(this.#last);
    if (isWorthKeeping(chunk, end - rest)) this.#keep(chunk.subarray(rest, end));
    else this.#begin(chunk, rest, end);
  }

  /** Copies as much as the last block has room for; what was not copied begins there. */
  #fill(chunk: Buffer, start: number, end: number): number {
    const rest = Math.min(end, start + this.#last.length - this.#filled);
    if (rest - start > FEW_BYTES) chunk.copy(this.#last, this.#filled, start, rest);
    else for (let i = start; i < rest; i++) this.#last[this.#filled + i - start] = chunk[i] as number;
    this.#filled += rest - start;
    return rest;
  }

  #keep(bytes: Buffer): void {
    this.#blocks.push(bytes);
    this.room += bytes.length;
    this.#last = NOTHING;
    this.#filled = 0;
  }

  #begin(chunk: Buffer, start: number, end: number): void {
    const bytes = end - start;
    this.#last = Buffer.allocUnsafeSlow(Math.max(bytes, FIRST_BYTES, Math.min(BLOCK_BYTES, this.length)));
    this.room += this.#last.length;
    chunk.copy(this.#last, 0, start, end);
    this.#filled = bytes;
  }

  /** All bytes, for the receiver to keep; then there are none. */
  take(): Buffer {
    const { length } = this;
    const last = this.#last.subarray(0, this.#filled);
    const whole = last.length === length ? last : this.#joined(last);
    this.clear();
    return whole;
  }

  #joined(last: Buffer): Buffer {
    const [first] = this.#blocks;
    return first?.length === this.length ? first : Buffer.concat([...this.#blocks, last], this.length);
  }

  /** Gives the bytes up. */
  clear(): void {
    this.length = 0;
    this.room = 0;
    this.#blocks.length = 0;
    this.#last = NOTHING;
    this.#filled = 0;
  }
}

function isWorthKeeping(chunk: Buffer, bytes: number): boolean {
  return bytes >= KEPT_BYTES && 2 * bytes >= chunk.buffer.byteLength;
}
