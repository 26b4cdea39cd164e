/** Productions of types. */
import type { Annotation, BaseTypeName, Span, TypeNode } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import { readAnnotations } from "./annotation.ts";
import { readStringValue } from "./constant.ts";
import type { Cursor } from "./cursor.ts";

const BASE_TYPES: ReadonlySet<string> = new Set<BaseTypeName>([
  "bool",
  "byte",
  "i8",
  "i16",
  "i32",
  "i64",
  "float",
  "double",
  "string",
  "binary",
  "uuid",
]);
const CONTAINERS: ReadonlySet<string> = new Set(["list", "set", "map"]);

/** All that the language itself calls types. */
export const TYPE_WORDS: readonly string[] = [...BASE_TYPES, ...CONTAINERS];

/** Words that name no type but begin something else. */
const NO_TYPES: ReadonlySet<string> = new Set([
  "const",
  "enum",
  "exception",
  "extends",
  "include",
  "namespace",
  "oneway",
  "optional",
  "required",
  "service",
  "struct",
  "throws",
  "typedef",
  "union",
]);

/** `uuid` and `float` are younger than files that declare a type of that name: there the declaration counts. */
export function isBaseTypeName(text: string): text is BaseTypeName {
  return BASE_TYPES.has(text);
}

/** Words that a definition may not have as its name. */
export function isReservedTypeName(text: string): boolean {
  return (
    text === "void" ||
    CONTAINERS.has(text) ||
    NO_TYPES.has(text) ||
    (BASE_TYPES.has(text) && text !== "uuid" && text !== "float")
  );
}

/** What the type belongs to, for messages. */
export type TypeRole = "field" | "element" | "key" | "value" | "constant" | "typedef" | "result" | "stream";

export function readType(cursor: Cursor, role: TypeRole): TypeNode {
  cursor.enter();
  const type = readBareType(cursor, role);
  cursor.leave();
  return type;
}

function readBareType(cursor: Cursor, role: TypeRole): TypeNode {
  const { start } = cursor;
  const name = cursor.expectName("a type", typeHint(cursor));
  const { text } = name;
  if (CONTAINERS.has(text)) return readContainer(cursor, start, text as "list" | "set" | "map");
  checkTypeWord(cursor, text, name.span, role);
  const annotations = role === "result" && startsArguments(cursor) ? [] : readAnnotations(cursor);
  const span = { start, end: cursor.previousEnd };
  if (text === "slist") {
    cursor.reportSpan("withdrawn-keyword", name.span, "`slist` is no longer part of Thrift", {
      hint: "use `string` instead",
    });
    return { kind: "base", base: "string", annotations, span };
  }
  return isBaseTypeName(text)
    ? { kind: "base", base: text, annotations, span }
    : { kind: "name", text, nameSpan: name.span, annotations, span };
}

/** `ping()` has no result, rather than no name. */
function startsArguments(cursor: Cursor): boolean {
  const next = cursor.peek(1);
  return cursor.at(TokenKind.LEFT_PAREN) && (next === TokenKind.INT || next === TokenKind.RIGHT_PAREN);
}

function checkTypeWord(cursor: Cursor, text: string, span: Span, role: TypeRole): void {
  if (text === "void") cursor.fail("void-type", span, `void is no ${role} type`, "only a method may return it");
  if (NO_TYPES.has(text))
    cursor.fail("unexpected-token", span, `expected a type, found \`${text}\``, wordHint(cursor, text));
}

/** The name alone is a type; a definition is written elsewhere. */
function wordHint(cursor: Cursor, word: string): string | undefined {
  if (word === "optional" || word === "required") return `a field is written \`1: ${word} i32 name\``;
  if (!["struct", "union", "enum", "exception"].includes(word)) return undefined;
  if (cursor.at(TokenKind.NAME) && cursor.peek(1) === TokenKind.NAME) return `leave \`${word}\` out`;
  return `a definition stands at the top of the file: \`${word} Name { … }\`; its name is the type`;
}

/** Types as other languages spell them. */
function typeHint(cursor: Cursor): string | undefined {
  if (cursor.at(TokenKind.LEFT_BRACKET)) return "a list is written `list<i32>`";
  if (cursor.at(TokenKind.LEFT_BRACE)) return "a struct is a definition of its own: use its name as a type";
  if (cursor.at(TokenKind.LEFT_PAREN)) return "Thrift has no tuples: use a struct";
  return cursor.at(TokenKind.STRING) ? "the name of a type stands without quotes" : undefined;
}

function readContainer(cursor: Cursor, start: number, kind: "list" | "set" | "map"): TypeNode {
  const before = readCppType(cursor);
  if (!cursor.at(TokenKind.LESS)) failArguments(cursor, kind, "<");
  cursor.advance();
  const first = readType(cursor, kind === "map" ? "key" : "element");
  if (kind === "map") return finishMap(cursor, start, first, before);
  closeArguments(cursor, kind);
  const tail = readTail(cursor, start, before);
  return { kind, element: first, ...tail };
}

function finishMap(cursor: Cursor, start: number, key: TypeNode, before: string | undefined): TypeNode {
  if (!cursor.accept(TokenKind.COMMA)) failArguments(cursor, "map", ",");
  const value = readType(cursor, "value");
  closeArguments(cursor, "map");
  return { kind: "map", key, value, ...readTail(cursor, start, before) };
}

function failArguments(cursor: Cursor, kind: "list" | "set" | "map", expected: string): never {
  const needs = kind === "map" ? "a map takes a key and a value type" : `a ${kind} needs an element type`;
  const example = kind === "map" ? "map<string, i32>" : `${kind}<i32>`;
  return cursor.failMissing(`${needs}: expected \`${expected}\``, `write it as \`${example}\``);
}

function closeArguments(cursor: Cursor, kind: string): void {
  if (cursor.accept(TokenKind.GREATER)) return;
  const of = kind === "map" ? "value" : "element";
  const many = cursor.at(TokenKind.COMMA) && kind !== "map" ? `a ${kind} has one element type` : undefined;
  cursor.reportMissing(`expected \`>\` after the ${of} type of the ${kind}`, { hint: many });
  if (many !== undefined) skipArguments(cursor);
  cursor.stop();
}

/** To the `>`, if it stands on this line. */
function skipArguments(cursor: Cursor): void {
  while (!cursor.at(TokenKind.GREATER) && !cursor.startsLine && !cursor.at(TokenKind.END)) cursor.advance();
}

interface Tail {
  readonly annotations: readonly Annotation[];
  readonly span: { start: number; end: number };
  readonly cppType?: string;
}

function readTail(cursor: Cursor, start: number, before: string | undefined): Tail {
  const { start: at } = cursor;
  const after = readCppType(cursor);
  if (after !== undefined) {
    cursor.report("deprecated-syntax", at, cursor.previousEnd, "`cpp_type` after the type is an old form", {
      hint: 'write it before the `<`: list cpp_type "…" <i32>',
    });
  }
  const annotations = readAnnotations(cursor);
  const cppType = before ?? after;
  return { annotations, span: { start, end: cursor.previousEnd }, ...(cppType === undefined ? {} : { cppType }) };
}

function readCppType(cursor: Cursor): string | undefined {
  if (!cursor.atWord("cpp_type") || cursor.peek(1) !== TokenKind.STRING) return undefined;
  cursor.advance();
  return readStringValue(cursor).value;
}
