/** Productions of services and interactions: methods, what they return, streams and sinks. */
import { quote } from "../source/diagnostic.ts";
import { didYouMean, nearest } from "../source/suggest.ts";
import type { Field, MethodDefinition, Name, ServiceDefinition, StreamType, TypeNode } from "../syntax/ast.ts";
import { TokenKind } from "../syntax/token.ts";
import type { Cursor } from "./cursor.ts";
import { finish, type Preamble, readDefinitionName, readPreamble } from "./definition.ts";
import { documented } from "./doc.ts";
import { failNameless, readFieldsInParens, readPlainName } from "./field.ts";
import { fieldWordHint, foreignDefinition } from "./foreign-words.ts";
import { readBody, skipBraces } from "./recover.ts";
import { readType } from "./type.ts";

type Item = MethodDefinition | { readonly kind: "performs"; readonly name: Name };

export function readService(cursor: Cursor, preamble: Preamble): ServiceDefinition {
  const kind = cursor.text as "service" | "interaction";
  cursor.advance();
  const name = readDefinitionName(cursor, kind);
  const parent = acceptExtends(cursor, kind) ? readParent(cursor, kind) : undefined;
  checkParent(cursor, parent);
  const { items, doc } = readBody<Item>(cursor, `after the name of the ${kind}`, () => readItem(cursor), startsItem);
  const methods = items.filter((item): item is MethodDefinition => item.kind === "method");
  const performs = items.flatMap((item) => (item.kind === "performs" ? [item.name] : []));
  return {
    kind,
    name,
    methods,
    performs,
    ...finish(cursor, preamble, doc),
    ...(parent === undefined ? {} : { extends: parent }),
  };
}

/** One that is missing costs only itself. */
function readParent(cursor: Cursor, kind: string): Name | undefined {
  if (!cursor.at(TokenKind.LEFT_BRACE)) return cursor.expectName(`the ${kind} that it extends`);
  cursor.reportMissing(`expected the ${kind} that it extends`, { hint: `leave \`extends\` out where it extends none` });
  return undefined;
}

function hasForeignArguments(cursor: Cursor): boolean {
  if (!cursor.at(TokenKind.LEFT_PAREN) || cursor.peek(1) !== TokenKind.NAME) return false;
  return cursor.peek(2) === TokenKind.RIGHT_PAREN || cursor.peek(2) === TokenKind.COLON;
}

/** `extends`; or the colon and the word of other languages, which are reported. */
function acceptExtends(cursor: Cursor, kind: string): boolean {
  if (cursor.acceptWord("extends")) return true;
  if (!cursor.at(TokenKind.COLON) && !cursor.atWord("implements")) return false;
  const hint = `write \`${kind} Name extends Parent\``;
  cursor.reportSpan("unexpected-token", cursor.span, `expected \`extends\` or \`{\`, found ${cursor.describe()}`, {
    hint,
  });
  cursor.advance();
  return true;
}

function checkParent(cursor: Cursor, parent: Name | undefined): void {
  if (parent === undefined && cursor.at(TokenKind.NAME))
    cursor.failExpected("`extends` or `{`", didYouMean(cursor.text, ["extends"]));
  if (parent === undefined || !cursor.at(TokenKind.COMMA)) return;
  cursor.report("unexpected-token", cursor.start, cursor.end, "a service extends one service only");
  while (cursor.accept(TokenKind.COMMA)) if (!cursor.accept(TokenKind.NAME)) return;
}

function startsItem(cursor: Cursor, depth: number): boolean {
  return depth === 0 && (cursor.at(TokenKind.NAME) || cursor.at(TokenKind.AT));
}

function readItem(cursor: Cursor): Item {
  const preamble = readPreamble(cursor);
  if (cursor.atWord("performs") && cursor.peek(1) === TokenKind.NAME && cursor.peek(2) !== TokenKind.LEFT_PAREN) {
    cursor.advance();
    const name = cursor.expectName("the name of an interaction");
    cursor.acceptSeparator();
    return { kind: "performs", name };
  }
  return readMethod(cursor, preamble);
}

const QUALIFIERS: ReadonlySet<string> = new Set(["oneway", "async", "idempotent", "readonly"]);

function readMethod(cursor: Cursor, preamble: Preamble): MethodDefinition {
  const words = readQualifiers(cursor);
  const result = readResult(cursor);
  const name = readMethodName(cursor, result);
  refuseForeign(cursor, name, result);
  const args = readFieldsInParens(cursor, "after the name of the method");
  const throwsStart = cursor.atWord("throws") ? cursor.start : undefined;
  const throws = readThrows(cursor);
  const throwsSpan = throwsStart === undefined ? {} : { throwsSpan: { start: throwsStart, end: cursor.previousEnd } };
  const rest = finish(cursor, preamble);
  if (cursor.at(TokenKind.LEFT_BRACE)) refuseBody(cursor);
  cursor.acceptSeparator();
  const oneway = words.some((word) => word.text === "oneway" || word.text === "async");
  const qualifiers = words.filter((word) => word.text === "idempotent" || word.text === "readonly");
  const method = { kind: "method" as const, name, oneway, qualifiers, args, throws, ...throwsSpan, ...result, ...rest };
  return documented(cursor, method);
}

function refuseBody(cursor: Cursor): void {
  cursor.reportSpan("unexpected-token", cursor.span, "a method has no body", { hint: "leave the braces out" });
  skipBraces(cursor);
}

function readQualifiers(cursor: Cursor): Name[] {
  const words: Name[] = [];
  while (cursor.at(TokenKind.NAME) && QUALIFIERS.has(cursor.text) && cursor.peek(1) === TokenKind.NAME) {
    const word = cursor.expectName("a qualifier");
    words.push(word);
    if (word.text === "async")
      cursor.reportSpan("deprecated-syntax", word.span, "`async` is an old form", { hint: "write `oneway`" });
  }
  return words;
}

function readMethodName(cursor: Cursor, result: Result): Name {
  if (cursor.at(TokenKind.BAD)) cursor.stop();
  if (!cursor.at(TokenKind.NAME) && !cursor.startsLine && result.returns !== undefined) {
    failNameless(cursor, "method", result.returns, "a method is written `i32 name()` or `void name()`");
  }
  return readPlainName(cursor, "the name of the method");
}

/** `throws`; or on the same line a word that is nearly that, or CORBA's, which is reported. */
function acceptThrows(cursor: Cursor): boolean {
  if (cursor.acceptWord("throws")) return true;
  if (!cursor.at(TokenKind.NAME) || cursor.startsLine || cursor.peek(1) !== TokenKind.LEFT_PAREN) return false;
  if (cursor.text !== "raises" && nearest(cursor.text, ["throws"]) === undefined) return false;
  cursor.reportSpan("unexpected-token", cursor.span, `expected \`throws\`, found ${cursor.describe()}`, {
    hint: "did you mean `throws`?",
  });
  cursor.advance();
  return true;
}

/** `rpc Get(Request)`, `def get(id: int)`: the word before the name is no type, which the arguments show. */
function refuseForeign(cursor: Cursor, name: Name, { returns }: Result): void {
  const word = returns?.kind === "name" ? returns.text : "";
  const hint = cursor.at(TokenKind.NAME) && !cursor.startsLine ? fieldWordHint(word, name.text) : undefined;
  if (hint !== undefined && returns !== undefined)
    cursor.fail("unexpected-token", returns.span, `expected the type of the result, found ${quote(word)}`, hint);
  const foreign = hasForeignArguments(cursor) ? foreignDefinition(word) : undefined;
  if (foreign === undefined || returns === undefined || foreign.as !== undefined) return;
  const shown = name.text.slice(0, 60);
  cursor.fail(
    "unexpected-token",
    returns.span,
    `expected the type of the result, found ${quote(word)}`,
    `a method is written \`Result ${shown}(1: Request request)\``,
  );
}

function readThrows(cursor: Cursor): readonly Field[] {
  if (!acceptThrows(cursor)) return [];
  const hint = cursor.at(TokenKind.NAME) ? `write \`throws (1: ${cursor.text.slice(0, 60)} error)\`` : undefined;
  return readFieldsInParens(cursor, "after `throws`", hint);
}

type Result = Pick<MethodDefinition, "returns" | "stream" | "sink" | "creates">;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** `void`, `T`, `T, stream<U>`, `I, T, sink<U, V>` …: which of two plain types is an interaction shows their number. */
function readResult(cursor: Cursor): Result {
  const result: Mutable<Result> = {};
  do readResultPart(cursor, result);
  while (cursor.accept(TokenKind.COMMA));
  return result;
}

function readResultPart(cursor: Cursor, result: Mutable<Result>): void {
  if (isCall(cursor, "stream")) setOnce(cursor, result, "stream", readStream(cursor));
  else if (isCall(cursor, "sink")) setOnce(cursor, result, "sink", readSink(cursor));
  else if (cursor.atWord("void")) cursor.advance();
  else readPlainPart(cursor, result);
}

function isCall(cursor: Cursor, word: "stream" | "sink"): boolean {
  return cursor.atWord(word) && cursor.peek(1) === TokenKind.LESS;
}

function setOnce<K extends "stream" | "sink">(
  cursor: Cursor,
  result: Mutable<Result>,
  key: K,
  value: NonNullable<Result[K]>,
): void {
  if (result[key] !== undefined)
    cursor.fail("unexpected-token", (value as StreamType).span, `a method has one ${key} at most`);
  result[key] = value;
}

function readPlainPart(cursor: Cursor, result: Mutable<Result>): void {
  const type = readType(cursor, "result");
  if (result.returns === undefined) {
    result.returns = type;
    return;
  }
  const first: TypeNode = result.returns;
  if (
    first.kind !== "name" ||
    result.creates !== undefined ||
    result.stream !== undefined ||
    result.sink !== undefined
  ) {
    cursor.fail(
      "unexpected-token",
      type.span,
      "a method returns one type; another may stand before it only to create an interaction",
    );
  }
  result.creates = { text: first.text, span: first.nameSpan };
  result.returns = type;
}

/** `T throws (…)`, as in the angle brackets of streams and sinks. */
function readStreamType(cursor: Cursor): StreamType {
  const { start } = cursor;
  const type = readType(cursor, "stream");
  const throws = readThrows(cursor);
  return { type, throws, span: { start, end: cursor.previousEnd } };
}

function readStream(cursor: Cursor): StreamType {
  const { start } = cursor;
  cursor.advance();
  cursor.advance();
  const stream = readStreamType(cursor);
  cursor.expect(TokenKind.GREATER, "after the type of the stream");
  return { ...stream, span: { start, end: cursor.previousEnd } };
}

function readSink(cursor: Cursor): NonNullable<MethodDefinition["sink"]> {
  const { start } = cursor;
  cursor.advance();
  cursor.advance();
  const sink = readStreamType(cursor);
  const final = cursor.accept(TokenKind.COMMA) ? readStreamType(cursor) : undefined;
  cursor.expect(TokenKind.GREATER, "after the types of the sink");
  return { ...sink, span: { start, end: cursor.previousEnd }, ...(final === undefined ? {} : { final }) };
}
