/** Productions of annotations: `(name = "value", flag)` after a thing, fbthrift's `@scope.Name{…}` before it. */
import type { Annotation, ConstValue } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import { readConstValue, readStruct } from "./constant.ts";
import type { Cursor } from "./cursor.ts";
import { startsDefinition } from "./recover.ts";

const NONE: readonly Annotation[] = [];

export function readAnnotations(cursor: Cursor): readonly Annotation[] {
  if (!cursor.at(TokenKind.LEFT_PAREN)) return NONE;
  cursor.advance();
  const annotations: Annotation[] = [];
  while (!cursor.at(TokenKind.RIGHT_PAREN)) {
    if (startsDefinition(cursor)) cursor.failExpected("`)`");
    annotations.push(readAnnotation(cursor));
    if (!cursor.acceptSeparator() && !cursor.at(TokenKind.RIGHT_PAREN) && !cursor.at(TokenKind.NAME)) {
      cursor.failExpected("`)` or another annotation");
    }
  }
  cursor.advance();
  return annotations;
}

function readAnnotation(cursor: Cursor): Annotation {
  const { start } = cursor;
  const hint = cursor.at(TokenKind.INT) ? "a value stands after `=`; in parentheses stand annotations" : undefined;
  const name = cursor.expectName("`)` or the name of an annotation", hint);
  const value = cursor.accept(TokenKind.EQUALS) ? readAnnotationValue(cursor) : undefined;
  return {
    structured: false,
    name,
    span: { start, end: cursor.previousEnd },
    ...(value === undefined ? {} : { value }),
  };
}

function readAnnotationValue(cursor: Cursor): ConstValue {
  const value = readConstValue(cursor);
  if (value.kind !== "string" && cursor.dialect === "apache") {
    cursor.reportSpan("annotation-value", value.span, "an annotation's value that is no string is not portable", {
      hint: "Apache's compiler rejects it: put it in quotes",
    });
  }
  return value;
}

export function readStructuredAnnotations(cursor: Cursor): readonly Annotation[] {
  if (!cursor.at(TokenKind.AT)) return NONE;
  const annotations: Annotation[] = [];
  while (cursor.at(TokenKind.AT)) annotations.push(readStructured(cursor));
  return annotations;
}

function readStructured(cursor: Cursor): Annotation {
  const { start } = cursor;
  cursor.advance();
  const name = cursor.expectName("the name of an annotation");
  const value = cursor.at(TokenKind.LEFT_BRACE) ? readStruct(cursor, name) : undefined;
  return {
    structured: true,
    name,
    span: { start, end: cursor.previousEnd },
    ...(value === undefined ? {} : { value }),
  };
}

export function joinAnnotations(before: readonly Annotation[], after: readonly Annotation[]): readonly Annotation[] {
  if (before.length === 0) return after;
  return after.length === 0 ? before : [...before, ...after];
}
