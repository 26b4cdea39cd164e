/**
 * The calling side of Thrift over HTTP, as the framing of one connection: one call at a time. Servers of HTTP/1.0, and those that say
 * `Connection: close`, close behind an answer; then no other call may follow. Reconnecting is not its matter.
 */
import type { Buffer } from "node:buffer";
import { ConnectionError, DecodeError } from "../errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { FrameHeaders, FrameReader, FrameSink, Framing } from "./framing.ts";
import {
  beginBody,
  callHeaders,
  connectionWishes,
  fillLength,
  headerLines,
  isOneway,
  THRIFT_CONTENT_TYPE,
} from "./http-messages.ts";
import { type HttpHead, HttpReader } from "./http-reader.ts";

/** A client's connection: one call at a time. */
export class HttpClientFraming implements Framing {
  readonly name = "http";
  readonly carriesHeaders = true;
  readonly #head: string;
  #reader: HttpReader | undefined;
  #protocol: Protocol | undefined;
  #bodyStart = 0;
  /** The request that is out, if any, wants no message back. */
  #oneway = false;
  /** A request is out and not answered. */
  busy = false;
  closing = false;
  /** Called when it may go on. */
  onFree: (() => void) | undefined = undefined;

  /** `host` and `path` of the request. */
  constructor(host: string, path: string) {
    this.#head = `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: ${THRIFT_CONTENT_TYPE}\r\nAccept: ${THRIFT_CONTENT_TYPE}\r\n`;
  }

  beginFrame(w: ByteWriter, headers?: FrameHeaders): number {
    const start = w.pos;
    this.#bodyStart = beginBody(w, `${this.#head}${headerLines(headers)}`);
    return start;
  }

  endFrame(w: ByteWriter, _start: number): void {
    fillLength(w, this.#bodyStart);
    this.busy = true;
    this.#oneway = isOneway(this.#protocol, w.buf.subarray(this.#bodyStart, w.pos));
  }

  createReader(sink: FrameSink, protocol: Protocol, limits: Limits): FrameReader {
    const reader = new HttpReader(
      {
        onHead: (head) => this.#onHead(head),
        onBody: (head, body) => this.#onBody(sink, head, body),
        endless: () => !this.#oneway,
      },
      limits.maxFrameBytes,
    );
    this.#reader = reader;
    this.#protocol = protocol;
    return {
      get partialBytes() {
        return reader.partialBytes;
      },
      push: (chunk) => reader.push(chunk),
      resume: () => reader.go(),
      end: () => reader.end(),
    };
  }

  #onHead(head: HttpHead): void {
    checkStatus(head);
    this.closing = closesBehind(head);
  }

  #onBody(sink: FrameSink, head: HttpHead, body: Buffer): void {
    this.busy = false;
    if (body.length === 0 && !this.#oneway)
      throw new ConnectionError("PROTOCOL_ERROR", "HTTP answer without a message", { delivery: "answered" });
    if (body.length > 0) sink.onFrame(body, 0, body.length, callHeaders(head.headers));
    this.#reader?.go();
    this.onFree?.();
  }
}

function checkStatus({ line }: HttpHead): void {
  const status = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(line);
  if (status === null) throw new DecodeError("invalid", `HTTP status line ${JSON.stringify(line.slice(0, 100))}`);
  if (status[1] !== "200")
    throw new ConnectionError("PROTOCOL_ERROR", `HTTP status ${status[1]} ${status[2]}`, { delivery: "answered" });
}

/** Whether the server closes behind this answer: it says so, is of a time before connections were kept, or has no other end for it. */
function closesBehind({ line, headers }: HttpHead): boolean {
  const wishes = connectionWishes(headers);
  if (wishes.includes("close") || !(headers.has("content-length") || headers.has("transfer-encoding"))) return true;
  return line.startsWith("HTTP/1.0") && !wishes.includes("keep-alive");
}
