/** Whether there is a space between two neighbours on one line. Knows nothing of lines. */
import { TokenKind } from "../syntax/token.ts";
import type { Element } from "./elements.ts";

const TIGHT_BEFORE: ReadonlySet<TokenKind> = new Set([
  TokenKind.COMMA,
  TokenKind.SEMICOLON,
  TokenKind.COLON,
  TokenKind.RIGHT_PAREN,
  TokenKind.RIGHT_BRACKET,
  TokenKind.RIGHT_BRACE,
  TokenKind.GREATER,
]);
const TIGHT_AFTER: ReadonlySet<TokenKind> = new Set([
  TokenKind.LEFT_PAREN,
  TokenKind.LEFT_BRACKET,
  TokenKind.LEFT_BRACE,
  TokenKind.LESS,
  TokenKind.AT,
]);

/** `call`: `after` opens the arguments of a method. `block`: it opens the body of a definition. */
export function needsSpace(before: Element, after: Element, call: boolean, block: boolean): boolean {
  if (before.comment !== undefined || after.comment !== undefined)
    return !TIGHT_BEFORE.has(after.kind) || after.comment !== undefined;
  if (block) return true;
  if (TIGHT_BEFORE.has(after.kind) || TIGHT_AFTER.has(before.kind) || call) return false;
  if (after.kind === TokenKind.LESS) return before.kind === TokenKind.STRING;
  return !(after.kind === TokenKind.LEFT_BRACE && before.kind === TokenKind.NAME);
}
