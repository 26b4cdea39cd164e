/** Bytes into a buffer and out of it. The caller has checked the bounds. */
import { Buffer } from "node:buffer";

/** Up to here a loop is faster than the call of `set`. */
const SHORT_BYTES = 32;
/** From here on it is worth looking whether a copy can be spared (bench: rpc/binary/1x128, stream/server/16k). */
const LARGE_BYTES = 16 * 1024;
/** How many times its own size a window may keep alive: a value of 16 KiB may be one on a whole read of 64 KiB. */
const MOST_KEPT = 4;

/** Puts `bytes` at `p`; returns the offset after. */
export function putBytes(b: Buffer, p: number, bytes: Uint8Array): number {
  const length = bytes.length;
  if (length > SHORT_BYTES) b.set(bytes, p);
  else for (let i = 0; i < length; i++) b[p + i] = bytes[i]!;
  return p + length;
}

/**
 * Bytes [p, p + length) as a Buffer of their own. Where `lasting` says that nobody writes into `b` any more, that may be a window on
 * it, if not too much else is kept alive by that: a large message that came in pieces was put together for itself alone, and what
 * was read in one piece is hardly ever kept apart.
 */
export function takeBytes(b: Buffer, p: number, length: number, lasting: boolean): Buffer {
  if (lasting && length >= LARGE_BYTES && b.buffer.byteLength <= MOST_KEPT * length) return b.subarray(p, p + length);
  const bytes = Buffer.allocUnsafe(length);
  b.copy(bytes, 0, p, p + length);
  return bytes;
}

/** True when bytes [start, end) of `buf` are exactly `expected`. */
export function isExactly(expected: Buffer, buf: Buffer, start: number, end: number): boolean {
  if (end - start !== expected.length) return false;
  for (let i = 0; i < expected.length; i++) if (buf[start + i] !== expected[i]) return false;
  return true;
}
