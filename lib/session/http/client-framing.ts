/**
 * The calling side of Thrift over HTTP, as the framing of one connection: one call at a time. Servers of HTTP/1.0, and those that say
 * `Connection: close`, close after an answer; then no other call may follow. Reconnecting is not its matter.
 */
import type { Buffer } from "node:buffer";
import { ConnectionError, DecodeError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameReader, FrameSink, Framing } from "../../framing/framing.ts";
import { takeHeaderBody } from "../../framing/header/header-body.ts";
import type { HeaderFraming } from "../../framing/header/header-framing.ts";
import {
  beginBody,
  callHeaders,
  connectionWishes,
  fillLength,
  headerLines,
  isCoded,
  judgeHttpHeaders,
} from "../../framing/http/messages.ts";
import { type HttpHead, HttpReader } from "../../framing/http/reader.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";

/** A client's connection: one call at a time. */
export class HttpClientFraming implements Framing {
  readonly name = "http";
  readonly carriesHeaders = true;
  readonly #head: string;
  /** What messages are framed in within a body. */
  readonly #inner: HeaderFraming | undefined;
  #reader: HttpReader | undefined;
  #bodyStart = 0;
  #innerStart = 0;
  /** The request that is out, if any, wants no message back. */
  #oneway = false;
  /** A request is out and not answered. */
  busy = false;
  closing = false;
  /** Called when it may go on. */
  onFree: (() => void) | undefined = undefined;

  /** `head` as `requestHead` gives it. With `inner`, messages stand in its frames, and so do a call's headers. */
  constructor(head: string, inner?: HeaderFraming) {
    this.#head = head;
    this.#inner = inner;
  }

  judge(headers: CallHeaders): void {
    if (this.#inner === undefined) judgeHttpHeaders(this.#head, headers);
  }

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid?: number): number {
    const start = w.pos;
    this.#oneway = seqid === 0;
    const inner = this.#inner;
    this.#bodyStart = beginBody(w, inner === undefined ? this.#head + headerLines(headers) : this.#head);
    if (inner !== undefined) this.#innerStart = inner.beginFrame(w, headers, seqid);
    return start;
  }

  endFrame(w: ByteWriter, _start: number): void {
    this.#inner?.endFrame(w, this.#innerStart);
    fillLength(w, this.#bodyStart);
    this.busy = true;
  }

  createReader(sink: FrameSink, _protocol: Protocol, limits: Limits): FrameReader {
    const reader = new HttpReader(
      {
        interim: (head) => this.#isInterim(head),
        onHead: (head) => this.#onHead(head),
        onBody: (head, body) => this.#onBody(sink, head, body, limits),
        endless: () => !this.#oneway,
      },
      limits.maxFrameBytes,
    );
    this.#reader = reader;
    return {
      get partialBytes() {
        return reader.partialBytes;
      },
      get keptBytes() {
        return reader.keptBytes;
      },
      push: (chunk) => {
        if (!this.busy) throw unasked();
        reader.push(chunk);
      },
      resume: () => reader.go(),
      end: () => reader.end(),
    };
  }

  /** RFC 9110, 15.2: they come asked for or not. 101 would be an answer to an upgrade, for which nobody has asked. */
  #isInterim(head: HttpHead): boolean {
    const status = statusOf(head);
    return status >= 100 && status < 200 && status !== 101;
  }

  #onHead(head: HttpHead): void {
    if (statusOf(head) !== 200) throw failed(`HTTP status ${head.line.slice("HTTP/1.1 ".length).slice(0, 100)}`);
    if (isCoded(head.headers))
      throw failed(`HTTP answer with content encoding ${head.headers.get("content-encoding")}`);
    this.closing = closesAfter(head);
  }

  #onBody(sink: FrameSink, { headers }: HttpHead, body: Buffer, limits: Limits): void {
    this.busy = false;
    if (!this.#oneway) this.#take(sink, body, callHeaders(headers), limits);
    // It would be taken for the answer to the next call.
    if ((this.#reader?.heldBytes ?? 0) > 0) throw unasked();
    this.#reader?.go();
    this.onFree?.();
  }

  #take(sink: FrameSink, body: Buffer, headers: CallHeaders, limits: Limits): void {
    if (body.length === 0) throw failed("HTTP answer without a message");
    if (this.#inner === undefined) sink.onFrame(body, 0, body.length, headers);
    else takeHeaderBody(sink, body, headers, this.#inner, limits.maxFrameBytes);
  }
}

function statusOf({ line }: HttpHead): number {
  const status = /^HTTP\/1\.[01] (\d{3})(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(line)?.[1];
  if (status === undefined) throw new DecodeError("invalid", `HTTP status line ${JSON.stringify(line.slice(0, 100))}`);
  return Number(status);
}

function unasked(): DecodeError {
  return new DecodeError("invalid", "HTTP answer that nobody has asked for");
}

function failed(text: string): ConnectionError {
  return new ConnectionError("PROTOCOL_ERROR", text, { delivery: "answered" });
}

/** Whether the server closes after this answer: it says so, is of a time before connections were kept, or has no other end for it. */
function closesAfter({ line, headers }: HttpHead): boolean {
  const wishes = connectionWishes(headers);
  if (wishes.includes("close") || !(headers.has("content-length") || headers.has("transfer-encoding"))) return true;
  return line.startsWith("HTTP/1.0") && !wishes.includes("keep-alive");
}
