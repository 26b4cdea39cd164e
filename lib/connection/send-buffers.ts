/**
 * Buffers for what is about to be sent, lent to connections for a tick: an idle connection holds none. A few are large, so that a busy
 * connection never has to grow its own; when thousands of connections answer in the same tick the others get small ones, which
 * grow if they must. Knows only sizes.
 */
import { Buffer } from "node:buffer";

/** Room for what a connection writes in one tick, with a margin beyond the point where it flushes early. */
const LARGE_BYTES = 256 * 1024;
const MOST_LARGE = 8;
const SMALL_BYTES = 4 * 1024;
const KEPT_SMALL = 1024;

const large: Buffer[] = [];
const small: Buffer[] = [];
/** Large ones that are kept or lent. */
let made = 0;

/** What a writer holds while it has nothing. */
export const NO_BUFFER: Buffer = Buffer.alloc(0);

/** A buffer to write into. */
export function takeSendBuffer(): Buffer {
  const kept = large.pop();
  if (kept !== undefined) return kept;
  if (made === MOST_LARGE) return small.pop() ?? Buffer.allocUnsafeSlow(SMALL_BYTES);
  made++;
  return Buffer.allocUnsafeSlow(LARGE_BYTES);
}

/** True for a buffer of a size that is lent again: not for one that has grown. */
export function isLent(buffer: Buffer): boolean {
  return buffer.length === LARGE_BYTES || buffer.length === SMALL_BYTES;
}

/** Takes a buffer back; one that has grown is left to the collector. */
export function giveSendBuffer(buffer: Buffer): void {
  if (buffer.length === LARGE_BYTES) {
    if (large.length < MOST_LARGE) large.push(buffer);
  } else if (buffer.length === SMALL_BYTES) {
    if (small.length < KEPT_SMALL) small.push(buffer);
  } else if (buffer.length > LARGE_BYTES && made > large.length) made--;
}
