/**
 * Ours, three ways: as a connection uses it, into a buffer that is kept, with an i64 as bigint and as number; and as a
 * program does that wants each value's bytes for itself.
 */
import { decode, decodeFrom, encode, encodeInto } from "../../../lib/codec/index.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName } from "../../fixtures/messages.ts";
import { bench, benchNumbers } from "../../schema/module.ts";

function streamCodec<V>(type: StructType<V>, values: readonly V[], protocol: Protocol): Codec {
  const w = new ByteWriter(1 << 16);
  const r = new ByteReader();
  return codecOf({
    values,
    encode: (value) => {
      w.pos = 0;
      encodeInto(w, type, value, protocol);
      return w.pos;
    },
    bytes: (value) => encode(type, value, protocol),
    decode: (bytes) => {
      r.reset(bytes, 0, bytes.length);
      return decodeFrom(r, type, protocol);
    },
  });
}

function bufferCodec(shape: ShapeName): Codec {
  const type = bench.struct<object>(shape);
  return codecOf({
    values: fixtures(shape, BigInt) as object[],
    encode: (value) => encode(type, value).length,
    bytes: (value) => encode(type, value),
    decode: (bytes) => decode(type, bytes),
  });
}

const bigint = (shape: ShapeName, protocol: Protocol): Codec =>
  streamCodec(bench.struct(shape), fixtures(shape, BigInt), protocol);
const number = (shape: ShapeName): Codec =>
  streamCodec(
    benchNumbers.struct(shape),
    fixtures(shape, (n) => n),
    compact,
  );

export const scrimp: CodecContender = { name: "scrimp", packages: [], open: (shape) => bigint(shape, compact) };
export const scrimpNumber: CodecContender = { name: "scrimp, i64 as number", packages: [], open: number };
export const scrimpBuffer: CodecContender = { name: "scrimp, own Buffer", packages: [], open: bufferCodec };
export const scrimpBinary: CodecContender = {
  name: "scrimp binary",
  packages: [],
  open: (shape) => bigint(shape, binary),
};
