/**
 * What stands where a definition must begin and begins none: a word that is misspelt, or another language's. It is reported, and
 * what it defines known by its name, so that one mistake is one finding.
 */
import { nearest } from "../source/suggest.ts";
import type { Name, TopLevel } from "../syntax/ast.ts";
import { EXCEPTION_QUALIFIERS } from "../syntax/dialect.ts";
import { TokenKind } from "../syntax/token.ts";
import type { Cursor } from "./cursor.ts";
import { type DefinitionWord, type ForeignWord, foreignDefinition, isModifier } from "./foreign-words.ts";
import { isDefinitionAhead, skipBraces, skipStatement } from "./recover.ts";
import { readType } from "./type.ts";
import { startsWithdrawn } from "./withdrawn.ts";

export const SUGGESTED_WORDS: readonly string[] = [
  "include",
  "namespace",
  "struct",
  "union",
  "exception",
  "enum",
  "typedef",
  "const",
  "service",
];
const KNOWN_WORDS: ReadonlySet<string> = new Set([
  ...SUGGESTED_WORDS,
  "package",
  "interaction",
  "cpp_include",
  "hs_include",
  "c_include",
  ...EXCEPTION_QUALIFIERS,
]);

type Declare = (definition: TopLevel) => void;

/** True: the item has been dealt with. False: it is to be read, as after the right word where a wrong one was reported. */
export function mendWord(cursor: Cursor, declare: Declare): boolean {
  if (!cursor.at(TokenKind.NAME) || KNOWN_WORDS.has(cursor.text) || startsWithdrawn(cursor)) return false;
  if (isModifier(cursor.text) && cursor.peek(1) === TokenKind.NAME) return dropModifiers(cursor, declare);
  const foreign = foreignDefinition(cursor.text);
  if (foreign !== undefined) return mendForeign(cursor, foreign, declare);
  const next = cursor.peek(1);
  const near = next === TokenKind.NAME || next === TokenKind.STRING ? nearest(cursor.text, SUGGESTED_WORDS) : undefined;
  if (near === undefined) return false;
  reportWord(cursor, `did you mean \`${near}\`?`);
  cursor.readAs(near);
  return false;
}

/** `export struct A`: one finding for all of them, and none where the word after them is wrong too. */
function dropModifiers(cursor: Cursor, declare: Declare): boolean {
  const { span, text } = cursor;
  while (isModifier(cursor.text) && cursor.peek(1) === TokenKind.NAME) cursor.advance();
  const foreign = foreignDefinition(cursor.text);
  if (foreign !== undefined) return mendForeign(cursor, foreign, declare);
  cursor.reportSpan("unexpected-token", span, `expected a definition, found \`${text}\``, {
    hint: `leave \`${text}\` out`,
  });
  return false;
}

function reportWord(cursor: Cursor, hint: string): void {
  cursor.reportSpan("unexpected-token", cursor.span, `expected a definition, found ${cursor.describe()}`, { hint });
}

function mendForeign(cursor: Cursor, { as, hint }: ForeignWord, declare: Declare): boolean {
  const alias = cursor.peek(1) === TokenKind.NAME && cursor.peek(2) === TokenKind.EQUALS;
  reportWord(cursor, alias && as !== undefined ? "a typedef is written `typedef i32 Name`" : hint);
  if (as === "include" && includesThrift(cursor)) {
    cursor.readAs(as);
    return false;
  }
  if (cursor.peek(1) !== TokenKind.NAME || as === undefined) skipStatement(cursor);
  else if (alias) readAlias(cursor, declare);
  else declareOnly(cursor, as, declare);
  return true;
}

/** `import "x.thrift"`: another kind of file would be a mistake of its own. */
function includesThrift(cursor: Cursor): boolean {
  return (
    cursor.peek(1) === TokenKind.STRING &&
    /^\s*["'][^"'\r\n]*\.thrift["']/.test(cursor.source.text.slice(cursor.end, cursor.end + 1000))
  );
}

/** `type Name = T`. */
function readAlias(cursor: Cursor, declare: Declare): void {
  const { start } = cursor;
  cursor.advance();
  const name = cursor.expectName("a name");
  cursor.advance();
  const type = readType(cursor, "typedef");
  declare({ kind: "typedef", name, type, annotations: [], span: { start, end: cursor.previousEnd } });
  if (!cursor.startsLine) skipStatement(cursor);
}

/** Takes the name, so that those who use it are not blamed, and leaves the body. */
function declareOnly(cursor: Cursor, as: DefinitionWord, declare: Declare): void {
  const { start } = cursor;
  cursor.advance();
  const name = cursor.expectName("a name");
  while (!cursor.at(TokenKind.LEFT_BRACE) && !cursor.startsLine && !cursor.at(TokenKind.END)) cursor.advance();
  if (cursor.at(TokenKind.LEFT_BRACE)) skipBraces(cursor, () => declareInside(cursor, declare));
  declare(emptyDefinition(as, name, { start, end: cursor.previousEnd }));
}

/** What is defined within the body has a name as well. */
function declareInside(cursor: Cursor, declare: Declare): void {
  if (!isDefinitionAhead(cursor)) return;
  const as = foreignDefinition(cursor.text)?.as ?? (cursor.text as DefinitionWord);
  const { start } = cursor;
  cursor.advance();
  declare(emptyDefinition(as, { text: cursor.text, span: cursor.span }, { start, end: cursor.end }));
}

function emptyDefinition(as: DefinitionWord, name: Name, span: { start: number; end: number }): TopLevel {
  if (as === "service") return { kind: as, name, methods: [], performs: [], annotations: [], span };
  if (as === "enum") return { kind: as, name, members: [], annotations: [], span };
  const kind = as === "union" || as === "exception" ? as : "struct";
  return { kind, name, fields: [], qualifiers: [], xsdAll: false, annotations: [], span };
}
