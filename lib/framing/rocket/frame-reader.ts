/**
 * Cuts a stream of bytes, in chunks of any size, into Rocket frames. Knows lengths only; what is in a frame is the sink's matter.
 *
 *   | u24 length | frame | u24 length | frame | ...
 */
import { DecodeError } from "../../errors.ts";
import { HEAD_BYTES, readU24 } from "./frame.ts";
import { HeldBytes } from "./held-bytes.ts";

export interface FrameBytesSink {
  /** One frame without its length: bytes [start, end) of `buf`, valid only during this call. */
  onFrameBytes(buf: Buffer, start: number, end: number): void;
}

export class FrameReader {
  /** Frames above it end the connection; may be changed between frames. */
  maxFrameBytes: number;
  #sink: FrameBytesSink;
  #held = new HeldBytes();
  #stopped = false;

  constructor(sink: FrameBytesSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.maxFrameBytes = maxFrameBytes;
  }

  /** Bytes kept of an unfinished frame. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** Nothing more reaches the sink, not even the rest of the chunk that is being read. */
  stop(): void {
    this.#stopped = true;
    this.#held.clear();
  }

  /** Takes in a chunk and gives the sink each frame that it completes. Throws DecodeError at a frame that is too small or too big. */
  push(chunk: Buffer): void {
    let pos = this.#held.length === 0 ? 0 : this.#finishHeld(chunk);
    while (!this.#stopped && chunk.length - pos >= 3) {
      const end = pos + 3 + this.#checkedLength(chunk, pos);
      if (end > chunk.length) break;
      const start = pos + 3;
      pos = end;
      this.#sink.onFrameBytes(chunk, start, end);
    }
    if (!this.#stopped && pos < chunk.length) this.#held.append(chunk, pos, chunk.length, chunk.length - pos >= 3 ? 3 + readU24(chunk, pos) : 3);
  }

  /** Completes the held frame if the chunk does; returns where the next frame starts in the chunk. */
  #finishHeld(chunk: Buffer): number {
    const held = this.#held;
    let pos = 0;
    if (held.length < 3) {
      pos = Math.min(3 - held.length, chunk.length);
      held.append(chunk, 0, pos, 3);
      if (held.length < 3) return pos;
    }
    const total = 3 + this.#checkedLength(held.buf, 0);
    const taken = Math.min(total - held.length, chunk.length - pos);
    held.append(chunk, pos, pos + taken, total);
    if (held.length === total) {
      const buf = held.buf;
      held.clear();
      this.#sink.onFrameBytes(buf, 3, total);
    }
    return pos + taken;
  }

  #checkedLength(buf: Buffer, pos: number): number {
    const length = readU24(buf, pos);
    if (length < HEAD_BYTES) throw new DecodeError("invalid", `rocket frame of ${length} bytes, at least ${HEAD_BYTES} needed`);
    if (length > this.maxFrameBytes) throw new DecodeError("limit", `rocket frame of ${length} bytes, limit ${this.maxFrameBytes}`);
    return length;
  }
}
