/**
 * UTF-8 to text by way of UTF-16 units in a scratch buffer, for strings with characters beyond ASCII: V8's own decoder takes
 * three times as long for them (bench: codec/text). Knows nothing of what is ASCII; utf8.ts decides when this pays.
 *
 *     0xxxxxxx                                U+0000 to U+007F
 *     110xxxxx 10xxxxxx                       U+0080 to U+07FF
 *     1110xxxx 10xxxxxx 10xxxxxx              U+0800 to U+FFFF, without the surrogates
 *     11110xxx 10xxxxxx 10xxxxxx 10xxxxxx     U+10000 to U+10FFFF, two units
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc3629#section-4
 */
import { Buffer } from "node:buffer";

/** Longest string in bytes that the scratch buffer takes: a byte makes at most one unit. */
export const MAX_UNITS = 4096;

const units = new Uint16Array(MAX_UNITS);
const unitBytes = Buffer.from(units.buffer) as Buffer &
  Record<"ucs2Slice" | "latin1Slice", (from: number, to: number) => string>;
const LAST_LATIN1 = 0xff;

/** Bytes [p, end), at most `MAX_UNITS`, as a string; undefined when they are not well-formed UTF-8. The caller has checked the bounds. */
export function decodeUnits(b: Buffer, p: number, end: number): string | undefined {
  let count = 0;
  let all = 0;
  for (let at = p; at < end; ) {
    const c = b[at]!;
    if (c < 0x80) {
      units[count++] = c;
      at++;
    } else if (c < 0xe0) {
      const d = at + 1 < end ? b[at + 1]! : 0;
      if (c < 0xc2 || (d & 0xc0) !== 0x80) return undefined;
      const unit = ((c & 0x1f) << 6) | (d & 0x3f);
      units[count++] = unit;
      all |= unit;
      at += 2;
    } else if (c < 0xf0) {
      const d = at + 2 < end ? b[at + 1]! : 0;
      const e = at + 2 < end ? b[at + 2]! : 0;
      const unit = ((c & 0x0f) << 12) | ((d & 0x3f) << 6) | (e & 0x3f);
      if ((d & 0xc0) !== 0x80 || (e & 0xc0) !== 0x80 || unit < 0x800 || (unit & 0xf800) === 0xd800) return undefined;
      units[count++] = unit;
      all |= unit;
      at += 3;
    } else {
      const beyond = at + 3 < end ? beyondPlane0(c, b[at + 1]!, b[at + 2]!, b[at + 3]!) : -1;
      if (beyond < 0) return undefined;
      units[count++] = 0xd800 | (beyond >> 10);
      units[count++] = 0xdc00 | (beyond & 0x3ff);
      all |= 0xd800;
      at += 4;
    }
  }
  return all > LAST_LATIN1 ? unitBytes.ucs2Slice(0, count * 2) : latin1Text(count);
}

/** The character's number less 0x10000; negative when these are not the bytes of one. */
function beyondPlane0(c: number, d: number, e: number, f: number): number {
  if (c > 0xf4 || (d & 0xc0) !== 0x80 || (e & 0xc0) !== 0x80 || (f & 0xc0) !== 0x80) return -1;
  const beyond = (((c & 0x07) << 18) | ((d & 0x3f) << 12) | ((e & 0x3f) << 6) | (f & 0x3f)) - 0x10000;
  return beyond <= 0xfffff ? beyond : -1;
}

/** A string of one byte a character, half as large, as V8 would have made it. */
function latin1Text(count: number): string {
  for (let i = 0; i < count; i++) unitBytes[i] = units[i]!;
  return unitBytes.latin1Slice(0, count);
}
