/**
 * Looks through MessagePack before it is unpacked: every announced length against the bytes that are there, and the depth. Takes no
 * memory. Knows the outlines of the format, not its values.
 *
 *     00-7f fixint    80-8f fixmap   90-9f fixarray   a0-bf fixstr   c0 nil   c2 c3 bool
 *     c4-c6 bin       c7-c9 ext      ca cb float      cc-d3 int      d4-d8 fixext   d9-db str   dc dd array   de df map
 *
 * Spec: https://github.com/msgpack/msgpack/blob/master/spec.md
 */
import { DecodeError } from "../errors/errors.ts";

/** Arrays and maps within one another. */
export const MAX_PACKED_DEPTH = 64;

/** Bytes that follow the first one: values of fixed size, by their first byte from 0xca. */
const FIXED = [4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17];

/** Throws DecodeError unless `bytes` hold exactly one value within its bounds. */
export function checkPacked(bytes: Uint8Array): void {
  const end = checkValue(bytes, 0, 0);
  if (end !== bytes.length) throw new DecodeError("invalid", `${bytes.length - end} bytes after a packed value`);
}

function checkValue(bytes: Uint8Array, pos: number, depth: number): number {
  if (depth > MAX_PACKED_DEPTH) throw new DecodeError("limit", `packed value nested deeper than ${MAX_PACKED_DEPTH}`);
  const first = bytes[pos];
  if (first === undefined) throw tooShort();
  if (first < 0x80 || first >= 0xe0) return pos + 1;
  if (first < 0x90) return checkItems(bytes, pos + 1, (first & 0x0f) * 2, depth);
  if (first < 0xa0) return checkItems(bytes, pos + 1, first & 0x0f, depth);
  if (first < 0xc0) return after(bytes, pos + 1 + (first & 0x1f));
  if (first === 0xc1) throw new DecodeError("invalid", "packed value of type c1, which does not exist");
  if (first <= 0xc3) return pos + 1;
  if (first >= 0xca && first <= 0xd8) return after(bytes, pos + 1 + (FIXED[first - 0xca] as number));
  return checkSized(bytes, pos, first, depth);
}

/** A value whose length or count stands after its first byte. */
function checkSized(bytes: Uint8Array, pos: number, first: number, depth: number): number {
  if (first >= 0xdc) {
    const width = first % 2 === 0 ? 2 : 4;
    const count = readSize(bytes, pos + 1, width);
    return checkItems(bytes, pos + 1 + width, first >= 0xde ? count * 2 : count, depth);
  }
  const extension = first >= 0xc7 && first <= 0xc9;
  const width = 1 << (first >= 0xd9 ? first - 0xd9 : (first - 0xc4) % 3);
  return after(bytes, pos + 1 + width + (extension ? 1 : 0) + readSize(bytes, pos + 1, width));
}

function checkItems(bytes: Uint8Array, start: number, count: number, depth: number): number {
  // Every item takes at least one byte.
  if (count > bytes.length - start) throw tooShort();
  let pos = start;
  for (let i = 0; i < count; i++) pos = checkValue(bytes, pos, depth + 1);
  return pos;
}

function readSize(bytes: Uint8Array, pos: number, width: number): number {
  after(bytes, pos + width);
  let size = 0;
  for (let i = 0; i < width; i++) size = size * 256 + (bytes[pos + i] as number);
  return size;
}

function after(bytes: Uint8Array, end: number): number {
  if (end > bytes.length) throw tooShort();
  return end;
}

function tooShort(): DecodeError {
  return new DecodeError("incomplete", "packed value ends early");
}
