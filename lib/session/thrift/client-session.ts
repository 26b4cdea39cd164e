/**
 * The calling side of classic Thrift: a message with name, type and seqid for each call, replies matched by seqid in any order.
 * Knows one connection; reconnecting and waiting are its owner's.
 */
import type { Buffer } from "node:buffer";
import { type CallHolder, type ClientCall, lostCall, type Progress } from "../../call/client-call.ts";
import { PendingCalls } from "../../call/pending-calls.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { type ConnectionError, ThriftError } from "../../errors/errors.ts";
import { AnswerReader } from "../../framing/answer-reader.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink, Framing } from "../../framing/framing.ts";
import { MessageAnswers } from "../../message/answers.ts";
import { MessageRequestWriter, unfitForMessages } from "../../message/request-writer.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { Deadlines } from "../../queue/deadlines.ts";
import type { ReaderOptions } from "../../wire/byte-reader.ts";
import type { ClientSession, ClientSessionOwner } from "../session.ts";
import { Unspoken } from "../unspoken.ts";

/** Calls in a row that ended without a byte from the peer, after which new calls go elsewhere. */
const SILENT_CALLS = 3;
/** Ids that may be lost to replies that never come before the connection is replaced. */
const MAX_ABANDONED = 32_768;

/** How a classic connection speaks. */
export interface ClassicOptions {
  readonly framing: Framing;
  readonly protocol: Protocol;
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
}

/** Begins the conversation when it is made. */
export class ThriftClientSession implements ClientSession, Session, FrameSink, CallHolder {
  readonly #connection: Connection;
  readonly #owner: ClientSessionOwner;
  readonly #protocol: Protocol;
  readonly #requests: MessageRequestWriter;
  readonly #answers: MessageAnswers;
  readonly #pending = new PendingCalls<ClientCall>();
  readonly #deadlines: Deadlines;
  /** Oneway calls that the transport has not got. */
  #oneways: ClientCall[] = [];
  /** Some servers answer oneway calls, such as those of methods that they do not know; under seqid 0, as they came. */
  #sentOneways = false;
  #silent = 0;
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
    this.#deadlines = new Deadlines(connection.platform, false, this);
    const frames = new AnswerReader(framing.createReader(this, protocol, limits), framing.name);
    connection.start(this, frames, framing, `${framing.name} ${protocol.name}`);
    connection.hold(false);
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get usable(): boolean {
    return (
      !this.#retired &&
      this.#connection.open &&
      this.#silent < SILENT_CALLS &&
      this.#pending.abandoned < MAX_ABANDONED &&
      !this.#unspoken.tooLong
    );
  }

  now(): number {
    return this.#connection.now();
  }

  send(call: ClientCall): boolean {
    const connection = this.#connection;
    if (!connection.hasRoom || connection.writing || !this.usable) return false;
    call.holder = this;
    const unfit = unfitForMessages(call);
    if (unfit !== undefined) {
      call.fail(unfit);
      return true;
    }
    const oneway = call.method.kind === "oneway";
    const seqid = oneway ? 0 : this.#pending.add(call);
    if (seqid < 0) {
      const text = "65,536 calls wait on one connection";
      call.fail(new ThriftError("OVERLOADED", text, { delivery: "unsent", phase: "queue" }));
      return true;
    }
    if (!this.#requests.write(call, seqid)) {
      if (seqid !== 0) this.#pending.take(seqid);
      return true;
    }
    call.seqid = seqid;
    call.endsAt = connection.writtenBytes;
    call.heardBytes = connection.receivedBytes;
    // A getter among its arguments has cancelled it.
    if (call.settled) this.release(call);
    else if (oneway) this.#addOneway(call);
    if (!call.settled) this.#deadlines.add(call.deadline);
    connection.hold(true);
    return true;
  }

  #addOneway(call: ClientCall): void {
    this.#sentOneways = true;
    this.#oneways.push(call);
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
    this.#silent = 0;
    const { abandoned } = this.#pending;
    const call = this.#pending.take(seqid);
    if (call !== undefined) this.#answers.settle(call, headers);
    // Late, if its call was cancelled or is over its deadline; else nobody ever waited for it.
    else if (this.#pending.abandoned === abandoned) this.#refuseUnasked(seqid);
    this.#onLess();
    return true;
  }

  #refuseUnasked(seqid: number): void {
    if (seqid === 0 && this.#sentOneways) return;
    this.#connection.destroy(this.#answers.unasked(seqid, this.peer));
  }

  onSent(): void {
    if (this.#oneways.length === 0) return;
    const { sentBytes } = this.#connection;
    this.#oneways = this.#oneways.filter((call) => {
      const waits = !call.settled && call.endsAt > sentBytes;
      if (!waits) call.succeed(undefined);
      return waits;
    });
    this.#onLess();
  }

  onDrain(): void {
    this.#owner.onRoom(this);
  }

  onEnd(): void {
    // No reply can come any more.
    this.#connection.destroy();
  }

  onClose(error: ConnectionError): void {
    this.#deadlines.clear();
    const unsent: ClientCall[] = [];
    const close = (call: ClientCall): void => {
      if (this.#isUnsent(call)) unsent.push(call);
      else call.fail(lostCall(call, error));
    };
    this.#pending.forEach(close);
    for (const call of this.#oneways) if (!call.settled) close(call);
    unsent.sort((a, b) => a.endsAt - b.endsAt);
    const heard = this.#connection.receivedBytes > 0;
    this.#owner.onSessionClose(this, unsent, { heard, error, hopeless: error.code === "CONNECT_FAILED" });
  }

  retire(): void {
    this.#retired = true;
    this.#onLess();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  /** A call is over. One that rests keeps no process alive, and one that is retired has done its part. */
  #onLess(): void {
    if (this.#pending.size > 0 || this.#oneways.length > 0) return;
    this.#connection.hold(false);
    if (this.#retired) this.#connection.end();
  }

  /** Of `Deadlines`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    const look = (call: ClientCall): void => {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else this.#expireCall(call);
    };
    this.#pending.forEach(look);
    for (const call of this.#oneways) if (!call.settled) look(call);
    this.#onLess();
    return next;
  }

  #expireCall(call: ClientCall): void {
    this.#silent = call.heardBytes === this.#connection.receivedBytes ? this.#silent + 1 : 0;
    call.expire();
  }

  release(call: ClientCall): void {
    if (call.seqid !== 0) this.#pending.abandon(call.seqid);
    this.#onLess();
  }

  progressOf(call: ClientCall): Progress {
    // Its bytes stand among others that will be sent: from here on nobody can promise that it does not run.
    return { phase: this.#isUnsent(call) ? "write" : "wait", delivery: "unknown" };
  }

  #isUnsent(call: ClientCall): boolean {
    return call.endsAt > this.#connection.sentBytes;
  }
}
