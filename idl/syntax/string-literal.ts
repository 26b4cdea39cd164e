/** The value of a string literal: escapes and UTF-8. Knows nothing of where the literal stands. */
import type { Source } from "../source/source.ts";
import { reportExtension, type SyntaxEvents } from "./syntax-events.ts";

const PLAIN: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, "\\": 92, '"': 34, "'": 39 };
/** fbthrift has these as well. */
const MORE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, v: 11, "0": 0, "/": 47, "?": 63 };

export interface StringValue {
  readonly text: string;
  /** Only where the escapes make bytes that are no UTF-8, as for binary. */
  readonly bytes?: Buffer;
}

/** `start` and `end` enclose the quotes; a string cut off by the end of its line has no second one. */
export function readString(source: Source, start: number, end: number, events: SyntaxEvents): StringValue {
  const quote = source.text[start];
  const last = end - 1 > start && source.text[end - 1] === quote ? end - 1 : end;
  const raw = source.text.slice(start + 1, last);
  checkUtf8(source, start + 1, last, events);
  if (!raw.includes("\\")) return { text: source.decode(start + 1, last) };
  return decodeEscapes(source, start + 1, last, events);
}

function checkUtf8(source: Source, start: number, end: number, events: SyntaxEvents): void {
  if (source.isUtf8(start, end)) return;
  const at = firstBadByte(source, start, end);
  events.report("invalid-utf8", at, at + 1, "string is not valid UTF-8", { hint: "save the file as UTF-8" });
}

/** Halves the string as long as its first half is bad; a cut through a letter moves on to the letter's end. */
function firstBadByte(source: Source, start: number, end: number): number {
  let low = start;
  let high = end;
  while (high - low > 8) {
    let middle = (low + high) >> 1;
    while (middle < high && ((source.bytes[middle] ?? 0) & 0xc0) === 0x80) middle++;
    if (middle === high) break;
    if (source.isUtf8(low, middle)) low = middle;
    else high = middle;
  }
  for (let at = low; at < high; ) {
    const next = [1, 2, 3, 4].find((length) => at + length <= high && source.isUtf8(at, at + length));
    if (next === undefined) return at;
    at += next;
  }
  return low;
}

function decodeEscapes(source: Source, start: number, end: number, events: SyntaxEvents): StringValue {
  const out = Buffer.allocUnsafe((end - start) * 2);
  let length = 0;
  for (let i = start; i < end; ) {
    if (source.text.charCodeAt(i) !== 92) {
      out[length++] = source.bytes[i++] ?? 0;
      continue;
    }
    const escape = readEscape(source, i, end, events);
    length += out.write(escape.bytes, length, "latin1");
    i += escape.length;
  }
  const bytes = out.subarray(0, length);
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") && !Buffer.from(text).equals(bytes) ? { text, bytes: Buffer.from(bytes) } : { text };
}

/** `bytes` holds one character per byte, `length` is that of the escape in the source. */
function readEscape(source: Source, at: number, end: number, events: SyntaxEvents): { bytes: string; length: number } {
  const letter = source.text[at + 1] ?? "";
  const plain = PLAIN[letter];
  if (plain !== undefined) return { bytes: String.fromCharCode(plain), length: 2 };
  const found = readFbthriftEscape(source.text.slice(at + 1, Math.min(end, at + 6)), letter);
  if (found !== undefined) {
    reportExtension(events, at, at + found.length, `the escape ${source.text.slice(at, at + found.length)}`);
    return found;
  }
  const shown = source.decode(at, Math.min(at + 2, end));
  events.report(
    events.dialect === "fbthrift" ? "unknown-escape" : "bad-escape",
    at,
    at + 2,
    `unknown escape ${JSON.stringify(shown).slice(1, -1).replace("\\\\", "\\")} in a string`,
    {
      hint: "known are \\n \\t \\r \\\\ \\\" \\'",
    },
  );
  return { bytes: source.text.slice(at, at + 2), length: 2 };
}

function readFbthriftEscape(rest: string, letter: string): { bytes: string; length: number } | undefined {
  const hex = /^x([0-9a-fA-F]{2})/.exec(rest)?.[1];
  if (hex !== undefined) return { bytes: String.fromCharCode(Number.parseInt(hex, 16)), length: 4 };
  const unicode = /^u([0-9a-fA-F]{4})/.exec(rest)?.[1];
  if (unicode !== undefined) {
    return { bytes: Buffer.from(String.fromCharCode(Number.parseInt(unicode, 16))).toString("latin1"), length: 6 };
  }
  if (letter === "\n") return { bytes: "", length: 2 };
  const more = Object.hasOwn(MORE, letter) ? MORE[letter] : undefined;
  return more === undefined ? undefined : { bytes: String.fromCharCode(more), length: 2 };
}
