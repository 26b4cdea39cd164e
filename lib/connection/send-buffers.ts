/**
 * Buffers for what is about to be sent, lent to connections for a tick: an idle connection holds none. Knows only sizes.
 */
import { Buffer } from "node:buffer";

/** Room for what a connection writes in one tick, with a margin behind the point where it flushes early. */
const BUFFER_BYTES = 256 * 1024;
const KEPT = 8;
const kept: Buffer[] = [];

/** What a writer holds while it has nothing. */
export const NO_BUFFER: Buffer = Buffer.alloc(0);

/** A buffer to write into. */
export function takeSendBuffer(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BUFFER_BYTES);
}

/** Takes a buffer back; one that has grown is left to the collector. */
export function giveSendBuffer(buffer: Buffer): void {
  if (buffer.length === BUFFER_BYTES && kept.length < KEPT) kept.push(buffer);
}
