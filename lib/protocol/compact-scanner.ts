/** Where a message of the compact protocol ends; layouts in compact.ts and compact-encoding.ts. */
import type { Buffer } from "node:buffer";
import { MAX_VARINT64_BYTES } from "../wire/varint.ts";
import { compactMinBytes } from "./compact-encoding.ts";
import { type CompactDialect, CType } from "./compact-types.ts";
import { invalid } from "./failures.ts";
import type { Limits } from "./limits.ts";
import { Kind, StructuredScanner } from "./structured-scanner.ts";

/** A boolean that is a field has no bytes after its head: in the stack it gets this type, which no peer can send. */
const BOOL_FIELD = 16;

const { UNKNOWN, FIXED, VARINT, STRING, STRUCT, LIST, MAP } = Kind;
// biome-ignore format: a table by CType
const KINDS = Uint8Array.of(UNKNOWN, FIXED, FIXED, FIXED, VARINT, VARINT, VARINT, FIXED, STRING, LIST, LIST, MAP, STRUCT, FIXED, UNKNOWN, UNKNOWN, FIXED);

function fixedBytes(dialect: CompactDialect): Uint8Array {
  const bytes = new Uint8Array(17);
  for (let type = 0; type < 16; type++) if (KINDS[type] === FIXED) bytes[type] = compactMinBytes(dialect)[type]!;
  return bytes;
}

export class CompactScanner extends StructuredScanner {
  readonly #limits: Limits;
  readonly #version: number;
  #lastVarint = 0;

  /** `version`: what must stand in the low five bits of a message's second byte. */
  constructor(dialect: CompactDialect, version: number, limits: Limits) {
    super(KINDS, fixedBytes(dialect), limits);
    this.#version = version;
    this.#limits = limits;
  }

  protected override readHead(b: Buffer, p: number, end: number): number {
    if (p < end && b[p] !== 0x82) invalid(`first byte 0x${b[p]!.toString(16)} of a compact message, expected 0x82,`, p);
    if (end - p < 2) return -1;
    if ((b[p + 1]! & 31) !== this.#version) invalid(`version ${b[p + 1]! & 31} of a compact message`, p + 1);
    const length = this.#varint32(b, p + 2, end);
    const name = length < 0 ? -1 : this.#varint32(b, length, end);
    if (name < 0) return -1;
    const bytes = this.#lastVarint;
    if (bytes > this.#limits.maxStringBytes) invalid(`method name of ${bytes} bytes`, p);
    return end - name < bytes ? -1 : name + bytes;
  }

  protected override readField(b: Buffer, p: number, end: number): number {
    if (p >= end) return -1;
    const head = b[p]!;
    const next = head > 15 || head === CType.STOP ? p + 1 : this.readVarint(b, p + 1, end);
    const type = head & 15;
    if (head !== CType.STOP && KINDS[type] === UNKNOWN) invalid(`unknown type ${type}`, p);
    this.type = type === CType.TRUE || type === CType.FALSE ? BOOL_FIELD : type;
    return next;
  }

  protected override readVarint(b: Buffer, p: number, end: number): number {
    const limit = Math.min(end, p + MAX_VARINT64_BYTES);
    for (let q = p; q < limit; q++) if (b[q]! < 128) return q + 1;
    if (limit < end || limit === p + MAX_VARINT64_BYTES) invalid("varint does not fit in 64 bits", p);
    return -1;
  }

  #varint32(b: Buffer, p: number, end: number): number {
    const next = this.readVarint(b, p, end);
    if (next < 0) return next;
    let v = 0;
    for (let q = next - 1; q >= p; q--) v = v * 128 + (b[q]! & 127);
    if (v > 0xffffffff) invalid("varint does not fit in 32 bits", p);
    this.#lastVarint = v;
    return next;
  }

  protected override readStringHead(b: Buffer, p: number, end: number): number {
    const next = this.#varint32(b, p, end);
    this.size = this.#lastVarint;
    return next;
  }

  protected override readListHead(b: Buffer, p: number, end: number): number {
    if (p >= end) return -1;
    const head = b[p]!;
    const short = head >> 4 < 15;
    const next = short ? p + 1 : this.#varint32(b, p + 1, end);
    this.size = short ? head >> 4 : this.#lastVarint;
    this.type = this.size === 0 ? 0 : this.#elementType(head & 15, p);
    return next;
  }

  protected override readMapHead(b: Buffer, p: number, end: number): number {
    const next = this.#varint32(b, p, end);
    if (next < 0) return next;
    this.size = this.#lastVarint;
    this.type = 0;
    this.valueType = 0;
    if (this.size === 0) return next;
    if (next >= end) return -1;
    this.type = this.#elementType(b[next]! >> 4, next);
    this.valueType = this.#elementType(b[next]! & 15, next);
    return next + 1;
  }

  #elementType(type: number, p: number): number {
    if (KINDS[type] === UNKNOWN) invalid(`unknown type ${type}`, p);
    return type;
  }
}
