/**
 * The calling side of HTTP/1.1 on one connection: posts one call at a time and goes on when it was answered. Servers of HTTP/1.0, and those
 * that say `Connection: close`, close after an answer; then no other call may follow. Reconnecting and waiting are its owner's.
 */
import type { Buffer } from "node:buffer";
import type { CallHolder, ClientCall, Progress } from "../../call/client-call.ts";
import { SentCalls, type SentCallsOwner } from "../../call/sent-calls.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { ConnectionError, DecodeError } from "../../errors/errors.ts";
import { AnswerReader } from "../../framing/answer-reader.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameReader, FrameSink } from "../../framing/framing.ts";
import { takeHeaderBody } from "../../framing/header/header-body.ts";
import type { HeaderFraming } from "../../framing/header/header-framing.ts";
import { checkAnswer, closesAfter, isInterim, unanswered } from "../../framing/http/answer-head.ts";
import { callHeaders } from "../../framing/http/messages.ts";
import { type HttpHead, HttpReader, type HttpSink } from "../../framing/http/reader.ts";
import { MessageAnswers } from "../../message/answers.ts";
import { MessageRequestWriter, unfitForMessages } from "../../message/request-writer.ts";
import type { Timer } from "../../platform/platform.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ReaderOptions } from "../../wire/byte-reader.ts";
import type { ClientSession, ClientSessionOwner } from "../session.ts";
import { Unspoken } from "../unspoken.ts";
import { HttpRequestWriter } from "./request-writer.ts";

/** What the answer to a oneway call may take: some servers never give it. */
const ONEWAY_ANSWER_MS = 500;

/** How calls are posted. */
export interface HttpClientOptions {
  /** As `requestHead` gives it. */
  readonly head: string;
  /** What messages are framed in within a body. */
  readonly inner?: HeaderFraming | undefined;
  readonly protocol: Protocol;
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
}

/** Begins the conversation when it is made. */
export class HttpClientSession
  implements ClientSession, Session, FrameReader, FrameSink, HttpSink, CallHolder, SentCallsOwner
{
  readonly #connection: Connection;
  readonly #owner: ClientSessionOwner;
  readonly #options: HttpClientOptions;
  readonly #requests: MessageRequestWriter;
  readonly #answers: MessageAnswers;
  readonly #reader: HttpReader;
  /** One at most: oneway calls are over when they are sent. */
  readonly #sent: SentCalls;
  readonly #unspoken: Unspoken;
  /** A request is out and not answered. */
  #busy = false;
  /** It wants no message back. */
  #oneway = false;
  /** The server ends the connection after the answer that it is giving. */
  #closing = false;
  #retired = false;
  /** The connection was closed because nobody waited for the answer that it owed. */
  #gaveUp = false;
  /** Until a oneway call is taken for one that will not be answered. */
  #answerTimer: Timer | undefined;

  constructor(connection: Connection, owner: ClientSessionOwner, options: HttpClientOptions) {
    const { head, inner, protocol, limits, reader } = options;
    const posts = new HttpRequestWriter(head, inner);
    this.#connection = connection;
    this.#owner = owner;
    this.#options = options;
    this.#requests = new MessageRequestWriter(connection, posts, protocol, limits);
    this.#answers = new MessageAnswers(protocol, limits, reader);
    this.#reader = new HttpReader(this, limits.maxFrameBytes);
    this.#sent = new SentCalls(connection, 1, this);
    this.#unspoken = new Unspoken(connection);
    connection.start(this, new AnswerReader(this, "http"), posts, `http ${protocol.name}`);
    connection.hold(false);
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get usable(): boolean {
    return !this.#retired && !this.#closing && this.#connection.open && !this.#sent.spent && !this.#unspoken.tooLong;
  }

  now(): number {
    return this.#connection.now();
  }

  send(call: ClientCall): boolean {
    const connection = this.#connection;
    if (this.#busy || !this.usable || !connection.hasRoom || connection.writing) return false;
    call.holder = this;
    const unfit = unfitForMessages(call);
    if (unfit !== undefined) {
      call.fail(unfit);
      return true;
    }
    const oneway = call.method.kind === "oneway";
    const seqid = oneway ? 0 : this.#sent.takeId();
    if (this.#requests.write(call, seqid)) this.#onWritten(call, seqid, oneway);
    return true;
  }

  #onWritten(call: ClientCall, seqid: number, oneway: boolean): void {
    this.#busy = true;
    this.#oneway = oneway;
    call.seqid = seqid;
    call.endsAt = this.#connection.writtenBytes;
    this.#sent.add(call);
    // A getter among its arguments has cancelled it.
    if (call.settled) return this.release(call);
    if (oneway) this.#awaitAnswer();
  }

  /** A oneway call holds up all others until it is answered: if that takes long, they get another connection. */
  #awaitAnswer(): void {
    this.#answerTimer = this.#connection.platform.startTimer(ONEWAY_ANSWER_MS, false, () => this.#leave());
  }

  #stopAwaiting(): void {
    if (this.#answerTimer !== undefined) this.#connection.platform.stopTimer(this.#answerTimer);
    this.#answerTimer = undefined;
  }

  #leave(): void {
    this.retire();
    this.#owner.onRoom(this);
  }

  get partialBytes(): number {
    return this.#reader.partialBytes;
  }

  get keptBytes(): number {
    return this.#reader.keptBytes;
  }

  push(chunk: Buffer): void {
    if (!this.#busy) throw unasked();
    this.#reader.push(chunk);
  }

  resume(): void {
    this.#reader.go();
  }

  end(): void {
    this.#reader.end();
  }

  interim(head: HttpHead): boolean {
    return isInterim(head);
  }

  onHead(head: HttpHead): void {
    checkAnswer(head);
    this.#closing = closesAfter(head);
  }

  endless(): boolean {
    return !this.#oneway;
  }

  onBody({ headers }: HttpHead, body: Buffer): void {
    this.#busy = false;
    this.#stopAwaiting();
    if (!this.#oneway) this.#take(body, callHeaders(headers));
    // It would be taken for the answer to the next call.
    if (this.#reader.heldBytes > 0) throw unasked();
    this.#reader.go();
    this.afterCalls();
    if (this.#closing) this.#leave();
    else this.#owner.onRoom(this);
  }

  #take(body: Buffer, headers: CallHeaders): void {
    const { inner, limits } = this.#options;
    if (body.length === 0) throw unanswered("HTTP answer without a message");
    if (inner === undefined) this.onFrame(body, 0, body.length, headers);
    else takeHeaderBody(this, body, headers, inner, limits.maxFrameBytes);
  }

  onFrame(
    buf: Buffer,
    start: number,
    end: number,
    headers?: CallHeaders,
    frameSeqid = 0,
    protocol: Protocol = this.#options.protocol,
  ): boolean {
    const seqid = this.#answers.open(buf, start, end, frameSeqid, protocol);
    const call = this.#sent.take(seqid);
    if (call === undefined) throw this.#answers.unasked(seqid, this.peer);
    this.#answers.settle(call, headers);
    return true;
  }

  onSent(): void {
    this.#sent.onSent();
  }

  onDrain(): void {
    this.#owner.onRoom(this);
  }

  onEnd(): void {
    // No answer can come any more.
    this.#connection.destroy();
  }

  onClose(error: ConnectionError): void {
    this.#stopAwaiting();
    const unsent = this.#sent.lose(error);
    // A server on which we have hung up was there.
    const heard = this.#connection.receivedBytes > 0 || this.#gaveUp;
    this.#owner.onSessionClose(this, unsent, { heard, error, hopeless: error.code === "CONNECT_FAILED" });
  }

  retire(): void {
    this.#retired = true;
    this.afterCalls();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  /** The call is over. A connection that rests keeps no process alive, and one that is retired has done its part. */
  afterCalls(): void {
    if (this.#sent.size > 0) return;
    this.#connection.hold(false);
    if (this.#retired) this.#connection.end();
  }

  /** One answer is awaited at a time: one for which nobody waits would hold up all others. */
  release(call: ClientCall): void {
    this.#sent.giveUp(call);
    this.#gaveUp = true;
    this.#connection.destroy(new ConnectionError("CONNECTION_LOST", "an answer was given up"));
  }

  progressOf(call: ClientCall): Progress {
    return this.#sent.progressOf(call);
  }
}

function unasked(): DecodeError {
  return new DecodeError("invalid", "HTTP answer that nobody has asked for");
}
