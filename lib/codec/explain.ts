/**
 * Why a value cannot be encoded: walks it once more, slowly, and names the first place that does not fit. The encoders
 * themselves keep no path.
 */
import { EncodeError } from "../errors/errors.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { Field, MapType, StructType, Type } from "../schema/types.ts";
import { typeText } from "../schema/types.ts";
import { isWellFormed } from "../wire/utf8.ts";
import { isUuid } from "../wire/uuid.ts";
import { fallbackValue, fieldValue, isRecursive, thriftType } from "./fields.ts";
import { bigintOf, isStructLike } from "./interpreter.ts";
import { UNFIT } from "./unfit.ts";

/**
 * The error to throw after an encoder threw `thrown`: names the first of `parts` that does not fit, or wraps what a getter of
 * the value threw.
 */
export function explain(thrown: unknown, protocol: Protocol, parts: readonly ExplainPart[], maxDepth: number): Error {
  try {
    for (const { path, type, value } of parts) new Explainer(protocol, maxDepth).value(type, value, path);
  } catch (error) {
    if (error instanceof EncodeError) return error;
    return new EncodeError(parts[0]?.path ?? "value", "cannot be read", { cause: error });
  }
  if (thrown instanceof EncodeError) return thrown;
  const cause = thrown === UNFIT ? undefined : thrown;
  return new EncodeError(parts[0]?.path ?? "value", "cannot be encoded", { cause });
}

/** A value to look at, and what to call it. */
export interface ExplainPart {
  readonly path: string;
  readonly type: Type;
  readonly value: unknown;
}

class Explainer {
  readonly #protocol: Protocol;
  readonly #maxDepth: number;
  #depth: number;

  constructor(protocol: Protocol, maxDepth: number) {
    this.#protocol = protocol;
    this.#maxDepth = maxDepth;
    this.#depth = maxDepth;
  }

  /** Throws EncodeError where `value` does not fit. */
  value(type: Type, value: unknown, path: string): void {
    if (this.#lacks(type)) throw new EncodeError(path, `protocol ${this.#protocol.name} cannot say ${typeText(type)}`);
    switch (type.kind) {
      case "list":
        return this.#list(type.element, Array.isArray(value) ? value : mismatch(type, value, path), path);
      case "set":
        return this.#set(type.element, value instanceof Set ? value : mismatch(type, value, path), path);
      case "map":
        return this.#map(type, value instanceof Map ? value : mismatch(type, value, path), path);
      case "struct":
        return this.#struct(type, value, path);
      default:
        return this.#base(type, value, path);
    }
  }

  #base(type: Type, value: unknown, path: string): void {
    if (!fitsBase(type, value)) mismatch(type, value, path);
    if (type.kind === "string" && !isWellFormed(value as string))
      throw new EncodeError(path, "string holds a lone surrogate");
  }

  #lacks(type: Type): boolean {
    if (type.kind === "list" || type.kind === "set") return this.#lacks(type.element);
    if (type.kind === "map") return this.#lacks(type.key) || this.#lacks(type.value);
    return this.#protocol.encoding.lacks(thriftType(type));
  }

  #list(element: Type, values: readonly unknown[], path: string): void {
    for (let i = 0; i < values.length; i++) this.value(element, values[i], `${path}[${i}]`);
  }

  #set(element: Type, values: ReadonlySet<unknown>, path: string): void {
    let i = 0;
    for (const value of values) this.value(element, value, `${path}{${i++}}`);
  }

  #map(type: MapType, values: ReadonlyMap<unknown, unknown>, path: string): void {
    let i = 0;
    for (const [key, value] of values) {
      this.value(type.key, key, `${path}{${i++}}`);
      this.value(type.value, value, `${path}[${shown(key)}]`);
    }
  }

  #struct(type: StructType, value: unknown, path: string): void {
    if (!isStructLike(value)) return mismatch(type, value, path);
    if (isRecursive(type) && this.#depth-- <= 0) {
      throw new EncodeError(path, `structs nest deeper than the limit of ${this.#maxDepth}`);
    }
    if (type.category === "union") this.#union(type, value, path);
    else
      for (const field of type.fields)
        this.#field(field, fieldValue(value, field.key, type.category), `${path}.${field.key}`);
    if (isRecursive(type)) this.#depth++;
  }

  #field(field: Field, value: unknown, path: string): void {
    if (value !== undefined) return this.value(field.type, value, path);
    const written = fallbackValue(field);
    if (written !== undefined) return this.value(field.type, written, path);
    if (field.need === "required") mismatch(field.type, undefined, path);
  }

  #union(type: StructType, value: object, path: string): void {
    const { kind, value: v } = value as { kind?: unknown; value?: unknown };
    if (kind === undefined && "kind" in value) return;
    const field = type.fields.find((f) => f.key === kind);
    if (field !== undefined) return this.value(field.type, v, `${path}.${field.key}`);
    const kinds = type.fields.map((f) => f.key).join(", ");
    throw new EncodeError(`${path}.kind`, `expected one of ${kinds}, got ${kind === undefined ? "none" : shown(kind)}`);
  }
}

function fitsBase(type: Type, value: unknown): boolean {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string";
    case "binary":
      return value instanceof Uint8Array;
    case "uuid":
      return isUuid(value);
    case "float":
    case "double":
      return typeof value === "number";
    case "i64":
      return fitsI64(type.form, value);
    default:
      return fitsInteger(value, type.kind === "i8" ? 24 : type.kind === "i16" ? 16 : 0);
  }
}

function fitsInteger(value: unknown, shift: number): boolean {
  return typeof value === "number" && (value << shift) >> shift === value;
}

function fitsI64(form: "bigint" | "number" | "string", value: unknown): boolean {
  try {
    bigintOf(form, value);
    return true;
  } catch {
    return false;
  }
}

function mismatch(type: Type, value: unknown, path: string): never {
  throw new EncodeError(path, `expected ${expectation(type)}, got ${shown(value)}`);
}

function expectation(type: Type): string {
  if (type.kind !== "i64") return typeText(type);
  if (type.form === "number") return "i64 as a safe integer";
  return type.form === "bigint" ? "i64 as bigint" : "i64 as a decimal string";
}

/** A value in an error: short, on one line, without calling its methods. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
    case "bigint":
      return `${String(value).slice(0, 40)}n`;
    case "object":
      if (value instanceof Promise) return "a promise: is an `await` missing?";
      return value === null ? "null" : Array.isArray(value) ? `array of ${value.length}` : "object";
    case "function":
      return "function";
    default:
      return String(value);
  }
}
