/**
 * The text of one file and the way from byte offsets to lines and columns. Knows nothing of Thrift.
 *
 * The text is held as one character per byte (latin1), so that an index into it is a byte offset; what may hold other
 * letters than ASCII (strings, comments) is decoded on its own.
 */
import { isAscii, isUtf8 } from "node:buffer";

/** Byte offsets [start, end) in the file's UTF-8 text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Both count from 1; columns count bytes of UTF-8. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const LF = 10;
const CR = 13;

export type TextEncoding = "UTF-8" | "UTF-16LE" | "UTF-16BE" | "UTF-32LE" | "UTF-32BE";

export class Source {
  /** As given, for messages. */
  readonly path: string;
  readonly bytes: Buffer;
  /** One character per byte. */
  readonly text: string;
  /** What the file is written in. `bytes` are UTF-8 all the same. */
  readonly encoding: TextEncoding;
  /** Offset just past a byte order mark; 0 where there is none. */
  readonly begin: number;
  /** Then `text` needs no decoding, which takes longer than finding this out. */
  readonly #ascii: boolean;
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, content: Buffer | string) {
    this.path = path;
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    this.encoding = typeof content === "string" ? "UTF-8" : encodingOf(bytes);
    this.bytes = toUtf8(bytes, this.encoding);
    this.text = this.bytes.toString("latin1");
    this.#ascii = isAscii(this.bytes);
    this.begin = this.text.startsWith("\xef\xbb\xbf") ? 3 : 0;
  }

  /** The text between two offsets, from UTF-8; bytes that are none become U+FFFD. */
  decode(start: number, end: number): string {
    return this.#ascii ? this.text.slice(start, end) : this.bytes.toString("utf8", start, end);
  }

  isUtf8(start: number, end: number): boolean {
    return this.#ascii || isUtf8(this.bytes.subarray(start, end));
  }

  /** Offsets beyond the end give the place just past the last byte. */
  position(offset: number): Position {
    const starts = this.#starts();
    const at = Math.min(Math.max(offset, this.begin), this.bytes.length);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  }

  /** The span of a line without its line end; `line` counts from 1. */
  lineSpan(line: number): Span {
    const starts = this.#starts();
    const start = starts[line - 1] ?? this.bytes.length;
    let end = starts[line] ?? this.bytes.length;
    while (end > start && (this.text.charCodeAt(end - 1) === LF || this.text.charCodeAt(end - 1) === CR)) end--;
    return { start, end };
  }

  #starts(): readonly number[] {
    this.#lineStarts ??= findLineStarts(this.text, this.begin);
    return this.#lineStarts;
  }
}

/** By the byte order mark; or by where the zeros are in the first letters, which are ASCII in any IDL. */
function encodingOf(bytes: Buffer): TextEncoding {
  if (bytes[0] !== 0 && bytes[1] !== 0 && bytes[0] !== 0xff && bytes[0] !== 0xfe) return "UTF-8";
  const head = bytes.subarray(0, 4).toString("latin1");
  if (/^(?:\xff\xfe\0\0|[^\0]\0\0\0)/.test(head)) return "UTF-32LE";
  if (/^(?:\0\0\xfe\xff|\0\0\0[^\0])/.test(head)) return "UTF-32BE";
  if (/^(?:\xff\xfe|[^\0]\0[^\0]\0)/.test(head)) return "UTF-16LE";
  return /^(?:\xfe\xff|\0[^\0]\0[^\0])/.test(head) ? "UTF-16BE" : "UTF-8";
}

function toUtf8(bytes: Buffer, encoding: TextEncoding): Buffer {
  switch (encoding) {
    case "UTF-8":
      return bytes;
    case "UTF-16LE":
      return Buffer.from(bytes.toString("utf16le"), "utf8");
    case "UTF-16BE":
      return toUtf8(Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16(), "UTF-16LE");
    case "UTF-32BE":
      return toUtf8(Buffer.from(bytes.subarray(0, bytes.length & ~3)).swap32(), "UTF-32LE");
    case "UTF-32LE":
      return Buffer.from(textOfUtf32(bytes), "utf8");
  }
}

function textOfUtf32(bytes: Buffer): string {
  let text = "";
  for (let i = 0; i + 3 < bytes.length; i += 4) {
    const code = bytes.readUInt32LE(i);
    text += code > 0x10ffff ? "\ufffd" : String.fromCodePoint(code);
  }
  return text;
}

/** LF, CR LF and a bare CR each end a line. */
function findLineStarts(text: string, begin: number): number[] {
  const starts = [begin];
  if (text.includes("\r")) addAllLines(text, begin, starts);
  else for (let i = text.indexOf("\n", begin); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}

function addAllLines(text: string, begin: number, starts: number[]): void {
  for (let i = begin; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === LF || (c === CR && text.charCodeAt(i + 1) !== LF)) starts.push(i + 1);
  }
}
