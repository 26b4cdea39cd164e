/**
 * Finds the end of a message whose values say their types and sizes, as binary and compact do. It keeps a stack of what is
 * open, so each byte is looked at once however the stream is cut: only a head of a few bytes that was cut in two is read
 * again. It makes no values and takes no memory for what a peer announces.
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import type { Limits } from "./limits.ts";
import type { MessageScanner } from "./protocol.ts";

/** How the values of one type end. */
export const Kind = { UNKNOWN: 0, FIXED: 1, VARINT: 2, STRING: 3, STRUCT: 4, LIST: 5, MAP: 6 } as const;

/**
 * What a protocol tells its scanner. Types are the protocol's own numbers. Each reader returns the offset after what it read,
 * or -1 when that is not all there, and leaves what it found in the scanner's fields.
 */
export abstract class StructuredScanner implements MessageScanner {
  /** Found by the readers: a field's type (0 at the end of a struct) or an element's. */
  protected type = 0;
  /** Found by the readers: a map's value type. */
  protected valueType = 0;
  /** Found by the readers: length of a string or size of a container. */
  protected size = 0;

  readonly #kinds: Uint8Array;
  readonly #fixed: Uint8Array;
  readonly #limits: Limits;
  /** Offset of the next byte to look at, from the message's start. */
  #offset = 0;
  #inBody = false;
  /** Bytes to pass over before the next head. */
  #passing = 0;
  /** Type of a value whose head was cut in two; 0: none. */
  #pending = 0;
  /** Open structs and containers: `#left` is the number of values still to come, -1 in a struct. */
  #depth = 0;
  readonly #left: Float64Array;
  readonly #first: Uint8Array;
  readonly #second: Uint8Array;

  /** `kinds` and `fixed` by type: how its values end, and how many bytes they have where that is fixed. */
  constructor(kinds: Uint8Array, fixed: Uint8Array, limits: Limits) {
    this.#kinds = kinds;
    this.#fixed = fixed;
    this.#limits = limits;
    this.#left = new Float64Array(limits.maxDepth);
    this.#first = new Uint8Array(limits.maxDepth);
    this.#second = new Uint8Array(limits.maxDepth);
  }

  protected abstract readHead(b: Buffer, p: number, end: number): number;
  protected abstract readField(b: Buffer, p: number, end: number): number;
  protected abstract readVarint(b: Buffer, p: number, end: number): number;
  protected abstract readStringHead(b: Buffer, p: number, end: number): number;
  protected abstract readListHead(b: Buffer, p: number, end: number): number;
  protected abstract readMapHead(b: Buffer, p: number, end: number): number;

  get toCome(): number {
    return this.#passing;
  }

  scan(buf: Buffer, start: number, end: number): number {
    try {
      const found = this.#advance(buf, start, end);
      if (found >= 0) this.#reset();
      else this.#check(end - start + this.#passing, start);
      return found;
    } catch (error) {
      this.#reset();
      throw error;
    }
  }

  #reset(): void {
    this.#offset = 0;
    this.#inBody = false;
    this.#passing = 0;
    this.#pending = 0;
    this.#depth = 0;
  }

  /** Goes on as far as the bytes reach; the end of the message or -1. */
  #advance(b: Buffer, start: number, end: number): number {
    let p = start + this.#offset;
    if (!this.#inBody) {
      p = this.readHead(b, p, end);
      if (p < 0) return -1;
      this.#inBody = true;
      this.#open(-1, 0, 0);
    }
    while (this.#depth > 0) {
      const next = this.#passing > 0 ? this.#pass(p, end) : this.#step(b, p, end);
      if (next < 0) {
        this.#offset = this.#passing > 0 ? end - start : p - start;
        return -1;
      }
      p = next;
    }
    this.#check(p - start, start);
    return p;
  }

  #pass(p: number, end: number): number {
    const there = end - p;
    if (this.#passing <= there) {
      p += this.#passing;
      this.#passing = 0;
      return p;
    }
    this.#passing -= there;
    return -1;
  }

  /** One field head, or one value. */
  #step(b: Buffer, p: number, end: number): number {
    const type = this.#pending;
    if (type !== 0) return this.#value(b, p, end, type);
    const top = this.#depth - 1;
    const left = this.#left[top]!;
    if (left > 0) {
      this.#left[top] = left - 1;
      return this.#value(b, p, end, (left & 1) === 0 ? this.#first[top]! : this.#second[top]!);
    }
    if (left === 0) {
      this.#depth = top;
      return p;
    }
    const next = this.readField(b, p, end);
    if (next >= 0) {
      if (this.type === 0) this.#depth = top;
      else this.#pending = this.type;
    }
    return next;
  }

  #value(b: Buffer, p: number, end: number, type: number): number {
    this.#pending = type;
    const next = this.#valueHead(b, p, end, type);
    if (next >= 0) this.#pending = 0;
    return next;
  }

  #valueHead(b: Buffer, p: number, end: number, type: number): number {
    switch (this.#kinds[type]) {
      case Kind.FIXED:
        this.#passing = this.#fixed[type]!;
        return p;
      case Kind.VARINT:
        return this.readVarint(b, p, end);
      case Kind.STRING:
        return this.#string(b, p, end);
      case Kind.STRUCT:
        this.#open(-1, 0, 0);
        return p;
      case Kind.LIST:
        return this.#list(b, p, end);
      case Kind.MAP:
        return this.#map(b, p, end);
      default:
        throw new DecodeError("invalid", `unknown type ${type} at byte ${p}`);
    }
  }

  #string(b: Buffer, p: number, end: number): number {
    const next = this.readStringHead(b, p, end);
    if (next < 0) return next;
    if (this.size > this.#limits.maxStringBytes) {
      throw new DecodeError("limit", `string of ${this.size} bytes at byte ${p}, limit ${this.#limits.maxStringBytes}`);
    }
    this.#passing = this.size;
    return next;
  }

  #list(b: Buffer, p: number, end: number): number {
    const next = this.readListHead(b, p, end);
    if (next < 0) return next;
    const fixed = this.#fixed[this.type]!;
    if (fixed > 0) this.#passing = this.size * fixed;
    else this.#open(this.size, this.type, this.type);
    this.#check(this.size * Math.max(fixed, 1), p);
    return next;
  }

  #map(b: Buffer, p: number, end: number): number {
    const next = this.readMapHead(b, p, end);
    if (next < 0) return next;
    const key = this.#fixed[this.type]!;
    const value = this.#fixed[this.valueType]!;
    if (key > 0 && value > 0) this.#passing = this.size * (key + value);
    else this.#open(this.size * 2, this.type, this.valueType);
    this.#check(this.size * (Math.max(key, 1) + Math.max(value, 1)), p);
    return next;
  }

  #open(left: number, first: number, second: number): void {
    const depth = this.#depth;
    if (depth >= this.#left.length) {
      throw new DecodeError("limit", `structs and containers nest deeper than the limit of ${this.#left.length}`);
    }
    this.#left[depth] = left;
    this.#first[depth] = first;
    this.#second[depth] = second;
    this.#depth = depth + 1;
  }

  #check(bytes: number, at: number): void {
    const limit = this.#limits.maxFrameBytes;
    if (bytes > limit)
      throw new DecodeError("limit", `message of ${bytes} bytes or more at byte ${at}, limit ${limit}`);
  }
}
