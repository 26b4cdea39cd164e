/** What a codec must offer to be measured: one shape, values by number, both directions. Knows no clock. */
import type { ShapeName } from "../fixtures/messages.ts";

/** A codec made ready for the values of one shape; `i` counts them from 0 to `count` - 1. */
export interface Codec {
  readonly count: number;
  /** Encodes the value and returns its length in bytes; what becomes of the bytes is the contender's best way. */
  encode(i: number): number;
  /** Decodes the value from bytes that were encoded beforehand. */
  decode(i: number): unknown;
  /** The bytes of the value, as a copy. */
  encoded(i: number): Buffer;
}

export interface CodecContender {
  readonly name: string;
  /** Packages whose versions the report names. */
  readonly packages: readonly string[];
  open(shape: ShapeName): Codec | Promise<Codec>;
}

/** What a peer needs to supply: how to make the bytes of a value and how to read them back. */
export interface Conversion<V> {
  readonly values: readonly V[];
  /** Writes a value the fastest way; returns the count of bytes. */
  encode(value: V): number;
  /** The same bytes in a buffer of their own. */
  bytes(value: V): Buffer;
  decode(bytes: Buffer): unknown;
}

/** A codec over values and bytes prepared once: only the conversion itself is left in the measured loop. */
export function codecOf<V>(conversion: Conversion<V>): Codec {
  const { values } = conversion;
  const inputs = values.map((value) => conversion.bytes(value));
  return {
    count: values.length,
    encode: (i) => conversion.encode(values[i]!),
    decode: (i) => conversion.decode(inputs[i]!),
    encoded: (i) => Buffer.from(inputs[i]!),
  };
}
