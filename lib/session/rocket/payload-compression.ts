/** Rocket's compressed payloads: each by itself, data only. Knows the numbers of the algorithms and the bound of what is inflated. */
import { ThriftError } from "../../errors/errors.ts";
import { type Algorithm, compress, hasCompression, inflate } from "../../framing/compression.ts";
import { Compression } from "./compression-config.ts";

/** Payloads below this are not worth compressing, whatever a peer wishes. */
export const LEAST_COMPRESSED_BYTES = 1024;

const ALGORITHMS: readonly (Algorithm | undefined)[] = [undefined, "zlib", "zstd", "lz4"];
/** ZLIB_LESS is 100001, ZLIB_MORE 200001: the same wire form. */
const VARIANT = 100_000;

/** Data that begins a buffer of its own. Throws DecodeError for bad bytes or more than `maxBytes`, UNSUPPORTED for what is not loaded here. */
export function inflatePayload(algorithm: number, buf: Buffer, start: number, end: number, maxBytes: number): Buffer {
  return inflate(nameOf(algorithm), buf.subarray(start, end), maxBytes);
}

/** Compressed data, or undefined when that would not make it smaller. */
export function packPayload(algorithm: number, data: Buffer): Buffer | undefined {
  const packed = compress(nameOf(algorithm), data);
  return packed.length < data.length ? packed : undefined;
}

/** `algorithm` if this process has it, else NONE. */
export function usableCompression(algorithm: number): number {
  const name = ALGORITHMS[algorithm % VARIANT];
  return name !== undefined && hasCompression(name) ? algorithm % VARIANT : Compression.NONE;
}

function nameOf(algorithm: number): Algorithm {
  const name = ALGORITHMS[algorithm % VARIANT];
  if (name === undefined)
    throw new ThriftError("UNSUPPORTED", `rocket compression ${algorithm}`, { delivery: "answered", phase: "decode" });
  return name;
}
