/** Productions of values: after `=`, in annotations and in lists of values. */
import type { ConstValue, IntNode, Name, Span } from "../syntax/ast.ts";
import { readString } from "../syntax/string-literal.ts";
import { TokenKind } from "../syntax/token.ts";
import type { Cursor } from "./cursor.ts";
import { startsDefinition } from "./recover.ts";

const MAX_I64 = 2n ** 63n - 1n;
const MIN_I64 = -(2n ** 63n);

export function readConstValue(cursor: Cursor): ConstValue {
  cursor.enter();
  const value = readValue(cursor);
  cursor.leave();
  return value;
}

function readValue(cursor: Cursor): ConstValue {
  switch (cursor.kind) {
    case TokenKind.INT:
      return { kind: "int", ...readInt(cursor) };
    case TokenKind.DOUBLE:
      return readDouble(cursor);
    case TokenKind.STRING:
      return readStringValue(cursor);
    case TokenKind.NAME:
      return readNamed(cursor);
    case TokenKind.LEFT_BRACKET:
      return readList(cursor);
    case TokenKind.LEFT_BRACE: {
      const { start } = cursor;
      return { kind: "map", entries: readEntries(cursor, "map"), span: { start, end: cursor.previousEnd } };
    }
    default:
      return cursor.failExpected("a value", cursor.at(TokenKind.LEFT_PAREN) ? "a list is written `[1, 2]`" : undefined);
  }
}

/** An integer of any size within 64 bits; a bigger one is reported and read as 0. */
export function readInt(cursor: Cursor): IntNode {
  const { text, span } = cursor;
  if (!cursor.at(TokenKind.INT)) cursor.failExpected("an integer");
  cursor.advance();
  const short = readShort(text);
  if (short !== undefined) return { value: short < SMALL.length ? small(short) : BigInt(short), text, span };
  const octal = /^[+-]?0[0-9]/.test(text);
  const value = octal && cursor.dialect === "fbthrift" ? parseOctal(text) : parseInt64(text);
  if (value === undefined) return { value: 0n, text, span };
  if (value > MAX_I64 || value < MIN_I64) {
    cursor.reportSpan("integer-too-big", span, `integer ${text.slice(0, 40)} does not fit in 64 bits`, {
      hint: `the limits are ${MIN_I64} and ${MAX_I64}`,
    });
    return { value: 0n, text, span };
  }
  if (octal && cursor.dialect === "apache") {
    cursor.reportSpan("leading-zero", span, `${text} is read as decimal ${value}, not as octal`, {
      hint: `write ${value}`,
    });
  }
  return { value, text, span };
}

/** Most integers are ids: the tree need not hold each of them anew. */
const SMALL: (bigint | undefined)[] = new Array<undefined>(256).fill(undefined);

function small(value: number): bigint {
  return (SMALL[value] ??= BigInt(value));
}

/** Most integers are a few digits; undefined for all others. */
function readShort(text: string): number | undefined {
  if (text.length > 9 || (text.charCodeAt(0) === 48 && text.length > 1)) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/** Undefined: hexadecimal without digits, reported by the lexer. Longer than any number of 64 bits stays cheap. */
function parseInt64(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]/, "");
  if (/^0[xX]$/.test(digits)) return undefined;
  const significant = digits.replace(/^0+(?=[0-9])/, "");
  const size = significant.length > 90 ? 2n ** 64n : BigInt(significant);
  return text.startsWith("-") ? -size : size;
}

/** fbthrift reads leading zeros so; a digit above 7 makes it decimal after all. */
function parseOctal(text: string): bigint | undefined {
  const digits = text.replace(/^[+-]?0+(?=[0-9])/, "");
  if (!/^[0-7]{1,60}$/.test(digits)) return parseInt64(text);
  return text.startsWith("-") ? -BigInt(`0o${digits}`) : BigInt(`0o${digits}`);
}

function readDouble(cursor: Cursor): ConstValue {
  const { text, span } = cursor;
  cursor.advance();
  const value = Number(text);
  if (!Number.isFinite(value))
    cursor.reportSpan("bad-number", span, `number ${text.slice(0, 40)} is beyond the range of a double`);
  return { kind: "double", value, text, span };
}

/** A string literal with its quotes and escapes read. */
export function readStringValue(cursor: Cursor): ConstValue & { kind: "string" } {
  const { span } = cursor;
  if (!cursor.at(TokenKind.STRING)) cursor.failExpected("a string");
  const quote = cursor.source.text[span.start] === "'" ? "'" : '"';
  const { text, bytes } = readString(cursor.source, span.start, span.end, cursor);
  cursor.advance();
  return { kind: "string", value: text, quote, span, ...(bytes === undefined ? {} : { bytes }) };
}

function readNamed(cursor: Cursor): ConstValue {
  const name = cursor.expectName("a value");
  if (name.text === "true" || name.text === "false")
    return { kind: "bool", value: name.text === "true", span: name.span };
  if (cursor.at(TokenKind.LEFT_BRACE)) return readStruct(cursor, name);
  return { kind: "name", text: name.text, span: name.span };
}

/** fbthrift's `Name{field = value}`; the cursor is at the `{`. */
export function readStruct(cursor: Cursor, name: Name): ConstValue & { kind: "struct" } {
  cursor.enter();
  const entries = readEntries(cursor, "struct");
  cursor.leave();
  return { kind: "struct", name, entries, span: { start: name.span.start, end: cursor.previousEnd } };
}

function readList(cursor: Cursor): ConstValue {
  const open = cursor.span;
  cursor.advance();
  const elements: ConstValue[] = [];
  while (!cursor.at(TokenKind.RIGHT_BRACKET)) {
    failUnclosed(cursor, open, "]");
    elements.push(readConstValue(cursor));
    cursor.acceptSeparator();
  }
  cursor.advance();
  return { kind: "list", elements, span: { start: open.start, end: cursor.previousEnd } };
}

interface Entry {
  readonly key: ConstValue;
  readonly value: ConstValue;
}

function readEntries(cursor: Cursor, kind: "map" | "struct"): Entry[] {
  const open = cursor.span;
  cursor.advance();
  const entries: Entry[] = [];
  while (!cursor.at(TokenKind.RIGHT_BRACE)) {
    failUnclosed(cursor, open, "}");
    entries.push(kind === "map" ? readMapEntry(cursor) : readFieldEntry(cursor));
    cursor.acceptSeparator();
  }
  cursor.advance();
  return entries;
}

function readMapEntry(cursor: Cursor): Entry {
  const key = readConstValue(cursor);
  cursor.expect(TokenKind.COLON, "between a key and its value");
  return { key, value: readConstValue(cursor) };
}

/** The field's name becomes a string key, so that both forms of struct values have one shape. */
function readFieldEntry(cursor: Cursor): Entry {
  const name = cursor.expectName("the name of a field");
  cursor.expect(TokenKind.EQUALS, "after the name of a field");
  return { key: { kind: "string", value: name.text, quote: '"', span: name.span }, value: readConstValue(cursor) };
}

function failUnclosed(cursor: Cursor, open: Span, close: string): void {
  if (!cursor.at(TokenKind.END) && !startsDefinition(cursor)) return;
  cursor.reportMissing(`expected \`${close}\``, {
    related: [{ source: cursor.source, span: open, message: "opened here" }],
  });
  cursor.stop();
}
