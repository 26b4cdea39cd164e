/**
 * THeader's transforms: what was done to the payload after it was encoded, undone in reverse. Knows the numbers and that
 * inflated bytes are bounded.
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/HeaderFormat.md
 */
import { ThriftError } from "../../errors/errors.ts";
import { type Algorithm, compress, inflate } from "../compression.ts";

/** ZLIB is Apache's and everyone's; ZSTD is fbthrift's. HMAC 2 and SNAPPY 3 are dead. */
export const HeaderTransform = { ZLIB: 1, ZSTD: 5 } as const;

/** One after another, as many as a peer may name: an inflated payload bounds the next one's input. */
export const MAX_TRANSFORMS = 4;

const ALGORITHMS: ReadonlyMap<number, Algorithm> = new Map([
  [HeaderTransform.ZLIB, "zlib"],
  [HeaderTransform.ZSTD, "zstd"],
]);

/** Applies `transforms` in their order. */
export function applyTransforms(transforms: readonly number[], payload: Buffer): Buffer {
  return transforms.reduce((bytes, id) => compress(algorithm(id), bytes), payload);
}

/** Undoes `transforms`; no step may give more than `maxBytes`. Throws BAD_TRANSFORM for one that is not known, DecodeError for bad bytes. */
export function undoTransforms(transforms: readonly number[], payload: Buffer, maxBytes: number): Buffer {
  return transforms.reduceRight((bytes, id) => inflate(algorithm(id), bytes, maxBytes), payload);
}

function algorithm(id: number): Algorithm {
  const known = ALGORITHMS.get(id);
  if (known === undefined)
    throw new ThriftError("BAD_TRANSFORM", `header transform ${id}, known are ${[...ALGORITHMS.keys()].join(" and ")}`);
  return known;
}
