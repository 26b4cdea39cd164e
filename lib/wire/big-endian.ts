/** Fixed-size integers, most significant byte first. The caller has checked the bounds. */
import type { Buffer } from "node:buffer";

/** Puts the low 16 bits of `v` at `p`. */
export function put16(b: Buffer, p: number, v: number): void {
  b[p] = v >> 8;
  b[p + 1] = v;
}

/** Puts the low 32 bits of `v` at `p`. */
export function put32(b: Buffer, p: number, v: number): void {
  b[p] = v >> 24;
  b[p + 1] = v >> 16;
  b[p + 2] = v >> 8;
  b[p + 3] = v;
}

/** The signed 16 bits at `p`. */
export function get16(b: Buffer, p: number): number {
  return ((b[p]! << 24) >> 16) | b[p + 1]!;
}

/** The signed 32 bits at `p`. */
export function get32(b: Buffer, p: number): number {
  return (b[p]! << 24) | (b[p + 1]! << 16) | (b[p + 2]! << 8) | b[p + 3]!;
}
