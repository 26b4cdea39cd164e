/**
 * The answering side of Thrift over HTTP, as the framing of one connection: requests are read one at a time, and each is answered, oneway
 * calls too. What the messages say is not its matter, but whether one will be answered.
 */
import { Buffer } from "node:buffer";
import { ConnectionError, DecodeError } from "../errors.ts";
import { queueMicrotask } from "../platform/node-time.ts";
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

/** Of what comes behind a request that is being worked on; with more the connection is not read. Less, and a client that went away is still noticed. */
const MAX_HELD_BYTES = 65_536;
const OK_HEAD = `HTTP/1.1 200 OK\r\nContent-Type: ${THRIFT_CONTENT_TYPE}\r\n`;

/** What an HTTP framing needs of its connection beside the frames of a session. */
export interface RawOutput {
  /** Sends bytes as they are. */
  write(bytes: Buffer): void;
  /** Closes behind what was written. */
  end(cause?: Error): void;
  /** Takes nothing more in until `resume`. */
  pause(): void;
  resume(): void;
}

/** A server's connection. Answers what is no Thrift over HTTP with a status, and closes then. */
export class HttpServerFraming implements Framing {
  readonly name = "http";
  readonly carriesHeaders = true;
  /** Proxies send the requests of many clients over one connection, and so do HTTP clients that know nothing of Thrift. */
  readonly shared = true;
  readonly #output: RawOutput;
  #reader: HttpReader | undefined;
  #protocol: Protocol | undefined;
  #answered = false;
  #stopped = false;
  #close = false;
  #bodyStart = 0;

  constructor(output: RawOutput) {
    this.#output = output;
  }

  beginFrame(w: ByteWriter, headers?: FrameHeaders): number {
    const start = w.pos;
    this.#bodyStart = beginBody(w, `${OK_HEAD}${headerLines(headers)}${this.#close ? "Connection: close\r\n" : ""}`);
    return start;
  }

  endFrame(w: ByteWriter, _start: number): void {
    fillLength(w, this.#bodyStart);
    this.#done();
  }

  /** The answer is out: the next request may be read, though not from within what wrote this one. */
  #done(): void {
    this.#answered = true;
    queueMicrotask(() => (this.#close ? this.#output.end() : this.#goOn()));
  }

  /** Not when a request has been read since: one is worked on at a time, for answers must come in their order. */
  #goOn(): void {
    if (!this.#answered) return;
    try {
      this.#reader?.go();
    } catch (error) {
      this.#output.end(error as Error);
      return;
    }
    if (!this.#stopped || this.#holdsMuch()) return;
    this.#stopped = false;
    this.#output.resume();
  }

  #holdsMuch(): boolean {
    return (this.#reader?.heldBytes ?? 0) > MAX_HELD_BYTES;
  }

  #takeIn(reader: HttpReader, chunk: Buffer): void {
    this.#refuseBad(() => reader.push(chunk));
    if (!this.#holdsMuch()) return;
    this.#stopped = true;
    this.#output.pause();
  }

  speak(protocol: Protocol): void {
    this.#protocol = protocol;
  }

  createReader(sink: FrameSink, _protocol: Protocol, limits: Limits): FrameReader {
    const reader = new HttpReader(
      { onHead: (head) => this.#onHead(head, limits), onBody: (head, body) => this.#onBody(sink, head, body) },
      limits.maxFrameBytes,
    );
    this.#reader = reader;
    return {
      get partialBytes() {
        return reader.partialBytes;
      },
      push: (chunk) => this.#takeIn(reader, chunk),
      resume: () => {
        if (this.#answered) this.#refuseBad(() => reader.go());
      },
    };
  }

  #refuseBad(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof DecodeError)
        this.#refuse(error.problem === "limit" ? "413 Content Too Large" : "400 Bad Request", error.message);
      throw error;
    }
  }

  #onHead(head: HttpHead, limits: Limits): void {
    const [method = "", , version = ""] = head.line.split(" ");
    if (!/^HTTP\/1\.[01]$/.test(version))
      this.#fail("400 Bad Request", `request line ${JSON.stringify(head.line.slice(0, 100))}`);
    if (method !== "POST")
      this.#fail("405 Method Not Allowed", `${method}: thrift is called by POST`, "Allow: POST\r\n");
    const type = head.headers.get("content-type") ?? THRIFT_CONTENT_TYPE;
    if (!/^application\/(x-thrift|vnd\.apache\.thrift(\.\w+)?|octet-stream|json)\b/i.test(type))
      this.#fail("415 Unsupported Media Type", `content type ${JSON.stringify(type)}, expected ${THRIFT_CONTENT_TYPE}`);
    const wishes = connectionWishes(head.headers);
    this.#close = wishes.includes("close") || (version === "HTTP/1.0" && !wishes.includes("keep-alive"));
    if (
      head.headers.get("expect")?.toLowerCase() === "100-continue" &&
      Number(head.headers.get("content-length") ?? 0) <= limits.maxFrameBytes
    ) {
      this.#output.write(Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"));
    }
  }

  #fail(status: string, text: string, more = ""): never {
    this.#refuse(status, text, more);
    throw new ConnectionError("PROTOCOL_ERROR", `HTTP: ${text}`, { delivery: "answered" });
  }

  #refuse(status: string, text: string, more = ""): void {
    const body = Buffer.from(`${text}\n`);
    const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n${more}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    this.#output.write(Buffer.concat([Buffer.from(head), body]));
  }

  #onBody(sink: FrameSink, head: HttpHead, body: Buffer): void {
    this.#answered = false;
    if (body.length === 0) throw new DecodeError("invalid", "HTTP request without a message");
    sink.onFrame(body, 0, body.length, callHeaders(head.headers));
    if (!this.#answered && isOneway(this.#protocol, body)) this.#answerOneway();
  }

  /** A client waits for an answer to every POST. */
  #answerOneway(): void {
    this.#output.write(Buffer.from(`${OK_HEAD}${this.#close ? "Connection: close\r\n" : ""}Content-Length: 0\r\n\r\n`));
    this.#done();
  }
}
