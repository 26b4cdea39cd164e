/** Where a message of the binary protocol ends; layouts in binary.ts and binary-encoding.ts. */
import type { Buffer } from "node:buffer";
import { get32 } from "../wire/big-endian.ts";
import { BINARY_FIXED_BYTES, BINARY_MIN_BYTES } from "./binary-encoding.ts";
import { invalid } from "./failures.ts";
import type { Limits } from "./limits.ts";
import { Kind, StructuredScanner } from "./structured-scanner.ts";
import { TType } from "./types.ts";

const KINDS = new Uint8Array(256);
const FIXED = new Uint8Array(256);
FIXED.set(BINARY_FIXED_BYTES);
for (let type = 0; type < FIXED.length; type++) if (FIXED[type]! > 0) KINDS[type] = Kind.FIXED;
KINDS[TType.STRING] = Kind.STRING;
KINDS[TType.STRUCT] = Kind.STRUCT;
KINDS[TType.LIST] = Kind.LIST;
KINDS[TType.SET] = Kind.LIST;
KINDS[TType.MAP] = Kind.MAP;

export class BinaryScanner extends StructuredScanner {
  readonly #strict: boolean;
  readonly #limits: Limits;

  constructor(strict: boolean, limits: Limits) {
    super(KINDS, FIXED, limits);
    this.#strict = strict;
    this.#limits = limits;
  }

  protected override readHead(b: Buffer, p: number, end: number): number {
    if (end - p < 4) return -1;
    const version = get32(b, p);
    if (version >= 0) return this.#behindOldHead(version, p, end);
    if (version >>> 16 !== 0x8001)
      invalid(`version 0x${(version >>> 16).toString(16)} of a binary message, expected 0x8001`, p);
    return end - p < 8 ? -1 : this.#behind(12, get32(b, p + 4), p, end);
  }

  #behindOldHead(nameBytes: number, p: number, end: number): number {
    if (this.#strict) invalid("message in the old binary form, which is not admitted,", p);
    return this.#behind(9, nameBytes, p, end);
  }

  #behind(headBytes: number, nameBytes: number, p: number, end: number): number {
    if (nameBytes < 0 || nameBytes > this.#limits.maxStringBytes) invalid(`method name of ${nameBytes} bytes`, p);
    const next = p + headBytes + nameBytes;
    return next > end ? -1 : next;
  }

  protected override readField(b: Buffer, p: number, end: number): number {
    if (p >= end) return -1;
    this.type = b[p]!;
    if (this.type === TType.STOP) return p + 1;
    return end - p < 3 ? -1 : p + 3;
  }

  protected override readVarint(_b: Buffer, p: number, _end: number): number {
    return p;
  }

  protected override readStringHead(b: Buffer, p: number, end: number): number {
    return this.#readSize(b, p, end);
  }

  protected override readListHead(b: Buffer, p: number, end: number): number {
    const next = this.#readSize(b, p + 1, end);
    if (next >= 0) this.type = this.size === 0 ? 0 : checkType(b[p]!, p);
    return next;
  }

  protected override readMapHead(b: Buffer, p: number, end: number): number {
    const next = this.#readSize(b, p + 2, end);
    if (next >= 0) {
      this.type = this.size === 0 ? 0 : checkType(b[p]!, p);
      this.valueType = this.size === 0 ? 0 : checkType(b[p + 1]!, p + 1);
    }
    return next;
  }

  #readSize(b: Buffer, p: number, end: number): number {
    if (end - p < 4) return -1;
    this.size = get32(b, p);
    if (this.size < 0) invalid(`negative size ${this.size}`, p);
    return p + 4;
  }
}

function checkType(type: number, p: number): number {
  if (!(BINARY_MIN_BYTES[type]! > 0)) invalid(`unknown type ${type}`, p);
  return type;
}
