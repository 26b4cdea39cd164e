/**
 * The answering side of Thrift over HTTP, as the framing of one connection: requests are read one at a time, and each gets exactly one
 * answer, of its session or an empty one. What the messages say is not its matter.
 */
import { Buffer } from "node:buffer";
import { DecodeError, ThriftError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameReader, FrameSink, Framing } from "../../framing/framing.ts";
import { isHeaderBody, takeHeaderBody } from "../../framing/header/header-body.ts";
import { HeaderFraming } from "../../framing/header/header-framing.ts";
import { THRIFT_CONTENT_TYPE } from "../../framing/http/content-type.ts";
import {
  beginBody,
  callHeaders,
  connectionWishes,
  fillLength,
  headerLines,
  judgeHttpHeaders,
} from "../../framing/http/messages.ts";
import { type HttpHead, HttpReader } from "../../framing/http/reader.ts";
import { checkRequest, HttpRefusal, wantsContinue } from "../../framing/http/request-head.ts";
import { messageProtocol } from "../../framing/message-protocol.ts";
import { queueMicrotask } from "../../platform/node-time.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";

/** Of what comes after a request that is being worked on; with more the connection is not read. Less, and a client that went away is still noticed. */
const MAX_HELD_BYTES = 65_536;
const OK_HEAD = `HTTP/1.1 200 OK\r\nContent-Type: ${THRIFT_CONTENT_TYPE}\r\n`;
const CLOSE_LINE = "Connection: close\r\n";
const CONTINUE = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** What an HTTP framing needs of its connection beside the frames of a session. */
export interface RawOutput {
  /** Sends bytes as they are. */
  write(bytes: Buffer): void;
  /** Closes behind what was written. */
  end(cause?: Error): void;
  /** Takes nothing more in until `resume`. */
  pause(): void;
  resume(): void;
  /** Others come first: no request is read until the reader is told to resume. */
  readonly inLine: boolean;
}

/** A server's connection. Answers what is no Thrift over HTTP with a status, and closes then. */
export class HttpServerFraming implements Framing {
  readonly name = "http";
  readonly carriesHeaders = true;
  readonly #output: RawOutput;
  #reader: HttpReader | undefined;
  /** A request was handed on and has no answer yet. */
  #owes = false;
  #stopped = false;
  /** The connection ends with the answer. */
  #close = false;
  /** What the request's message is framed in within its body. For each its own, for requests on one connection may come from many clients. */
  #inner: HeaderFraming | undefined;
  #bodyStart = 0;
  #innerStart = 0;

  constructor(output: RawOutput) {
    this.#output = output;
  }

  get #head(): string {
    return this.#close ? OK_HEAD + CLOSE_LINE : OK_HEAD;
  }

  judge(headers: CallHeaders): void {
    if (this.#inner === undefined) judgeHttpHeaders(this.#head, headers);
  }

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid?: number): number {
    const start = w.pos;
    const inner = this.#inner;
    this.#bodyStart = beginBody(w, inner === undefined ? this.#head + headerLines(headers) : this.#head);
    if (inner !== undefined) this.#innerStart = inner.beginFrame(w, headers, seqid);
    return start;
  }

  /** A second answer to one request would be taken for that of the next caller: it is not sent, whoever writes it. */
  endFrame(w: ByteWriter, start: number): void {
    if (!this.#owes) {
      w.pos = start;
      return;
    }
    this.#inner?.endFrame(w, this.#innerStart);
    fillLength(w, this.#bodyStart);
    this.#done();
  }

  /** A client waits for an answer to every POST. */
  acknowledge(): void {
    if (!this.#owes) return;
    this.#output.write(Buffer.from(`${this.#head}Content-Length: 0\r\n\r\n`));
    this.#done();
  }

  /** The answer is out: the next request may be read, though not from within what wrote this one. */
  #done(): void {
    this.#owes = false;
    queueMicrotask(() => (this.#close ? this.#output.end() : this.#goOn()));
  }

  #goOn(): void {
    try {
      this.#readNext();
    } catch (error) {
      this.#output.end(error as Error);
      return;
    }
    // Out of turn there is nothing to stop: with its turn the reader looks again at what it holds.
    if (!this.#stopped || (this.#holdsMuch() && !this.#output.inLine)) return;
    this.#stopped = false;
    this.#output.resume();
  }

  /** Not while a request is worked on: answers must come in their order. Nor after the last answer, nor out of turn. */
  #readNext(): void {
    if (!this.#owes && !this.#close && !this.#output.inLine) this.#refuseBad(() => this.#reader?.go());
  }

  #holdsMuch(): boolean {
    return (this.#reader?.heldBytes ?? 0) > MAX_HELD_BYTES;
  }

  #takeIn(reader: HttpReader, chunk: Buffer): void {
    this.#refuseBad(() => reader.push(chunk));
    this.#stopAtMuch();
  }

  #stopAtMuch(): void {
    if (this.#output.inLine || !this.#holdsMuch()) return;
    this.#stopped = true;
    this.#output.pause();
  }

  createReader(sink: FrameSink, _protocol: Protocol, limits: Limits): FrameReader {
    const reader = new HttpReader(
      {
        onHead: (head) => this.#onHead(head, limits),
        onBody: (head, body) => this.#onBody(sink, head, body, limits),
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
      push: (chunk) => this.#takeIn(reader, chunk),
      resume: () => {
        this.#readNext();
        this.#stopAtMuch();
      },
    };
  }

  /** Whatever is wrong with a request is told its client; its connection ends with that. */
  #refuseBad(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof HttpRefusal) this.#refuse(error.status, error.message, error.more);
      else if (error instanceof ThriftError)
        this.#refuse(error.code === "LIMIT_EXCEEDED" ? "413 Content Too Large" : "400 Bad Request", error.message);
      throw error;
    }
  }

  #refuse(status: string, text: string, more = ""): void {
    const body = Buffer.from(`${text}\n`);
    const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n${more}${CLOSE_LINE}Content-Length: ${body.length}\r\n\r\n`;
    this.#output.write(Buffer.concat([Buffer.from(head), body]));
    this.#close = true;
  }

  #onHead(head: HttpHead, limits: Limits): void {
    checkRequest(head);
    const wishes = connectionWishes(head.headers);
    this.#close = wishes.includes("close") || (head.line.endsWith(" HTTP/1.0") && !wishes.includes("keep-alive"));
    if (wantsContinue(head, limits.maxFrameBytes)) this.#output.write(CONTINUE);
  }

  #onBody(sink: FrameSink, { headers }: HttpHead, body: Buffer, limits: Limits): void {
    if (body.length === 0) throw new DecodeError("invalid", "HTTP request without a message");
    this.#owes = true;
    this.#inner = isHeaderBody(body) ? new HeaderFraming(undefined) : undefined;
    const ofCall = callHeaders(headers);
    if (this.#inner === undefined) sink.onFrame(body, 0, body.length, ofCall, 0, messageProtocol(body, 0, body.length));
    else takeHeaderBody(sink, body, ofCall, this.#inner, limits.maxFrameBytes);
  }
}
