/**
 * The answering side of HTTP/1.1 on one connection: reads requests one at a time, hands each to the content that reads its type, and goes on
 * when it was answered. What is no request is refused with the status that says why. Knows no messages and no calls.
 */
import type { Buffer } from "node:buffer";
import type { Connection, Session } from "../../connection/connection.ts";
import { type ConnectionError, ThriftError } from "../../errors/errors.ts";
import type { FrameReader } from "../../framing/framing.ts";
import { callHeaders, connectionWishes } from "../../framing/http/messages.ts";
import { type HttpHead, HttpReader, type HttpSink } from "../../framing/http/reader.ts";
import {
  CONTINUE,
  checkRequest,
  HttpRefusal,
  unsupportedType,
  wantsContinue,
} from "../../framing/http/request-head.ts";
import { queueMicrotask } from "../../platform/node-time.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import type { HttpContent, OpenContents } from "./content.ts";
import { HttpReplyWriter } from "./reply-writer.ts";

/** Bytes that may come after a request that is being worked on; with more the connection is not read. With less, a client that goes away is still noticed. */
const MAX_HELD_BYTES = 65_536;

/** Begins the conversation when it is made. */
export class HttpServerSession implements ServerSession, Session, FrameReader, HttpSink {
  readonly #connection: Connection;
  readonly #dispatcher: ServerSessionOwner;
  readonly #maxBodyBytes: number;
  readonly #reader: HttpReader;
  readonly #replies: HttpReplyWriter;
  /** In the order in which they are asked. */
  readonly #contents: readonly HttpContent[];
  /** Reads the body of the request at hand. */
  #content: HttpContent | undefined;
  #stopped = false;
  /** No further request is awaited: the client has ended, or the server is about to. */
  #ending = false;

  /** `maxBodyBytes`: largest body. */
  constructor(connection: Connection, dispatcher: ServerSessionOwner, maxBodyBytes: number, open: OpenContents) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#maxBodyBytes = maxBodyBytes;
    this.#reader = new HttpReader(this, maxBodyBytes);
    this.#replies = new HttpReplyWriter(connection, () => this.#onAnswered());
    this.#contents = open({ connection, dispatcher, replies: this.#replies, onCallEnded: () => this.#endIfDone() });
    connection.start(this, this, this.#replies, "http");
  }

  get #works(): boolean {
    return this.#replies.owes || this.#contents.some(({ size }) => size > 0);
  }

  get restingSince(): number | undefined {
    const { quiet, usedAt } = this.#connection;
    return quiet && !this.#replies.closes && !this.#ending && !this.#works ? usedAt : undefined;
  }

  get partialBytes(): number {
    return this.#reader.partialBytes;
  }

  get keptBytes(): number {
    return this.#reader.keptBytes;
  }

  push(chunk: Buffer): void {
    this.#refuseBad(() => this.#reader.push(chunk));
    this.#stopAtMuch();
  }

  resume(): void {
    this.#readNext();
    this.#stopAtMuch();
    this.#endIfDone();
  }

  /** Whatever is wrong with a request is told to its client; the connection ends with that. */
  #refuseBad(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (error instanceof HttpRefusal) this.#replies.refuse(error.status, error.message, error.more);
      else if (error instanceof ThriftError) {
        const status = error.code === "LIMIT_EXCEEDED" ? "413 Content Too Large" : "400 Bad Request";
        this.#replies.refuse(status, error.message, "");
      }
      throw error;
    }
  }

  onHead(head: HttpHead): void {
    checkRequest(head);
    const { line, headers } = head;
    this.#content = this.#contentOf(headers.get("content-type"));
    const wishes = connectionWishes(headers);
    const once = line.endsWith(" HTTP/1.0") && !wishes.includes("keep-alive");
    if (once || wishes.includes("close")) this.#replies.closes = true;
    if (wantsContinue(head, this.#maxBodyBytes)) this.#connection.write(CONTINUE);
  }

  #contentOf(type: string | undefined): HttpContent {
    const content = this.#contents.find((content) => content.accepts(type));
    if (content === undefined) throw unsupportedType(type ?? "");
    return content;
  }

  onBody({ headers }: HttpHead, body: Buffer): void {
    this.#replies.owes = true;
    this.#connection.charge(body.length);
    this.#content?.onRequest(body, callHeaders(headers));
    this.#connection.keepsTurn();
  }

  /** The next request may be read, though not from within what wrote this answer. */
  #onAnswered(): void {
    queueMicrotask(() => {
      if (!this.#replies.closes) this.#goOn();
      else if (this.#ending) this.#endIfDone();
      else this.#connection.end();
    });
  }

  #goOn(): void {
    try {
      this.#readNext();
    } catch (error) {
      this.#connection.end(error as Error);
      return;
    }
    this.#resumeAtLittle();
    this.#endIfDone();
  }

  /** Not while a request is worked on: answers must come in their order. Nor after the last answer, nor while answers wait to be read, nor out of turn. */
  #readNext(): void {
    const { owes, closes } = this.#replies;
    if (!owes && !closes && this.#connection.hasRoom && !this.#connection.inLine)
      this.#refuseBad(() => this.#reader.go());
  }

  get #holdsMuch(): boolean {
    return this.#reader.heldBytes > MAX_HELD_BYTES || !this.#connection.hasRoom;
  }

  #stopAtMuch(): void {
    if (this.#connection.inLine || !this.#holdsMuch) return;
    this.#stopped = true;
    this.#connection.pause();
  }

  #resumeAtLittle(): void {
    // Out of turn there is nothing to stop: with its turn the reader looks again at what it holds.
    if (!this.#stopped || (this.#holdsMuch && !this.#connection.inLine)) return;
    this.#stopped = false;
    this.#connection.resume();
  }

  /** A client that sends no more still gets its answers, and oneway calls their time. */
  #endIfDone(): void {
    if (!this.#ending || this.#works || this.#connection.inLine) return;
    if (this.#replies.closes || this.#reader.heldBytes === 0) this.#connection.end();
  }

  /** Ends the connection with the answer that is owed, which says so. */
  finish(): void {
    this.#replies.closes = true;
    this.#ending = true;
    this.#endIfDone();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  onSent(): void {}

  onDrain(): void {
    this.#goOn();
  }

  onEnd(): void {
    this.#ending = true;
    this.#endIfDone();
  }

  onClose(error: ConnectionError): void {
    for (const content of this.#contents) content.abandon(error);
    this.#dispatcher.onSessionClose(this);
  }
}
