/** Productions of everything a file may define, services apart. */
import type {
  Annotation,
  ConstDefinition,
  EnumDefinition,
  EnumMember,
  Field,
  IntNode,
  Name,
  StructDefinition,
  TypedefDefinition,
  TypeNode,
} from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import { joinAnnotations, readAnnotations, readStructuredAnnotations } from "./annotation.ts";
import { readConstValue, readInt } from "./constant.ts";
import type { Cursor } from "./cursor.ts";
import { docBefore, documented } from "./doc.ts";
import { failNameless, readFieldBody, readMemberName, readPlainName } from "./field.ts";
import { type Body, readBody, skipStatement } from "./recover.ts";
import { isReservedTypeName, readType } from "./type.ts";

/** What stood before the word that begins a definition. */
export interface Preamble {
  readonly start: number;
  readonly structured: readonly Annotation[];
  readonly doc?: string;
}

export function readPreamble(cursor: Cursor): Preamble {
  const { start } = cursor;
  const before = docBefore(cursor);
  const structured = readStructuredAnnotations(cursor);
  const doc = before ?? (structured.length > 0 ? docBefore(cursor) : undefined);
  return { start, structured, ...(doc === undefined ? {} : { doc }) };
}

/** The parts all definitions share; read when the cursor is past the definition. `inner` is the doc comment in its braces. */
export function finish(
  cursor: Cursor,
  preamble: Preamble,
  inner?: string,
): { annotations: readonly Annotation[]; span: { start: number; end: number }; doc?: string } {
  const annotations = joinAnnotations(preamble.structured, readAnnotations(cursor));
  const span = { start: preamble.start, end: cursor.previousEnd };
  const doc = preamble.doc ?? inner;
  return { annotations, span, ...(doc === undefined ? {} : { doc }) };
}

export function readDefinitionName(cursor: Cursor, what: string): Name {
  const hint = cursor.at(TokenKind.INT) ? "names begin with a letter or `_`" : undefined;
  const name = readPlainName(cursor, `the name of the ${what}`, hint);
  if (isReservedTypeName(name.text)) {
    cursor.reportSpan(
      "keyword-as-name",
      name.span,
      `\`${name.text}\` is a word of the language and cannot be the name of a ${what}`,
    );
  }
  return name;
}

export function readStruct(cursor: Cursor, preamble: Preamble, qualifiers: readonly Name[]): StructDefinition {
  const kind = cursor.text as "struct" | "union" | "exception";
  cursor.advance();
  const name = readDefinitionName(cursor, kind);
  const xsdAll = cursor.acceptWord("xsd_all");
  refuseParent(cursor, kind);
  const { items: fields, doc } = cursor.at(TokenKind.EQUALS)
    ? refuseAlias(cursor, kind, name)
    : readFieldBody(cursor, `after the name of the ${kind}`);
  return { kind, name, fields, qualifiers, xsdAll, ...finish(cursor, preamble, doc) };
}

/** `struct A extends B`, `exception A : B`: the body is read all the same. */
function refuseParent(cursor: Cursor, kind: string): void {
  if (!cursor.atWord("extends") && !cursor.at(TokenKind.COLON)) return;
  const { span } = cursor;
  cursor.advance();
  const parent = cursor.at(TokenKind.NAME) ? cursor.text : "Parent";
  cursor.reportSpan("unexpected-token", span, `${kind}s do not extend one another`, {
    hint: `give it a field: \`1: ${parent.slice(0, 60)} base\``,
  });
  while (cursor.accept(TokenKind.NAME) || cursor.accept(TokenKind.COMMA));
}

/** `union Name = A | B`: the name is known, so that it is not missed elsewhere. */
function refuseAlias(cursor: Cursor, kind: string, name: Name): Body<Field> {
  cursor.reportSpan("unexpected-token", cursor.span, `expected \`{\` after the name of the ${kind}, found \`=\``, {
    hint: `write \`${kind} ${name.text.slice(0, 60)} { 1: i32 number, 2: string text }\``,
  });
  skipStatement(cursor);
  return { items: [] };
}

export function readEnum(cursor: Cursor, preamble: Preamble): EnumDefinition {
  cursor.advance();
  if ((cursor.atWord("class") || cursor.atWord("struct")) && cursor.peek(1) === TokenKind.NAME) refuseClass(cursor);
  const name = readDefinitionName(cursor, "enum");
  const colons = { said: false };
  const body = readBody(cursor, "after the name of the enum", () => readMember(cursor, colons), startsMember);
  return { kind: "enum", name, members: body.items, ...finish(cursor, preamble, body.doc) };
}

/** C++'s `enum class Name`. */
function refuseClass(cursor: Cursor): void {
  cursor.reportSpan("unexpected-token", cursor.span, `expected the name of the enum, found ${cursor.describe()}`, {
    hint: `leave \`${cursor.text}\` out`,
  });
  cursor.advance();
}

function startsMember(cursor: Cursor, depth: number): boolean {
  return depth === 0 && (cursor.at(TokenKind.NAME) || cursor.at(TokenKind.AT));
}

function readMember(cursor: Cursor, colons: { said: boolean }): EnumMember {
  const preamble = readPreamble(cursor);
  if (cursor.at(TokenKind.INT)) refuseNumber(cursor);
  const name = readMemberName(cursor, "the name of an enum member");
  const value =
    cursor.accept(TokenKind.EQUALS) || acceptColon(cursor, name, colons) ? readMemberValue(cursor) : undefined;
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return documented(cursor, { name, ...rest, ...(value === undefined ? {} : { value }) });
}

/** `1: NAME`, as fields are written. */
function refuseNumber(cursor: Cursor): never {
  const message = `expected the name of an enum member, found ${cursor.describe()}`;
  return cursor.fail("unexpected-token", cursor.span, message, "a member is written `NAME = 1`");
}

/** Said once for an enum: who writes one member so writes all so. */
function acceptColon(cursor: Cursor, { text }: Name, colons: { said: boolean }): boolean {
  if (!cursor.at(TokenKind.COLON)) return false;
  if (!colons.said)
    cursor.reportSpan("unexpected-token", cursor.span, "expected `=` before the value of an enum member, found `:`", {
      hint: `write \`${text.slice(0, 60)} = …\``,
    });
  colons.said = true;
  cursor.advance();
  return true;
}

function readMemberValue(cursor: Cursor): IntNode {
  if (!cursor.at(TokenKind.INT) && !cursor.startsLine)
    cursor.failExpected("an integer", "the value of an enum member is an integer");
  return readInt(cursor);
}

export function readTypedef(cursor: Cursor, preamble: Preamble): TypedefDefinition {
  cursor.advance();
  const type = readType(cursor, "typedef");
  if (cursor.at(TokenKind.EQUALS) && type.kind === "name") return readBackward(cursor, preamble, type);
  const name = readDefinitionName(cursor, "typedef");
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return { kind: "typedef", name, type, ...rest };
}

/** `typedef Name = i32`. */
function readBackward(
  cursor: Cursor,
  preamble: Preamble,
  { text, nameSpan }: TypeNode & { kind: "name" },
): TypedefDefinition {
  cursor.reportSpan("unexpected-token", cursor.span, "expected the name of the typedef, found `=`", {
    hint: `the type stands first: \`typedef i32 ${text.slice(0, 60)}\``,
  });
  cursor.advance();
  const type = readType(cursor, "typedef");
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return { kind: "typedef", name: { text, span: nameSpan }, type, ...rest };
}

export function readConst(cursor: Cursor, preamble: Preamble): ConstDefinition {
  cursor.advance();
  const type = readType(cursor, "constant");
  if (!cursor.at(TokenKind.NAME) && !cursor.startsLine)
    failNameless(cursor, "constant", type, "a constant is written `const i32 NAME = 1`");
  const name = readDefinitionName(cursor, "constant");
  cursor.expect(TokenKind.EQUALS, "and a value after the name of the constant");
  const value = readConstValue(cursor);
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return { kind: "const", name, type, value, ...rest };
}
