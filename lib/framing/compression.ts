/**
 * Compressing and inflating within a bound, by the algorithms that this process has: zlib always, zstd where Node brings it,
 * LZ4 when a codec was given. Knows bytes only; numbers for algorithms live with each protocol.
 */
import zlib from "node:zlib";
import { DecodeError, ThriftError } from "../errors/errors.ts";

export type Algorithm = "zlib" | "zstd" | "lz4";

/** One algorithm. `inflate` must not take memory for more than `maxBytes` of output. */
export interface Compressor {
  compress(plain: Buffer): Buffer;
  /** Throws when the output would be longer than `maxBytes` or the bytes are not this algorithm's. */
  inflate(packed: Buffer, maxBytes: number): Buffer;
}

/** What `lz4-napi` and its like offer: raw blocks, without a length. */
export interface Lz4Block {
  compressSync(plain: Buffer): Buffer;
  /** `size`: bytes that the block holds. */
  uncompressSync(packed: Buffer, size: number): Buffer;
}

/** Options of Node's functions. */
interface Inflating {
  readonly maxOutputLength: number;
  readonly chunkSize: number;
}

interface ZstdOfNode {
  zstdCompressSync?(plain: Buffer): Buffer;
  zstdDecompressSync?(packed: Buffer, options: Inflating): Buffer;
}

/** Node inflates piece by piece, 16 KiB unless it is told otherwise: a large message would cost twice the time in a thousand of them. */
const LEAST_PIECE_BYTES = 16 * 1024;
const MOST_PIECE_BYTES = 1024 * 1024;
const USUAL_RATIO = 8;

function inflating(packed: Buffer, maxBytes: number): Inflating {
  const chunkSize = Math.min(MOST_PIECE_BYTES, Math.max(LEAST_PIECE_BYTES, USUAL_RATIO * packed.length));
  return { maxOutputLength: Math.max(1, maxBytes), chunkSize };
}

const compressors = new Map<Algorithm, Compressor>([
  [
    "zlib",
    {
      compress: (plain) => zlib.deflateSync(plain),
      inflate: (packed, maxBytes) => zlib.inflateSync(packed, inflating(packed, maxBytes)),
    },
  ],
]);

const { zstdCompressSync, zstdDecompressSync } = zlib as ZstdOfNode;
if (zstdCompressSync !== undefined && zstdDecompressSync !== undefined) {
  compressors.set("zstd", {
    compress: (plain) => zstdCompressSync(plain),
    inflate: (packed, maxBytes) => zstdDecompressSync(packed, inflating(packed, maxBytes)),
  });
}

/** True when this process can both compress and inflate. */
export function hasCompression(algorithm: Algorithm): boolean {
  return compressors.has(algorithm);
}

/** Makes LZ4 available, for the whole process: a varint of the plain length, then one raw block, as folly writes it. */
export function useLz4(block: Lz4Block): void {
  compressors.set("lz4", {
    compress: (plain) => packLz4(block, plain),
    inflate: (packed, maxBytes) => inflateLz4(block, packed, maxBytes),
  });
}

/** Throws UNSUPPORTED where the algorithm is not loaded. */
export function compress(algorithm: Algorithm, plain: Buffer): Buffer {
  return loaded(algorithm).compress(plain);
}

/** Throws DecodeError for bytes that are not the algorithm's or hold more than `maxBytes`; UNSUPPORTED where it is not loaded. */
export function inflate(algorithm: Algorithm, packed: Buffer, maxBytes: number): Buffer {
  const compressor = loaded(algorithm);
  try {
    return compressor.inflate(packed, maxBytes);
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause;
    if ((cause as { code?: string }).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(algorithm, packed, maxBytes);
    throw new DecodeError("invalid", `${packed.length} bytes that are not ${algorithm}`, { cause });
  }
}

function loaded(algorithm: Algorithm): Compressor {
  const compressor = compressors.get(algorithm);
  if (compressor === undefined) {
    // Only what a peer has packed is asked for without looking first.
    throw new ThriftError("UNSUPPORTED", `${algorithm} is not loaded in this process`, {
      delivery: "answered",
      phase: "decode",
    });
  }
  return compressor;
}

function tooLarge(algorithm: Algorithm, packed: Buffer, maxBytes: number): DecodeError {
  return new DecodeError("limit", `${packed.length} bytes of ${algorithm} hold more than the limit of ${maxBytes}`);
}

function packLz4(block: Lz4Block, plain: Buffer): Buffer {
  const length: number[] = [];
  let rest = plain.length;
  for (; rest > 0x7f; rest >>>= 7) length.push((rest & 0x7f) | 0x80);
  return Buffer.concat([Buffer.of(...length, rest), block.compressSync(plain)]);
}

function inflateLz4(block: Lz4Block, packed: Buffer, maxBytes: number): Buffer {
  let size = 0;
  let pos = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = packed[pos++];
    if (byte === undefined || shift > 28) throw new DecodeError("invalid", "LZ4 without its plain length");
    size += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (size > maxBytes) throw tooLarge("lz4", packed, maxBytes);
  const plain = block.uncompressSync(packed.subarray(pos), size);
  if (plain.length !== size) throw new DecodeError("invalid", `LZ4 announced ${size} bytes and held ${plain.length}`);
  return plain;
}
