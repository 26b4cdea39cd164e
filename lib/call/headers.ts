/**
 * The one rule for header text on every protocol. Headers are checked here before a frame is begun, so a bad one fails its own call
 * and nothing else. Nothing is cut or dropped: a header that some protocol would change is refused. Knows no wire.
 */
import { Buffer } from "node:buffer";
import { ThriftError } from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";

/** Bytes of one name. */
export const MAX_HEADER_NAME_BYTES = 1_024;
/** Bytes of one value, in UTF-8: fbthrift's bound. */
export const MAX_HEADER_VALUE_BYTES = 32_768;
/** Headers of one call, or of its reply. */
export const MAX_HEADERS = 1_000;
/** Bytes of all names and values of one call or reply, plus 8 for each header: THeader's 65,532 bytes less room for the runtime's own headers. */
export const MAX_HEADERS_BYTES = 65_432;
const OVERHEAD_BYTES = 8;

/** A token of RFC 9110, 5.6.2, the strictest rule of the protocols that carry headers. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** No control characters (HTTP could not frame them), no lone surrogates (no UTF-8), no blanks at either end (HTTP strips them). */
const VALUE = /^(?![ \t])(?:\t|[^\p{Cc}\p{Surrogate}])*(?<![ \t])$/u;

/** What one header counts against `MAX_HEADERS_BYTES`. */
export function headerBytes(name: string, value: string): number {
  return name.length + Buffer.byteLength(value) + OVERHEAD_BYTES;
}

/** Throws INVALID_ARGUMENT, unsent, unless this header can travel as it is. */
export function judgeHeader(name: unknown, value: unknown): void {
  if (typeof name !== "string" || name.length > MAX_HEADER_NAME_BYTES || !NAME.test(name))
    throw unfit(
      `header name ${shown(name)}: expected 1 to ${MAX_HEADER_NAME_BYTES} letters, digits or !#$%&'*+.^_\`|~-`,
    );
  if (typeof value !== "string") throw unfit(`header ${name}: expected a string, got ${shown(value)}`);
  // A character takes at least one byte, so an overlong text is refused before it is scanned.
  if (value.length > MAX_HEADER_VALUE_BYTES || Buffer.byteLength(value) > MAX_HEADER_VALUE_BYTES)
    throw unfit(`header ${name}: ${Buffer.byteLength(value)} bytes, limit ${MAX_HEADER_VALUE_BYTES}`);
  if (!VALUE.test(value))
    throw unfit(`header ${name}: control character, lone surrogate, or blank at an end in ${shown(value)}`);
}

/** Throws INVALID_ARGUMENT, unsent, when `count` headers of `bytes` are too many for one call or reply. */
export function judgeHeadersSize(count: number, bytes: number): void {
  if (count > MAX_HEADERS) throw unfit(`${count} headers, limit ${MAX_HEADERS}`);
  if (bytes > MAX_HEADERS_BYTES) throw unfit(`headers of ${bytes} bytes, limit ${MAX_HEADERS_BYTES}`);
}

/** A copy of `given`, judged; undefined for none. Reads each value once. Throws INVALID_ARGUMENT, unsent, or what a getter throws. */
export function judgedHeaders(given: unknown): CallHeaders | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given !== "object") throw unfit(`headers: expected an object of strings, got ${shown(given)}`);
  const entries = given instanceof Map ? [...given] : Object.entries(given);
  if (entries.length === 0) return undefined;
  let bytes = 0;
  for (const [name, value] of entries) {
    judgeHeader(name, value);
    bytes += headerBytes(name, value);
  }
  judgeHeadersSize(entries.length, bytes);
  return new Map(entries as [string, string][]);
}

function unfit(text: string): ThriftError {
  return new ThriftError("INVALID_ARGUMENT", text, { delivery: "unsent", phase: "encode" });
}

function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : value === null ? "null" : typeof value;
}
