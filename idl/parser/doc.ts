/** Doc comments: which comment documents what, and its text without stars. */
import type { Comment } from "../ast.ts";
import type { Cursor } from "./cursor.ts";

/** The doc comment that ends before the token the cursor stands at and begins behind the token before it. */
export function docBefore(cursor: Cursor): string | undefined {
  const { comments } = cursor;
  const last = cursor.commentsBefore - 1;
  const begin = cursor.previousEnd;
  for (let i = last; i >= 0; i--) {
    const comment = comments[i];
    if (comment === undefined || comment.span.start < begin) return undefined;
    if (comment.style === "/**" && !isTrailing(comment)) return cleanBlock(comment.text) || undefined;
    if (isTripleSlash(comment)) return joinLines(comments, i, begin) || undefined;
  }
  return undefined;
}

/** fbthrift's `///<` and `/**<`, behind the item and on its line. */
export function docBehind(cursor: Cursor): string | undefined {
  const comment = firstCommentHere(cursor);
  if (comment === undefined || !isTrailing(comment)) return undefined;
  return comment.style === "/**" ? cleanBlock(comment.text.replace("/**<", "/**")) : comment.text.slice(4).trim();
}

/** Of those between the token before this one and this one. */
function firstCommentHere({ comments, commentsBefore, previousEnd }: Cursor): Comment | undefined {
  let first: Comment | undefined;
  for (let i = commentsBefore - 1; i >= 0; i--) {
    const comment = comments[i] as Comment;
    if (comment.span.start < previousEnd) break;
    first = comment;
  }
  return first;
}

function isTrailing(comment: Comment): boolean {
  return comment.text.startsWith("///<") || comment.text.startsWith("/**<");
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

function joinLines(comments: readonly Comment[], last: number, begin: number): string {
  let first = last;
  while (first > 0 && isTripleSlash(comments[first - 1]) && (comments[first - 1] as Comment).span.start >= begin)
    first--;
  return comments
    .slice(first, last + 1)
    .map((c) => c.text.slice(3).replace(/^ /, "").trimEnd())
    .join("\n")
    .trim();
}

/** The text of a block comment: without the marks, the stars at the left and the common indentation. */
export function cleanBlock(text: string): string {
  const body = text.slice(3, text.endsWith("*/") ? -2 : undefined);
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
