/** What the lexer makes: tokens in three flat arrays, and the comments between them. Knows no grammar. */
import type { Comment } from "./ast.ts";

export const TokenKind = {
  END: 0,
  /** A word, dots included: keywords are words that the parser knows. */
  NAME: 1,
  INT: 2,
  DOUBLE: 3,
  STRING: 4,
  /** Matches no rule; reported already. */
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
  /** By the start of a token: the name to read where the text there is not one. */
  readonly renamed: ReadonlyMap<number, string>;
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

/** Shared by nearly all files; never added to. */
const NONE = new Map<number, string>();

const FIRST_CAPACITY = 4096;
/** Larger arrays, which one huge file needed, are given back. */
const MAX_KEPT = 1 << 18;

/** Collects tokens in arrays that double when they are full, and that serve one file after another. */
export class TokenBuffer {
  #kinds = new Uint8Array(FIRST_CAPACITY);
  #starts = new Uint32Array(FIRST_CAPACITY);
  #ends = new Uint32Array(FIRST_CAPACITY);
  #count = 0;
  #renamed = NONE;

  /** The token that begins at `start` is to be read as `text`. */
  rename(start: number, text: string): void {
    if (this.#renamed === NONE) this.#renamed = new Map();
    this.#renamed.set(start, text);
  }

  push(kind: TokenKind, start: number, end: number): void {
    if (this.#count === this.#kinds.length) this.#grow();
    this.#kinds[this.#count] = kind;
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count++;
  }

  /** Copies what was collected and begins again. */
  take(comments: readonly Comment[]): TokenList {
    const count = this.#count;
    this.#count = 0;
    const renamed = this.#renamed;
    this.#renamed = NONE;
    const kinds = this.#kinds.slice(0, count);
    const list = {
      kinds,
      starts: this.#starts.slice(0, count),
      ends: this.#ends.slice(0, count),
      count,
      comments,
      renamed,
    };
    if (this.#kinds.length > MAX_KEPT) this.#resize(FIRST_CAPACITY);
    return list;
  }

  #grow(): void {
    const { kinds, starts, ends } = { kinds: this.#kinds, starts: this.#starts, ends: this.#ends };
    this.#resize(kinds.length * 2);
    this.#kinds.set(kinds);
    this.#starts.set(starts);
    this.#ends.set(ends);
  }

  #resize(capacity: number): void {
    this.#kinds = new Uint8Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#ends = new Uint32Array(capacity);
  }
}
