/** Productions of everything a file may define, services apart. */
import type {
  Annotation,
  ConstDefinition,
  EnumDefinition,
  EnumMember,
  Name,
  StructDefinition,
  TypedefDefinition,
} from "../ast.ts";
import { TokenKind } from "../token.ts";
import { joinAnnotations, readAnnotations, readStructuredAnnotations } from "./annotation.ts";
import { readConstValue, readInt } from "./constant.ts";
import type { Cursor } from "./cursor.ts";
import { docBefore, documented } from "./doc.ts";
import { failNameless, readFieldBody, readMemberName, readPlainName } from "./field.ts";
import { readBody } from "./recover.ts";
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

/** The parts all definitions share; read when the cursor stands behind the definition. `inner` is the doc comment in its braces. */
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
  const name = readPlainName(cursor, `the name of the ${what}`);
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
  const { items: fields, doc } = readFieldBody(cursor, `behind the name of the ${kind}`);
  return { kind, name, fields, qualifiers, xsdAll, ...finish(cursor, preamble, doc) };
}

export function readEnum(cursor: Cursor, preamble: Preamble): EnumDefinition {
  cursor.advance();
  const name = readDefinitionName(cursor, "enum");
  const body = readBody(cursor, "behind the name of the enum", () => readMember(cursor), startsMember);
  return { kind: "enum", name, members: body.items, ...finish(cursor, preamble, body.doc) };
}

function startsMember(cursor: Cursor, depth: number): boolean {
  return depth === 0 && (cursor.at(TokenKind.NAME) || cursor.at(TokenKind.AT));
}

function readMember(cursor: Cursor): EnumMember {
  const preamble = readPreamble(cursor);
  const name = readMemberName(cursor, "the name of an enum member");
  const value = cursor.accept(TokenKind.EQUALS) ? readInt(cursor) : undefined;
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return documented(cursor, { name, ...rest, ...(value === undefined ? {} : { value }) });
}

export function readTypedef(cursor: Cursor, preamble: Preamble): TypedefDefinition {
  cursor.advance();
  const type = readType(cursor, "typedef");
  const name = readDefinitionName(cursor, "typedef");
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return { kind: "typedef", name, type, ...rest };
}

export function readConst(cursor: Cursor, preamble: Preamble): ConstDefinition {
  cursor.advance();
  const type = readType(cursor, "constant");
  if (!cursor.at(TokenKind.NAME) && !cursor.startsLine)
    failNameless(cursor, "constant", type, "a constant is written `const i32 NAME = 1`");
  const name = readDefinitionName(cursor, "constant");
  cursor.expect(TokenKind.EQUALS, "and a value behind the name of the constant");
  const value = readConstValue(cursor);
  const rest = finish(cursor, preamble);
  cursor.acceptSeparator();
  return { kind: "const", name, type, value, ...rest };
}
