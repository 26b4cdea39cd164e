/**
 * The answering side of a Rocket connection: takes the client's SETUP, admits requests, keeps their streams, and says farewell.
 * Knows one connection; what procedures there are is its dispatcher's.
 *
 *     setup → open → draining (refuses what is new) → closed
 */
import { overloadOf } from "../../call/admission.ts";
import { publishEnd } from "../../call/call-end.ts";
import type { Procedure } from "../../call/procedure.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Connection } from "../../connection/connection.ts";
import { IdTable } from "../../connection/id-table.ts";
import { ConnectionError, DecodeError, ThriftError } from "../../errors/errors.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { ErrorFrameCode, FrameType } from "../../framing/rocket/frame-type.ts";
import { openMetadataPush } from "../../framing/rocket/metadata-push.ts";
import { readSetup } from "../../framing/rocket/setup.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import type { Timer } from "../../platform/platform.ts";
import { type DeadlineOwner, Deadlines } from "../../queue/deadlines.ts";
import type { MethodKind } from "../../schema/service.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import { type LinkOptions, type LinkPeer, RocketLink } from "./link.ts";
import { weightOf } from "./payload-value.ts";
import { readClientPush, writeDrainComplete, writeSetupResponse } from "./push-metadata.ts";
import { ReplyWriter } from "./reply-writer.ts";
import type { RequestHost, RequestRefusal } from "./request-intake.ts";
import { expired, RunningCalls, type RunningCallsOwner } from "./running-calls.ts";
import { RocketServerCall } from "./server-call.ts";
import { type ExchangeOwner, ServerExchange } from "./server-exchange.ts";
import { ServerInteractions } from "./server-interactions.ts";
import { acceptSetup } from "./server-setup.ts";

/** How long a draining connection without calls waits for its client to leave, so that a request on its way is still answered. */
const DRAIN_GRACE_MS = 500;
/** Streams that may be open beyond `maxAllStreams`, in the place of those that were ended for them and whose handlers still run. */
const MAX_LEAVING_STREAMS = 1024;
/** What connections share that have had no streams: a table of its own would cost each 200 bytes. Never written to. */
const NO_EXCHANGES = new IdTable<ServerExchange>(2);

export class RocketServerSession
  implements ServerSession, LinkPeer, RunningCallsOwner, ExchangeOwner, RequestHost, DeadlineOwner
{
  readonly link: RocketLink;
  readonly replies: ReplyWriter;
  readonly dispatcher: ServerSessionOwner;
  readonly interactions: ServerInteractions;
  readonly #connection: Connection;
  readonly #deadlines: Deadlines;
  readonly #calls: RunningCalls;
  #exchanges = NO_EXCHANGES;
  /** Streams, sinks and bidirectional calls whose handlers have not come to their end. */
  #streams = 0;
  /** Of their requests. */
  #streamRequestBytes = 0;
  #state: "setup" | "open" | "draining" = "setup";
  #grace: Timer | undefined;
  /** The client has said that it will send no more. */
  #left = false;

  constructor(connection: Connection, dispatcher: ServerSessionOwner, options: LinkOptions) {
    this.#connection = connection;
    this.dispatcher = dispatcher;
    this.interactions = new ServerInteractions(dispatcher);
    this.link = new RocketLink(connection, this, options);
    this.replies = new ReplyWriter(this.link);
    this.#deadlines = new Deadlines(connection.platform, false, this);
    this.#calls = new RunningCalls(connection, this.#deadlines, this);
    this.link.start("rocket");
  }

  /** Calls and streams that are not over for their caller. */
  get inFlight(): number {
    return this.#calls.awaited + this.#exchanges.size;
  }

  get restingSince(): number | undefined {
    const { quiet, usedAt } = this.#connection;
    const works = this.#calls.size + this.#streams + this.#exchanges.size > 0;
    return quiet && !works && !this.#left && this.#state !== "draining" ? usedAt : undefined;
  }

  /** Calls and streams whose handlers run, with messages not all there and bytes that wait: zero when nothing is left behind. */
  get leftovers(): number {
    return this.#calls.size + this.#calls.requestBytes + this.#streams + this.link.leftovers;
  }

  get readsOn(): boolean {
    return this.#connection.hasRoom && this.#calls.requestBytes < this.dispatcher.limits.maxConnectionRequestBytes;
  }

  expects(streamId: number): boolean {
    return this.#exchanges.has(streamId);
  }

  onMessage(frame: Frame): void {
    if (this.#state === "setup") return this.#onSetup(frame);
    switch (frame.type) {
      case FrameType.REQUEST_RESPONSE:
      case FrameType.REQUEST_FNF:
      case FrameType.REQUEST_STREAM:
      case FrameType.REQUEST_CHANNEL:
        return this.#onRequest(frame);
      case FrameType.CANCEL:
        return this.#onCancel(frame);
      case FrameType.METADATA_PUSH:
        return this.#onPush(frame);
      case FrameType.SETUP:
      case FrameType.RESUME:
        throw new DecodeError("invalid", "rocket SETUP in the middle of a connection");
      default:
        // What belongs to no stream any more is late.
        this.#exchanges.get(frame.streamId)?.onMessage(frame);
    }
  }

  #onSetup(frame: Frame): void {
    if (frame.type === FrameType.RESUME)
      return this.#rejectSetup(ErrorFrameCode.REJECTED_RESUME, "resuming is not supported");
    if (frame.type !== FrameType.SETUP)
      throw new DecodeError(
        "invalid",
        `rocket connection that begins with a frame of type 0x${frame.type.toString(16)}`,
      );
    const accepted = acceptSetup(readSetup(frame), frame, this.link.metadata);
    if ("refused" in accepted) return this.#rejectSetup(accepted.code, accepted.refused);
    this.#state = "open";
    this.link.form = accepted.form;
    const start = this.link.begin();
    openMetadataPush(this.link.out);
    writeSetupResponse(this.link.out, accepted.response);
    this.#connection.endFrame(start);
    if (this.dispatcher.draining) this.finish();
  }

  #rejectSetup(code: number, text: string): void {
    this.link.errorText(0, code, text);
    this.#connection.end(new ConnectionError("PROTOCOL_ERROR", text, { delivery: "answered" }));
  }

  /** The way in, in this order: limits, draining, metadata, arguments; every refusal says that nothing was begun. */
  #onRequest(frame: Frame): void {
    const { streamId } = frame;
    if (streamId % 2 === 0 || this.#calls.has(streamId) || this.#exchanges.has(streamId))
      throw new DecodeError("invalid", `rocket request on stream ${streamId}, which may not be`);
    const { intake } = this.link.desk;
    const oneway = frame.type === FrameType.REQUEST_FNF;
    const single = oneway || frame.type === FrameType.REQUEST_RESPONSE;
    const refusal =
      (oneway ? undefined : this.#parting()) ??
      (single ? this.#crowd() : this.#crowdOfStreams()) ??
      intake.read(this, frame);
    if (refusal !== undefined) return this.turnAway(oneway ? "oneway" : "unary", streamId, refusal);
    const procedure = intake.procedure as Procedure;
    const bytes = weightOf(this.link, frame);
    const call = new RocketServerCall(
      this.#connection,
      procedure,
      streamId,
      bytes,
      this.#connection.now(),
      intake.metadata,
      intake.protocol,
    );
    if (single) this.#calls.run(call, intake.args);
    else this.#open(call, intake.args, frame.credit);
  }

  /** Why nothing new is begun. A oneway call that crosses the farewell is: there is no way to tell its client to go elsewhere. */
  #parting(): RequestRefusal | undefined {
    if (!this.dispatcher.draining && this.#state !== "draining") return undefined;
    return { code: "SHUTTING_DOWN", reason: "server is shutting down" };
  }

  /** Why no call is taken on; undefined when there is room. */
  #crowd(): RequestRefusal | undefined {
    const { load, limits } = this.dispatcher;
    if (this.#calls.size >= limits.maxConnectionCalls)
      return overloaded(`${this.#calls.size} calls in flight on this connection`);
    const overload = overloadOf(load, limits);
    return overload === undefined ? undefined : overloaded(overload);
  }

  /** The same for streams, sinks and bidirectional calls: they may rest for hours, and calls must not find their places taken. */
  #crowdOfStreams(): RequestRefusal | undefined {
    const { load, limits } = this.dispatcher;
    if (this.#streams >= this.link.rocketLimits.maxStreams)
      return overloaded(`${this.#streams} streams open on this connection`);
    if (this.#streamRequestBytes >= limits.maxConnectionRequestBytes)
      return overloaded(`${this.#streamRequestBytes} bytes of requests of streams on this connection`);
    if (load.streams < limits.maxAllStreams) return undefined;
    const mayLeave = load.streams < limits.maxAllStreams + MAX_LEAVING_STREAMS;
    if (mayLeave && (load.starving.makeRoom() || load.silent.makeRoom())) return undefined;
    return overloaded(`${load.streams} streams open`);
  }

  /** Nothing of it was begun: its caller is told, if it wants to be. */
  turnAway(kind: MethodKind, streamId: number, { code, reason }: RequestRefusal): void {
    if (kind !== "oneway") this.replies.refuse(streamId, code, reason);
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: this.#connection.peer, reason });
  }

  #open(call: RocketServerCall, args: unknown[], credit: number): void {
    const exchange = new ServerExchange(this, call, methodCodec(call.method, call.protocol), credit);
    if (this.#exchanges === NO_EXCHANGES) this.#exchanges = new IdTable(2);
    this.#exchanges.set(call.seqid, exchange);
    this.#streams++;
    this.#streamRequestBytes += call.requestBytes;
    this.dispatcher.load.enterStream(call.requestBytes);
    this.#deadlines.add(call.deadline);
    exchange.run(args);
  }

  onExchangeOver(exchange: ServerExchange, error: unknown): void {
    this.#exchanges.delete(exchange.call.seqid);
    this.link.forget(exchange.call.seqid);
    this.publish(exchange.call, error !== undefined, error);
    this.afterCall();
  }

  onDue(at: number): void {
    this.#deadlines.add(at);
  }

  onHandlerEnded({ call: { requestBytes } }: ServerExchange): void {
    this.#streams--;
    this.#streamRequestBytes -= requestBytes;
    this.dispatcher.load.leaveStream(requestBytes);
  }

  publish(call: RocketServerCall, failed: boolean, outcome: unknown): void {
    publishEnd(call, this.#connection.platform, failed, outcome);
  }

  reportError(error: unknown, call: RocketServerCall): void {
    this.dispatcher.reportError(error, call);
  }

  #onCancel(frame: Frame): void {
    const { streamId } = frame;
    if (!this.#calls.has(streamId)) return this.#exchanges.get(streamId)?.onMessage(frame);
    const told = { delivery: "answered", phase: "handler" } as const;
    this.#calls.abort(streamId, new ThriftError("CANCELLED", "cancelled by its caller", told));
    this.afterCall();
  }

  #onPush(frame: Frame): void {
    this.link.metadata.reset(frame.buf, frame.metadataStart, frame.metadataEnd);
    const push = readClientPush(this.link.form, this.link.metadata);
    if (push.kind !== "interactionTerminate") return;
    this.interactions.end(push.interactionId).catch((error: unknown) => this.dispatcher.reportError(error, undefined));
  }

  /** Of `Deadlines`. */
  sweep(now: number): number {
    let next = this.#calls.sweep(now);
    for (const exchange of this.#exchanges.values()) {
      const dueAt = exchange.dueAt(now);
      if (dueAt > now) next = Math.min(next, dueAt);
      else if (exchange.opening) this.#expireExchange(exchange);
      else exchange.endIdle();
    }
    this.afterCall();
    return next;
  }

  #expireExchange(exchange: ServerExchange): void {
    const error = expired(exchange.call);
    this.replies.refuse(exchange.call.seqid, "DEADLINE", error.message);
    exchange.expire(error);
  }

  afterCall(): void {
    this.link.readOn();
    if (this.inFlight === 0) this.#onIdle();
  }

  #onIdle(): void {
    if (this.#left) return this.#connection.end();
    if (this.#state !== "draining" || this.#grace !== undefined || !this.#connection.open) return;
    const { platform } = this.#connection;
    // A process that was held up for so long has not looked at the network: what has come meanwhile is still answered.
    this.#grace = platform.startTimer(DRAIN_GRACE_MS, true, () => platform.afterPoll(() => this.#leave()));
  }

  /** Says that all is answered, and closes. */
  #leave(): void {
    this.#grace = undefined;
    if (this.inFlight > 0 || !this.#connection.open) return;
    const start = this.link.begin();
    openMetadataPush(this.link.out);
    writeDrainComplete(this.link.out);
    this.#connection.endFrame(start);
    this.#connection.end();
  }

  /** Tells the client that nothing new is taken, and closes behind the last answer. */
  finish(): void {
    if (this.#state === "setup") return this.#connection.end();
    if (this.#state === "draining") return;
    this.#state = "draining";
    this.link.errorText(0, ErrorFrameCode.CONNECTION_CLOSE, "server is shutting down");
    if (this.inFlight === 0) this.#onIdle();
  }

  destroy(cause: Error): void {
    this.#connection.destroy(cause);
  }

  onSent(): void {}
  onPong(): void {}

  onDrain(): void {
    this.link.onDrain();
  }

  /** The client leaves: calls are still answered, but streams end, for it can neither grant credit nor cancel any more. */
  onEnd(): void {
    this.#left = true;
    const error = new ConnectionError("CONNECTION_LOST", "client sends no more", { peer: this.#connection.peer });
    for (const exchange of this.#exchanges.values()) exchange.lose(error);
    if (this.inFlight === 0) this.#connection.end();
  }

  onUnreadable(error: Error): void {
    if (this.#state !== "setup") this.link.errorText(0, ErrorFrameCode.CONNECTION_ERROR, error.message);
  }

  onClose(error: ConnectionError): void {
    this.#deadlines.clear();
    if (this.#grace !== undefined) this.#connection.platform.stopTimer(this.#grace);
    this.#calls.abandon(error);
    for (const exchange of this.#exchanges.values()) exchange.lose(error);
    this.interactions.endAll((error) => this.dispatcher.reportError(error, undefined));
    this.link.close();
    this.dispatcher.onSessionClose(this);
  }
}

function overloaded(what: string): RequestRefusal {
  return { code: "OVERLOADED", reason: `overloaded: ${what}` };
}
