/** Productions of fields: those of structs, arguments and throws clauses. */
import { quote } from "../source/diagnostic.ts";
import { didYouMean } from "../source/suggest.ts";
import type { Field, IntNode, Name, TypeNode, XsdWords } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import { joinAnnotations, readAnnotations, readStructuredAnnotations } from "./annotation.ts";
import { readConstValue, readInt } from "./constant.ts";
import type { Cursor } from "./cursor.ts";
import { docBefore, docBehind } from "./doc.ts";
import { containerHint, fieldWordHint } from "./foreign-words.ts";
import { type Body, readBody, skipStatement, startsDefinition } from "./recover.ts";
import { readType } from "./type.ts";

/** `{ field* }`, where the cursor is at the `{`. */
export function readFieldsInBraces(cursor: Cursor, context: string): readonly Field[] {
  return readFieldBody(cursor, context).items;
}

/** Likewise, with the doc comment after the `{`. */
export function readFieldBody(cursor: Cursor, context: string): Body<Field> {
  return readBody(cursor, context, () => readField(cursor), startsField);
}

/** `( field* )`; a mistake inside costs the whole method. */
export function readFieldsInParens(cursor: Cursor, context: string, hint?: string): readonly Field[] {
  cursor.expect(TokenKind.LEFT_PAREN, context, hint);
  const fields: Field[] = [];
  while (!cursor.accept(TokenKind.RIGHT_PAREN)) {
    if (!startsAnyField(cursor) || startsMethod(cursor)) cursor.failExpected("`)` or a field");
    fields.push(readField(cursor));
  }
  return fields;
}

/** Then the `)` of the method before it is missing. */
function startsMethod(cursor: Cursor): boolean {
  if (!cursor.startsLine) return false;
  if (cursor.atWord("void") || cursor.atWord("oneway") || startsDefinition(cursor)) return true;
  const named = cursor.peek(1) === TokenKind.NAME && cursor.peek(2) === TokenKind.LEFT_PAREN;
  return named && (cursor.peek(3) === TokenKind.INT || cursor.peek(3) === TokenKind.RIGHT_PAREN);
}

function startsAnyField(cursor: Cursor): boolean {
  return cursor.at(TokenKind.INT) || cursor.at(TokenKind.NAME) || cursor.at(TokenKind.AT);
}

function startsField(cursor: Cursor, depth: number): boolean {
  const next = cursor.peek(1);
  if (cursor.at(TokenKind.INT)) return next === TokenKind.COLON || depth === 0;
  if (depth > 0) return false;
  if (cursor.at(TokenKind.AT)) return true;
  return cursor.at(TokenKind.NAME) && (next === TokenKind.NAME || next === TokenKind.LESS || next === TokenKind.COLON);
}

type Writable = { -readonly [K in keyof Field]: Field[K] };

/** protobuf's `reserved 2, 15;`. */
function refuseReserved(cursor: Cursor): void {
  const next = cursor.peek(1);
  if (!cursor.atWord("reserved") || (next !== TokenKind.INT && next !== TokenKind.STRING)) return;
  cursor.reportSpan("unexpected-token", cursor.span, "expected a field, found `reserved`", {
    hint: "Thrift reserves no ids: leave it out, or keep it as a comment",
  });
  skipStatement(cursor);
  cursor.stop();
}

function readField(cursor: Cursor): Field {
  const { start } = cursor;
  if (cursor.at(TokenKind.NAME)) refuseReserved(cursor);
  const before = docBefore(cursor);
  const structured = readStructuredAnnotations(cursor);
  const doc = before ?? (structured.length > 0 ? docBefore(cursor) : undefined);
  const id = readFieldId(cursor);
  const requiredness = readRequiredness(cursor);
  const type = readType(cursor, "field");
  const reference = cursor.accept(TokenKind.AMPERSAND);
  const name = readFieldName(cursor, type);
  refuseThirdWord(cursor, type, name);
  const value = cursor.accept(TokenKind.EQUALS) ? readConstValue(cursor) : undefined;
  const xsd = readXsdWords(cursor);
  const annotations = joinAnnotations(structured, readAnnotations(cursor));
  const span = { start, end: cursor.previousEnd };
  cursor.acceptSeparator();
  const text = doc ?? docBehind(cursor, span.end);
  const field: Writable =
    id === undefined ? { name, type, reference, annotations, span } : { id, name, type, reference, annotations, span };
  if (requiredness !== undefined) field.requiredness = requiredness;
  if (value !== undefined) field.value = value;
  if (xsd !== undefined) field.xsd = xsd;
  if (text !== undefined) field.doc = text;
  return field;
}

const WRONG_COLONS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  TokenKind.SEMICOLON,
  TokenKind.COMMA,
  TokenKind.EQUALS,
  TokenKind.RIGHT_PAREN,
  TokenKind.GREATER,
]);

function readFieldId(cursor: Cursor): IntNode | undefined {
  if (cursor.at(TokenKind.NAME) && cursor.peek(1) === TokenKind.COLON) {
    cursor.fail(
      "unexpected-token",
      cursor.span,
      `field id must be an integer, found ${cursor.describe()}`,
      "a field is written `1: i32 name`",
    );
  }
  if (!cursor.at(TokenKind.INT)) return undefined;
  const id = readInt(cursor);
  if (!cursor.accept(TokenKind.COLON)) {
    cursor.report(
      "unexpected-token",
      cursor.previousEnd,
      cursor.previousEnd,
      `expected \`:\` after the field id, found ${cursor.describe()}`,
      { hint: `a field is written \`${id.text.slice(0, 20)}: i32 name\`` },
    );
    // Another sign in its place costs nothing more.
    if (WRONG_COLONS.has(cursor.kind) && cursor.peek(1) === TokenKind.NAME) cursor.advance();
    if (!cursor.at(TokenKind.NAME)) cursor.stop();
  }
  return id;
}

function readRequiredness(cursor: Cursor): "required" | "optional" | undefined {
  if (!cursor.atWord("required") && !cursor.atWord("optional")) return undefined;
  const { text, span } = cursor;
  if (cursor.peek(1) === TokenKind.INT) {
    cursor.fail(
      "unexpected-token",
      span,
      `\`${text}\` stands after the id of a field`,
      `a field is written \`1: ${text} i32 name\``,
    );
  }
  if (cursor.peek(1) === TokenKind.COLON)
    cursor.fail("unexpected-token", span, `\`:\` after \`${text}\``, `a field is written \`1: ${text} i32 name\``);
  if (cursor.peek(1) !== TokenKind.NAME) return undefined;
  cursor.advance();
  return text as "required" | "optional";
}

/** `requird i32 a` and `repeated string a` look like a field named `i32` or `string`: three words in one line are not. */
function refuseThirdWord(cursor: Cursor, type: TypeNode, name: Name): void {
  if (!cursor.at(TokenKind.NAME) || cursor.startsLine || cursor.source.text.startsWith("xsd_", cursor.start)) return;
  const after = cursor.text;
  if (name.text === "required" || name.text === "optional")
    cursor.fail(
      "unexpected-token",
      name.span,
      `${quote(name.text)} stands before the type`,
      `write \`1: ${name.text} ${nodeText(cursor, type)} ${after}\``,
    );
  if (type.kind !== "name") return;
  const near = didYouMean(type.text, ["required", "optional"]);
  const hint = near ?? fieldWordHint(type.text, name.text);
  if (hint === undefined) return;
  const expected = near === undefined ? "a type" : "`required`, `optional` or a type";
  cursor.fail("unexpected-token", type.span, `expected ${expected}, found ${quote(type.text)}`, hint);
}

function nodeText(cursor: Cursor, { span }: TypeNode): string {
  return cursor.source.text.slice(span.start, Math.min(span.end, span.start + 60));
}

/** Any word may name a field, the language's own included. */
function readFieldName(cursor: Cursor, type: TypeNode): Name {
  if (!cursor.at(TokenKind.NAME)) failNameless(cursor, "field", type, "a field is written `1: i32 name`");
  return readMemberName(cursor, "the name of the field");
}

/** Reports a type that no name follows. */
export function failNameless(cursor: Cursor, what: string, type: TypeNode, hint: string): never {
  if (cursor.at(TokenKind.BAD)) cursor.stop();
  const shown = quote(nodeText(cursor, type));
  if (cursor.at(TokenKind.LESS) || cursor.at(TokenKind.LEFT_BRACKET)) {
    cursor.fail(
      "unexpected-token",
      type.span,
      `type ${shown} takes no arguments`,
      cursor.at(TokenKind.LESS) ? containerHint(nodeText(cursor, type)) : "a list is written `list<i32>`",
    );
  }
  const message = `${what} has a type but no name (or a name but no type): found only ${shown}`;
  return cursor.fail("unexpected-token", type.span, message, hint);
}

/** The name of a field or enum member: some of fbthrift's own have dots. */
export function readMemberName(cursor: Cursor, what: string): Name {
  return cursor.dialect === "fbthrift" ? cursor.expectName(what) : readPlainName(cursor, what);
}

/** A declared name: without dots. */
export function readPlainName(cursor: Cursor, what: string, hint?: string): Name {
  const name = cursor.expectName(what, hint);
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
  const attributes = cursor.acceptWord("xsd_attrs") ? readXsdAttributes(cursor) : undefined;
  return { optional, nillable, ...(attributes === undefined ? {} : { attributes }) };
}

function readXsdAttributes(cursor: Cursor): readonly Field[] {
  cursor.enter();
  const fields = readFieldsInBraces(cursor, "after `xsd_attrs`");
  cursor.leave();
  return fields;
}
