/**
 * Values in words (docs/interop.md), by live types: parses and describes them as our generated code holds them. Knows the
 * schema; knows nothing of calls or bytes.
 */
import type { EnumType, Field, StructType, Type } from "../../lib/schema/types.ts";
import { binaryWords, doubleWords, listWords, mapWords, setWords, stringWords, structWords } from "./words.ts";

/** `value` in words. */
export function describeValue(value: unknown, type: Type): string {
  switch (type.kind) {
    case "double":
      return doubleWords(value as number);
    case "string":
      return stringWords(value as string);
    case "binary":
      return binaryWords(value as Uint8Array);
    case "list":
      return listWords((value as unknown[]).map((item) => describeValue(item, type.element)));
    case "set":
      return setWords([...(value as Set<unknown>)].map((item) => describeValue(item, type.element)));
    case "map":
      return mapWords(
        [...(value as Map<unknown, unknown>)].map(([key, item]) => [
          describeValue(key, type.key),
          describeValue(item, type.value),
        ]),
      );
    case "struct":
      return describeStruct(value as Record<string, unknown>, type);
    default:
      return `${value}`;
  }
}

function describeStruct(value: Record<string, unknown>, type: StructType): string {
  const valueOf = (field: Field): unknown => {
    if (type.category !== "union") return value[field.key];
    return value["kind"] === field.key ? value["value"] : undefined;
  };
  return structWords(
    type.fields.map((field) => {
      const item = valueOf(field);
      return [field.id, item === undefined ? undefined : describeValue(item, field.type)];
    }),
  );
}

/** The value that `text` says. Throws where it does not fit `type`. */
export function parseValue(text: string, type: Type): unknown {
  const tokens = new Tokens(text);
  const value = parse(tokens, type);
  tokens.end();
  return value;
}

function parse(tokens: Tokens, type: Type): unknown {
  switch (type.kind) {
    case "bool":
      return tokens.take() === "true";
    case "i8":
    case "i16":
    case "i32":
    case "enum":
      return Number(tokens.take());
    case "i64":
      return BigInt(tokens.take());
    case "double":
      return parseDouble(tokens.take());
    case "string":
      return unquoted(tokens).toString("utf8");
    case "binary":
      return unquoted(tokens);
    case "list":
      return tokens.sequence("[", "]", () => parse(tokens, type.element));
    case "set":
      return new Set(tokens.sequence("[", "]", () => parse(tokens, type.element)));
    case "map":
      return new Map(tokens.sequence("{", "}", () => parseEntry(tokens, type)));
    case "struct":
      return parseStruct(tokens, type);
    default:
      throw new Error(`the interop suite has no words for ${type.kind}`);
  }
}

function parseDouble(word: string): number {
  return word === "nan" ? Number.NaN : Buffer.from(word, "hex").readDoubleBE();
}

function unquoted(tokens: Tokens): Buffer {
  return Buffer.from(tokens.take().slice(1, -1), "hex");
}

function parseEntry(tokens: Tokens, type: Extract<Type, { kind: "map" }>): [unknown, unknown] {
  const key = parse(tokens, type.key);
  tokens.expect(":");
  return [key, parse(tokens, type.value)];
}

function parseStruct(tokens: Tokens, type: Exclude<Extract<Type, { kind: "struct" }>, EnumType>): unknown {
  const fields = tokens.sequence("(", ")", () => {
    const id = Number(tokens.take());
    const field = type.field(id);
    if (field === undefined) throw new Error(`${type.name} has no field ${id}`);
    tokens.expect("=");
    return [field.key, parse(tokens, field.type)] as const;
  });
  if (type.category !== "union") return Object.fromEntries(fields);
  return { kind: fields[0]?.[0], value: fields[0]?.[1] };
}

/** The words of a text, one after another. */
class Tokens {
  readonly #tokens: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#tokens = text.match(/'[0-9a-f]*'|[[\]{}(),:=]|[^[\]{}(),:=]+/g) ?? [];
  }

  take(): string {
    const token = this.#tokens[this.#next++];
    if (token === undefined) throw new Error("the text ends within a value");
    return token;
  }

  expect(token: string): void {
    const taken = this.take();
    if (taken !== token) throw new Error(`expected ${token}, got ${taken}`);
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw new Error("text behind the value");
  }

  sequence<T>(opening: string, closing: string, parseItem: () => T): T[] {
    this.expect(opening);
    const items: T[] = [];
    while (this.#tokens[this.#next] !== closing) {
      if (items.length > 0) this.expect(",");
      items.push(parseItem());
    }
    this.expect(closing);
    return items;
  }
}
