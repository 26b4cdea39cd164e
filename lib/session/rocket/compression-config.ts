/**
 * CompressionConfig: how a caller would like the reply compressed, and from which size on. Knows the struct only.
 *
 *   1 codecConfig union { 1 zlib {}, 2 zstd {}, 4 lz4 {} } | 2 compressionSizeLimit i64
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import type { Encoding } from "../../protocol/protocol.ts";
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, writeI64Field, writeStructField } from "./metadata-fields.ts";

/** CompressionAlgorithm; the LESS (100000+) and MORE (200000+) variants have the wire form of the base. */
export const Compression = { NONE: 0, ZLIB: 1, ZSTD: 2, LZ4: 3 } as const;

export interface CompressionWish {
  /** One of `Compression`, NONE where the codec named is unknown. */
  readonly algorithm: number;
  /** Bytes of plain data from which compression is wanted; undefined leaves it to the server. */
  readonly fromBytes: number | undefined;
}

/** Field ids of codecConfig by algorithm; NONE has none. */
const CODEC_FIELDS: readonly number[] = [0, 1, 2, 4];

export function writeCompressionConfig(
  e: Encoding,
  w: ByteWriter,
  wish: CompressionWish,
  id: number,
  lastId: number,
): number {
  const codec = CODEC_FIELDS[wish.algorithm] ?? 0;
  return writeStructField(e, w, id, lastId, () => {
    const last = codec === 0 ? 0 : writeStructField(e, w, 1, 0, () => writeStructField(e, w, codec, 0));
    writeI64Field(e, w, wish.fromBytes === undefined ? undefined : BigInt(wish.fromBytes), 2, last);
  });
}

/** Throws DecodeError. */
export function readCompressionConfig(e: Encoding, r: ByteReader): CompressionWish {
  let algorithm: number = Compression.NONE;
  let fromBytes: number | undefined;
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.STRUCT)) algorithm = readCodec(e, r);
    else if (tag === ((2 << 8) | TType.I64)) fromBytes = Number(e.readI64(r));
    else return false;
    return true;
  });
  return { algorithm, fromBytes };
}

function readCodec(e: Encoding, r: ByteReader): number {
  let algorithm: number = Compression.NONE;
  readFields(e, r, (tag) => {
    algorithm = Math.max(0, CODEC_FIELDS.indexOf(tag >> 8));
    return false;
  });
  return algorithm;
}
