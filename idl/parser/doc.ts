/** Doc comments: which comment documents what, and its text without stars. */
import type { Comment, Span } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import type { Cursor } from "./cursor.ts";

/** The doc comment between the current token and the one before it. */
export function docBefore(cursor: Cursor): string | undefined {
  const { comments } = cursor;
  const last = cursor.commentsBefore - 1;
  const begin = cursor.previousEnd;
  for (let i = last; i >= 0; i--) {
    const comment = comments[i];
    if (comment === undefined || comment.span.start < begin) return undefined;
    if (isTrailing(comment) || endsItsLine(cursor, comment, begin)) continue;
    if (comment.style === "/**") return cleanBlock(comment.text) || undefined;
    if (isTripleSlash(comment)) return joinLines(cursor, i, begin) || undefined;
  }
  return undefined;
}

/**
 * The doc comment that follows what ended at `end`, on its line: fbthrift's `///<` and `/**<`, and a plain one after which the line
 * ends or the list closes. The separator may come before or after it.
 */
export function docBehind(cursor: Cursor, end: number): string | undefined {
  const comment = firstCommentSince(cursor, end);
  if (comment === undefined || !(isTrailing(comment) || endsItsLine(cursor, comment, end))) return undefined;
  if (comment.style === "/**") return cleanBlock(comment.text.replace("/**<", "/**")) || undefined;
  return isTrailing(comment) || isTripleSlash(comment)
    ? comment.text.replace(/^\/\/\/<?/, "").trim() || undefined
    : undefined;
}

/** The same thing, with the comment after it where it has none before it; the cursor is past its separator. */
export function documented<T extends { readonly doc?: string; readonly span: Span }>(cursor: Cursor, thing: T): T {
  if (thing.doc !== undefined) return thing;
  const doc = docBehind(cursor, thing.span.end);
  return doc === undefined ? thing : { ...thing, doc };
}

/** Among the comments between `end` and the current token. */
function firstCommentSince({ comments, commentsBefore }: Cursor, end: number): Comment | undefined {
  let first: Comment | undefined;
  for (let i = commentsBefore - 1; i >= 0; i--) {
    const comment = comments[i] as Comment;
    if (comment.span.start < end) break;
    first = comment;
  }
  return first;
}

function isTrailing(comment: Comment): boolean {
  return comment.text.startsWith("///<") || comment.text.startsWith("/**<");
}

/**
 * Whether a comment belongs to what precedes it on its line, which ended at `end`: nothing that it could document follows
 * on that line. One whose text begins on the next line belongs to what comes then.
 */
function endsItsLine(cursor: Cursor, { text, span }: Comment, end: number): boolean {
  if (end === cursor.source.begin || hasLineEnd(cursor.source.text, end, span.start)) return false;
  if (/^\/\*\*[ \t]*[\r\n]/.test(text)) return false;
  return text.startsWith("//") || closesList(cursor.kind) || hasLineEnd(cursor.source.text, span.end, cursor.start);
}

function closesList(kind: TokenKind): boolean {
  return kind === TokenKind.RIGHT_BRACE || kind === TokenKind.RIGHT_PAREN || kind === TokenKind.END;
}

function hasLineEnd(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) return true;
  }
  return false;
}

function isTripleSlash(comment: Comment | undefined): comment is Comment {
  return (
    comment !== undefined &&
    comment.style === "//" &&
    comment.text.startsWith("///") &&
    !comment.text.startsWith("////") &&
    !isTrailing(comment)
  );
}

function joinLines(cursor: Cursor, last: number, begin: number): string {
  const { comments } = cursor;
  let first = last;
  while (first > 0 && continues(cursor, comments[first - 1] as Comment, begin)) first--;
  return comments
    .slice(first, last + 1)
    .map((c) => c.text.slice(3).replace(/^ /, "").trimEnd())
    .join("\n")
    .trim();
}

function continues(cursor: Cursor, comment: Comment, begin: number): boolean {
  return isTripleSlash(comment) && comment.span.start >= begin && !endsItsLine(cursor, comment, begin);
}

/** The text of a block comment: without the marks, the stars at the left and the common indentation. */
export function cleanBlock(text: string): string {
  const body = text.slice(3).replace(/\**\*\/$/, "");
  const lines = body.includes("\r") ? body.split(/\r\n|\r|\n/) : body.split("\n");
  if (lines.length === 1) return body.trim();
  const first = (lines[0] as string).trim();
  const rest = withoutStars(lines.slice(1).map((line) => line.trimEnd()));
  const indent = commonIndent(rest);
  return [first, ...rest.map((line) => line.slice(indent))].join("\n").replace(/^\n+|\s+$/g, "");
}

const STAR = /^[ \t]*\*/;

/** Only if every line has one. */
function withoutStars(lines: string[]): string[] {
  if (!lines.every((line) => line === "" || STAR.test(line))) return lines;
  return lines.map((line) => line.slice(line.indexOf("*") + 1));
}

function commonIndent(lines: readonly string[]): number {
  let indent = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const size = line.length - line.trimStart().length;
    if (size < line.length && size < indent) indent = size;
  }
  return indent === Number.POSITIVE_INFINITY ? 0 : indent;
}
