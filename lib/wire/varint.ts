/**
 * Integers of variable length: seven bits a byte, lowest first, the top bit says that more follow; zigzag folds the sign into
 * the lowest bit.
 *
 *     300 = 0b10_0101100  →  1 0101100 | 0 0000010
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md#integer-encoding
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import type { ByteReader } from "./byte-reader.ts";
import { HIGH, i32, LOW } from "./number64.ts";

/** Bytes of the longest varint of 32 and of 64 bits. */
export const MAX_VARINT32_BYTES = 5;
export const MAX_VARINT64_BYTES = 10;

/** Puts the unsigned 32 bits of `v`, which is not negative; returns the offset after. */
export function putVarint(b: Buffer, p: number, v: number): number {
  while (v > 127) {
    b[p++] = (v & 127) | 128;
    v >>>= 7;
  }
  b[p++] = v;
  return p;
}

/** Puts the zigzag of the signed 64 bits `high:low`; returns the offset after. */
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

/** Two bytes and more: in steps while five are there for sure, else in a loop that looks before each. */
function readLongVarint(r: ByteReader): number {
  const { buf, end } = r;
  let p = r.pos;
  if (end - p < MAX_VARINT32_BYTES) return readVarintNearEnd(r);
  let c = buf[p++]!;
  let v = c & 127;
  c = buf[p++]!;
  v |= (c & 127) << 7;
  if (c > 127) {
    c = buf[p++]!;
    v |= (c & 127) << 14;
    if (c > 127) {
      c = buf[p++]!;
      v |= (c & 127) << 21;
      if (c > 127) {
        c = buf[p++]!;
        v |= c << 28;
        if (c > 15) throw tooWide(32, r.pos);
      }
    }
  }
  r.pos = p;
  return v >>> 0;
}

function readVarintNearEnd(r: ByteReader): number {
  const { buf, end } = r;
  let p = r.pos;
  let v = 0;
  for (let shift = 0; p < end; shift += 7) {
    const c = buf[p++]!;
    v |= (c & 127) << shift;
    if (c < 128) {
      r.pos = p;
      return v >>> 0;
    }
  }
  throw endsInside(p);
}

/** Reads a zigzag varint of 64 bits into the shared halves of number64.ts. Throws DecodeError. */
export function readZigzag64(r: ByteReader): void {
  const { buf, pos } = r;
  let p = pos;
  // With ten bytes there is no need to look for the end; else `findEnd` has looked.
  if (r.end - p < MAX_VARINT64_BYTES) findEnd(r);
  let c = buf[p++]!;
  let lo = c & 127;
  let hi = 0;
  if (c > 127) {
    c = buf[p++]!;
    lo |= (c & 127) << 7;
    if (c > 127) {
      c = buf[p++]!;
      lo |= (c & 127) << 14;
      if (c > 127) {
        c = buf[p++]!;
        lo |= (c & 127) << 21;
        if (c > 127) {
          c = buf[p++]!;
          lo |= (c & 127) << 28;
          hi = (c & 127) >> 4;
          if (c > 127) {
            c = buf[p++]!;
            hi |= (c & 127) << 3;
            if (c > 127) {
              c = buf[p++]!;
              hi |= (c & 127) << 10;
              if (c > 127) {
                c = buf[p++]!;
                hi |= (c & 127) << 17;
                if (c > 127) {
                  c = buf[p++]!;
                  hi |= (c & 127) << 24;
                  if (c > 127) {
                    c = buf[p++]!;
                    hi |= c << 31;
                    if (c > 1) throw tooWide(64, pos);
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  const sign = -(lo & 1);
  i32[LOW] = ((lo >>> 1) | (hi << 31)) ^ sign;
  i32[HIGH] = (hi >>> 1) ^ sign;
  r.pos = p;
}

/** Throws unless the varint ends before the reader does; fewer than ten bytes are left. */
function findEnd(r: ByteReader): void {
  for (let p = r.pos; p < r.end; p++) if (r.buf[p]! < 128) return;
  throw endsInside(r.end);
}

function tooWide(bits: number, p: number): DecodeError {
  return new DecodeError("invalid", `varint at byte ${p} does not fit in ${bits} bits`);
}

function endsInside(p: number): DecodeError {
  return new DecodeError("incomplete", `bytes end inside a varint at byte ${p}`);
}
