/**
 * Stands before large maps and sets of numbers. The hash by which V8 places numbers in a `Map` has no secret in it: somebody can choose
 * sixty thousand that all fall into one place, and each insertion then looks through all before it; half a megabyte costs
 * seconds. So the guard counts how many fall into one place by the same hash, and refuses what no honest map does. (Strings
 * are placed by a secret, and short integers are too few.) Knows no protocol. Measured: docs/security.md
 *
 * Hashes: V8's ComputeUnseededHash and ComputeLongHash, https://github.com/v8/v8/blob/main/src/numbers/hash-seed-inl.h
 */
import { DecodeError } from "../errors/errors.ts";
import type { Type } from "../schema/types.ts";

/** Announced elements above which keys are looked at. */
export const GUARDED_FROM = 1024;
const MOST_PLACES = 1 << 16;
/** More than by far chance would put into one place: four a place on average up to a quarter of a million keys. */
const CROWD = 64;

const MAX_WORD = 0xffff_ffff;

const words = new DataView(new ArrayBuffer(8));

/** Counts the keys of one map or set. */
export class KeyGuard {
  readonly #places: Uint32Array;
  readonly #most: number;

  /** `count`: as announced. */
  constructor(count: number) {
    const places = Math.min(MOST_PLACES, 2 ** Math.ceil(Math.log2(count / 4)));
    this.#places = new Uint32Array(places);
    this.#most = CROWD + (8 * count) / places;
  }

  /** Throws LIMIT_EXCEEDED when too many are in the place of this one. Keys that are no numbers pass. */
  add(key: unknown): void {
    if (typeof key !== "number" && typeof key !== "bigint") return;
    const place = hashOf(key) & (this.#places.length - 1);
    const there = this.#places[place]! + 1;
    this.#places[place] = there;
    if (there > this.#most)
      throw new DecodeError("limit", `${there} keys of a map or set collide, limit ${Math.floor(this.#most)}`);
  }
}

/** Whether keys of the type can be made to collide. */
export function needsGuard({ kind }: Type): boolean {
  return kind === "i32" || kind === "i64" || kind === "double" || kind === "float" || kind === "enum";
}

/** A guard, where this many keys need one. */
export function keyGuard(count: number): KeyGuard | undefined {
  return count > GUARDED_FROM ? new KeyGuard(count) : undefined;
}

function hashOf(key: number | bigint): number {
  if (typeof key === "bigint") words.setBigUint64(0, key < 0n ? -key : key);
  else if (key === (key | 0)) return shortHash(key);
  else words.setFloat64(0, key);
  return longHash(words.getUint32(0), words.getUint32(4));
}

function shortHash(key: number): number {
  let hash = key | 0;
  hash = (~hash + (hash << 15)) | 0;
  hash ^= hash >>> 12;
  hash = (hash + (hash << 2)) | 0;
  hash ^= hash >>> 4;
  hash = Math.imul(hash, 2057);
  return hash ^ (hash >>> 16);
}

/** The hash of 64 bits, in halves: `hash = ~hash + (hash << 18); hash ^= hash >> 31; hash *= 21; hash ^= hash >> 11; hash += hash << 6; hash ^= hash >> 22`. */
function longHash(high: number, low: number): number {
  let h = (high << 18) | (low >>> 14);
  let l = (low << 18) >>> 0;
  let sum = l + (~low >>> 0);
  h = (h + ~high + (sum > MAX_WORD ? 1 : 0)) | 0;
  l = sum >>> 0;
  l = (l ^ ((h << 1) | (l >>> 31))) >>> 0;
  h ^= h >>> 31;
  sum = l * 21;
  h = (Math.imul(h, 21) + Math.floor(sum / 2 ** 32)) | 0;
  l = sum >>> 0;
  l = (l ^ ((h << 21) | (l >>> 11))) >>> 0;
  h ^= h >>> 11;
  const shifted = (l << 6) >>> 0;
  sum = l + shifted;
  h = (h + ((h << 6) | (l >>> 26)) + (sum > MAX_WORD ? 1 : 0)) | 0;
  l = sum >>> 0;
  return l ^ ((h << 10) | (l >>> 22));
}
