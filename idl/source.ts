/**
 * The text of one file and the way from byte offsets to lines and columns. Knows nothing of Thrift.
 *
 * The text is held as one character per byte (latin1), so that an index into it is a byte offset; what may hold other
 * letters than ASCII (strings, comments) is decoded on its own.
 */
import { isAscii, isUtf8 } from "node:buffer";
import type { Span } from "./ast.ts";

/** Both count from 1; columns count bytes of UTF-8. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const LF = 10;
const CR = 13;

export class Source {
  /** As it was given: for messages. */
  readonly path: string;
  readonly bytes: Buffer;
  /** One character per byte. */
  readonly text: string;
  /** Offset behind a byte order mark; 0 where there is none. */
  readonly begin: number;
  /** Then `text` needs no decoding, which takes longer than finding this out. */
  readonly #ascii: boolean;
  #lineStarts: readonly number[] | undefined;

  constructor(path: string, content: Buffer | string) {
    this.path = path;
    this.bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
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

  /** Offsets beyond the end give the place behind the last byte. */
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
