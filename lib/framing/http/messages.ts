/**
 * What both sides of Thrift over HTTP have in common: how a message is laid into a POST or its answer, and which headers are a
 * call's. Knows no connections.
 *
 *   POST /path HTTP/1.1 | Host, Content-Type: application/x-thrift, Accept, Content-Length | message
 *   HTTP/1.1 200 OK     | Content-Type: application/x-thrift, Content-Length               | message, or nothing for oneway
 *
 * The length is written with leading zeros, so that it can be filled in when the message is there. The message may stand in a
 * THeader frame.
 * Spec: https://www.rfc-editor.org/rfc/rfc9112 and Apache's THttpClient
 */
import { Buffer } from "node:buffer";
import { ThriftError } from "../../errors/errors.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import type { CallHeaders } from "../call-headers.ts";
import { MAX_HEAD_BYTES } from "./reader.ts";

const LENGTH_DIGITS = 10;
const LENGTH_LINE = `Content-Length: ${"0".repeat(LENGTH_DIGITS)}\r\n\r\n`;
/** What the runtime may add to a call's headers: the time that its caller waits. */
const OWN_HEADERS_BYTES = 64;

/** Headers of HTTP itself or of one connection: no call's, in neither direction. */
const OF_HTTP: ReadonlySet<string> = new Set(
  (
    "accept accept-encoding connection content-encoding content-length content-type expect host http2-settings keep-alive " +
    "proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade"
  ).split(" "),
);

/** What of a message's headers belongs to the call. */
export function callHeaders(headers: CallHeaders): CallHeaders {
  return new Map([...headers].filter(([name]) => !OF_HTTP.has(name)));
}

/** What the other side says of the connection: `close`, `keep-alive` and whatever else, in lower case. */
export function connectionWishes(headers: CallHeaders): readonly string[] {
  return (headers.get("connection") ?? "").toLowerCase().split(/[ \t]*,[ \t]*/);
}

/** Whether the body is something else than what it says it is, in a coding that nobody here asked for. */
export function isCoded(headers: CallHeaders): boolean {
  return (headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity";
}

/** Throws INVALID_ARGUMENT, unsent, for headers that HTTP cannot carry as they are beside `head`, or that its readers would not take. */
export function judgeHttpHeaders(head: string, headers: CallHeaders): void {
  let bytes = Buffer.byteLength(head) + LENGTH_LINE.length + OWN_HEADERS_BYTES;
  const names = new Set<string>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (OF_HTTP.has(lower)) throw unfit(`header ${name}: HTTP uses it itself`);
    if (names.has(lower)) throw unfit(`header ${name}: HTTP does not tell it from another that differs in case only`);
    names.add(lower);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value) + ": \r\n".length;
  }
  if (bytes > MAX_HEAD_BYTES) throw unfit(`headers that make an HTTP head of ${bytes} bytes, limit ${MAX_HEAD_BYTES}`);
}

function unfit(text: string): ThriftError {
  return new ThriftError("INVALID_ARGUMENT", text, { delivery: "unsent", phase: "encode" });
}

/** The lines of headers that have been judged. */
export function headerLines(headers: CallHeaders | undefined): string {
  if (headers === undefined) return "";
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  return lines;
}

/** Writes `head`, which ends with its last header line, and a length that is not known yet; gives where the body begins. */
export function beginBody(w: ByteWriter, head: string): number {
  const text = `${head}${LENGTH_LINE}`;
  const length = Buffer.byteLength(text);
  w.reserve(length).write(text, w.pos);
  w.pos += length;
  return w.pos;
}

/** The body that began at `bodyStart` ends here. */
export function fillLength(w: ByteWriter, bodyStart: number): void {
  const digits = `${w.pos - bodyStart}`.padStart(LENGTH_DIGITS, "0");
  w.buf.write(digits, bodyStart - 4 - LENGTH_DIGITS, "latin1");
}
