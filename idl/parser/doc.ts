/** Doc comments: which comment documents what, and its text without stars. */
import type { Comment } from "../ast.ts";
import type { Cursor } from "./cursor.ts";

/** The doc comment that ends before the token the cursor stands at and begins behind the token before it. */
export function docBefore(cursor: Cursor): string | undefined {
  const { comments } = cursor;
  const last = lastCommentBefore(comments, cursor.start);
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
  const { comments } = cursor;
  const comment = comments[lastCommentBefore(comments, cursor.previousEnd) + 1];
  if (comment === undefined || comment.span.start > cursor.start || !isTrailing(comment)) return undefined;
  return comment.style === "/**" ? cleanBlock(comment.text.replace("/**<", "/**")) : comment.text.slice(4).trim();
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

function lastCommentBefore(comments: readonly Comment[], offset: number): number {
  let low = -1;
  let high = comments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((comments[middle] as Comment).span.end <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The text of a block comment: without the marks, the stars at the left and the common indentation. */
export function cleanBlock(text: string): string {
  const body = text.slice(3, text.endsWith("*/") ? -2 : undefined);
  const lines = body.split(/\r\n|\r|\n/).map((line, i) => (i === 0 ? line.trim() : line.trimEnd()));
  const starred = lines.slice(1).every((line) => line === "" || /^[ \t]*\*/.test(line));
  const rest = lines.slice(1).map((line) => (starred ? line.replace(/^[ \t]*\*/, "") : line));
  const indent = commonIndent(rest);
  const cleaned = [lines[0] ?? "", ...rest.map((line) => line.slice(indent))];
  return cleaned.join("\n").replace(/^\n+|\s+$/g, "");
}

function commonIndent(lines: readonly string[]): number {
  const indents = lines.filter((line) => line.trim() !== "").map((line) => line.length - line.trimStart().length);
  return indents.length === 0 ? 0 : indents.reduce((a, b) => Math.min(a, b));
}
