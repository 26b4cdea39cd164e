/**
 * JavaScript values as MessagePack: each exactly, so that it comes back as it was, or not at all. What a value's getters, proxies and
 * subclasses do is not trusted, and nothing is written but what was read. Knows no calls.
 *
 *     null, undefined, booleans, numbers, bigints of 64 bits, well-formed strings, Uint8Arrays (read back as Buffer), valid
 *     Dates; arrays without holes, plain objects; no deeper than readers admit
 *
 * Undefined is extension 0 of one byte, as msgpackr writes it; a Date is the timestamp of 96 bits; a number that is no whole one of
 * 32 bits is a float, so that it does not come back as a bigint.
 */
import { Buffer } from "node:buffer";
import { types } from "node:util";
import { EncodeError } from "../errors/errors.ts";
import { MAX_PACKED_DEPTH } from "./bounds.ts";

/** Values within one packed value: what shares its parts in every layer would else be written without end. */
export const MAX_PACKED_VALUES = 4_194_304;
/** Bytes of one packed value. */
export const MAX_PACKED_BYTES: number = 128 * 1024 * 1024;

const FIRST_BYTES = 256;
const LONE_SURROGATE = /\p{Surrogate}/u;
const LEAST_INT64 = -(2n ** 63n);
const MOST_INT64 = 2n ** 63n - 1n;
const MOST_UINT64 = 2n ** 64n - 1n;

/** First bytes of a string, binary, array or map of a count of 8, 16 and 32 bits. */
const STRING = [0xd9, 0xda, 0xdb] as const;
const BINARY = [0xc4, 0xc5, 0xc6] as const;
const ARRAY = [undefined, 0xdc, 0xdd] as const;
const MAP = [undefined, 0xde, 0xdf] as const;
type Sized = readonly [number | undefined, number, number];

// A subclass or an object with properties of its own is asked only for what the engine knows.
const lengthOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length")?.get as (
  this: Uint8Array,
) => number;
const { getTime } = Date.prototype;
const { set } = Uint8Array.prototype;

/** The bytes of `value`. Throws EncodeError with the path of what cannot be packed, `root` being the value's, or what a getter throws as its `cause`. */
export function writePacked(value: unknown, root: string): Buffer {
  return new PackedWriter(root).pack(value);
}

class PackedWriter {
  #buf = Buffer.allocUnsafe(FIRST_BYTES);
  #pos = 0;
  #values = 0;
  #depth = 0;
  readonly #root: string;
  /** Keys and indices down to what cannot be packed: found on the way back up, for most values can. */
  #path = "";
  /** An error of this writer, unlike one that a value's getter throws. */
  #refusal: TypeError | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  pack(value: unknown): Buffer {
    try {
      this.#value(value);
    } catch (error) {
      const path = `${this.#root}${this.#path}`;
      if (error === this.#refusal) throw new EncodeError(path, `cannot be packed: ${this.#refusal?.message}`);
      throw new EncodeError(path, "cannot be read", { cause: error });
    }
    return this.#buf.subarray(0, this.#pos);
  }

  #refuse(why: string): never {
    this.#refusal = new TypeError(why);
    throw this.#refusal;
  }

  #room(bytes: number): void {
    const needed = this.#pos + bytes;
    if (needed <= this.#buf.length) return;
    if (needed > MAX_PACKED_BYTES) this.#refuse(`more than ${MAX_PACKED_BYTES} bytes`);
    const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * this.#buf.length, MAX_PACKED_BYTES)));
    this.#buf.copy(larger, 0, 0, this.#pos);
    this.#buf = larger;
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#buf[this.#pos++] = byte;
  }

  #value(value: unknown): void {
    if (++this.#values > MAX_PACKED_VALUES) this.#refuse(`more than ${MAX_PACKED_VALUES} values`);
    switch (typeof value) {
      case "string":
        return this.#string(value);
      case "number":
        return this.#number(value);
      case "boolean":
        return this.#byte(value ? 0xc3 : 0xc2);
      case "undefined":
        return this.#bytes(0xd4, 0, 0);
      case "bigint":
        return this.#bigint(value);
      case "object":
        return value === null ? this.#byte(0xc0) : this.#object(value);
      default:
        return this.#refuse(`a ${typeof value}`);
    }
  }

  #bytes(...bytes: number[]): void {
    for (const byte of bytes) this.#byte(byte);
  }

  #number(value: number): void {
    if (Number.isInteger(value) && !Object.is(value, -0) && value >= -0x8000_0000 && value <= 0xffff_ffff)
      return this.#int(value);
    this.#room(9);
    this.#buf[this.#pos] = 0xcb;
    this.#pos = this.#buf.writeDoubleBE(value, this.#pos + 1);
  }

  #int(value: number): void {
    if (value >= -0x20 && value < 0x80) return this.#byte(value & 0xff);
    this.#room(5);
    this.#buf[this.#pos] = value < 0 ? 0xd2 : 0xce;
    this.#pos =
      value < 0 ? this.#buf.writeInt32BE(value, this.#pos + 1) : this.#buf.writeUInt32BE(value, this.#pos + 1);
  }

  #bigint(value: bigint): void {
    if (value < LEAST_INT64 || value > MOST_UINT64) this.#refuse("a bigint of more than 64 bits");
    this.#room(9);
    const signed = value <= MOST_INT64;
    this.#buf[this.#pos] = signed ? 0xd3 : 0xcf;
    this.#pos = signed
      ? this.#buf.writeBigInt64BE(value, this.#pos + 1)
      : this.#buf.writeBigUInt64BE(value, this.#pos + 1);
  }

  #string(value: string): void {
    if (LONE_SURROGATE.test(value)) this.#refuse("a string with a lone surrogate");
    const bytes = Buffer.byteLength(value);
    if (bytes < 0x20) this.#byte(0xa0 | bytes);
    else this.#size(STRING, bytes);
    this.#room(bytes);
    this.#pos += this.#buf.write(value, this.#pos, bytes);
  }

  /** The first byte and the count after it. */
  #size([short, medium, long]: Sized, count: number): void {
    this.#room(5);
    if (short !== undefined && count < 0x100) return this.#bytes(short, count);
    if (count < 0x1_0000) return this.#bytes(medium, count >>> 8, count & 0xff);
    this.#buf[this.#pos] = long;
    this.#pos = this.#buf.writeUInt32BE(count, this.#pos + 1);
  }

  #object(value: object): void {
    if (types.isUint8Array(value)) return this.#binary(value);
    const kin = Object.getPrototypeOf(value) as object | null;
    if (types.isDate(value) && isBuiltIn(kin)) return this.#date(value);
    if (Array.isArray(value) && isBuiltIn(kin)) return this.#array(value);
    // An object of this realm or another: its prototype has none above it.
    if (kin === null || (Object.getPrototypeOf(kin) === null && Object.hasOwn(kin, "constructor")))
      return this.#record(value);
    return this.#refuse(kindOf(value));
  }

  #binary(value: Uint8Array): void {
    const length = lengthOf.call(value);
    this.#size(BINARY, length);
    this.#room(length);
    set.call(this.#buf, value, this.#pos);
    this.#pos += length;
  }

  #date(value: Date): void {
    const ms = getTime.call(value);
    if (Number.isNaN(ms)) this.#refuse("an invalid Date");
    const seconds = Math.floor(ms / 1_000);
    this.#bytes(0xc7, 12, 0xff);
    this.#room(12);
    this.#pos = this.#buf.writeUInt32BE((ms - seconds * 1_000) * 1_000_000, this.#pos);
    this.#pos = this.#buf.writeBigInt64BE(BigInt(seconds), this.#pos);
  }

  #array(value: readonly unknown[]): void {
    const { length } = value;
    this.#open();
    if (length < 0x10) this.#byte(0x90 | length);
    else this.#size(ARRAY, length);
    let i = 0;
    try {
      for (; i < length; i++) {
        const item = value[i];
        if (item === undefined && !Object.hasOwn(value, i)) this.#refuse("a hole in an array");
        this.#value(item);
      }
    } catch (error) {
      this.#path = `[${i}]${this.#path}`;
      throw error;
    }
    this.#depth--;
  }

  #record(value: object): void {
    const keys = Object.keys(value);
    if (Object.getOwnPropertySymbols(value).length > 0) this.#refuse("an object with a symbol for a key");
    this.#open();
    if (keys.length < 0x10) this.#byte(0x80 | keys.length);
    else this.#size(MAP, keys.length);
    for (const key of keys) this.#entry(value as Record<string, unknown>, key);
    this.#depth--;
  }

  #entry(value: Record<string, unknown>, key: string): void {
    try {
      // Readers change it, lest it change an object's prototype.
      if (key === "__proto__") this.#refuse("a key that no reader takes as it is");
      this.#string(key);
      this.#value(value[key]);
    } catch (error) {
      this.#path = `.${key}${this.#path}`;
      throw error;
    }
  }

  /** Cycles end here too. */
  #open(): void {
    if (++this.#depth > MAX_PACKED_DEPTH) this.#refuse(`nested deeper than ${MAX_PACKED_DEPTH}, or within itself`);
  }
}

/** The prototype of Array or Date, of this realm or another, and not of a subclass. */
function isBuiltIn(kin: object | null): boolean {
  const above = kin === null ? null : (Object.getPrototypeOf(kin) as object | null);
  return above !== null && Object.getPrototypeOf(above) === null;
}

function kindOf(value: object): string {
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value))
    return "bytes that are no Uint8Array: make one of their buffer, byteOffset and byteLength";
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return tag === "Object" || tag === "Array" || tag === "Date" ? "an instance of a class" : `a ${tag}`;
}
