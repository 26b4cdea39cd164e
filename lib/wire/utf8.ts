/**
 * Strings as UTF-8, in a loop where that beats a call into native code: out to 40 characters, in to 24 bytes, ASCII only
 * (bench: strings by length). Everything else goes through Node's native methods, which are on every Buffer though its types do
 * not list them.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../errors.ts";

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
    let i = 0;
    for (; i < length; i++) {
      const c = s.charCodeAt(i);
      if (c > 127) break;
      b[p + i] = c;
    }
    if (i === length) return length;
  }
  const bytes = (b as unknown as NativeText).utf8Write(s, p, b.length - p);
  return bytes === length || isWellFormed(s) ? bytes : -1;
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
    const short = SHORT_READERS[length]!(b, p);
    if (short !== undefined) return short;
  }
  return getLong(b, p, end, mode);
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
