/** Productions of fields: those of structs, arguments and throws clauses. */
import type { Field, IntNode, Name, TypeNode, XsdWords } from "../ast.ts";
import { TokenKind } from "../token.ts";
import { joinAnnotations, readAnnotations, readStructuredAnnotations } from "./annotation.ts";
import { readConstValue, readInt } from "./constant.ts";
import type { Cursor } from "./cursor.ts";
import { docBefore, docBehind } from "./doc.ts";
import { readBody } from "./recover.ts";
import { readType } from "./type.ts";

/** `{ field* }`, where the cursor stands at the `{`. */
export function readFieldsInBraces(cursor: Cursor, context: string): readonly Field[] {
  return readBody(cursor, context, () => readField(cursor), startsField);
}

/** `( field* )`; a mistake inside costs the whole method. */
export function readFieldsInParens(cursor: Cursor, context: string): readonly Field[] {
  cursor.expect(TokenKind.LEFT_PAREN, context);
  const fields: Field[] = [];
  while (!cursor.accept(TokenKind.RIGHT_PAREN)) {
    if (!startsAnyField(cursor) || startsMethod(cursor)) cursor.failExpected("`)` or a field");
    fields.push(readField(cursor));
  }
  return fields;
}

/** Then the `)` of the method before it is missing. */
function startsMethod(cursor: Cursor): boolean {
  return cursor.startsLine && (cursor.atWord("void") || cursor.atWord("oneway"));
}

function startsAnyField(cursor: Cursor): boolean {
  return cursor.at(TokenKind.INT) || cursor.at(TokenKind.NAME) || cursor.at(TokenKind.AT);
}

function startsField(cursor: Cursor, depth: number): boolean {
  if (cursor.at(TokenKind.INT)) return cursor.peek(1) === TokenKind.COLON || depth === 0;
  if (depth > 0) return false;
  return (
    cursor.at(TokenKind.AT) ||
    (cursor.at(TokenKind.NAME) && (cursor.peek(1) === TokenKind.NAME || cursor.peek(1) === TokenKind.LESS))
  );
}

type Writable = { -readonly [K in keyof Field]: Field[K] };

function readField(cursor: Cursor): Field {
  const { start } = cursor;
  const before = docBefore(cursor);
  const structured = readStructuredAnnotations(cursor);
  const doc = before ?? (structured.length > 0 ? docBefore(cursor) : undefined);
  const id = readFieldId(cursor);
  const requiredness = readRequiredness(cursor);
  const type = readType(cursor, "field");
  const reference = cursor.accept(TokenKind.AMPERSAND);
  const name = readFieldName(cursor, type);
  const value = cursor.accept(TokenKind.EQUALS) ? readConstValue(cursor) : undefined;
  const xsd = readXsdWords(cursor);
  const annotations = joinAnnotations(structured, readAnnotations(cursor));
  const span = { start, end: cursor.previousEnd };
  cursor.acceptSeparator();
  const field: Writable = { name, type, reference, annotations, span };
  const text = doc ?? docBehind(cursor);
  if (id !== undefined) field.id = id;
  if (requiredness !== undefined) field.requiredness = requiredness;
  if (value !== undefined) field.value = value;
  if (xsd !== undefined) field.xsd = xsd;
  if (text !== undefined) field.doc = text;
  return field;
}

function readFieldId(cursor: Cursor): IntNode | undefined {
  if (cursor.at(TokenKind.NAME) && cursor.peek(1) === TokenKind.COLON) {
    cursor.fail("unexpected-token", cursor.span, `field id must be an integer, found ${cursor.describe()}`);
  }
  if (!cursor.at(TokenKind.INT)) return undefined;
  const id = readInt(cursor);
  if (!cursor.accept(TokenKind.COLON)) {
    cursor.report(
      "unexpected-token",
      cursor.previousEnd,
      cursor.previousEnd,
      `expected \`:\` behind the field id, found ${cursor.describe()}`,
    );
    if (!cursor.at(TokenKind.NAME)) cursor.stop();
  }
  return id;
}

function readRequiredness(cursor: Cursor): "required" | "optional" | undefined {
  if (!cursor.atWord("required") && !cursor.atWord("optional")) return undefined;
  if (cursor.peek(1) !== TokenKind.NAME) return undefined;
  const { text } = cursor;
  cursor.advance();
  return text as "required" | "optional";
}

/** Any word may name a field, the language's own included. */
function readFieldName(cursor: Cursor, type: TypeNode): Name {
  if (!cursor.at(TokenKind.NAME)) {
    if (cursor.at(TokenKind.BAD)) cursor.stop();
    const { text } = cursor.source;
    const shown = text.slice(type.span.start, Math.min(type.span.end, type.span.start + 60));
    cursor.fail(
      "unexpected-token",
      type.span,
      `field has a type but no name (or a name but no type): found only \`${shown}\``,
      "a field is written `1: i32 name`",
    );
  }
  return readMemberName(cursor, "the name of the field");
}

/** Of a field or enum member: some of fbthrift's own have dots. */
export function readMemberName(cursor: Cursor, what: string): Name {
  return cursor.dialect === "fbthrift" ? cursor.expectName(what) : readPlainName(cursor, what);
}

/** A declared name: without dots. */
export function readPlainName(cursor: Cursor, what: string): Name {
  const name = cursor.expectName(what);
  if (name.text.includes(".")) {
    cursor.reportSpan(
      "dotted-name",
      name.span,
      `\`${name.text.slice(0, 60)}\` has a dot: a name that is declared cannot`,
    );
  }
  return name;
}

/** `xsd_optional xsd_nillable xsd_attrs { … }`: of no meaning here. */
function readXsdWords(cursor: Cursor): XsdWords | undefined {
  if (!cursor.at(TokenKind.NAME) || !cursor.source.text.startsWith("xsd_", cursor.start)) return undefined;
  const optional = cursor.acceptWord("xsd_optional");
  const nillable = cursor.acceptWord("xsd_nillable");
  const attributes = cursor.acceptWord("xsd_attrs")
    ? cursor.nested(() => readFieldsInBraces(cursor, "behind `xsd_attrs`"))
    : undefined;
  return { optional, nillable, ...(attributes === undefined ? {} : { attributes }) };
}
