/**
 * Where a message of the JSON protocol ends: at the bracket that closes the first one. It looks at each byte once, and only at
 * quotes, escapes and brackets.
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors/errors.ts";
import { invalid } from "./failures.ts";
import type { Limits } from "./limits.ts";
import type { MessageScanner } from "./protocol.ts";

/** A struct or container of Thrift is at most three brackets: `{"map":[…,{…}]}`. */
const BRACKETS_PER_LEVEL = 3;

export class JsonScanner implements MessageScanner {
  readonly #limits: Limits;
  readonly #maxOpen: number;
  #offset = 0;
  #open = 0;
  #inString = false;
  #escaped = false;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#maxOpen = (limits.maxDepth + 1) * BRACKETS_PER_LEVEL;
  }

  scan(buf: Buffer, start: number, end: number): number {
    try {
      const found = this.#advance(buf, start, end);
      this.#check((found < 0 ? end : found) - start, start);
      if (found >= 0) this.#reset();
      return found;
    } catch (error) {
      this.#reset();
      throw error;
    }
  }

  #reset(): void {
    this.#offset = 0;
    this.#open = 0;
    this.#inString = false;
    this.#escaped = false;
  }

  #advance(b: Buffer, start: number, end: number): number {
    for (let p = start + this.#offset; p < end; p++) {
      const byte = b[p]!;
      if (this.#inString) this.#insideString(byte);
      else if (this.#outsideString(byte, p) && this.#open === 0) return p + 1;
    }
    this.#offset = end - start;
    return -1;
  }

  #insideString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === 0x5c) this.#escaped = true;
    else if (byte === 0x22) this.#inString = false;
  }

  /** True for a closing bracket. */
  #outsideString(byte: number, p: number): boolean {
    if (byte === 0x5b || byte === 0x7b) this.#enter(byte, p);
    else if (byte === 0x5d || byte === 0x7d) return this.#leave(p);
    else if (this.#open === 0 && byte > 0x20) invalid(`byte 0x${byte.toString(16)} where a message should begin`, p);
    else if (byte === 0x22) this.#inString = true;
    return false;
  }

  #enter(byte: number, p: number): void {
    if (this.#open === 0 && byte !== 0x5b) invalid("a brace where a message should begin", p);
    this.#open++;
    if (this.#open > this.#maxOpen)
      throw new DecodeError("limit", `brackets nest deeper than the limit of ${this.#maxOpen} at byte ${p}`);
  }

  #leave(p: number): boolean {
    if (this.#open === 0) invalid("a closing bracket where a message should begin", p);
    this.#open--;
    return true;
  }

  #check(bytes: number, at: number): void {
    const limit = this.#limits.maxFrameBytes;
    if (bytes > limit)
      throw new DecodeError("limit", `message of ${bytes} bytes or more at byte ${at}, limit ${limit}`);
  }
}
