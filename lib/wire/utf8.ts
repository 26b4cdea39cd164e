/**
 * Strings as UTF-8, in a loop where that beats a call into native code: out to 40 characters, in to 24 bytes, and in to 4 KiB
 * where the text is not ASCII (bench: strings by length, codec/text). Everything else goes through Node's native methods, which
 * are on every Buffer though its types do not list them.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import { decodeUnits, MAX_UNITS } from "./utf8-units.ts";

interface NativeText {
  utf8Write(text: string, offset: number, maxBytes: number): number;
  utf8Slice(start: number, end: number): string;
}

const SHORT_TEXT = 40;
const text = String.fromCharCode;

/** What a caller reserves for a string of `length` characters before `putUtf8`. */
export const MAX_UTF8_BYTES_PER_CHARACTER = 3;

/**
 * Puts `s` at `p` and returns the number of bytes, or -1 when it holds a lone surrogate. There must be room for three bytes a
 * character, or for `Buffer.byteLength(s)`.
 */
export function putUtf8(b: Buffer, p: number, s: string): number {
  const length = s.length;
  if (length <= SHORT_TEXT) {
    for (let i = 0; i < length; i++) {
      const c = s.charCodeAt(i);
      if (c > 127) return putBeyondAscii(b, p, s, i);
      b[p + i] = c;
    }
    return length;
  }
  const bytes = (b as unknown as NativeText).utf8Write(s, p, b.length - p);
  return bytes === length || isWellFormed(s) ? bytes : -1;
}

/** Goes on at character `from`, before which all were ASCII. The forms are drawn in utf8-units.ts. */
function putBeyondAscii(b: Buffer, p: number, s: string, from: number): number {
  const length = s.length;
  let at = p + from;
  for (let i = from; i < length; i++) {
    const c = s.charCodeAt(i);
    if (c < 0x80) b[at++] = c;
    else if (c < 0x800) {
      b[at++] = 0xc0 | (c >> 6);
      b[at++] = 0x80 | (c & 0x3f);
    } else if ((c & 0xf800) !== 0xd800) {
      b[at++] = 0xe0 | (c >> 12);
      b[at++] = 0x80 | ((c >> 6) & 0x3f);
      b[at++] = 0x80 | (c & 0x3f);
    } else {
      const low = ++i < length ? s.charCodeAt(i) : 0;
      if (c > 0xdbff || (low & 0xfc00) !== 0xdc00) return -1;
      const character = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
      b[at++] = 0xf0 | (character >> 18);
      b[at++] = 0x80 | ((character >> 12) & 0x3f);
      b[at++] = 0x80 | ((character >> 6) & 0x3f);
      b[at++] = 0x80 | (character & 0x3f);
    }
  }
  return at - p;
}

/** False when `s` holds half of a surrogate pair, which UTF-8 cannot say. */
export function isWellFormed(s: string): boolean {
  return (s as unknown as { isWellFormed(): boolean }).isWellFormed();
}

/**
 * Bytes [p, end) as a string. Bytes that are not UTF-8 throw DecodeError, or become U+FFFD where `mode` is `replace`. The
 * caller has checked the bounds.
 */
export function getUtf8(b: Buffer, p: number, end: number, mode: "check" | "replace"): string {
  const length = end - p;
  if (length <= 24) {
    const short = SHORT_READERS[length]!(b, p) ?? decodeUnits(b, p, end);
    if (short !== undefined) return short;
  } else if (length <= MAX_UNITS && !beginsWithAscii(b, p)) {
    const text = decodeUnits(b, p, end);
    if (text !== undefined) return text;
  }
  return getLong(b, p, end, mode);
}

/** Whether the first 16 bytes are ASCII: where none of them says otherwise, the native decoder is likely to be the faster. */
function beginsWithAscii(b: Buffer, p: number): boolean {
  let all = 0;
  for (let i = 0; i < 16; i++) all |= b[p + i]!;
  return all < 128;
}

function getLong(b: Buffer, p: number, end: number, mode: "check" | "replace"): string {
  const s = (b as unknown as NativeText).utf8Slice(p, end);
  // A string of one-byte characters cannot hold U+FFFD, and V8 answers includes() for it without a look at the text.
  if (s.includes("\ufffd") && mode === "check" && Buffer.compare(Buffer.from(s), b.subarray(p, end)) !== 0) {
    throw new DecodeError("invalid", `string of ${end - p} bytes at byte ${p} is not valid UTF-8`);
  }
  return s;
}

type ShortReader = (b: Buffer, p: number) => string | undefined;

/** By length: the string, or undefined when it is not ASCII. One load a byte and one call that makes the string. */
// biome-ignore format: one row a length
const SHORT_READERS: readonly ShortReader[] = [
  () => "",
  (b, p) => { const a = b[p]!; return (a) > 127 ? undefined : text(a); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!; return (a | c) > 127 ? undefined : text(a, c); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!; return (a | c | d) > 127 ? undefined : text(a, c, d); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!; return (a | c | d | e) > 127 ? undefined : text(a, c, d, e); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!; return (a | c | d | e | f) > 127 ? undefined : text(a, c, d, e, f); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!; return (a | c | d | e | f | g) > 127 ? undefined : text(a, c, d, e, f, g); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!; return (a | c | d | e | f | g | h) > 127 ? undefined : text(a, c, d, e, f, g, h); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!; return (a | c | d | e | f | g | h | i) > 127 ? undefined : text(a, c, d, e, f, g, h, i); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!; return (a | c | d | e | f | g | h | i | j) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!; return (a | c | d | e | f | g | h | i | j | k) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!; return (a | c | d | e | f | g | h | i | j | k | l) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!; return (a | c | d | e | f | g | h | i | j | k | l | m) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!, u = b[p + 18]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t | u) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!, u = b[p + 18]!, v = b[p + 19]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t | u | v) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!, u = b[p + 18]!, v = b[p + 19]!, w = b[p + 20]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t | u | v | w) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!, u = b[p + 18]!, v = b[p + 19]!, w = b[p + 20]!, x = b[p + 21]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t | u | v | w | x) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!, u = b[p + 18]!, v = b[p + 19]!, w = b[p + 20]!, x = b[p + 21]!, y = b[p + 22]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t | u | v | w | x | y) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y); },
  (b, p) => { const a = b[p]!, c = b[p + 1]!, d = b[p + 2]!, e = b[p + 3]!, f = b[p + 4]!, g = b[p + 5]!, h = b[p + 6]!, i = b[p + 7]!, j = b[p + 8]!, k = b[p + 9]!, l = b[p + 10]!, m = b[p + 11]!, n = b[p + 12]!, o = b[p + 13]!, q = b[p + 14]!, r = b[p + 15]!, s = b[p + 16]!, t = b[p + 17]!, u = b[p + 18]!, v = b[p + 19]!, w = b[p + 20]!, x = b[p + 21]!, y = b[p + 22]!, z = b[p + 23]!; return (a | c | d | e | f | g | h | i | j | k | l | m | n | o | q | r | s | t | u | v | w | x | y | z) > 127 ? undefined : text(a, c, d, e, f, g, h, i, j, k, l, m, n, o, q, r, s, t, u, v, w, x, y, z); },
];
