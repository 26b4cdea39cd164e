/** Cuts a source into tokens and comments, in one pass over its bytes. Knows the spelling of the language, not its grammar. */
import type { Comment } from "./ast.ts";
import type { Code, DiagnosticDetails } from "./diagnostic.ts";
import type { Dialect } from "./dialect.ts";
import type { Source } from "./source.ts";
import { TokenBuffer, TokenKind, type TokenList } from "./token.ts";

/** Which spellings are right, and who is told of the others. */
export interface SyntaxEvents {
  readonly dialect: Dialect;
  report(code: Code, start: number, end: number, message: string, details?: DiagnosticDetails): void;
}

/** Reports what only fbthrift has, in a file that is not fbthrift's. */
export function reportExtension(events: SyntaxEvents, start: number, end: number, what: string): void {
  if (events.dialect === "fbthrift") return;
  events.report(
    "fbthrift-syntax",
    start,
    end,
    `${what} is syntax of fbthrift, and this file shows no other sign of it`,
  );
}

const OTHER = 0;
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const PUNCTUATION = 4;

const CLASSES = new Uint8Array(256);
const PUNCTUATION_KINDS = new Uint8Array(256);
fillTables();

function fillTables(): void {
  for (const c of " \t\r\n\f\v") CLASSES[c.charCodeAt(0)] = SPACE;
  for (let c = 0; c < 26; c++) CLASSES[65 + c] = CLASSES[97 + c] = LETTER;
  CLASSES[95] = LETTER;
  for (let c = 48; c < 58; c++) CLASSES[c] = DIGIT;
  const kinds: readonly [string, TokenKind][] = [
    ["{", TokenKind.LEFT_BRACE],
    ["}", TokenKind.RIGHT_BRACE],
    ["(", TokenKind.LEFT_PAREN],
    [")", TokenKind.RIGHT_PAREN],
    ["[", TokenKind.LEFT_BRACKET],
    ["]", TokenKind.RIGHT_BRACKET],
    ["<", TokenKind.LESS],
    [">", TokenKind.GREATER],
    [",", TokenKind.COMMA],
    [";", TokenKind.SEMICOLON],
    [":", TokenKind.COLON],
    ["=", TokenKind.EQUALS],
    ["&", TokenKind.AMPERSAND],
    ["*", TokenKind.STAR],
    ["@", TokenKind.AT],
  ];
  for (const [c, kind] of kinds) {
    CLASSES[c.charCodeAt(0)] = PUNCTUATION;
    PUNCTUATION_KINDS[c.charCodeAt(0)] = kind;
  }
}

const MAX_NAME_BYTES = 4096;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F]*|0[bB][01]+(?![0-9])|[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+)/y;

export function tokenize(source: Source, events: SyntaxEvents): TokenList {
  return new Lexer(source, events).run();
}

/** Two stars, not the three and more of a banner, which JSDoc leaves alone too. */
function isDocOpening(text: string, start: number): boolean {
  return text.charCodeAt(start + 2) === 42 && text.charCodeAt(start + 3) !== 42;
}

/** Lexers run one at a time. */
const TOKENS = new TokenBuffer();

class Lexer {
  readonly #source: Source;
  readonly #text: string;
  readonly #events: SyntaxEvents;
  readonly #tokens = TOKENS;
  readonly #comments: Comment[] = [];
  readonly #nul: number;
  readonly #carriageReturns: boolean;

  constructor(source: Source, events: SyntaxEvents) {
    this.#source = source;
    this.#text = source.text;
    this.#events = events;
    this.#nul = this.#text.indexOf("\0");
    this.#carriageReturns = this.#text.includes("\r");
  }

  run(): TokenList {
    this.#reportNul();
    const { length } = this.#text;
    for (let at = this.#source.begin; at < length; ) at = this.#next(at);
    this.#tokens.push(TokenKind.END, length, length);
    return this.#tokens.take(this.#comments);
  }

  /** Reads what begins at `start`; where it ends. So do all that it calls. */
  #next(start: number): number {
    const text = this.#text;
    let at = start;
    let c = text.charCodeAt(at);
    while (CLASSES[c] === SPACE) {
      if (++at === text.length) return at;
      c = text.charCodeAt(at);
    }
    switch (CLASSES[c]) {
      case LETTER:
        return this.#name(at);
      case DIGIT:
        return this.#digits(at);
      case PUNCTUATION:
        this.#tokens.push((PUNCTUATION_KINDS[c] ?? TokenKind.BAD) as TokenKind, at, at + 1);
        return at + 1;
      default:
        return this.#rare(at, c);
    }
  }

  #rare(start: number, c: number): number {
    if (c === 34 || c === 39) return this.#string(start, c);
    if (c === 35) return this.#lineComment(start, "#");
    const next = this.#text.charCodeAt(start + 1);
    if (c === 47 && next === 47) return this.#lineComment(start, "//");
    if (c === 47 && next === 42) return this.#blockComment(start);
    return c === 43 || c === 45 || c === 46 ? this.#number(start) : this.#unexpected(start);
  }

  #name(start: number): number {
    const text = this.#text;
    let i = start + 1;
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i);
      const kind = CLASSES[c];
      if (kind !== LETTER && kind !== DIGIT && !(c === 46 && this.#continues(i + 1))) break;
    }
    this.#tokens.push(TokenKind.NAME, start, i);
    if (i - start > MAX_NAME_BYTES) {
      this.#events.report("identifier-too-long", start, i, `name of ${i - start} characters, limit ${MAX_NAME_BYTES}`);
    }
    return i;
  }

  #continues(at: number): boolean {
    const kind = CLASSES[this.#text.charCodeAt(at)];
    return kind === LETTER || kind === DIGIT;
  }

  /** Nearly all numbers are digits and nothing else. */
  #digits(start: number): number {
    const text = this.#text;
    let i = start + 1;
    while (i < text.length && CLASSES[text.charCodeAt(i)] === DIGIT) i++;
    if (i < text.length && (CLASSES[text.charCodeAt(i)] === LETTER || text.charCodeAt(i) === 46))
      return this.#number(start);
    this.#tokens.push(TokenKind.INT, start, i);
    return i;
  }

  #number(start: number): number {
    NUMBER.lastIndex = start;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined) return this.#unexpected(start);
    const end = start + found.length;
    const double = !/[xX]/.test(found) && /[.eE]/.test(found);
    this.#tokens.push(double ? TokenKind.DOUBLE : TokenKind.INT, start, end);
    if (/[xX]$/.test(found)) return this.#badHex(start, end);
    if (/[bB]/.test(found) && !/[xX]/.test(found)) reportExtension(this.#events, start, end, "a binary number");
    return end;
  }

  #badHex(start: number, end: number): number {
    let i = end;
    while (this.#continues(i)) i++;
    this.#events.report("bad-number", end - 1, i, "hexadecimal number without digits", {
      hint: "digits are 0 to 9 and a to f",
    });
    return i;
  }

  /** One token whatever it holds: what its escapes mean is for `string-literal.ts`. */
  #string(start: number, quoteCode: number): number {
    const end = this.#stringEnd(start, quoteCode);
    if (end < 0) return this.#unterminated(start);
    this.#tokens.push(TokenKind.STRING, start, end);
    return end;
  }

  /** Only fbthrift's strings may go on after the end of the line. */
  #stringEnd(start: number, quoteCode: number): number {
    const text = this.#text;
    const oneLine = this.#events.dialect === "apache";
    for (let i = start + 1; i < text.length; i++) {
      const c = text.charCodeAt(i);
      if (c === quoteCode) return i + 1;
      if (oneLine && (c === 10 || c === 13)) return -1;
      if (c === 92) i++;
    }
    return -1;
  }

  #unterminated(start: number): number {
    const end = this.#lineEnd(start);
    this.#tokens.push(TokenKind.STRING, start, end);
    this.#events.report("unterminated-string", start, end, "unterminated string", {
      hint: `close it with ${this.#text[start]} on the same line`,
    });
    return end;
  }

  #lineEnd(from: number): number {
    const text = this.#text;
    const lineFeed = text.indexOf("\n", from);
    const end = lineFeed < 0 ? text.length : lineFeed;
    if (!this.#carriageReturns) return end;
    for (let i = from; i < end; i++) if (text.charCodeAt(i) === 13) return i;
    return end;
  }

  #lineComment(start: number, style: "#" | "//"): number {
    const end = this.#lineEnd(start);
    this.#comment(style, start, end);
    return end;
  }

  #blockComment(start: number): number {
    const close = this.#text.indexOf("*/", start + 2);
    const end = close < 0 ? this.#text.length : close + 2;
    const documents = isDocOpening(this.#text, start) && end - start > 4;
    if (close < 0) {
      const what = this.#text.charCodeAt(start + 2) === 42 ? "doc comment" : "comment";
      this.#events.report("unterminated-comment", start, start + 2, `unterminated ${what}, opened here`, {
        hint: "close it with `*/`",
      });
    }
    this.#comment(documents ? "/**" : "/*", start, end);
    return end;
  }

  #comment(style: Comment["style"], start: number, end: number): void {
    const text = this.#source.decode(start, end);
    this.#comments.push({ style, text, span: { start, end } });
    if (text.includes("\ufffd") && !this.#source.isUtf8(start, end)) {
      this.#events.report("invalid-utf8-comment", start, end, "comment is not valid UTF-8");
    }
  }

  /** A run of bytes that begin nothing is one error. */
  #unexpected(start: number): number {
    let i = start + 1;
    while (i < this.#text.length && CLASSES[this.#text.charCodeAt(i)] === OTHER && !/["'#/]/.test(this.#text.charAt(i)))
      i++;
    this.#tokens.push(TokenKind.BAD, start, i);
    if (this.#text.charCodeAt(start) === 0) return i;
    const shown = JSON.stringify(this.#source.decode(start, Math.min(i, start + 16)));
    this.#events.report("unexpected-character", start, i, `unexpected ${shown}`);
    return i;
  }

  /** The first one stands for all: such a file is binary. */
  #reportNul(): void {
    if (this.#nul >= 0) this.#events.report("nul-byte", this.#nul, this.#nul + 1, "NUL byte in the source");
  }
}
