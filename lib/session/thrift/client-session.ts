/**
 * The calling side of classic Thrift: a message with name, type and seqid for each call, replies matched by seqid in any order.
 * Knows one connection; reconnecting and waiting are its owner's.
 */
import type { Buffer } from "node:buffer";
import type { CallHolder, ClientCall, Progress } from "../../call/client-call.ts";
import { inOrder, SentCalls, type SentCallsOwner } from "../../call/sent-calls.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import type { ConnectionError } from "../../errors/errors.ts";
import { AnswerReader } from "../../framing/answer-reader.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink, Framing } from "../../framing/framing.ts";
import { MessageAnswers } from "../../message/answers.ts";
import { MessageRequestWriter, unfitForMessages } from "../../message/request-writer.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ReaderOptions } from "../../wire/byte-reader.ts";
import type { ClientSession, ClientSessionOwner } from "../session.ts";
import { Unspoken } from "../unspoken.ts";

/** How a classic connection speaks. */
export interface ClassicOptions {
  readonly framing: Framing;
  readonly protocol: Protocol;
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
}

/** Begins the conversation when it is made. */
export class ThriftClientSession implements ClientSession, Session, FrameSink, CallHolder, SentCallsOwner {
  readonly #connection: Connection;
  readonly #owner: ClientSessionOwner;
  readonly #protocol: Protocol;
  readonly #requests: MessageRequestWriter;
  readonly #answers: MessageAnswers;
  readonly #sent: SentCalls;
  /** Some servers answer oneway calls, such as those of methods that they do not know; under seqid 0, as they came. */
  #sentOneways = false;
  readonly #unspoken: Unspoken;
  #retired = false;

  constructor(connection: Connection, owner: ClientSessionOwner, options: ClassicOptions) {
    this.#connection = connection;
    this.#owner = owner;
    this.#unspoken = new Unspoken(connection);
    const { framing, protocol, limits, reader } = options;
    this.#protocol = protocol;
    this.#requests = new MessageRequestWriter(connection, framing, protocol, limits);
    this.#answers = new MessageAnswers(protocol, limits, reader);
    this.#sent = new SentCalls(connection, 1, this);
    const frames = new AnswerReader(framing.createReader(this, protocol, limits), framing.name);
    connection.start(this, frames, framing, `${framing.name} ${protocol.name}`);
    connection.hold(false);
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get usable(): boolean {
    return !this.#retired && this.#connection.open && !this.#sent.spent && !this.#unspoken.tooLong;
  }

  now(): number {
    return this.#connection.now();
  }

  send(call: ClientCall): boolean {
    const connection = this.#connection;
    if (!connection.hasRoom || connection.writing || !this.usable) return false;
    call.holder = this;
    const unfit = unfitForMessages(call) ?? this.#sent.fullness;
    if (unfit !== undefined) {
      call.fail(unfit);
      return true;
    }
    const oneway = call.method.kind === "oneway";
    const seqid = oneway ? 0 : this.#sent.takeId();
    if (!this.#requests.write(call, seqid)) return true;
    if (oneway) this.#sentOneways = true;
    call.seqid = seqid;
    call.endsAt = connection.writtenBytes;
    this.#sent.add(call);
    // A getter among its arguments has cancelled it.
    if (call.settled) this.release(call);
    return true;
  }

  onFrame(
    buf: Buffer,
    start: number,
    end: number,
    headers?: CallHeaders,
    frameSeqid = 0,
    protocol: Protocol = this.#protocol,
  ): boolean {
    const seqid = this.#answers.open(buf, start, end, frameSeqid, protocol);
    const call = this.#sent.take(seqid);
    if (call !== undefined) this.#answers.settle(call, headers);
    else this.#onUnawaited(seqid);
    this.afterCalls();
    return true;
  }

  /** Late, if its call was given up; else nobody ever waited for it. */
  #onUnawaited(seqid: number): void {
    if (seqid === 0 ? this.#sentOneways : this.#sent.wasGivenUp(seqid)) return;
    this.#connection.destroy(this.#answers.unasked(seqid, this.peer));
  }

  onSent(): void {
    this.#sent.onSent();
  }

  onDrain(): void {
    this.#owner.onRoom(this);
  }

  onEnd(): void {
    // No reply can come any more.
    this.#connection.destroy();
  }

  onClose(error: ConnectionError): void {
    const unsent = inOrder(this.#sent.lose(error));
    const heard = this.#connection.receivedBytes > 0;
    this.#owner.onSessionClose(this, unsent, { heard, error, hopeless: error.code === "CONNECT_FAILED" });
  }

  retire(): void {
    this.#retired = true;
    this.afterCalls();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  /** A call is over. A connection that rests keeps no process alive, and one that is retired has done its part. */
  afterCalls(): void {
    if (this.#sent.size > 0) return;
    this.#connection.hold(false);
    if (this.#retired) this.#connection.end();
  }

  release(call: ClientCall): void {
    this.#sent.giveUp(call);
    this.afterCalls();
  }

  progressOf(call: ClientCall): Progress {
    return this.#sent.progressOf(call);
  }
}
