/**
 * A growing buffer and a position. It knows bytes and nothing of Thrift: protocols and framings write into `buf` at `pos`
 * themselves, after they have asked for room.
 */
import { Buffer } from "node:buffer";

const DEFAULT_CAPACITY = 1024;
const NOTHING = Buffer.alloc(0);

/**
 * Where messages are written one after another. The owner may set `pos` back to drop what was written last. `buf` may be
 * replaced whenever room is asked for: never keep it across a call that writes.
 */
export class ByteWriter {
  buf: Buffer;
  /** Offset after the last byte written. */
  pos = 0;
  /** How many recursive structs may still open; the codec sets it to `maxDepth` when a message begins. */
  depth = 64;
  /** Deepest nesting of structs that refer to themselves. Default 64, the most that many readers admit. */
  maxDepth = 64;

  /** `capacity` in bytes, default 1024. */
  constructor(capacity: number = DEFAULT_CAPACITY) {
    this.buf = capacity === 0 ? NOTHING : Buffer.allocUnsafeSlow(capacity);
  }

  /** Makes room for `size` more bytes at `pos` and returns the buffer, which may be a new one; bytes before `pos` are kept. */
  reserve(size: number): Buffer {
    const needed = this.pos + size;
    if (needed > this.buf.length) this.#grow(needed);
    return this.buf;
  }

  /** The bytes written since `start`: a view that the next write may overwrite. */
  view(start: number): Buffer {
    return this.buf.subarray(start, this.pos);
  }

  #grow(needed: number): void {
    // A long value is followed by a few bytes more, for which it should not be copied once again.
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buf.length * 2, needed + DEFAULT_CAPACITY));
    this.buf.copy(larger, 0, 0, this.pos);
    this.buf = larger;
  }
}
