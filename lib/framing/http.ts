/**
 * Thrift over HTTP: each message is the body of a POST or of its answer, one at a time on a connection that is kept. As framings
 * of one connection; what the messages say is not their matter, but whether one will be answered.
 *
 *   POST /path HTTP/1.1 | Host, Content-Type: application/x-thrift, Accept, Content-Length | message
 *   HTTP/1.1 200 OK     | Content-Type: application/x-thrift, Content-Length               | message, or nothing for oneway
 *
 * The length is written with leading zeros, so that it can be filled in when the message is there. Servers of HTTP/1.0, and those
 * that say `Connection: close`, close behind each answer: the next call needs another connection.
 * Spec: https://www.rfc-editor.org/rfc/rfc9112 and Apache's THttpClient
 */
import { Buffer } from "node:buffer";
import { ConnectionError, DecodeError } from "../errors.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { FrameHeaders, FrameReader, FrameSink, Framing } from "./framing.ts";
import { type HttpHead, HttpReader } from "./http-reader.ts";

export const THRIFT_CONTENT_TYPE = "application/x-thrift";
const LENGTH_DIGITS = 10;
const LENGTH_HOLE = "0".repeat(LENGTH_DIGITS);
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
    writeText(
      w,
      `${OK_HEAD}${headerLines(headers)}${this.#close ? "Connection: close\r\n" : ""}Content-Length: ${LENGTH_HOLE}\r\n\r\n`,
    );
    this.#bodyStart = w.pos;
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
    const connection = head.headers.get("connection")?.toLowerCase();
    this.#close = version === "HTTP/1.0" ? connection !== "keep-alive" : connection === "close";
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
    writeText(w, `${this.#head}${headerLines(headers)}Content-Length: ${LENGTH_HOLE}\r\n\r\n`);
    this.#bodyStart = w.pos;
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
  const wishes = (headers.get("connection") ?? "").toLowerCase().split(/[ \t]*,[ \t]*/);
  if (wishes.includes("close") || !(headers.has("content-length") || headers.has("transfer-encoding"))) return true;
  return line.startsWith("HTTP/1.0") && !wishes.includes("keep-alive");
}

const scratch = new ByteReader();
const scratchHead: MessageHead = { type: 0, seqid: 0, nameBuf: Buffer.alloc(0), nameStart: 0, nameEnd: 0 };

function isOneway(protocol: Protocol | undefined, message: Buffer): boolean {
  scratch.reset(message, 0, message.length);
  try {
    protocol?.readMessageBegin(scratch, scratchHead);
  } catch {
    return true; // nothing that could be answered in Thrift's terms
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
function callHeaders(headers: FrameHeaders): FrameHeaders {
  return new Map([...headers].filter(([name]) => !OF_HTTP.has(name)));
}

/** Names and values that would end a line, or mean something to HTTP, are left out: they cannot be sent. */
function headerLines(headers: FrameHeaders | undefined): string {
  if (headers === undefined) return "";
  let lines = "";
  for (const [name, value] of headers) {
    const sendable = /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n\0]/.test(value) && !OF_HTTP.has(name.toLowerCase());
    if (sendable) lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function writeText(w: ByteWriter, text: string): void {
  const length = Buffer.byteLength(text);
  w.reserve(length).write(text, w.pos);
  w.pos += length;
}

function fillLength(w: ByteWriter, bodyStart: number): void {
  const digits = `${w.pos - bodyStart}`.padStart(LENGTH_DIGITS, "0");
  w.buf.write(digits, bodyStart - 4 - LENGTH_DIGITS, "latin1");
}
