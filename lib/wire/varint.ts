/**
 * Integers of variable length: seven bits a byte, lowest first, the top bit says that more follow; zigzag folds the sign into
 * the lowest bit.
 *
 *     300 = 0b10_0101100  →  1 0101100 | 0 0000010
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md#integer-encoding
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors.ts";
import type { ByteReader } from "./byte-reader.ts";

/** Bytes of the longest varint of 32 and of 64 bits. */
export const MAX_VARINT32_BYTES = 5;
export const MAX_VARINT64_BYTES = 10;

/** Puts the unsigned 32 bits of `v`, which is not negative; returns the offset behind. */
export function putVarint(b: Buffer, p: number, v: number): number {
  while (v > 127) {
    b[p++] = (v & 127) | 128;
    v >>>= 7;
  }
  b[p++] = v;
  return p;
}

/** Puts the zigzag of the signed 64 bits `high:low`; returns the offset behind. */
export function putZigzag64(b: Buffer, p: number, high: number, low: number): number {
  const sign = high >> 31;
  let lo = ((low << 1) ^ sign) >>> 0;
  let hi = (((high << 1) | (low >>> 31)) ^ sign) >>> 0;
  while (hi !== 0) {
    b[p++] = (lo & 127) | 128;
    lo = ((lo >>> 7) | (hi << 25)) >>> 0;
    hi >>>= 7;
  }
  return putVarint(b, p, lo);
}

/** Bytes that `putVarint` puts for `v`. */
export function varintBytes(v: number): number {
  return v < 128 ? 1 : v < 16384 ? 2 : v < 2097152 ? 3 : v < 268435456 ? 4 : 5;
}

/** Reads an unsigned varint of 32 bits. Throws DecodeError. */
export function readVarint(r: ByteReader): number {
  const p = r.pos;
  if (p < r.end) {
    const c = r.buf[p]!;
    if (c < 128) {
      r.pos = p + 1;
      return c;
    }
  }
  return readLongVarint(r);
}

function readLongVarint(r: ByteReader): number {
  const { buf, end } = r;
  let p = r.pos;
  let v = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    if (p >= end) throw endsInside(p);
    const c = buf[p++]!;
    if (shift === 28 && c > 15) break;
    v |= (c & 127) << shift;
    if (c < 128) {
      r.pos = p;
      return v >>> 0;
    }
  }
  throw new DecodeError("invalid", `varint at byte ${r.pos} does not fit in 32 bits`);
}

/** Reads a zigzag varint of 64 bits into `r.high` (signed) and `r.low` (unsigned). Throws DecodeError. */
export function readZigzag64(r: ByteReader): void {
  const { buf, end } = r;
  let p = r.pos;
  let lo = 0;
  let hi = 0;
  let c = 128;
  for (let shift = 0; c > 127; shift += 7) {
    if (p >= end) throw endsInside(p);
    c = buf[p++]!;
    const bits = c & 127;
    if (shift < 28) lo |= bits << shift;
    else if (shift === 28) {
      lo |= bits << 28;
      hi = bits >> 4;
    } else if (shift < 63 || (shift === 63 && c < 2)) hi |= bits << (shift - 32);
    else throw new DecodeError("invalid", `varint at byte ${r.pos} does not fit in 64 bits`);
  }
  const sign = -(lo & 1);
  r.low = (((lo >>> 1) | (hi << 31)) ^ sign) >>> 0;
  r.high = ((hi >>> 1) ^ sign) | 0;
  r.pos = p;
}

function endsInside(p: number): DecodeError {
  return new DecodeError("incomplete", `bytes end inside a varint at byte ${p}`);
}
