/**
 * What both sides of Thrift over HTTP have in common: how a message is laid into a POST or its answer, which headers are a call's, and
 * whether a message wants an answer. Knows no connections.
 *
 *   POST /path HTTP/1.1 | Host, Content-Type: application/x-thrift, Accept, Content-Length | message
 *   HTTP/1.1 200 OK     | Content-Type: application/x-thrift, Content-Length               | message, or nothing for oneway
 *
 * The length is written with leading zeros, so that it can be filled in when the message is there.
 * Spec: https://www.rfc-editor.org/rfc/rfc9112 and Apache's THttpClient
 */
import { Buffer } from "node:buffer";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { FrameHeaders } from "./framing.ts";

export const THRIFT_CONTENT_TYPE = "application/x-thrift";
const LENGTH_DIGITS = 10;
const LENGTH_HOLE = "0".repeat(LENGTH_DIGITS);

const scratch = new ByteReader();
const scratchHead: MessageHead = { type: 0, seqid: 0, nameBuf: Buffer.alloc(0), nameStart: 0, nameEnd: 0 };

/** Whether nobody waits for what `message` would bring. Of one that cannot be read too: it has no answer in Thrift's terms. */
export function isOneway(protocol: Protocol | undefined, message: Buffer): boolean {
  scratch.reset(message, 0, message.length);
  try {
    protocol?.readMessageBegin(scratch, scratchHead);
  } catch {
    return true;
  }
  return scratchHead.type === MessageType.ONEWAY;
}

/** Headers of HTTP itself: no call's, in neither direction. */
const OF_HTTP: ReadonlySet<string> = new Set(
  "accept connection content-length content-type expect host keep-alive te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

/** What of a message's headers belongs to the call. */
export function callHeaders(headers: FrameHeaders): FrameHeaders {
  return new Map([...headers].filter(([name]) => !OF_HTTP.has(name)));
}

/** What the other side says of the connection: `close`, `keep-alive` and whatever else, in lower case. */
export function connectionWishes(headers: FrameHeaders): readonly string[] {
  return (headers.get("connection") ?? "").toLowerCase().split(/[ \t]*,[ \t]*/);
}

/** Names and values that would end a line, or mean something to HTTP, are left out: they cannot be sent. */
export function headerLines(headers: FrameHeaders | undefined): string {
  if (headers === undefined) return "";
  let lines = "";
  for (const [name, value] of headers) {
    const sendable = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n\0]/.test(value) && !OF_HTTP.has(name.toLowerCase());
    if (sendable) lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

/** Writes `head`, which ends with its last header line, and a length that is not known yet; gives where the body begins. */
export function beginBody(w: ByteWriter, head: string): number {
  const text = `${head}Content-Length: ${LENGTH_HOLE}\r\n\r\n`;
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
