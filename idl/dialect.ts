/**
 * Tells fbthrift's files from Apache's by what only fbthrift has. A file of Apache's dialect that uses one of fbthrift's
 * freedoms (a `;` behind a struct, a string over two lines) has made a mistake; a file of fbthrift has not.
 */
import type { Source } from "./source.ts";
import { TokenKind, type TokenList } from "./token.ts";

export type Dialect = "apache" | "fbthrift";

/** Scopes that only fbthrift's generators read. */
const SCOPES: ReadonlySet<string> = new Set(["cpp2", "py3", "hack", "hs", "java2", "php_path", "android_lite", "erl2"]);
const QUALIFIERS: ReadonlySet<string> = new Set(["safe", "transient", "permanent", "stateful", "client", "server"]);

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
  const first = word(source, tokens, i);
  switch (next) {
    case TokenKind.STRING:
      return (
        first === "package" ||
        first === "hs_include" ||
        (first === "include" && /^.thrift\/(annotation|lib|test)\//.test(word(source, tokens, i + 1)))
      );
    case TokenKind.SEMICOLON:
      return first === "package";
    case TokenKind.LESS:
      return first === "stream" || first === "sink";
    case TokenKind.NAME:
      return isSignPair(first, word(source, tokens, i + 1), tokens.kinds[i + 2] ?? TokenKind.END);
    default:
      return false;
  }
}

function word(source: Source, tokens: TokenList, i: number): string {
  return source.text.slice(tokens.starts[i], tokens.ends[i]);
}

function isSignPair(first: string, second: string, third: number): boolean {
  if (first === "namespace") return SCOPES.has(second) || SCOPES.has(second.split(".", 1)[0] ?? "");
  if (first === "interaction") return third === TokenKind.LEFT_BRACE;
  return second === "exception" && QUALIFIERS.has(first);
}
