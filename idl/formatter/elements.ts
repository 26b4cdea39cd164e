/** A file as the formatter sees it: tokens and comments in one row, each with how it stood in the source. Knows no grammar. */
import type { Source } from "../source/source.ts";
import type { Comment } from "../syntax/ast.ts";
import { TokenKind, type TokenList } from "../syntax/token.ts";

export interface Element {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** END for a comment. */
  readonly kind: TokenKind;
  readonly comment: Comment["style"] | undefined;
  /** Line ends between it and what stood before it. */
  readonly newlines: number;
}

/** Ends its line whatever follows. */
export function isLineComment(element: Element | undefined): boolean {
  return element?.comment === "//" || element?.comment === "#";
}

export function isSeparator(element: Element | undefined): boolean {
  return (
    element !== undefined &&
    element.comment === undefined &&
    (element.kind === TokenKind.COMMA || element.kind === TokenKind.SEMICOLON)
  );
}

/** Everything in the file in the order of printing: a separator never follows a line comment. */
export function listElements(source: Source, tokens: TokenList): Element[] {
  const raw = merge(source, tokens);
  let end = source.begin;
  const elements: Element[] = [];
  for (const item of raw) {
    elements.push({ ...item, newlines: countNewlines(source.text, end, item.start) });
    // What follows a separator that moved up still follows the line of the comment.
    if (!pullSeparator(elements)) end = item.end;
  }
  return elements;
}

type Raw = Omit<Element, "newlines">;

function merge(source: Source, tokens: TokenList): Raw[] {
  const row: Raw[] = [];
  let next = 0;
  for (let i = 0; i < tokens.count; i++) {
    const start = tokens.starts[i] ?? 0;
    for (; next < tokens.comments.length; next++) {
      const comment = tokens.comments[next];
      if (comment === undefined || comment.span.start > start) break;
      row.push({ text: comment.text, ...comment.span, kind: TokenKind.END, comment: comment.style });
    }
    const kind = (tokens.kinds[i] ?? TokenKind.END) as TokenKind;
    if (kind === TokenKind.END) continue;
    const end = tokens.ends[i] ?? start;
    row.push({ text: source.decode(start, end), start, end, kind, comment: undefined });
  }
  return row;
}

/** Moves a separator that has just been added before the line comments in front of it; false if there are none. */
function pullSeparator(elements: Element[]): boolean {
  const last = elements.length - 1;
  const separator = elements[last];
  if (separator === undefined || !isSeparator(separator)) return false;
  let at = last;
  while (at > 1 && isLineComment(elements[at - 1])) at--;
  if (at === last || elements[at - 1]?.comment !== undefined) return false;
  elements.splice(last, 1);
  elements.splice(at, 0, { ...separator, newlines: 0 });
  return true;
}

function countNewlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let i = start; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || (c === 13 && text.charCodeAt(i + 1) !== 10)) count++;
  }
  return count;
}
