/**
 * Memory for what a socket reads, many reads to a piece: Node would take 64 KiB anew for each and give back what was not filled.
 * What was read is never written again, so it is the receiver's to keep. Knows no socket (bench: rpc/small/1x1, rpc/small/16x16).
 */
import { Buffer } from "node:buffer";
import type { ReadBuffers } from "../platform/platform.ts";

const SLAB_BYTES = 64 * 1024;
/** A new piece is taken when less is left: a read that finds little room is a system call more for a large message. */
const LEAST_BYTES = 16 * 1024;

/** Belongs to one socket. */
export class ReadSlab implements ReadBuffers {
  /** Gets what was read. */
  onChunk: (chunk: Buffer) => void = () => {};
  #room: Buffer = Buffer.alloc(0);

  readonly buffer = (): Buffer => {
    if (this.#room.length < LEAST_BYTES) this.#room = Buffer.allocUnsafeSlow(SLAB_BYTES);
    return this.#room;
  };

  readonly callback = (bytes: number): boolean => {
    const room = this.#room;
    this.#room = room.subarray(bytes);
    this.onChunk(room.subarray(0, bytes));
    return true;
  };
}
