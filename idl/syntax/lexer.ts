/** Cuts a source into tokens and comments, in one pass over its bytes. Knows the spelling of the language, not its grammar. */
import type { Source } from "../source/source.ts";
import type { Comment } from "./ast.ts";
import { CLASSES, DIGIT, LETTER, OTHER, PUNCTUATION, PUNCTUATION_KINDS, SPACE } from "./characters.ts";
import { MergeConflicts } from "./merge-conflict.ts";
import { Strays } from "./strays.ts";
import { reportExtension, type SyntaxEvents } from "./syntax-events.ts";
import { TokenBuffer, TokenKind, type TokenList } from "./token.ts";

const MAX_NAME_BYTES = 4096;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F]*|0[bB][01]+(?![0-9])|[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+)/y;

/** Suffixes and separators of numbers in other languages: `5L`, `10ull`, `1.5f`, `7n`, `1_000`. */
const SUFFIX = /(?:_[0-9_]+)?(?:[uU]?[lL]{0,2}|[fFdDn]|i64|u64|i32|u32)(?![A-Za-z0-9_.])/y;

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
  readonly #strays: Strays;
  readonly #conflicts: MergeConflicts;
  readonly #nul: number;
  readonly #carriageReturns: boolean;

  constructor(source: Source, events: SyntaxEvents) {
    this.#source = source;
    this.#text = source.text;
    this.#events = events;
    this.#strays = new Strays(source, events);
    this.#conflicts = new MergeConflicts(source, events);
    this.#nul = this.#text.indexOf("\0");
    this.#carriageReturns = this.#text.includes("\r");
  }

  run(): TokenList {
    this.#reportNul();
    const { length } = this.#text;
    for (let at = this.#source.begin; at < length; ) at = this.#next(at);
    this.#strays.report();
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
        if (c >= 60 && c <= 62 && text.charCodeAt(at + 6) === c) {
          const end = this.#conflicts.skip(at);
          if (end > at) return end;
        }
        this.#tokens.push((PUNCTUATION_KINDS[c] ?? TokenKind.BAD) as TokenKind, at, at + 1);
        return at + 1;
      default:
        return this.#rare(at, c);
    }
  }

  #rare(start: number, c: number): number {
    if (c === 34) return this.#tripleQuotes(start);
    if (c === 39) return this.#string(start, c);
    if (c === 35) return this.#lineComment(start, "#");
    if (c >= 128) return this.#foreign(start);
    const next = this.#text.charCodeAt(start + 1);
    if (c === 47 && next === 47) return this.#lineComment(start, "//");
    if (c === 47 && next === 42) return this.#blockComment(start);
    return c === 43 || c === 45 || c === 46 ? this.#number(start) : this.#unexpected(start);
  }

  /** A byte that is not ASCII: the first letter of a name, or a stray. */
  #foreign(start: number): number {
    const end = this.#oddName(start, start);
    if (end === start) return this.#unexpected(start);
    this.#tokens.push(TokenKind.NAME, start, end);
    return end;
  }

  #name(start: number): number {
    const text = this.#text;
    let i = start + 1;
    for (; i < text.length; i++) {
      const c = text.charCodeAt(i);
      const kind = CLASSES[c];
      if (kind === LETTER || kind === DIGIT || (c === 46 && this.#continues(i + 1))) continue;
      if (c === 45 || c >= 128) i = this.#oddName(start, i);
      break;
    }
    this.#tokens.push(TokenKind.NAME, start, i);
    if (i - start > MAX_NAME_BYTES) {
      this.#events.report("identifier-too-long", start, i, `name of ${i - start} characters, limit ${MAX_NAME_BYTES}`);
    }
    return i;
  }

  /** Where a name ends that goes on from `at` with what it cannot have. It is read as it should be written. */
  #oddName(start: number, at: number): number {
    const end = this.#strays.nameEnd(start, at);
    if (end > at) this.#tokens.rename(start, this.#strays.noteName(start, at, end));
    return end;
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
    const suffix = this.#suffix(end);
    if (suffix > end) return this.#badSuffix(start, end, suffix);
    if (/[xX]$/.test(found)) return this.#badHex(start, end);
    if (/[bB]/.test(found) && !/[xX]/.test(found)) reportExtension(this.#events, start, end, "a binary number");
    return end;
  }

  /** Where `5L` and `1_000` end; names may touch a number where a separator is left out, so only what some language writes. */
  #suffix(end: number): number {
    SUFFIX.lastIndex = end;
    return end + (SUFFIX.exec(this.#text)?.[0].length ?? 0);
  }

  #badSuffix(start: number, end: number, suffix: number): number {
    const text = this.#text.slice(start, Math.min(suffix, start + 60));
    const digits = text.includes("_")
      ? text.replace(/_|[a-zA-Z]+$/g, "")
      : this.#text.slice(start, Math.min(end, start + 60));
    this.#events.report("bad-number", start, suffix, `\`${text}\` is no number`, { hint: `write ${digits}` });
    return suffix;
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
    const other = this.#strays.quoteIn(start + 1, end, this.#text.charAt(start));
    if (other !== undefined) {
      this.#strays.note(other.start, other.code);
      this.#tokens.push(TokenKind.STRING, start, other.start);
      return other.end;
    }
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

  /** A look-alike is read as the character it resembles, so that it is the only error. */
  #unexpected(start: number): number {
    const behind = this.#text[start] === "|" ? this.#conflicts.skip(start) : start;
    if (behind > start) return behind;
    const { end, instead } = this.#strays.take(start, (at) => this.#isStray(at));
    if (instead === " " || instead === "") return end;
    if (instead === '"' || instead === "'") return this.#curlyString(end, instead);
    const kind = instead === undefined ? undefined : PUNCTUATION_KINDS[instead.charCodeAt(0)];
    this.#tokens.push((kind || TokenKind.BAD) as TokenKind, start, end);
    return end;
  }

  #isStray(at: number): boolean {
    return (
      at < this.#text.length && CLASSES[this.#text.charCodeAt(at)] === OTHER && !/["'#/]/.test(this.#text.charAt(at))
    );
  }

  /** From just past its first quote to the next that looks like it. The byte before the text counts as the token's quote. */
  #curlyString(start: number, instead: string): number {
    const end = this.#lineEnd(start);
    const close = this.#strays.quoteIn(start, end, instead);
    this.#tokens.push(close === undefined ? TokenKind.BAD : TokenKind.STRING, start - 1, close?.start ?? end);
    return close?.end ?? end;
  }

  /** Python's and GraphQL's documentation; elsewhere two strings may touch. */
  #tripleQuotes(start: number): number {
    if (!this.#text.startsWith('"""', start) || !this.#startsLine(start)) return this.#string(start, 34);
    const close = this.#text.indexOf('"""', start + 3);
    this.#strays.noteText(start, start + 3);
    return close < 0 ? this.#text.length : close + 3;
  }

  #startsLine(at: number): boolean {
    let i = at - 1;
    while (i >= this.#source.begin && (this.#text[i] === " " || this.#text[i] === "\t")) i--;
    return i < this.#source.begin || this.#text[i] === "\n" || this.#text[i] === "\r";
  }

  /** Only the first one is reported: such a file is binary. */
  #reportNul(): void {
    if (this.#nul >= 0) this.#events.report("nul-byte", this.#nul, this.#nul + 1, "NUL byte in the source");
  }
}
