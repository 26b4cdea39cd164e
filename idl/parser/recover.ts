/** Where to go on after a syntax error: at the next item of a list, or the next definition. */
import { TokenKind } from "../syntax/token.ts";
import type { Cursor } from "./cursor.ts";
import { docBehind } from "./doc.ts";
import { foreignDefinition } from "./foreign-words.ts";
import { startsWithdrawn } from "./withdrawn.ts";

const DEFINITION_WORDS: ReadonlySet<string> = new Set([
  "struct",
  "union",
  "exception",
  "enum",
  "service",
  "const",
  "typedef",
  "interaction",
  "namespace",
]);
const INCLUDE_WORDS: ReadonlySet<string> = new Set(["include", "cpp_include", "package"]);

/** Whether a definition or header begins here, at the start of a line: then a body before it has lost its end. */
export function startsDefinition(cursor: Cursor): boolean {
  return cursor.startsLine && isDefinition(cursor);
}

function isDefinition(cursor: Cursor): boolean {
  if (!cursor.at(TokenKind.NAME)) return false;
  const next = cursor.peek(1);
  if (next === TokenKind.STRING) return INCLUDE_WORDS.has(cursor.text);
  return next === TokenKind.NAME && DEFINITION_WORDS.has(cursor.text) && isPlausible(cursor);
}

const NESTED_WORDS: ReadonlySet<string> = new Set(["struct", "union", "exception", "enum", "service", "interaction"]);

/** Whether the word here, Thrift's or another language's, is followed by a name and a brace. */
export function isDefinitionAhead(cursor: Cursor): boolean {
  if (cursor.peek(1) !== TokenKind.NAME || cursor.peek(2) !== TokenKind.LEFT_BRACE || !cursor.at(TokenKind.NAME))
    return false;
  return NESTED_WORDS.has(cursor.text) || foreignDefinition(cursor.text)?.as !== undefined;
}

/** Whether a definition belongs to the body that opened at `open`: it is on the same line, or indented further than that line. */
function startsNested(cursor: Cursor, open: number): boolean {
  if (!isDefinitionAhead(cursor)) return false;
  return !cursor.startsLine || indentOf(cursor, cursor.start) > indentOf(cursor, open);
}

/** The indent of the line that holds `at`, in bytes. */
function indentOf({ source }: Cursor, at: number): number {
  const { start } = source.lineSpan(source.position(at).line);
  let i = start;
  while (source.text[i] === " " || source.text[i] === "\t") i++;
  return i - start;
}

/** `struct Name {`, but not a field `enum kind,` that begins with one of the words. */
function isPlausible(cursor: Cursor): boolean {
  const third = cursor.peek(2);
  return (
    third === TokenKind.LEFT_BRACE || third === TokenKind.NAME || third === TokenKind.LESS || third === TokenKind.STAR
  );
}

/** Skips to the next definition; takes at least one token. */
export function skipToDefinition(cursor: Cursor, from: number): void {
  const start = cursor.at(TokenKind.BAD) ? cursor.end : cursor.start;
  if (cursor.index === from) cursor.advance();
  while (!cursor.at(TokenKind.END) && !startsDefinition(cursor) && !(cursor.startsLine && startsRareDefinition(cursor)))
    cursor.advance();
  cursor.skipped(start);
}

function startsRareDefinition(cursor: Cursor): boolean {
  if (cursor.at(TokenKind.AT) || startsWithdrawn(cursor)) return true;
  if (isForeignAhead(cursor) && isAtMargin(cursor)) return true;
  return (
    cursor.at(TokenKind.NAME) &&
    DEFINITION_WORDS.has(cursor.text) &&
    cursor.peek(1) !== TokenKind.EQUALS &&
    cursor.peek(1) !== TokenKind.COLON
  );
}

/** A word that another language begins definitions with, and what may follow it. */
function isForeignAhead(cursor: Cursor): boolean {
  const next = cursor.peek(1);
  const follows = next === TokenKind.NAME || next === TokenKind.STRING || next === TokenKind.EQUALS;
  return follows && cursor.at(TokenKind.NAME) && foreignDefinition(cursor.text) !== undefined;
}

/**
 * Skips what is left of a broken item in a body that ends with `}`: past the next separator, or to where `startsItem`
 * holds at the start of a line, or to the `}`, or to the next definition. Takes at least one token since `from` unless it is at the end.
 */
export function skipItem(cursor: Cursor, from: number, startsItem: (cursor: Cursor, depth: number) => boolean): void {
  const start = cursor.at(TokenKind.BAD) ? cursor.end : cursor.start;
  skipTo(cursor, from, startsItem);
  cursor.skipped(start);
}

function skipTo(cursor: Cursor, from: number, startsItem: (cursor: Cursor, depth: number) => boolean): void {
  let depth = 0;
  while (!cursor.at(TokenKind.END) && !startsDefinition(cursor)) {
    if (cursor.index > from && cursor.startsLine && startsItem(cursor, depth)) return;
    if (depth === 0 && cursor.at(TokenKind.RIGHT_BRACE)) return;
    if (depth === 0 && cursor.acceptSeparator()) return;
    depth = Math.max(0, depth + step(cursor.kind));
    cursor.advance();
  }
}

const OPENING: ReadonlySet<TokenKind> = new Set<TokenKind>([
  TokenKind.LEFT_BRACE,
  TokenKind.LEFT_PAREN,
  TokenKind.LEFT_BRACKET,
  TokenKind.LESS,
]);
const CLOSING: ReadonlySet<TokenKind> = new Set<TokenKind>([
  TokenKind.RIGHT_BRACE,
  TokenKind.RIGHT_PAREN,
  TokenKind.RIGHT_BRACKET,
  TokenKind.GREATER,
]);

function step(kind: TokenKind): number {
  if (OPENING.has(kind)) return 1;
  return CLOSING.has(kind) ? -1 : 0;
}

/** The contents of a pair of braces, and the doc comment after the `{`. */
export interface Body<T> {
  readonly items: readonly T[];
  readonly doc?: string;
}

/** Skips `{ … }` with all that is in it; the `{` is where the cursor stands. `look` sees each token first, and may take it. */
export function skipBraces(cursor: Cursor, look: () => void = () => {}): void {
  const { start } = cursor;
  let depth = 0;
  do {
    if (cursor.at(TokenKind.LEFT_BRACE)) depth++;
    else if (cursor.at(TokenKind.RIGHT_BRACE)) depth--;
    else look();
    cursor.advance();
  } while (depth > 0 && !cursor.at(TokenKind.END) && !(startsDefinition(cursor) && isAtMargin(cursor)));
  cursor.skipped(start);
}

/** Skips what is left of the line, and the braces that open on it. */
export function skipStatement(cursor: Cursor): void {
  const { start } = cursor;
  do {
    if (cursor.at(TokenKind.LEFT_BRACE)) skipBraces(cursor);
    else cursor.advance();
  } while (!cursor.at(TokenKind.END) && !cursor.startsLine);
  cursor.skipped(start);
}

function isAtMargin(cursor: Cursor): boolean {
  return indentOf(cursor, cursor.start) === 0;
}

/** Reads `{ item* }` and recovers between items; the `{` is where the cursor stands. */
export function readBody<T>(
  cursor: Cursor,
  context: string,
  readItem: () => T | undefined,
  startsItem: (cursor: Cursor, depth: number) => boolean,
): Body<T> {
  const open = cursor.span;
  cursor.expect(TokenKind.LEFT_BRACE, context);
  const doc = docBehind(cursor, open.end);
  const items: T[] = [];
  while (!cursor.at(TokenKind.RIGHT_BRACE) && !cursor.at(TokenKind.END)) {
    const from = cursor.index;
    if (startsNested(cursor, open.start)) {
      cursor.nested();
      continue;
    }
    if (startsDefinition(cursor)) break;
    const item = cursor.attempt(readItem);
    if (item === undefined) skipItem(cursor, from, startsItem);
    else items.push(item);
    if (cursor.index === from && !cursor.at(TokenKind.RIGHT_BRACE)) cursor.advance();
  }
  closeBody(cursor, open);
  return doc === undefined ? { items } : { items, doc };
}

function closeBody(cursor: Cursor, open: { start: number; end: number }): void {
  if (cursor.accept(TokenKind.RIGHT_BRACE)) return;
  cursor.reportMissing("expected `}`", { related: [{ source: cursor.source, span: open, message: "opened here" }] });
}
