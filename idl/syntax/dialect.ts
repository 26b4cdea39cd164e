/**
 * Tells fbthrift's files from Apache's by what only fbthrift has. A file of Apache's dialect that uses one of fbthrift's
 * freedoms (a `;` after a struct, a string over two lines) has made a mistake; a file of fbthrift has not.
 */
import type { Source } from "../source/source.ts";
import { TokenKind, type TokenList } from "./token.ts";

export type Dialect = "apache" | "fbthrift";

/** Scopes that only fbthrift's generators read. */
const SCOPES: ReadonlySet<string> = new Set(["cpp2", "py3", "hack", "hs", "java2", "php_path", "android_lite", "erl2"]);
/** What may stand before `exception` there. */
export const EXCEPTION_QUALIFIERS: ReadonlySet<string> = new Set([
  "safe",
  "transient",
  "permanent",
  "stateful",
  "client",
  "server",
]);

export function detectDialect(source: Source, tokens: TokenList): Dialect {
  for (let i = 0; i + 1 < tokens.count; i++) {
    if (isSign(source, tokens, i)) return "fbthrift";
  }
  return "apache";
}

function isSign(source: Source, tokens: TokenList, i: number): boolean {
  const next = tokens.kinds[i + 1];
  switch (tokens.kinds[i]) {
    case TokenKind.AT:
      return next === TokenKind.NAME;
    case TokenKind.EQUALS:
      return next === TokenKind.NAME && tokens.kinds[i + 2] === TokenKind.LEFT_BRACE;
    case TokenKind.LEFT_PAREN:
      return isOddAnnotation(tokens, i);
    case TokenKind.NAME:
      return isSignWord(source, tokens, i, next ?? TokenKind.END);
    default:
      return false;
  }
}

/** `(name = true`: Apache's annotations are strings. */
function isOddAnnotation(tokens: TokenList, i: number): boolean {
  const value = tokens.kinds[i + 3];
  return (
    tokens.kinds[i + 1] === TokenKind.NAME &&
    tokens.kinds[i + 2] === TokenKind.EQUALS &&
    (value === TokenKind.NAME || value === TokenKind.INT)
  );
}

function isSignWord(source: Source, tokens: TokenList, i: number, next: number): boolean {
  switch (next) {
    case TokenKind.STRING:
      return isSignInclude(word(source, tokens, i), word(source, tokens, i + 1));
    case TokenKind.SEMICOLON:
      return length(tokens, i) === PACKAGE.length && word(source, tokens, i) === PACKAGE;
    case TokenKind.LESS:
      return isStreamWord(word(source, tokens, i));
    case TokenKind.NAME:
      return isSignPair(source, tokens, i);
    default:
      return false;
  }
}

const PACKAGE = "package";

function isSignInclude(first: string, path: string): boolean {
  if (first === PACKAGE || first === "hs_include") return true;
  return first === "include" && /^.thrift\/(annotation|lib|test)\//.test(path);
}

function isStreamWord(first: string): boolean {
  return first === "stream" || first === "sink";
}

function length(tokens: TokenList, i: number): number {
  return (tokens.ends[i] as number) - (tokens.starts[i] as number);
}

function word(source: Source, tokens: TokenList, i: number): string {
  return source.text.slice(tokens.starts[i], tokens.ends[i]);
}

/** Nearly every field is a pair of names: their lengths tell most of them apart without cutting them out. */
function isSignPair(source: Source, tokens: TokenList, i: number): boolean {
  if (length(tokens, i + 1) === "exception".length && word(source, tokens, i + 1) === "exception")
    if (EXCEPTION_QUALIFIERS.has(word(source, tokens, i))) return true;
  if (length(tokens, i) === "namespace".length && word(source, tokens, i) === "namespace")
    return isSignScope(word(source, tokens, i + 1));
  if (length(tokens, i) !== "interaction".length || word(source, tokens, i) !== "interaction") return false;
  return tokens.kinds[i + 2] === TokenKind.LEFT_BRACE;
}

function isSignScope(scope: string): boolean {
  return SCOPES.has(scope) || SCOPES.has(scope.split(".", 1)[0] ?? "");
}
