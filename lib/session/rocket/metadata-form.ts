/**
 * In which protocol a connection's metadata structs are written: compact in fbthrift's dialect, or binary where the client's
 * SETUP named that MIME type. Also holds the two structs that are sent most, encoded once.
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import { binary } from "../../protocol/binary.ts";
import { compactFb } from "../../protocol/compact.ts";
import type { Encoding } from "../../protocol/protocol.ts";
import { TType } from "../../protocol/types.ts";
import { ByteReader } from "../../wire/byte-reader.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";

/** Nesting that is passed over in unknown metadata fields. */
export const METADATA_DEPTH = 16;
/** Bytes of one string in metadata: names, header values and error texts. */
const MAX_METADATA_STRING_BYTES = 65_536;

export interface MetadataForm {
  readonly encoding: Encoding;
  /** ResponseRpcMetadata of a plain success: `7c 1c 00 00 00` in compact. */
  readonly successResponse: Buffer;
  /** StreamPayloadMetadata of a plain element: `3c 1c 00 00 00` in compact. */
  readonly successElement: Buffer;
}

export const compactMetadata: MetadataForm = metadataForm(compactFb.encoding);
export const binaryMetadata: MetadataForm = metadataForm(binary.encoding);

function metadataForm(encoding: Encoding): MetadataForm {
  return { encoding, successResponse: success(encoding, 7), successElement: success(encoding, 3) };
}

/** A struct whose field `id` is PayloadMetadata { 1: responseMetadata {} }. */
function success(e: Encoding, id: number): Buffer {
  const w = new ByteWriter();
  e.writeStructBegin(w);
  e.writeFieldBegin(w, TType.STRUCT, id, 0);
  e.writeStructBegin(w);
  e.writeFieldBegin(w, TType.STRUCT, 1, 0);
  e.writeStructBegin(w);
  e.writeStructEnd(w);
  e.writeStructEnd(w);
  e.writeStructEnd(w);
  return Buffer.from(w.view(0));
}

/** A reader for one connection's metadata. */
export function metadataReader(): ByteReader {
  return new ByteReader({ maxStringBytes: MAX_METADATA_STRING_BYTES, maxDepth: METADATA_DEPTH, utf8: "replace" });
}
