/**
 * A place in a list of tokens, with what every production needs: looking, taking, complaining, recovering. Knows no production.
 *
 * A production that cannot go on calls `fail`, which reports and throws SyntaxStop; the list it stands in catches that,
 * skips to where the next item may begin and goes on. So one mistake costs one item.
 */
import { type Code, type DiagnosticDetails, quote } from "../source/diagnostic.ts";
import type { Source } from "../source/source.ts";
import type { Comment, Name, Span } from "../syntax/ast.ts";
import { MAX_DEPTH } from "../syntax/depth.ts";
import type { Dialect } from "../syntax/dialect.ts";
import { reportExtension, type SyntaxEvents } from "../syntax/syntax-events.ts";
import { describeKind, TokenKind, type TokenList } from "../syntax/token.ts";

/** Thrown once for each syntax error, always the same object: it carries nothing. */
export const SYNTAX_STOP: Error = new Error("syntax error, reported already");

/** More mistakes than a file lists findings. */
const MAX_SKIPPED = 1000;

/** The rest of a type that is too deep is made of these. */
const TYPE_TOKENS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  TokenKind.NAME,
  TokenKind.LESS,
  TokenKind.GREATER,
  TokenKind.COMMA,
]);

export class Cursor implements SyntaxEvents {
  readonly source: Source;
  readonly dialect: Dialect;
  readonly comments: readonly Comment[];
  /** Properties of the current token; only `advance` sets these. */
  kind: TokenKind;
  start: number;
  end: number;
  /** Where the token before this one ended: the end of what was just read. */
  previousEnd: number;
  /** Reads a definition that stands inside another one, and reports it; the file's parser sets it. */
  nested: () => void = () => {};
  /** Grows with every token taken: tells whether anything was. */
  index = 0;
  readonly #tokens: TokenList;
  readonly #report: (code: Code, span: Span, message: string, details?: DiagnosticDetails) => void;
  #depth = 0;
  /** The text of the token here, once it was asked for. */
  #text: string | undefined;
  #commentsBefore = 0;
  readonly #skipped: Span[] = [];

  constructor(
    source: Source,
    tokens: TokenList,
    dialect: Dialect,
    report: (code: Code, span: Span, message: string, details?: DiagnosticDetails) => void,
  ) {
    this.source = source;
    this.dialect = dialect;
    this.comments = tokens.comments;
    this.#tokens = tokens;
    this.#report = report;
    this.kind = tokens.kinds[0] as TokenKind;
    this.start = tokens.starts[0] as number;
    this.end = tokens.ends[0] as number;
    this.previousEnd = source.begin;
  }

  get text(): string {
    return (this.#text ??= this.#tokens.renamed.get(this.start) ?? this.source.text.slice(this.start, this.end));
  }
  get span(): Span {
    return { start: this.start, end: this.end };
  }
  /** How many comments end before this token. */
  get commentsBefore(): number {
    const { comments, start } = this;
    let count = this.#commentsBefore;
    while (count < comments.length && (comments[count] as Comment).span.end <= start) count++;
    this.#commentsBefore = count;
    return count;
  }

  at(kind: TokenKind): boolean {
    return this.kind === kind;
  }

  atWord(word: string): boolean {
    if (this.#tokens.renamed.size > 0) return this.kind === TokenKind.NAME && this.text === word;
    return (
      this.kind === TokenKind.NAME &&
      this.end - this.start === word.length &&
      this.source.text.startsWith(word, this.start)
    );
  }

  /** The kind of the token `ahead` places on; END beyond the last. */
  peek(ahead: number): TokenKind {
    return (this.#tokens.kinds[this.index + ahead] ?? TokenKind.END) as TokenKind;
  }

  advance(): void {
    const { kinds, starts, ends } = this.#tokens;
    if (this.kind === TokenKind.END) return;
    const i = ++this.index;
    this.previousEnd = this.end;
    this.kind = kinds[i] as TokenKind;
    this.start = starts[i] as number;
    this.end = ends[i] as number;
    this.#text = undefined;
  }

  /** For the current token only: a word in place of one that has been reported. */
  readAs(word: string): void {
    this.#text = word;
  }

  accept(kind: TokenKind): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  acceptWord(word: string): boolean {
    if (!this.atWord(word)) return false;
    this.advance();
    return true;
  }

  /** `context` says what is being read: "after the field id". */
  expect(kind: TokenKind, context: string, hint?: string): void {
    if (!this.accept(kind)) this.failExpected(`${describeKind(kind)} ${context}`, hint);
  }

  /** Any word; the production decides whether it is a name. */
  expectName(what: string, hint?: string): Name {
    if (this.kind !== TokenKind.NAME) this.failExpected(what, hint);
    const name: Name = { text: this.text, span: this.span };
    this.advance();
    return name;
  }

  acceptSeparator(): boolean {
    return this.accept(TokenKind.COMMA) || this.accept(TokenKind.SEMICOLON);
  }

  /** The current token, for messages. */
  describe(): string {
    const { kind } = this;
    if (kind !== TokenKind.NAME && kind !== TokenKind.INT && kind !== TokenKind.DOUBLE && kind !== TokenKind.STRING)
      return describeKind(kind);
    return quote(this.source.decode(this.start, Math.min(this.end, this.start + 200)));
  }

  report(code: Code, start: number, end: number, message: string, details?: DiagnosticDetails): void {
    this.#report(code, { start, end: Math.min(end, this.source.text.length) }, message, details);
  }

  reportSpan(code: Code, span: Span, message: string, details?: DiagnosticDetails): void {
    this.#report(code, span, message, details);
  }

  extension(span: Span, what: string, hint?: string): void {
    reportExtension(this, span.start, span.end, what, hint);
  }

  /** For a production that has reported an error and cannot go on. */
  stop(): never {
    throw SYNTAX_STOP;
  }

  failExpected(expected: string, hint?: string): never {
    return this.failMissing(`expected ${expected}`, hint);
  }

  /** The message gets what was found instead. */
  failMissing(message: string, hint?: string): never {
    // The lexer has said what is wrong with a bad token.
    if (this.kind !== TokenKind.BAD) this.reportMissing(message, { hint });
    throw SYNTAX_STOP;
  }

  /** At this token; but where the line ends before it, at that end: there the missing thing belongs. */
  reportMissing(message: string, details?: DiagnosticDetails): void {
    const found = this.startsLine
      ? this.at(TokenKind.END)
        ? `, found ${this.describe()}`
        : ""
      : `, found ${this.describe()}`;
    const place = this.startsLine ? this.#lineEnd() : this.start;
    this.report("unexpected-token", place, this.startsLine ? place : this.end, `${message}${found}`, details);
  }

  #lineEnd(): number {
    let i = this.previousEnd;
    while (this.source.text[i] === " " || this.source.text[i] === "\t") i++;
    return i;
  }

  fail(code: Code, span: Span, message: string, hint?: string): never {
    this.reportSpan(code, span, message, { hint });
    throw SYNTAX_STOP;
  }

  /** Call before reading something nested, and `leave` after it; too deep is an error, and the rest of the item is skipped. */
  enter(): void {
    if (++this.#depth <= MAX_DEPTH) return;
    const { span } = this;
    while (TYPE_TOKENS.has(this.kind)) this.advance();
    this.fail("nesting-too-deep", span, `nested more than ${MAX_DEPTH} deep`);
  }

  leave(): void {
    this.#depth--;
  }

  /** Runs a production; undefined if it stopped at a syntax error. */
  attempt<T>(read: () => T): T | undefined {
    const depth = this.#depth;
    try {
      return read();
    } catch (stop) {
      if (stop !== SYNTAX_STOP) throw stop;
      this.#depth = depth;
      return undefined;
    }
  }

  /** Notes that everything from `start` to here belongs to a mistake that has been reported. */
  skipped(start: number): void {
    if (this.#skipped.length < MAX_SKIPPED) this.#skipped.push({ start, end: this.previousEnd });
  }

  isSkipped(at: number): boolean {
    return this.#skipped.some(({ start, end }) => start <= at && at < end);
  }

  /** Whether this token is the first of its line. */
  get startsLine(): boolean {
    const { text } = this.source;
    for (let i = this.start - 1; i >= this.previousEnd; i--) {
      const c = text.charCodeAt(i);
      if (c === 10 || c === 13) return true;
    }
    return this.index === 0;
  }
}
