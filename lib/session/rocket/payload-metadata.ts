/**
 * PayloadMetadata: whether a reply or element is a value or a failure. Knows the unions, not the errors of the runtime.
 *
 *   union { 1 responseMetadata {} | 2 exceptionMetadata { 1 name_utf8, 2 what_utf8, 3 metadata } }
 *   metadata: union { 1 declaredException { 1 classification } | 2 proxyException {} | 6 appUnknownException { 1 classification } | 7 anyException {} }
 *   classification: { 1 kind i32, 2 blame i32, 3 safety i32 }
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import type { Encoding } from "../../protocol/protocol.ts";
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { readFields, writeI32Field, writeStringField, writeStructField } from "./metadata-fields.ts";

export const ErrorKind = { UNSPECIFIED: 0, TRANSIENT: 1, STATEFUL: 2, PERMANENT: 3 } as const;
export const ErrorBlame = { UNSPECIFIED: 0, SERVER: 1, CLIENT: 2 } as const;
export const ErrorSafety = { UNSPECIFIED: 0, SAFE: 1 } as const;

/** Field ids of PayloadExceptionMetadata. */
export const ExceptionForm = { DECLARED: 1, PROXY: 2, UNDECLARED: 6, ANY: 7 } as const;

export interface ErrorClassification {
  readonly kind?: number | undefined;
  readonly blame?: number | undefined;
  readonly safety?: number | undefined;
}

/** Says that a payload is a failure. */
export interface ExceptionMetadata {
  /** Class of the exception as its server names it. */
  readonly name: string;
  readonly what: string;
  /** One of `ExceptionForm`; 0 where it is none of them. */
  readonly form: number;
  readonly classification?: ErrorClassification | undefined;
}

/** What `readPayloadMetadata` found; "absent" where neither of the two stood. */
export type PayloadOutcome = "value" | "absent" | ExceptionMetadata;

/** Writes the union as struct field `id`: a value, or the failure. */
export function writePayloadMetadata(
  e: Encoding,
  w: ByteWriter,
  exception: ExceptionMetadata | undefined,
  id: number,
  lastId: number,
): number {
  return writeStructField(e, w, id, lastId, () => {
    if (exception === undefined) writeStructField(e, w, 1, 0);
    else writeStructField(e, w, 2, 0, () => writeException(e, w, exception));
  });
}

function writeException(e: Encoding, w: ByteWriter, { name, what, form, classification }: ExceptionMetadata): void {
  let last = writeStringField(e, w, name, 1, 0);
  last = writeStringField(e, w, what, 2, last);
  writeStructField(e, w, 3, last, () =>
    writeStructField(e, w, form, 0, () => {
      if (classification !== undefined) writeStructField(e, w, 1, 0, () => writeClassification(e, w, classification));
    }),
  );
}

function writeClassification(e: Encoding, w: ByteWriter, { kind, blame, safety }: ErrorClassification): void {
  writeI32Field(e, w, safety, 3, writeI32Field(e, w, blame, 2, writeI32Field(e, w, kind, 1, 0)));
}

/** Throws DecodeError. */
export function readPayloadMetadata(e: Encoding, r: ByteReader): PayloadOutcome {
  let outcome: PayloadOutcome = "absent";
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.STRUCT)) outcome = "value";
    else if (tag === ((2 << 8) | TType.STRUCT)) {
      outcome = readException(e, r);
      return true;
    }
    return false;
  });
  return outcome;
}

function readException(e: Encoding, r: ByteReader): ExceptionMetadata {
  const found = { name: "", what: "", form: 0, classification: undefined as ErrorClassification | undefined };
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.STRING)) found.name = e.readString(r);
    else if (tag === ((2 << 8) | TType.STRING)) found.what = e.readString(r);
    else if (tag === ((3 << 8) | TType.STRUCT)) readForm(e, r, found);
    else return false;
    return true;
  });
  return found;
}

function readForm(
  e: Encoding,
  r: ByteReader,
  into: { form: number; classification: ErrorClassification | undefined },
): void {
  readFields(e, r, (tag) => {
    if ((tag & 0xff) !== TType.STRUCT) return false;
    into.form = tag >> 8;
    readFields(e, r, (inner) => {
      if (inner !== ((1 << 8) | TType.STRUCT)) return false;
      into.classification = readClassification(e, r);
      return true;
    });
    return true;
  });
}

function readClassification(e: Encoding, r: ByteReader): ErrorClassification {
  const found: { kind?: number; blame?: number; safety?: number } = {};
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.I32)) found.kind = e.readI32(r);
    else if (tag === ((2 << 8) | TType.I32)) found.blame = e.readI32(r);
    else if (tag === ((3 << 8) | TType.I32)) found.safety = e.readI32(r);
    else return false;
    return true;
  });
  return found;
}
