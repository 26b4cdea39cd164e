/**
 * The answering side of classic Thrift: takes frames apart into messages, runs the calls that they make, and answers in the right order.
 * Knows one connection; `intake.ts` reads messages, and `reply-order.ts` decides when answers leave.
 */
import type { Buffer } from "node:buffer";
import type { TurnedAway } from "../../call/load.ts";
import { RunningCalls, type RunningCallsOwner } from "../../call/running-calls.ts";
import type { ServerCall } from "../../call/server-call.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { FramesInParts, type PartReader } from "../../connection/frames-in-parts.ts";
import type { ConnectionError, DeadlineError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink } from "../../framing/framing.ts";
import { MessageIntake } from "../../message/intake.ts";
import { MessageReplyWriter } from "../../message/reply-writer.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import type { ClassicOptions } from "./client-session.ts";
import { ReplyOrder } from "./reply-order.ts";

/** The unread rest of a frame that holds many messages. */
interface FrameRest {
  readonly buf: Buffer;
  readonly start: number;
  readonly end: number;
  readonly headers: CallHeaders | undefined;
  readonly frameSeqid: number;
}

/** Begins the conversation when it is made. */
export class ThriftServerSession
  implements ServerSession, Session, FrameSink, PartReader, RunningCallsOwner<ServerCall>
{
  readonly #connection: Connection;
  readonly #dispatcher: ServerSessionOwner;
  readonly #calls: RunningCalls<ServerCall>;
  readonly #intake: MessageIntake;
  readonly #order: ReplyOrder;
  #rest: FrameRest | undefined;
  #paused = false;
  /** The client, or the server, wants no more calls: the connection ends with the last answer. */
  #ending = false;

  constructor(connection: Connection, dispatcher: ServerSessionOwner, options: ClassicOptions) {
    const { framing, protocol, limits } = options;
    const share = dispatcher.load.hosts.join(connection.peer);
    const replies = new MessageReplyWriter(connection, dispatcher, protocol, limits);
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#calls = new RunningCalls(dispatcher, connection.platform, share, this);
    this.#intake = new MessageIntake(connection, dispatcher, this.#calls, replies, limits, options.reader);
    this.#order = new ReplyOrder(connection, dispatcher, this.#calls, replies);
    const frames = new FramesInParts(framing.createReader(this, protocol, limits), this);
    connection.start(this, frames, framing, `${framing.name} ${protocol.name}`);
  }

  get restingSince(): number | undefined {
    const { quiet, usedAt } = this.#connection;
    return quiet && !this.#ending && this.#calls.size === 0 ? usedAt : undefined;
  }

  onFrame(
    buf: Buffer,
    start: number,
    end: number,
    headers?: CallHeaders,
    frameSeqid = 0,
    protocol: Protocol = this.#intake.protocol,
  ): boolean {
    if (protocol !== this.#intake.protocol) this.#intake.speak(protocol);
    // It may have been inflated.
    this.#connection.charge(end - start);
    return this.#readMessages(buf, start, end, headers, frameSeqid);
  }

  #readMessages(
    buf: Buffer,
    start: number,
    end: number,
    headers: CallHeaders | undefined,
    frameSeqid: number,
  ): boolean {
    const intake = this.#intake;
    intake.open(buf, start, end, frameSeqid);
    this.#onMessage(start, end, headers);
    let readsOn = this.#readsOn();
    while (intake.holdsMore(end)) {
      if (!readsOn) {
        this.#rest = { buf, start: intake.pos, end, headers, frameSeqid };
        break;
      }
      this.#onMessage(intake.pos, end, headers);
      readsOn = this.#readsOn();
    }
    intake.letGo();
    return readsOn;
  }

  finishFrame(): boolean {
    const rest = this.#rest;
    if (rest === undefined) return true;
    this.#rest = undefined;
    return this.#readMessages(rest.buf, rest.start, rest.end, rest.headers, rest.frameSeqid);
  }

  #onMessage(start: number, end: number, headers: CallHeaders | undefined): void {
    const intake = this.#intake;
    const call = intake.take(start, end, headers);
    if (call === undefined) return;
    // Clients wait for no answer to oneway messages, and give all of them one id.
    if (call.method.kind !== "oneway" && intake.isCall) this.#order.onArrival(call.id);
    this.#calls.run(call, intake.args);
  }

  onOutcome(call: ServerCall): void {
    this.#order.answer(call);
  }

  onTurnedAway(call: ServerCall, { reason }: TurnedAway): void {
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: call.peer, method: call.method.name, reason });
    if (call.method.kind === "oneway") this.#calls.leave(call);
    else this.#order.answer(call);
  }

  /** The answer is still written, because the client counts replies. */
  onExpired(call: ServerCall, reason: DeadlineError): void {
    call.abort(reason);
  }

  get #hasRoom(): boolean {
    const { maxConnectionRequestBytes } = this.#dispatcher.limits;
    return this.#connection.hasRoom && this.#calls.requestBytes < maxConnectionRequestBytes;
  }

  /** Stops reading while the client does not take its answers, or too many bytes of its requests are being worked on. */
  #readsOn(): boolean {
    const keepsTurn = this.#connection.keepsTurn();
    if (this.#connection.open && this.#hasRoom) return keepsTurn;
    this.#paused = true;
    this.#connection.pause();
    return false;
  }

  afterCall(): void {
    if (this.#paused && this.#hasRoom) {
      this.#paused = false;
      this.#connection.resume();
    }
    if (this.#ending && this.#calls.size === 0) this.#connection.end();
  }

  /** Ends the connection with the last answer. */
  finish(): void {
    this.#ending = true;
    if (this.#calls.size === 0) this.#connection.end();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  onSent(): void {}

  onDrain(): void {
    this.#order.onDrain();
    this.afterCall();
  }

  onEnd(): void {
    this.finish();
  }

  onClose(error: ConnectionError): void {
    this.#calls.abandon(error);
    this.#dispatcher.load.hosts.part(this.#calls.share);
    this.#dispatcher.onSessionClose(this);
  }
}
