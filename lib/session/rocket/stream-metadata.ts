/**
 * StreamPayloadMetadata: what an element of a stream or sink, or a final response, says beside its value. Knows the struct only.
 *
 *   1 compression i32 | 2 otherMetadata map | 3 payloadMetadata union | later fields are passed over
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, writeI32Field } from "./metadata-fields.ts";
import type { MetadataForm } from "./metadata-form.ts";
import {
  type ExceptionMetadata,
  type PayloadOutcome,
  readPayloadMetadata,
  writePayloadMetadata,
} from "./payload-metadata.ts";

export interface StreamMetadata {
  /** 0: the data is plain. */
  readonly compression: number;
  readonly outcome: PayloadOutcome;
}

export function writeStreamMetadata(
  { encoding: e }: MetadataForm,
  w: ByteWriter,
  compression: number,
  exception: ExceptionMetadata | undefined,
): void {
  e.writeStructBegin(w);
  writePayloadMetadata(e, w, exception, 3, writeI32Field(e, w, compression || undefined, 1, 0));
  e.writeStructEnd(w);
}

/** Reads the struct at the reader's position. Throws DecodeError. */
export function readStreamMetadata({ encoding: e }: MetadataForm, r: ByteReader): StreamMetadata {
  const found = { compression: 0, outcome: "absent" as PayloadOutcome };
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.I32)) found.compression = e.readI32(r);
    else if (tag === ((3 << 8) | TType.STRUCT)) found.outcome = readPayloadMetadata(e, r);
    else return false;
    return true;
  });
  return found;
}
