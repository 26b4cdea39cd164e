/**
 * ResponseRpcMetadata: what a Rocket reply, or the first response of a stream, says beside its result. Knows the struct only.
 *
 *   3 otherMetadata map | 4 load i64 | 5 crc32c i32 | 6 compression i32 | 7 payloadMetadata union | 9 streamId i32
 *   10 queueMetadata and later fields are passed over
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import type { CallHeaders } from "../../framing/call-headers.ts";
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, readHeaders, writeHeadersField, writeI32Field } from "./metadata-fields.ts";
import type { MetadataForm } from "./metadata-form.ts";
import {
  type ExceptionMetadata,
  type PayloadOutcome,
  readPayloadMetadata,
  writePayloadMetadata,
} from "./payload-metadata.ts";

export interface ResponseMetadata {
  readonly headers?: CallHeaders | undefined;
  /** Load of the server as it counts it. */
  readonly load?: bigint | undefined;
  readonly crc32c?: number | undefined;
  /** 0: the data is plain. */
  readonly compression: number;
  readonly outcome: PayloadOutcome;
}

/** The metadata of every response but the plain success, which `MetadataForm` has ready. */
export interface ResponseOptions {
  readonly headers?: CallHeaders | undefined;
  readonly crc32c?: number | undefined;
  readonly compression?: number | undefined;
  readonly exception?: ExceptionMetadata | undefined;
  /** For the first response of a stream. */
  readonly streamId?: number | undefined;
}

export function writeResponseMetadata({ encoding: e }: MetadataForm, w: ByteWriter, options: ResponseOptions): void {
  e.writeStructBegin(w);
  let last = writeHeadersField(e, w, options.headers, 3, 0);
  last = writeI32Field(e, w, options.crc32c, 5, last);
  last = writeI32Field(e, w, options.compression || undefined, 6, last);
  last = writePayloadMetadata(e, w, options.exception, 7, last);
  writeI32Field(e, w, options.streamId, 9, last);
  e.writeStructEnd(w);
}

/** Reads the struct at the reader's position. Throws DecodeError. */
export function readResponseMetadata({ encoding: e }: MetadataForm, r: ByteReader): ResponseMetadata {
  const found = {
    headers: undefined as CallHeaders | undefined,
    load: undefined as bigint | undefined,
    crc32c: undefined as number | undefined,
    compression: 0,
    outcome: "absent" as PayloadOutcome,
  };
  readFields(e, r, (tag) => {
    if (tag === ((3 << 8) | TType.MAP)) found.headers = readHeaders(e, r);
    else if (tag === ((4 << 8) | TType.I64)) found.load = e.readI64(r);
    else if (tag === ((5 << 8) | TType.I32)) found.crc32c = e.readI32(r);
    else if (tag === ((6 << 8) | TType.I32)) found.compression = e.readI32(r);
    else if (tag === ((7 << 8) | TType.STRUCT)) found.outcome = readPayloadMetadata(e, r);
    else return false;
    return true;
  });
  return found;
}
