/**
 * Reads HTTP/1.1 messages out of a stream: the head within a bound, then a body of known or chunked length within another. Strict:
 * lines end with CR LF, and a message whose end could be found in two ways is refused. Knows no methods and no statuses.
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9112
 */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import { GatheredBytes } from "../gathered-bytes.ts";
import { GrowingBytes } from "../growing-bytes.ts";
import { addField, parseChunkSize, parseLength } from "./fields.ts";

/** Bytes of a request or status line with all header lines and the empty line after them. */
export const MAX_HEAD_BYTES = 16_384;
/** Header lines of a head, and of a body's trailers: each takes far more memory than the four bytes that the shortest has. */
export const MAX_HEAD_LINES = 1_024;
/** Memory for each line beside its bytes: two strings, and a place among the fields. */
const FIELD_BYTES = 64;
/** Bytes of all heads without a body that may come before one answer: there may be any number of interim ones. */
export const MAX_INTERIM_BYTES = 262_144;
/** A request or a status line of HTTP/1.0. Chunks came with HTTP/1.1. */
const OF_HTTP_1_0 = /^HTTP\/1\.0 | HTTP\/1\.0$/;
/** Bytes of a line that announces a chunk, extensions included. */
const MAX_CHUNK_LINE_BYTES = 256;
const MAX_SHORT_DIGITS = 6;
/** By byte; 16 for what is none. */
const HEX_DIGITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 16 : digit;
});
const CRLF = "\r\n";
const LF = 0x0a;
const CR = 0x0d;

/** A first line with the headers after it; names in lower case, values of equal ones joined by commas. */
export interface HttpHead {
  readonly line: string;
  readonly headers: ReadonlyMap<string, string>;
}

export interface HttpSink {
  /** The head is there and the body is still to come; throws to refuse it. */
  onHead(head: HttpHead): void;
  /** Whether the message ends with its head, and another is to come in its place. Default: none does. */
  readonly interim?: ((head: HttpHead) => boolean) | undefined;
  /** The whole body; valid only during this call, and no more is read out of the stream until `go`. */
  onBody(head: HttpHead, body: Buffer): void;
  /** Whether a body that has neither length nor chunks goes on to the end of the stream. Default: there is none. */
  readonly endless?: (() => boolean) | undefined;
}

/** head, line by line → body (length bytes, or chunk by chunk: size line, bytes, line end; or all that comes) → held, until `go` → head */
type State = "head" | "length" | "chunk-line" | "chunk" | "chunk-end" | "trailer" | "endless" | "held";

export class HttpReader {
  readonly #sink: HttpSink;
  readonly #maxBodyBytes: number;
  /** What has come and was not read. */
  readonly #input = new GrowingBytes();
  #pos = 0;
  /** Bytes from `#pos` on in which no line ends. */
  #searched = 0;
  /** Bytes of the lines of the head, or of the trailer, that were read. */
  #lineBytes = 0;
  /** Those of these lines that have a field. */
  #fieldLines = 0;
  #interimBytes = 0;
  readonly #body = new GatheredBytes();
  #state: State = "head";
  /** The first line of the head; undefined before it has come. */
  #first: string | undefined;
  #fields = new Map<string, string>();
  #head: HttpHead = { line: "", headers: this.#fields };
  #wanted = 0;

  constructor(sink: HttpSink, maxBodyBytes: number) {
    this.#sink = sink;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Bytes of a message that is not all there. */
  get partialBytes(): number {
    if (this.#state === "held") return 0;
    const headBytes = this.#first === undefined ? 0 : this.#lineBytes;
    return headBytes + this.#input.length - this.#pos + this.#body.length;
  }

  /** Memory that this takes for what was not brought. */
  get keptBytes(): number {
    const fields = this.#lineBytes + this.#fieldLines * FIELD_BYTES;
    return this.#input.buf.length + this.#body.room + (this.#first === undefined ? 0 : fields);
  }

  /** Bytes that came after a message that is not answered yet. */
  get heldBytes(): number {
    return this.#state === "held" ? this.#input.length - this.#pos : 0;
  }

  push(chunk: Buffer): void {
    this.#forgetRead();
    this.#input.take(chunk);
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
    if (this.#state === "endless") this.#deliver(this.#body.take());
  }

  #read(): void {
    while (this.#step());
    if (this.#pos === this.#input.length) this.#forgetRead();
  }

  /** A stream need never end a chunk with a message: what was read goes even if something stands after it. */
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
        return this.#readLength();
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
    const line = this.#boundedLine();
    if (line === undefined) return false;
    if (line === "") return this.#first === undefined ? this.#passOverBlank() : this.#endHead(this.#first);
    if (this.#first === undefined) this.#first = line;
    else this.#addField(line);
    return true;
  }

  #addField(line: string): void {
    if (++this.#fieldLines > MAX_HEAD_LINES)
      throw new DecodeError("limit", `HTTP head or trailer of more than ${MAX_HEAD_LINES} lines`);
    addField(this.#fields, line);
  }

  /** Some clients end a body with a line that does not belong to it: RFC 9112 2.2. */
  #passOverBlank(): true {
    if (this.#lineBytes > CRLF.length) throw new DecodeError("invalid", "HTTP message that begins with empty lines");
    return true;
  }

  #endHead(line: string): boolean {
    const head = { line, headers: this.#fields };
    const bytes = this.#beginLines();
    this.#head = head;
    this.#fields = new Map();
    this.#first = undefined;
    if (this.#sink.interim?.(head) === true) return this.#passOverInterim(bytes);
    this.#interimBytes = 0;
    this.#sink.onHead(head);
    return this.#beginBody();
  }

  #passOverInterim(bytes: number): true {
    this.#interimBytes += bytes;
    if (this.#interimBytes > MAX_INTERIM_BYTES)
      throw new DecodeError("limit", `HTTP interim answers of more than ${MAX_INTERIM_BYTES} bytes`);
    return true;
  }

  /** Counts anew; gives what was counted. */
  #beginLines(): number {
    const bytes = this.#lineBytes;
    this.#lineBytes = 0;
    this.#fieldLines = 0;
    return bytes;
  }

  #beginBody(): boolean {
    const { headers, line } = this.#head;
    const coding = headers.get("transfer-encoding");
    const length = headers.get("content-length");
    if (coding !== undefined) {
      if (coding.toLowerCase() !== "chunked" || length !== undefined || OF_HTTP_1_0.test(line)) {
        const why = length === undefined ? "" : " beside a length";
        throw new DecodeError("invalid", `HTTP transfer coding ${JSON.stringify(coding.slice(0, 100))}${why}`);
      }
      return this.#become("chunk-line");
    }
    if (length === undefined && this.#sink.endless?.() === true) return this.#become("endless");
    this.#want(length === undefined ? 0 : parseLength(length));
    return this.#become("length");
  }

  #want(bytes: number): void {
    this.#wanted = bytes;
    const total = this.#body.length + bytes;
    if (total > this.#maxBodyBytes)
      throw new DecodeError("limit", `HTTP body of ${total} bytes, limit ${this.#maxBodyBytes}`);
  }

  #readLength(): boolean {
    const end = this.#pos + this.#wanted;
    if (this.#body.length > 0 || this.#input.length < end) return this.#take() && this.#deliver(this.#body.take());
    const body = this.#input.buf.subarray(this.#pos, end);
    this.#pos = end;
    return this.#deliver(body);
  }

  /** Moves bytes of the body; true when all that were wanted are there. */
  #take(): boolean {
    const end = Math.min(this.#input.length, this.#pos + this.#wanted);
    this.#body.append(this.#input.buf, this.#pos, end);
    this.#wanted -= end - this.#pos;
    this.#pos = end;
    return this.#wanted === 0;
  }

  #takeAll(): false {
    this.#want(this.#input.length - this.#pos);
    this.#take();
    return false;
  }

  /** The next line of a head or trailer. */
  #boundedLine(): string | undefined {
    const line = this.#line(MAX_HEAD_BYTES, this.#lineBytes + CRLF.length);
    if (line !== undefined) this.#lineBytes += line.length + CRLF.length;
    return line;
  }

  /** The next line, without its end; undefined while it is not all there. It may have `limit` bytes but for the `used`. No byte is searched twice. */
  #line(limit: number, used: number): string | undefined {
    const { buf, length } = this.#input;
    const come = buf.length === length ? buf : buf.subarray(0, length);
    const found = come.indexOf(LF, this.#pos + this.#searched);
    // What stands before the line's end, or will: the last byte may be the CR.
    const end = found < 0 ? Math.max(this.#pos, length - 1) : found - 1;
    if (end - this.#pos > limit - used) throw new DecodeError("limit", `HTTP head or line of more than ${limit} bytes`);
    this.#searched = found < 0 ? length - this.#pos : 0;
    if (found < 0) return undefined;
    if (end < this.#pos || buf[end] !== CR) throw new DecodeError("invalid", "HTTP line that does not end with CR LF");
    const line = buf.toString("latin1", this.#pos, end);
    this.#pos = found + 1;
    return line;
  }

  #readChunkLine(): boolean {
    const size = this.#shortSize() ?? this.#sizeInLine();
    if (size === undefined) return false;
    this.#want(size);
    return this.#become(size === 0 ? "trailer" : "chunk");
  }

  /** The size in a line of nothing but a few digits, as nearly all are: a client that sends a byte a chunk makes us read thousands of them. */
  #shortSize(): number | undefined {
    const { buf, length } = this.#input;
    const most = Math.min(length - CRLF.length, this.#pos + MAX_SHORT_DIGITS);
    let size = 0;
    for (let at = this.#pos; at <= most; at++) {
      const byte = buf[at] as number;
      const digit = HEX_DIGITS[byte] as number;
      if (digit < 16) size = size * 16 + digit;
      else if (at === this.#pos || byte !== CR || buf[at + 1] !== LF) return undefined;
      else {
        this.#pos = at + CRLF.length;
        this.#searched = 0;
        return size;
      }
    }
    return undefined;
  }

  #sizeInLine(): number | undefined {
    const line = this.#line(MAX_CHUNK_LINE_BYTES, 0);
    return line === undefined ? undefined : parseChunkSize(line);
  }

  #readChunkEnd(): boolean {
    const { buf, length } = this.#input;
    if (length - this.#pos < CRLF.length) return false;
    if (buf[this.#pos] !== CR || buf[this.#pos + 1] !== LF) {
      const end = buf.toString("latin1", this.#pos, this.#pos + CRLF.length);
      throw new DecodeError("invalid", `HTTP chunk that ends with ${JSON.stringify(end)}`);
    }
    this.#pos += CRLF.length;
    return this.#become("chunk-line");
  }

  /** What it says is nobody's, but it must be headers. */
  #readTrailer(): boolean {
    const line = this.#boundedLine();
    if (line === undefined) return false;
    if (line === "") return this.#deliver(this.#body.take());
    this.#addField(line);
    return true;
  }

  #deliver(body: Buffer): boolean {
    this.#fields = new Map();
    this.#beginLines();
    this.#state = "held";
    this.#sink.onBody(this.#head, body);
    // The sink may have said `go` already.
    return (this.#state as State) !== "held";
  }
}
