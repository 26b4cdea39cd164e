/**
 * The value in a reply, an element or a final response, or the failure that came instead. Knows metadata and codecs, not whose
 * payload it is.
 */
import type { Buffer } from "node:buffer";
import type { ResultCodec } from "../../codec/codec.ts";
import { ApplicationError, ThriftError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import { isExactly } from "../../wire/bytes.ts";
import { checksumOf } from "./checksum.ts";
import type { MetadataForm } from "./metadata-form.ts";
import { inflatePayload } from "./payload-compression.ts";
import { ErrorBlame, ExceptionForm, type ExceptionMetadata, type PayloadOutcome } from "./payload-metadata.ts";
import { readResponseMetadata } from "./response-metadata.ts";
import { readStreamMetadata } from "./stream-metadata.ts";

/** What payloads of one connection are read with. */
export interface PayloadReading {
  /** For values. */
  readonly reader: ByteReader;
  readonly metadata: ByteReader;
  readonly form: MetadataForm;
  readonly limits: Limits;
  /** Counts work on bytes that did not come as they are. */
  charge(bytes: number): void;
}

/** Who may want to see the headers of a reply. */
export interface HeaderTaker {
  takeHeaders(headers: CallHeaders): void;
}

/** The result in a reply or first response. Throws what came instead: a declared exception as its class. */
export function readResponse(link: PayloadReading, frame: Frame, codec: ResultCodec, caller: HeaderTaker): unknown {
  if (isPlain(frame, link.form.successResponse)) return readPlain(link, frame, codec);
  link.metadata.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
  const metadata = readResponseMetadata(link.form, link.metadata);
  if (metadata.headers !== undefined) caller.takeHeaders(metadata.headers);
  return readMarked(link, frame, codec, metadata.compression, metadata.outcome, metadata.crc32c);
}

/** The value of an element or final response. Throws what came instead. */
export function readElement(link: PayloadReading, frame: Frame, codec: ResultCodec): unknown {
  if (isPlain(frame, link.form.successElement)) return readPlain(link, frame, codec);
  link.metadata.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
  const { compression, outcome } = readStreamMetadata(link.form, link.metadata);
  return readMarked(link, frame, codec, compression, outcome);
}

/** The metadata of a success, or none at all: some RSocket libraries leave it away. */
function isPlain(frame: Frame, success: Buffer): boolean {
  return (
    frame.metadataStart === frame.metadataEnd || isExactly(success, frame.buf, frame.metadataStart, frame.metadataEnd)
  );
}

function readPlain(link: PayloadReading, frame: Frame, codec: ResultCodec): unknown {
  link.reader.reset(frame.buf, frame.metadataEnd, frame.end);
  return codec.readResult(link.reader);
}

function readMarked(
  link: PayloadReading,
  frame: Frame,
  codec: ResultCodec,
  compression: number,
  outcome: PayloadOutcome,
  crc32c?: number,
): unknown {
  resetToData(link, frame, compression);
  const damage = damageOf(link, crc32c);
  if (damage !== undefined) throw new ThriftError("CHECKSUM", damage, { delivery: "answered", phase: "decode" });
  if (outcome === "value" || outcome === "absent") return codec.readResult(link.reader);
  if (outcome.form === ExceptionForm.DECLARED) throwDeclared(link, codec);
  throw undeclared(outcome);
}

/** Points the link's reader at the payload's data, inflated if need be. */
export function resetToData(link: PayloadReading, frame: Frame, compression: number): void {
  if (compression === 0) return link.reader.reset(frame.buf, frame.metadataEnd, frame.end);
  const plain = inflatePayload(compression, frame.buf, frame.metadataEnd, frame.end, link.limits.maxFrameBytes);
  link.charge(plain.length);
  link.reader.reset(plain, 0, plain.length);
  link.reader.room -= plain.length;
}

/** What the payload that was just read takes: its bytes, or the memory of what was inflated and decoded if that is more. */
export function weightOf({ reader }: PayloadReading, frame: Frame): number {
  return Math.max(frame.end - frame.metadataStart, reader.taken);
}

/** What is wrong with the plain data that the link's reader is at, by the checksum that came with it; undefined: nothing, or none came. */
export function damageOf({ reader }: PayloadReading, expected: number | undefined): string | undefined {
  if (expected === undefined) return undefined;
  const found = checksumOf(reader.buf, reader.pos, reader.end);
  if (found === expected) return undefined;
  const hex = (crc: number): string => (crc >>> 0).toString(16).padStart(8, "0");
  return `payload of ${reader.end - reader.pos} bytes has CRC-32C ${hex(found)}, sent with ${hex(expected)}`;
}

/** Throws the declared exception in the data; returns when this side's IDL does not know it. */
function throwDeclared(link: PayloadReading, codec: ResultCodec): void {
  try {
    codec.readResult(link.reader);
  } catch (error) {
    if (!(error instanceof ThriftError && error.code === "MISSING_RESULT")) throw error;
  }
}

function undeclared({ name, what, classification }: ExceptionMetadata): ApplicationError {
  const code = classification?.blame === ErrorBlame.CLIENT ? "INVALID_ARGUMENT" : "APP_ERROR";
  return new ApplicationError(code, name === "" ? what : `${name}: ${what}`, {
    delivery: "answered",
    phase: "handler",
  });
}
