/**
 * Reads HTTP/1.1 messages out of a stream: the head within a bound, then a body of known or chunked length within another. Knows
 * no methods and no statuses; whose messages they are is told by what it is given.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9112
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../errors.ts";
import { GrowingBytes } from "./growing-bytes.ts";

/** Bytes of a request or status line with all header lines. */
const MAX_HEAD_BYTES = 16_384;
/** Bytes of a line that announces a chunk, extensions included. */
const MAX_CHUNK_LINE_BYTES = 256;
const CRLF = "\r\n";
const END_OF_HEAD = "\r\n\r\n";

/** A first line with the headers behind it; names in lower case, of equal ones the last. */
export interface HttpHead {
  readonly line: string;
  readonly headers: ReadonlyMap<string, string>;
}

export interface HttpSink {
  /** The head is there and the body is still to come; throws to refuse it. */
  onHead(head: HttpHead): void;
  /** The whole body; valid only during this call, and no more is read out of the stream until `go`. */
  onBody(head: HttpHead, body: Buffer): void;
  /** Whether a body that has neither length nor chunks goes on to the end of the stream. Default: there is none. */
  readonly endless?: (() => boolean) | undefined;
}

/** head → body (length bytes, or chunk by chunk: size line, bytes, line end; or all that comes) → held, until `go` → head */
type State = "head" | "length" | "chunk-line" | "chunk" | "chunk-end" | "trailer" | "endless" | "held";

export class HttpReader {
  readonly #sink: HttpSink;
  readonly #maxBodyBytes: number;
  /** What has come and was not read. */
  readonly #input = new GrowingBytes();
  #pos = 0;
  /** Bytes behind `#pos` in which the end that is looked for does not begin, but for its own length. */
  #searched = 0;
  #trailerBytes = 0;
  readonly #body = new GrowingBytes();
  #state: State = "head";
  #head: HttpHead = { line: "", headers: new Map() };
  #wanted = 0;

  constructor(sink: HttpSink, maxBodyBytes: number) {
    this.#sink = sink;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Bytes of a message that is not all there. */
  get partialBytes(): number {
    return this.#state === "held" ? 0 : this.#input.length - this.#pos + this.#body.length;
  }

  /** Bytes that came behind a message that is not answered yet. */
  get heldBytes(): number {
    return this.#state === "held" ? this.#input.length - this.#pos : 0;
  }

  push(chunk: Buffer): void {
    this.#forgetRead();
    this.#input.append(chunk, 0, chunk.length, Number.POSITIVE_INFINITY);
    this.#read();
  }

  /** The message was answered: the next may be read. */
  go(): void {
    if (this.#state !== "held") return;
    this.#state = "head";
    this.#read();
  }

  /** The stream has ended, and a body that lasts as long as it with it. */
  end(): void {
    if (this.#state === "endless") this.#deliver();
  }

  #read(): void {
    while (this.#step());
    if (this.#pos === this.#input.length) this.#forgetRead();
  }

  /** A stream need never end a chunk with a message: what was read goes even if something stands behind it. */
  #forgetRead(): void {
    this.#input.dropFirst(this.#pos);
    this.#pos = 0;
  }

  /** False when more must come, or nothing more may be read. */
  #step(): boolean {
    switch (this.#state) {
      case "head":
        return this.#readHead();
      case "length":
        return this.#take() && this.#deliver();
      case "chunk-line":
        return this.#readChunkLine();
      case "chunk":
        return this.#take() && this.#become("chunk-end");
      case "chunk-end":
        return this.#readChunkEnd();
      case "trailer":
        return this.#readTrailer();
      case "endless":
        return this.#takeAll();
      default:
        return false;
    }
  }

  #become(state: State): true {
    this.#state = state;
    return true;
  }

  #readHead(): boolean {
    const end = this.#find(END_OF_HEAD);
    if ((end < 0 ? this.#input.length : end) - this.#pos > MAX_HEAD_BYTES)
      throw new DecodeError("limit", `HTTP head of more than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) return false;
    this.#head = parseHead(this.#input.buf.toString("latin1", this.#pos, end));
    this.#pos = end + END_OF_HEAD.length;
    this.#trailerBytes = 0;
    this.#sink.onHead(this.#head);
    return this.#beginBody();
  }

  #beginBody(): boolean {
    const { headers } = this.#head;
    const coding = headers.get("transfer-encoding");
    const length = headers.get("content-length");
    if (coding !== undefined && (coding.toLowerCase() !== "chunked" || length !== undefined))
      throw new DecodeError(
        "invalid",
        `HTTP transfer coding ${JSON.stringify(coding)}${length === undefined ? "" : " beside a length"}`,
      );
    if (coding !== undefined) return this.#become("chunk-line");
    if (length === undefined && this.#sink.endless?.() === true) return this.#become("endless");
    this.#want(length === undefined ? 0 : parseLength(length, /^\d{1,15}$/, 10));
    return this.#become("length");
  }

  /** Where `text` begins behind `#pos`, or -1; no byte is searched again when more have come. */
  #find(text: string): number {
    const { buf, length } = this.#input;
    const from = this.#pos + Math.max(0, this.#searched - text.length + 1);
    const found = buf.subarray(0, length).indexOf(text, from, "latin1");
    this.#searched = found < 0 ? length - this.#pos : 0;
    return found;
  }

  #want(bytes: number): void {
    this.#wanted = bytes;
    const total = this.#body.length + bytes;
    if (total > this.#maxBodyBytes)
      throw new DecodeError("limit", `HTTP body of ${total} bytes, limit ${this.#maxBodyBytes}`);
  }

  /** Moves bytes of the body; true when all that were wanted are there. */
  #take(): boolean {
    const end = Math.min(this.#input.length, this.#pos + this.#wanted);
    const expected = this.#state === "length" ? this.#wanted + this.#body.length : this.#maxBodyBytes;
    this.#body.append(this.#input.buf, this.#pos, end, expected);
    this.#wanted -= end - this.#pos;
    this.#pos = end;
    return this.#wanted === 0;
  }

  #takeAll(): false {
    this.#want(this.#input.length - this.#pos);
    this.#take();
    return false;
  }

  /** The next line, without its end; undefined while it is not all there. */
  #line(maxBytes: number): string | undefined {
    const { buf, length } = this.#input;
    const end = this.#find(CRLF);
    if ((end < 0 ? length : end) - this.#pos > maxBytes)
      throw new DecodeError("limit", `HTTP line of more than ${maxBytes} bytes in a body`);
    if (end < 0) return undefined;
    const line = buf.toString("latin1", this.#pos, end);
    this.#pos = end + CRLF.length;
    return line;
  }

  #readChunkLine(): boolean {
    const line = this.#line(MAX_CHUNK_LINE_BYTES);
    if (line === undefined) return false;
    const size = parseLength((line.split(";", 1)[0] as string).trim(), /^[0-9a-f]{1,12}$/i, 16);
    this.#want(size);
    return this.#become(size === 0 ? "trailer" : "chunk");
  }

  #readChunkEnd(): boolean {
    if (this.#input.length - this.#pos < CRLF.length) return false;
    const end = this.#input.buf.toString("latin1", this.#pos, this.#pos + CRLF.length);
    if (end !== CRLF) throw new DecodeError("invalid", `HTTP chunk that ends with ${JSON.stringify(end)}`);
    this.#pos += CRLF.length;
    return this.#become("chunk-line");
  }

  #readTrailer(): boolean {
    const line = this.#line(MAX_HEAD_BYTES - this.#trailerBytes);
    if (line === undefined) return false;
    this.#trailerBytes = Math.min(MAX_HEAD_BYTES, this.#trailerBytes + line.length + CRLF.length);
    return line === "" ? this.#deliver() : true;
  }

  #deliver(): boolean {
    const body = this.#body.buf.subarray(0, this.#body.length);
    this.#body.clear();
    this.#state = "held";
    this.#sink.onBody(this.#head, body);
    // The sink may have said `go` already.
    return (this.#state as State) !== "held";
  }
}

function parseLength(text: string, form: RegExp, radix: number): number {
  if (!form.test(text)) throw new DecodeError("invalid", `HTTP length ${JSON.stringify(text)}`);
  return Number.parseInt(text, radix);
}

function parseHead(text: string): HttpHead {
  const [line = "", ...lines] = text.split(CRLF);
  const headers = new Map<string, string>();
  for (const each of lines) {
    const colon = each.indexOf(":");
    const name = each.slice(0, colon).toLowerCase();
    if (colon <= 0 || /[\s\0]/.test(name))
      throw new DecodeError("invalid", `HTTP header line ${JSON.stringify(each.slice(0, 100))}`);
    const value = each.slice(colon + 1).trim();
    if (name === "content-length" && (headers.get(name) ?? value) !== value)
      throw new DecodeError("invalid", "HTTP message with two lengths");
    headers.set(name, value);
  }
  return { line, headers };
}
