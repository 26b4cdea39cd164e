/** What a greedy client says on a connection, in bytes. Knows no protocol. */

/** A call that it makes, with arguments in Thrift's binary encoding. */
export interface Ask {
  readonly method: "text" | "bytes" | "hold" | "numbers";
  readonly args: Buffer;
}

/** One connection's side of a protocol. */
export interface Talk {
  /** Begins the connection; may be empty. */
  readonly hello: Buffer;
  /** So many calls, one after the other. */
  calls(ask: Ask, count: number): Buffer;
  /** The beginning of a message that goes on for as long as any may, and does not end. */
  unfinished(): Buffer;
}

const STRING_FIELD = 0x0b;

/** A struct whose field 1 is a string or binary, in Thrift's binary encoding. */
function oneField(value: Buffer): Buffer {
  const head = Buffer.from([STRING_FIELD, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(value.length, 3);
  return Buffer.concat([head, value, Buffer.from([0])]);
}

/** Just below what one message may have: 16,384,000 bytes. */
const LARGE_BYTES = 16_000_000;
const HELD_BYTES = 60_000;

/** No two bytes of it alike enough to be deflated. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, x = 1; at < length; at++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) | 0;
    bytes[at] = x >>> 24;
  }
  return bytes;
}

export const SMALL: Ask = { method: "text", args: oneField(Buffer.from("a few words")) };
/** Made when first asked for. */
export const largeAsk = (): Ask => (large ??= { method: "bytes", args: oneField(noise(LARGE_BYTES)) });
/** A megabyte there, and as much back. */
export const MIDDLING: Ask = { method: "bytes", args: oneField(Buffer.alloc(1 << 20, 7)) };
export const HELD: Ask = { method: "hold", args: oneField(Buffer.alloc(HELD_BYTES, 7)) };
export const NUMBERS: Ask = { method: "numbers", args: Buffer.from([0]) };

let large: Ask | undefined;

/** `count` times the same bytes. */
export function repeated(bytes: Buffer, count: number): Buffer {
  return count === 1 ? bytes : Buffer.concat(Array.from({ length: count }, () => bytes));
}
