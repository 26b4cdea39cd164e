/**
 * Tokens of JSON in a buffer: strings, numbers and punctuation, with white space between them. It knows nothing of Thrift.
 * Lenient where other implementations are: control characters in strings as such, and in maps keys that are no strings.
 */
import { Buffer } from "node:buffer";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { getUtf8, isWellFormed } from "../wire/utf8.ts";
import { incomplete, invalid, tooLong } from "./failures.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** No number that fits a type is longer. */
const LONGEST_NUMBER = 400;

/** Writes ASCII text. */
export function writeAscii(w: ByteWriter, text: string): void {
  const b = w.reserve(text.length);
  b.write(text, w.pos, "latin1");
  w.pos += text.length;
}

/** Writes a string with quotes and escapes, as `JSON.stringify` has it. */
export function writeText(w: ByteWriter, text: string): void {
  const quoted = JSON.stringify(text);
  w.pos += w.reserve(quoted.length * 3).write(quoted, w.pos);
}

/** The byte at the next place that is no white space. */
export function peek(r: ByteReader): number {
  const { buf, end } = r;
  let p = r.pos;
  while (p < end && isSpace(buf[p]!)) p++;
  r.pos = p;
  return p < end ? buf[p]! : incomplete(1, p, end);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Passes over one character, which must be there. */
export function expect(r: ByteReader, character: string): void {
  const found = peek(r);
  if (found !== character.charCodeAt(0))
    invalid(`${JSON.stringify(String.fromCharCode(found))} where ${character} was expected`, r.pos);
  r.pos++;
}

/** True when nothing stands between the reader and an opening brace before it. */
export function isFirst(r: ByteReader): boolean {
  let p = r.pos - 1;
  while (p >= 0 && isSpace(r.buf[p]!)) p--;
  return r.buf[p] === 0x7b;
}

/** Passes over a string; returns true when it holds escapes. Its content is [start + 1, r.pos - 1). */
function passString(r: ByteReader): boolean {
  expect(r, '"');
  const { buf, end } = r;
  const start = r.pos;
  let escapes = false;
  let p = start;
  while (p < end && buf[p] !== QUOTE) {
    if (buf[p] === BACKSLASH) {
      escapes = true;
      p++;
    }
    p++;
  }
  if (p >= end) incomplete(p - start + 1, start, end);
  if (p - start > r.maxStringBytes) tooLong(p - start, r.maxStringBytes, start);
  r.pos = p + 1;
  return escapes;
}

export function skipText(r: ByteReader): void {
  passString(r);
}

/** Reads a string. */
export function readText(r: ByteReader): string {
  peek(r);
  const start = r.pos + 1;
  const escapes = passString(r);
  return escapes ? unescape(r, start, r.pos - 1) : getUtf8(r.buf, start, r.pos - 1, r.utf8);
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

function unescape(r: ByteReader, start: number, end: number): string {
  const raw = getUtf8(r.buf, start, end, r.utf8);
  const text = raw.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escape: string) => {
    if (escape.length === 5) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return ESCAPES.get(escape) ?? invalid(`unknown escape \\${escape} in a string`, start);
  });
  if (isWellFormed(text)) return text;
  if (r.utf8 === "check") invalid("escaped half of a surrogate pair in a string", start);
  return Buffer.from(text).toString();
}

/** The characters of a number, or of a word like NaN; may be empty. */
export function readToken(r: ByteReader): string {
  peek(r);
  const { buf, pos } = r;
  const limit = Math.min(r.end, pos + LONGEST_NUMBER);
  let p = pos;
  while (p < limit && isTokenByte(buf[p]!)) p++;
  r.pos = p;
  return buf.toString("latin1", pos, p);
}

/** Digits, letters, sign and point. */
function isTokenByte(c: number): boolean {
  return (
    (c >= 0x30 && c <= 0x39) ||
    c === 0x2d ||
    c === 0x2b ||
    c === 0x2e ||
    (c >= 0x41 && c <= 0x5a) ||
    (c >= 0x61 && c <= 0x7a)
  );
}

/** A token that ends with the bytes may be the beginning of a sound one. */
function unexpected(r: ByteReader, token: string, at: number, wanted: string): never {
  if (r.pos === r.end) incomplete(token.length + 1, at, r.end);
  invalid(`${JSON.stringify(token.slice(0, 40))} where ${wanted} was expected`, at);
}

/** An integer from `min` to `max`. */
export function readInteger(r: ByteReader, min: number, max: number): number {
  const at = r.pos;
  const token = readToken(r);
  const value = Number(token);
  if (!/^-?\d+$/.test(token) || value < min || value > max)
    unexpected(r, token, at, `an integer from ${min} to ${max}`);
  return value + 0;
}

/** An integer of 64 bits. */
export function readBigint(r: ByteReader): bigint {
  const at = r.pos;
  const token = readToken(r);
  const value = /^-?\d{1,40}$/.test(token) ? BigInt(token) : unexpected(r, token, at, "an i64");
  return BigInt.asIntN(64, value) === value ? value : invalid(`${token} is not an i64`, at);
}

/** Words for what JSON cannot say, in the forms of several implementations. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["nan", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["inf", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-inf", Number.NEGATIVE_INFINITY],
]);

/** A double, with or without quotes. */
export function readNumber(r: ByteReader): number {
  const quoted = peek(r) === QUOTE;
  const at = r.pos;
  if (quoted) r.pos++;
  const token = readToken(r);
  if (quoted) expect(r, '"');
  if (/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(token)) return Number(token);
  return NUMBERS.get(token) ?? unexpected(r, token, at, "a number");
}
