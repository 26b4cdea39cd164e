/**
 * ResponseRpcError and StreamRpcError: what the data of an ERROR frame says when it is not plain text. Knows the structs and
 * their codes, not the errors of the runtime. Always compact.
 *
 *   ResponseRpcError: 1 name_utf8 | 2 what_utf8 | 3 category i32 | 4 code i32 | 5 load i64
 *   StreamRpcError:   1 name_utf8 | 2 what_utf8 | 4 code i32
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, writeI32Field, writeStringField } from "./metadata-fields.ts";
import { compactMetadata } from "./metadata-form.ts";

const e = compactMetadata.encoding;

export const RpcErrorCategory = { INTERNAL_ERROR: 0, INVALID_REQUEST: 1, LOADSHEDDING: 2, SHUTDOWN: 3 } as const;

export const RpcErrorCode = {
  UNKNOWN: 0,
  OVERLOAD: 1,
  TASK_EXPIRED: 2,
  QUEUE_OVERLOADED: 3,
  SHUTDOWN: 4,
  INJECTED_FAILURE: 5,
  REQUEST_PARSING_FAILURE: 6,
  QUEUE_TIMEOUT: 7,
  RESPONSE_TOO_BIG: 8,
  WRONG_RPC_KIND: 9,
  UNKNOWN_METHOD: 10,
  CHECKSUM_MISMATCH: 11,
  INTERRUPTION: 12,
  APP_OVERLOAD: 13,
  UNKNOWN_INTERACTION_ID: 14,
  INTERACTION_CONSTRUCTOR_ERROR: 15,
  UNIMPLEMENTED_METHOD: 16,
  TENANT_QUOTA_EXCEEDED: 17,
} as const;

export const StreamErrorCode = {
  UNKNOWN: 0,
  CREDIT_TIMEOUT: 1,
  CHUNK_TIMEOUT: 2,
  SERVER_CLOSING_CONNECTION: 3,
} as const;

/** Either struct; a StreamRpcError has no category. */
export interface RpcError {
  readonly name: string;
  readonly what: string;
  readonly category?: number | undefined;
  readonly code: number;
}

/** Bytes of text that an ERROR frame may carry. */
const MAX_TEXT_BYTES = 4096;

export function writeRpcError(w: ByteWriter, { name, what, category, code }: RpcError): void {
  e.writeStructBegin(w);
  let last = writeStringField(e, w, name, 1, 0);
  last = writeStringField(e, w, clampText(what), 2, last);
  last = writeI32Field(e, w, category, 3, last);
  writeI32Field(e, w, code, 4, last);
  e.writeStructEnd(w);
}

/** At most 4 KiB of `text` in UTF-8, cut between characters, lone surrogates replaced. */
export function clampText(text: string): string {
  const wellFormed = Buffer.from(text.slice(0, MAX_TEXT_BYTES)).toString(); // a lone surrogate becomes U+FFFD
  if (Buffer.byteLength(wellFormed) <= MAX_TEXT_BYTES) return wellFormed;
  return Buffer.from(wellFormed)
    .subarray(0, MAX_TEXT_BYTES)
    .toString()
    .replace(/\ufffd+$/, "");
}

/** The struct that fills the reader's window; undefined when that is not one, but plain text or an empty struct. */
export function readRpcError(r: ByteReader): RpcError | undefined {
  try {
    const found = readStruct(r);
    return found.code !== undefined && r.pos === r.end ? { ...found, code: found.code } : undefined;
  } catch {
    return undefined; // text rarely reads as a struct, and nothing forbids it
  }
}

function readStruct(r: ByteReader): {
  name: string;
  what: string;
  category: number | undefined;
  code: number | undefined;
} {
  const found = {
    name: "",
    what: "",
    category: undefined as number | undefined,
    code: undefined as number | undefined,
  };
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.STRING)) found.name = e.readString(r);
    else if (tag === ((2 << 8) | TType.STRING)) found.what = e.readString(r);
    else if (tag === ((3 << 8) | TType.I32)) found.category = e.readI32(r);
    else if (tag === ((4 << 8) | TType.I32)) found.code = e.readI32(r);
    else return false;
    return true;
  });
  return found;
}
