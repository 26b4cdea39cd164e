/** Chance from a seed, and what it does to bytes. */
import { Buffer } from "node:buffer";

/** mulberry32: the same seed makes the same numbers. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer of at least 0 and less than `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

/** Bytes that decoders find hard: ends of ranges, varints without an end, lengths that are too large. */
const TROUBLE: readonly Buffer[] = [
  "00",
  "7f",
  "80",
  "ff",
  "ffff",
  "7fffffff",
  "80000000",
  "ffffffff",
  "ffffff7f",
  "ffffffff07",
  "ffffffff0f",
  "ffffffffffffffffff01",
  "80808080808080808080808080",
  "c0af",
  "eda080",
  "f4908080",
  "82210000",
  "80010001",
].map((hex) => Buffer.from(hex, "hex"));

const MAX_BYTES = 1 << 17;

/** `bytes` with a few changes; parts of `other` may come into it. */
export function mutate(bytes: Buffer, other: Buffer, chance: Chance): Buffer {
  let changed: Buffer = Buffer.from(bytes);
  for (let i = 1 + chance.below(4); i > 0; i--)
    changed = changes[chance.below(changes.length)]!(changed, other, chance);
  return changed.subarray(0, MAX_BYTES);
}

type Change = (bytes: Buffer, other: Buffer, chance: Chance) => Buffer;

function cutOut(bytes: Buffer, chance: Chance): [start: number, end: number] {
  const start = chance.below(bytes.length + 1);
  return [start, start + chance.below(Math.min(64, bytes.length - start) + 1)];
}

const splice = (bytes: Buffer, start: number, end: number, put: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(end)]);

const changes: readonly Change[] = [
  function flipBit(bytes, _other, chance) {
    const at = chance.below(bytes.length);
    if (bytes.length > 0) bytes[at] = bytes[at]! ^ (1 << chance.below(8));
    return bytes;
  },
  function anyByte(bytes, _other, chance) {
    if (bytes.length > 0) bytes[chance.below(bytes.length)] = chance.below(256);
    return bytes;
  },
  function trouble(bytes, _other, chance) {
    const put = chance.pick(TROUBLE);
    const at = chance.below(bytes.length + 1);
    return splice(bytes, at, chance.below(2) === 0 ? at : at + put.length, put);
  },
  function remove(bytes, _other, chance) {
    const [start, end] = cutOut(bytes, chance);
    return splice(bytes, start, end, Buffer.alloc(0));
  },
  function repeat(bytes, _other, chance) {
    const [start, end] = cutOut(bytes, chance);
    const part = bytes.subarray(start, end);
    return splice(bytes, start, start, Buffer.concat(Array.from({ length: 1 + chance.below(20) }, () => part)));
  },
  function cross(bytes, other, chance) {
    const [start, end] = cutOut(other, chance);
    const at = chance.below(bytes.length + 1);
    return splice(bytes, at, at, other.subarray(start, end));
  },
  function truncate(bytes, _other, chance) {
    return bytes.subarray(0, chance.below(bytes.length + 1));
  },
];
