/** What the lexer makes: tokens in three flat arrays, and the comments between them. Knows no grammar. */
import type { Comment } from "./ast.ts";

export const TokenKind = {
  END: 0,
  /** A word, dots included: keywords are words that the parser knows. */
  NAME: 1,
  INT: 2,
  DOUBLE: 3,
  STRING: 4,
  /** What no rule takes; reported already. */
  BAD: 5,
  LEFT_BRACE: 6,
  RIGHT_BRACE: 7,
  LEFT_PAREN: 8,
  RIGHT_PAREN: 9,
  LEFT_BRACKET: 10,
  RIGHT_BRACKET: 11,
  LESS: 12,
  GREATER: 13,
  COMMA: 14,
  SEMICOLON: 15,
  COLON: 16,
  EQUALS: 17,
  AMPERSAND: 18,
  STAR: 19,
  AT: 20,
} as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

/** Parallel arrays, the last token is END; its start is the file's length. */
export interface TokenList {
  readonly kinds: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
  readonly comments: readonly Comment[];
}

const SPELLINGS: Partial<Record<TokenKind, string>> = {
  [TokenKind.END]: "the end of the file",
  [TokenKind.LEFT_BRACE]: "`{`",
  [TokenKind.RIGHT_BRACE]: "`}`",
  [TokenKind.LEFT_PAREN]: "`(`",
  [TokenKind.RIGHT_PAREN]: "`)`",
  [TokenKind.LEFT_BRACKET]: "`[`",
  [TokenKind.RIGHT_BRACKET]: "`]`",
  [TokenKind.LESS]: "`<`",
  [TokenKind.GREATER]: "`>`",
  [TokenKind.COMMA]: "`,`",
  [TokenKind.SEMICOLON]: "`;`",
  [TokenKind.COLON]: "`:`",
  [TokenKind.EQUALS]: "`=`",
  [TokenKind.AMPERSAND]: "`&`",
  [TokenKind.STAR]: "`*`",
  [TokenKind.AT]: "`@`",
  [TokenKind.NAME]: "a name",
  [TokenKind.INT]: "an integer",
  [TokenKind.DOUBLE]: "a number",
  [TokenKind.STRING]: "a string",
};

/** For messages: "`{`", "a name". */
export function describeKind(kind: TokenKind): string {
  return SPELLINGS[kind] ?? "a token";
}

/** Collects tokens in arrays that double when they are full. */
export class TokenBuffer {
  kinds: Uint8Array;
  starts: Uint32Array;
  ends: Uint32Array;
  count = 0;

  constructor(expected: number) {
    const capacity = Math.max(16, expected);
    this.kinds = new Uint8Array(capacity);
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
  }

  push(kind: TokenKind, start: number, end: number): void {
    if (this.count === this.kinds.length) this.#grow();
    this.kinds[this.count] = kind;
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.count++;
  }

  #grow(): void {
    const capacity = this.kinds.length * 2;
    const { kinds, starts, ends } = this;
    this.kinds = new Uint8Array(capacity);
    this.starts = new Uint32Array(capacity);
    this.ends = new Uint32Array(capacity);
    this.kinds.set(kinds);
    this.starts.set(starts);
    this.ends.set(ends);
  }
}
