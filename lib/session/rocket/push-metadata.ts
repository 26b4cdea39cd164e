/**
 * ServerPushMetadata and ClientPushMetadata: what a METADATA_PUSH says. Knows the unions; those that have no use here are
 * read as "other". Server pushes are compact on every connection.
 *
 *   server: 1 setupResponse { 1 version i32, 2 zstdSupported bool, 5 lz4Supported bool } | 2 streamHeadersPush | 3 drainCompletePush { 1 code i32 }
 *   client: 1 interactionTerminate { 1 interactionId i64 } | 2 streamHeadersPush | 3 transportMetadataPush
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, writeI32Field, writeI64Field, writeStructField } from "./metadata-fields.ts";
import { compactMetadata, type MetadataForm } from "./metadata-form.ts";

const e = compactMetadata.encoding;

export interface SetupResponse {
  /** The Rocket version picked; 0 where the server does not say. */
  readonly version: number;
  readonly zstdSupported: boolean;
  readonly lz4Supported: boolean;
}

export type ServerPush =
  | { readonly kind: "setupResponse"; readonly value: SetupResponse }
  | { readonly kind: "drainComplete" }
  | { readonly kind: "other" };

export type ClientPush =
  | { readonly kind: "interactionTerminate"; readonly interactionId: bigint }
  | { readonly kind: "other" };

export function writeSetupResponse(w: ByteWriter, { version, zstdSupported, lz4Supported }: SetupResponse): void {
  e.writeStructBegin(w);
  writeStructField(e, w, 1, 0, () => {
    let last = writeI32Field(e, w, version, 1, 0);
    if (zstdSupported) e.writeBoolField(w, true, 2, last);
    if (zstdSupported) last = 2;
    if (lz4Supported) e.writeBoolField(w, true, 5, last);
  });
  e.writeStructEnd(w);
}

/** All that was ever begun has been answered. No code is given: it would say that the server ran out of memory. */
export function writeDrainComplete(w: ByteWriter): void {
  e.writeStructBegin(w);
  writeStructField(e, w, 3, 0);
  e.writeStructEnd(w);
}

export function writeInteractionTerminate(w: ByteWriter, interactionId: bigint): void {
  e.writeStructBegin(w);
  writeStructField(e, w, 1, 0, () => writeI64Field(e, w, interactionId, 1, 0));
  e.writeStructEnd(w);
}

/** Throws DecodeError. */
export function readServerPush(r: ByteReader): ServerPush {
  let push: ServerPush = { kind: "other" };
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.STRUCT)) {
      push = { kind: "setupResponse", value: readSetupResponse(r) };
      return true;
    }
    if (tag === ((3 << 8) | TType.STRUCT)) push = { kind: "drainComplete" };
    return false;
  });
  return push;
}

function readSetupResponse(r: ByteReader): SetupResponse {
  const found = { version: 0, zstdSupported: false, lz4Supported: false };
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.I32)) found.version = e.readI32(r);
    else if (tag === ((2 << 8) | TType.BOOL)) found.zstdSupported = e.readBoolField(r);
    else if (tag === ((5 << 8) | TType.BOOL)) found.lz4Supported = e.readBoolField(r);
    else return false;
    return true;
  });
  return found;
}

/** Client pushes are in the connection's own form. Throws DecodeError. */
export function readClientPush({ encoding }: MetadataForm, r: ByteReader): ClientPush {
  let push: ClientPush = { kind: "other" };
  readFields(encoding, r, (tag) => {
    if (tag !== ((1 << 8) | TType.STRUCT)) return false;
    readFields(encoding, r, (inner) => {
      if (inner !== ((1 << 8) | TType.I64)) return false;
      push = { kind: "interactionTerminate", interactionId: encoding.readI64(r) };
      return true;
    });
    return true;
  });
  return push;
}
