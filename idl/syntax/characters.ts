/** What each byte can begin in the language, and which kind of token a punctuation mark is. */
import { TokenKind } from "./token.ts";

export const OTHER = 0;
export const SPACE = 1;
export const LETTER = 2;
export const DIGIT = 3;
export const PUNCTUATION = 4;

/** By byte. */
export const CLASSES: Uint8Array = new Uint8Array(256);
export const PUNCTUATION_KINDS: Uint8Array = new Uint8Array(256);
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
