/** The checksum in the metadata of requests and responses: CRC-32C of the plain data, as an i32. Knows bytes only. */
import { crc32c } from "../../wire/crc32.ts";

/** The checksum of bytes [start, end). */
export function checksumOf(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  return crc32c(bytes, start, end) | 0;
}
