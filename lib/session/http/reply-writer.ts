/**
 * Lays answers into HTTP/1.1: exactly one to each request. Knows whether an answer is owed, not what it says.
 *
 *   HTTP/1.1 200 OK | Content-Type: application/x-thrift | call's headers | Content-Length | message, or nothing for oneway
 *
 * Spec: https://www.rfc-editor.org/rfc/rfc9112
 */
import { Buffer } from "node:buffer";
import type { Connection } from "../../connection/connection.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameWriter } from "../../framing/framing.ts";
import type { HeaderFraming } from "../../framing/header/header-framing.ts";
import { THRIFT_CONTENT_TYPE } from "../../framing/http/content-type.ts";
import { beginBody, fillLength, headerLines, judgeHttpHeaders } from "../../framing/http/messages.ts";
import type { HttpRefusal } from "../../framing/http/request-head.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";

const OK_HEAD = `HTTP/1.1 200 OK\r\nContent-Type: ${THRIFT_CONTENT_TYPE}\r\n`;
const CLOSE_LINE = "Connection: close\r\n";

/** The answers on one connection. */
export class HttpReplyWriter implements FrameWriter {
  readonly name = "http";
  readonly carriesHeaders = true;
  /** A request was handed on and has no answer yet. */
  owes = false;
  /** The connection ends with this answer, and the answer says so. */
  closes = false;
  /** What the answer's message is framed in within its body. */
  inner: HeaderFraming | undefined;
  readonly #connection: Connection;
  readonly #onAnswered: () => void;
  #bodyStart = 0;
  #innerStart = 0;

  /** `onAnswered`: called from within what wrote the answer. */
  constructor(connection: Connection, onAnswered: () => void) {
    this.#connection = connection;
    this.#onAnswered = onAnswered;
  }

  get #head(): string {
    return this.closes ? OK_HEAD + CLOSE_LINE : OK_HEAD;
  }

  judge(headers: CallHeaders): void {
    if (this.inner === undefined) judgeHttpHeaders(this.#head, headers);
  }

  beginFrame(w: ByteWriter, headers?: CallHeaders, seqid?: number): number {
    const start = w.pos;
    const { inner } = this;
    this.#bodyStart = beginBody(w, inner === undefined ? this.#head + headerLines(headers) : this.#head);
    if (inner !== undefined) this.#innerStart = inner.beginFrame(w, headers, seqid);
    return start;
  }

  /** A second answer to one request would be taken for that of the next caller: it is never sent. */
  endFrame(w: ByteWriter, start: number): void {
    if (!this.owes) {
      w.pos = start;
      return;
    }
    this.inner?.endFrame(w, this.#innerStart);
    fillLength(w, this.#bodyStart);
    this.#done();
  }

  /** Answers with an empty body, if an answer is owed: a client waits for one to every POST. */
  acknowledge(): void {
    if (!this.owes) return;
    this.#connection.write(Buffer.from(`${this.#head}Content-Length: 0\r\n\r\n`));
    this.#done();
  }

  #done(): void {
    this.owes = false;
    this.#onAnswered();
  }

  /** Answers with a status and its reason, in words. No answer may follow. */
  refuse(status: HttpRefusal["status"], text: string, more: string): void {
    const body = Buffer.from(`${text}\n`);
    const head = `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n${more}${CLOSE_LINE}Content-Length: ${body.length}\r\n\r\n`;
    this.#connection.write(Buffer.concat([Buffer.from(head), body]));
    this.closes = true;
  }
}
