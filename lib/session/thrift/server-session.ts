/**
 * The answering side of classic Thrift: finds the procedure that a message names, within limits, and runs it. Knows one
 * connection; its dispatcher has the procedures, and `reply-order.ts` decides when answers leave.
 */
import type { Buffer } from "node:buffer";
import { callRefusal, partingRefusal, type Refusal } from "../../call/admission.ts";
import type { TurnedAway } from "../../call/load.ts";
import { RunningCalls, type RunningCallsOwner } from "../../call/running-calls.ts";
import { ServerCall } from "../../call/server-call.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { FramesInParts, type PartReader } from "../../connection/frames-in-parts.ts";
import { NO_BUFFER } from "../../connection/send-buffers.ts";
import type { ConnectionError, DeadlineError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink, Framing } from "../../framing/framing.ts";
import { CLIENT_TIMEOUT_HEADER } from "../../framing/header/header-framing.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import type { MethodKind } from "../../schema/service.ts";
import { ByteReader } from "../../wire/byte-reader.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import type { ClassicOptions } from "./client-session.ts";
import { type FramedHead, ThriftRefusals } from "./refusals.ts";
import { ReplyOrder } from "./reply-order.ts";
import { ThriftReplyWriter } from "./reply-writer.ts";

/** What was not read of a frame that holds many messages. */
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
  readonly #framing: Framing;
  /** Of the frame that is being read. */
  #headers: CallHeaders | undefined;
  #rest: FrameRest | undefined;
  readonly #limits: Limits;
  readonly #reader: ByteReader;
  readonly #head: FramedHead = { type: 0, seqid: 0, frameSeqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  /** Made with the first message that becomes no call, anew where the protocol has changed. */
  #refusals: ThriftRefusals | undefined;
  readonly #calls: RunningCalls<ServerCall>;
  readonly #order: ReplyOrder;
  readonly #replies: ThriftReplyWriter;
  #paused = false;
  /** The client, or the server, wants no more calls: the connection ends with the last answer. */
  #ending = false;

  constructor(connection: Connection, dispatcher: ServerSessionOwner, options: ClassicOptions) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#framing = options.framing;
    this.#limits = options.limits;
    this.#replies = new ThriftReplyWriter(connection, dispatcher, options.protocol, options.limits);
    this.#calls = new RunningCalls(dispatcher, connection.platform, dispatcher.load.hosts.join(connection.peer), this);
    this.#order = new ReplyOrder(connection, dispatcher, this.#calls, this.#replies);
    this.#reader = new ByteReader({
      ...options.reader,
      maxStringBytes: options.limits.maxStringBytes,
      maxDepth: options.limits.maxDepth,
      maxValueBytes: options.limits.maxValueBytes,
    });
    this.#reader.lasting = true;
    const frames = options.framing.createReader(this, options.protocol, options.limits);
    connection.start(
      this,
      new FramesInParts(frames, this),
      options.framing,
      `${options.framing.name} ${options.protocol.name}`,
    );
  }

  get restingSince(): number | undefined {
    const { quiet, usedAt } = this.#connection;
    return quiet && !this.#ending && this.#calls.size === 0 ? usedAt : undefined;
  }

  get #refusing(): ThriftRefusals {
    const { peer } = this.#connection;
    this.#refusals ??= new ThriftRefusals(peer, this.#replies, this.#limits, this.#head, this.#reader);
    return this.#refusals;
  }

  get #protocol(): Protocol {
    return this.#replies.protocol;
  }

  onFrame(
    buf: Buffer,
    start: number,
    end: number,
    headers?: CallHeaders,
    frameSeqid = 0,
    protocol: Protocol = this.#protocol,
  ): boolean {
    if (protocol !== this.#protocol) this.#speak(protocol);
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
    const reader = this.#reader;
    this.#headers = headers;
    this.#head.frameSeqid = frameSeqid;
    reader.reset(buf, start, end);
    this.#onMessage(start, end);
    let readsOn = this.#readsOn();
    while (this.#holdsMore(end)) {
      if (!readsOn) {
        this.#rest = { buf, start: reader.pos, end, headers, frameSeqid };
        break;
      }
      this.#onMessage(reader.pos, end);
      readsOn = this.#readsOn();
    }
    this.#letGo();
    return readsOn;
  }

  /** Some clients put several messages into one frame. Bytes behind a message that begin no other are passed over. */
  #holdsMore(end: number): boolean {
    return this.#reader.pos < end && this.#framing.acknowledge === undefined && this.#beginsMessage();
  }

  finishFrame(): boolean {
    const rest = this.#rest;
    if (rest === undefined) return true;
    this.#rest = undefined;
    return this.#readMessages(rest.buf, rest.start, rest.end, rest.headers, rest.frameSeqid);
  }

  /** A connection that rests must not hold the last chunk that it got. */
  #letGo(): void {
    this.#reader.buf = NO_BUFFER;
    this.#head.nameBuf = NO_BUFFER;
    this.#headers = undefined;
  }

  /** From now on answers are in `protocol`, those to earlier messages too: each frame says what it is in. */
  #speak(protocol: Protocol): void {
    this.#replies.protocol = protocol;
    this.#refusals = undefined;
  }

  #beginsMessage(): boolean {
    const { pos } = this.#reader;
    try {
      this.#protocol.readMessageBegin(this.#reader, this.#head);
    } catch {
      return false;
    }
    this.#reader.pos = pos;
    return true;
  }

  #onMessage(start: number, end: number): void {
    const reader = this.#reader;
    const head = this.#head;
    this.#protocol.readMessageBegin(reader, head);
    const procedure = this.#dispatcher.find(head.nameBuf, head.nameStart, head.nameEnd);
    if (procedure === undefined || (head.type !== MessageType.CALL && head.type !== MessageType.ONEWAY))
      return this.#refusing.decline(procedure, start, end);
    const { method } = procedure;
    if (method.kind !== "unary" && method.kind !== "oneway") return this.#refusing.decline(procedure, start, end);
    // Whatever type its message has: Apache's Go client calls oneway methods as all others.
    if (method.kind === "oneway") this.#framing.acknowledge?.();
    const refusal = this.#refusal(method.kind);
    if (refusal !== undefined) return this.#refusing.refuse(procedure, refusal.reason, start, end);
    const { seqid, frameSeqid } = head;
    const { room } = reader;
    let args: unknown[];
    try {
      args = methodCodec(method, this.#protocol).readArgs(reader);
      this.#protocol.readMessageEnd(reader);
    } catch (error) {
      return this.#refusing.rejectArguments(procedure, error as Error, start, end);
    }
    const bytes = Math.max(end - start, room - reader.room);
    const call = new ServerCall(this.#connection, procedure, seqid, bytes, this.#connection.now());
    call.frameSeqid = frameSeqid;
    if (this.#headers !== undefined) this.#applyHeaders(call, this.#headers);
    this.#run(call, args);
  }

  #applyHeaders(call: ServerCall, headers: CallHeaders): void {
    call.carriesHeaders = true;
    if (headers.size === 0) return;
    call.headers = headers;
    const timeoutMs = Number(headers.get(CLIENT_TIMEOUT_HEADER));
    if (timeoutMs > 0) call.deadline = call.startedAt + timeoutMs;
  }

  /** Why the call is not taken in; undefined when it is. */
  #refusal(kind: MethodKind): Refusal | undefined {
    const parting = kind === "oneway" ? undefined : partingRefusal(this.#dispatcher, false);
    return parting ?? callRefusal(this.#dispatcher, this.#calls);
  }

  #run(call: ServerCall, args: unknown[]): void {
    // Clients wait for no answer to oneway messages, and give all of them one id.
    if (call.method.kind !== "oneway" && this.#head.type === MessageType.CALL) this.#order.onArrival(call.id);
    this.#calls.run(call, args);
  }

  onOutcome(call: ServerCall): void {
    this.#order.answer(call);
  }

  onTurnedAway(call: ServerCall, why: TurnedAway): void {
    if (serverRefused.hasSubscribers)
      serverRefused.publish({ peer: call.peer, method: call.method.name, reason: why.reason });
    if (call.method.kind === "oneway") this.#calls.leave(call);
    else this.#order.answer(call);
  }

  /** The answer is still written, because the client counts replies. */
  onExpired(call: ServerCall, reason: DeadlineError): void {
    call.abort(reason);
  }

  /** Stops reading while the client does not take its answers, or too many bytes of its requests are being worked on. */
  #readsOn(): boolean {
    const keepsTurn = this.#connection.keepsTurn();
    const { open, hasRoom } = this.#connection;
    if (open && hasRoom && this.#calls.requestBytes < this.#dispatcher.limits.maxConnectionRequestBytes)
      return keepsTurn;
    this.#paused = true;
    this.#connection.pause();
    return false;
  }

  afterCall(): void {
    if (
      this.#paused &&
      this.#connection.hasRoom &&
      this.#calls.requestBytes < this.#dispatcher.limits.maxConnectionRequestBytes
    ) {
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
