/** Values of any live type from a seed, such that another implementation can hold them too. */
import { Buffer } from "node:buffer";
import type { Field, StructType, Type } from "../../lib/schema/types.ts";

const TEXTS = ["", "a", "Thrift", "zażółć", "漢字", "👩‍👩‍👧", '\u0000\n"\\', "x".repeat(300)];
const I64 = [0n, 1n, -1n, 127n, 128n, -129n, 2n ** 31n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)];
const DOUBLES = [
  0,
  -0,
  1,
  -1.5,
  Math.PI,
  5e-324,
  1.7976931348623157e308,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
];

export class RandomValues {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A value with every required field, and some of the others; those with a declared default always. */
  struct(type: StructType, depth = 4): object {
    if (type.category === "union") return this.#union(type, depth);
    const fields: Record<string, unknown> = {};
    for (const field of type.fields)
      if (this.#isSet(field, depth)) fields[field.key] = this.value(field.type, depth - 1);
    return type.category === "exception" && type.exceptionClass ? new type.exceptionClass(fields) : fields;
  }

  value(type: Type, depth: number): unknown {
    switch (type.kind) {
      case "bool":
        return this.#below(2) === 1;
      case "i8":
        return this.#below(256) - 128;
      case "i16":
        return this.#below(65536) - 32768;
      case "i32":
        return (this.#below(2 ** 32) >> this.#below(32)) | 0;
      case "enum":
        return this.#pick([...type.members.values(), 0]);
      case "i64":
        return this.#i64(type.form);
      case "float":
        return Math.fround(this.#below(1000) / 7);
      case "double":
        return this.#pick(DOUBLES);
      case "string":
        return this.#pick(TEXTS);
      case "binary":
        return Buffer.from(Array.from({ length: this.#below(20) }, () => this.#below(256)));
      case "uuid":
        return "00112233-4455-6677-8899-aabbccddeeff";
      case "struct":
        return this.struct(type, depth);
      default:
        return this.#container(type, depth);
    }
  }

  /** Sets and maps hold at most one element: others keep theirs in an order of their own, or cannot hold containers. */
  #container(type: Extract<Type, { kind: "list" | "set" | "map" }>, depth: number): unknown {
    const size = depth <= 0 ? 0 : this.#below(type.kind === "list" ? 4 : 2);
    if (type.kind === "list") return Array.from({ length: size }, () => this.value(type.element, depth - 1));
    const hashable = isHashable(type.kind === "set" ? type.element : type.key);
    if (type.kind === "set") return new Set(size > 0 && hashable ? [this.value(type.element, depth - 1)] : []);
    return new Map(size > 0 && hashable ? [[this.value(type.key, depth - 1), this.value(type.value, depth - 1)]] : []);
  }

  #union(type: StructType, depth: number): object {
    const simple = type.fields.filter((field) => field.type.kind !== "struct");
    const field = this.#pick(depth > 0 || simple.length === 0 ? type.fields : simple);
    return { kind: field.key, value: this.value(field.type, depth - 1) };
  }

  #isSet(field: Field, depth: number): boolean {
    if (field.need === "required" || field.default !== undefined) return true;
    if (field.type.kind === "struct") return depth > 0 && this.#below(2) === 1;
    return field.need === "default" || this.#below(2) === 1;
  }

  #i64(form: "bigint" | "number" | "string"): unknown {
    const value = this.#pick(I64);
    return form === "bigint" ? value : form === "string" ? String(value) : Number(BigInt.asIntN(53, value));
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#below(values.length)] as T;
  }

  /** mulberry32 */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let x = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * limit);
  }
}

function isHashable(type: Type): boolean {
  return type.kind !== "struct" && type.kind !== "list" && type.kind !== "set" && type.kind !== "map";
}
