/**
 * TApplicationException: what a message of type EXCEPTION carries when the runtime itself failed. Not part of any IDL.
 *
 *     struct { 1: string message, 2: i32 type }
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-rpc.md#response-struct
 */
import type { Protocol } from "../protocol/protocol.ts";
import { StructType } from "../schema/types.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { decodeFrom, encodeInto } from "./index.ts";

/** As read: a peer may leave out both fields. */
export interface ApplicationException {
  readonly message: string;
  readonly type: number;
}

const FIELDS = [
  { id: 1, name: "message", key: "message", type: { kind: "string" }, need: "default", default: undefined },
  { id: 2, name: "type", key: "type", type: { kind: "i32" }, need: "default", default: undefined },
] as const;

const TYPE: StructType<ApplicationException> = new StructType(
  "scrimp",
  { kind: "struct", name: "TApplicationException", fields: [] },
  () => FIELDS,
);

/** Writes the body of an EXCEPTION message. `text` goes to the peer: keep secrets out of it. */
export function writeApplicationException(w: ByteWriter, protocol: Protocol, text: string, type: number): void {
  encodeInto(w, TYPE, { message: text, type }, protocol);
}

/** Reads the body of an EXCEPTION message; fields that did not come are "" and 0. Throws DecodeError. */
export function readApplicationException(r: ByteReader, protocol: Protocol): ApplicationException {
  return decodeFrom(r, TYPE, protocol);
}
