/**
 * The answering side of classic Thrift: finds the procedure that a message names, within limits, and runs it. Knows one
 * connection; what procedures there are is its dispatcher's, when answers leave is decided by `calls-in-flight.ts`.
 */
import type { Buffer } from "node:buffer";
import { overloadOf } from "../../call/admission.ts";
import { publishEnd } from "../../call/call-end.ts";
import { CallsInFlight } from "../../call/calls-in-flight.ts";
import type { TurnedAway, WaitingCall } from "../../call/load.ts";
import { ServerCall } from "../../call/server-call.ts";
import type { CallRunner } from "../../call/user-code.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { FramesInParts, type PartReader } from "../../connection/frames-in-parts.ts";
import { NO_BUFFER } from "../../connection/send-buffers.ts";
import type { ConnectionError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink, Framing } from "../../framing/framing.ts";
import { CLIENT_TIMEOUT_HEADER } from "../../framing/header/header-framing.ts";
import { serverRefused } from "../../observe/diagnostics.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import { ThriftException } from "../../schema/exception.ts";
import type { MethodKind } from "../../schema/service.ts";
import { isA } from "../../user-values/thrown.ts";
import { ByteReader } from "../../wire/byte-reader.ts";
import type { ServerSession, ServerSessionOwner } from "../session.ts";
import type { ClassicOptions } from "./client-session.ts";
import { type FramedHead, ThriftRefusals } from "./refusals.ts";
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
export class ThriftServerSession implements ServerSession, Session, FrameSink, PartReader, CallRunner<ServerCall> {
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
  readonly #calls: CallsInFlight;
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
    this.#calls = new CallsInFlight(connection, dispatcher, this.#replies);
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
    const crowd = this.#crowd(method.kind);
    if (crowd !== undefined) return this.#refusing.refuse(procedure, crowd, start, end);
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

  /** Why no call is taken in now; undefined when one is. A server about to stop runs oneway calls: there is no way to tell their client to go elsewhere. */
  #crowd(kind: MethodKind): string | undefined {
    const { load, limits, draining } = this.#dispatcher;
    if (draining && kind !== "oneway") return "server is shutting down";
    const { size } = this.#calls;
    if (size >= limits.maxConnectionCalls) return `overloaded: ${size} calls in flight on this connection`;
    const overload = overloadOf(load, limits);
    return overload === undefined ? undefined : `overloaded: ${overload}`;
  }

  /** Begins the call, or lets it wait for its turn. */
  #run(call: ServerCall, args: unknown[]): void {
    // Who sends oneway messages waits for no answer, and gives them all one id.
    if (call.method.kind !== "oneway" && this.#head.type === MessageType.CALL) this.#calls.onArrival(call.id);
    const { load } = this.#dispatcher;
    if (load.beginsNow(call.startedAt)) return this.#begin(call, args);
    this.#calls.add(call);
    load.wait(this.#waiting(call, args), call.queueTimeoutMs, call.deadline);
  }

  #waiting(call: ServerCall, args: unknown[]): WaitingCall {
    const connection = this.#connection;
    return {
      from: connection,
      begin: () => this.#beginKept(call, args),
      turnAway: (why) => this.#turnAway(call, why),
      get gone() {
        return connection.closed;
      },
      letGo: () => this.#calls.outlive(call),
    };
  }

  #turnAway(call: ServerCall, why: TurnedAway): void {
    if (serverRefused.hasSubscribers)
      serverRefused.publish({ peer: call.peer, method: call.method.name, reason: why.reason });
    call.state = "failed";
    call.outcome = why;
    this.#calls.finish(call);
    this.#afterAnswers();
  }

  /** Of a call that is in the list. */
  #beginKept(call: ServerCall, args: unknown[]): void {
    if (this.#dispatcher.code.begin(call, args, this)) this.#finish(call);
    else this.#dispatcher.load.began();
  }

  /** Hands the call to its handler; one that answers at once costs no promise and no place in the list. */
  #begin(call: ServerCall, args: unknown[]): void {
    const { code, load } = this.#dispatcher;
    if (!code.begin(call, args, this)) {
      this.#calls.add(call);
      load.began();
    } else if (call.method.kind === "oneway") this.#end(call);
    else if (this.#calls.answersWait) {
      this.#calls.add(call);
      this.#finish(call);
    } else {
      this.#end(call);
      this.#replies.writeAnswer(call);
    }
  }

  onSettled(call: ServerCall): void {
    this.#dispatcher.load.ended();
    this.#finish(call);
  }

  /** The handler of a call that is in a list has come to its end. */
  #finish(call: ServerCall): void {
    this.#end(call);
    if (this.#connection.closed) return this.#outlived(call);
    this.#calls.finish(call);
    this.#afterAnswers();
  }

  /** Nobody is there to be told; an error that is none of the declared ones is not lost all the same. */
  #outlived(call: ServerCall): void {
    this.#calls.outlive(call);
    const error = call.outcome;
    if (call.state !== "failed" || call.method.kind === "oneway") return;
    if (!isA(error, ThriftException) && !call.wasStoppedBy(error)) this.#dispatcher.reportError(error, call);
  }

  /** Reports what happened; nothing is written here. */
  #end(call: ServerCall): void {
    const failed = call.state === "failed";
    if (failed && call.method.kind === "oneway" && !call.wasStoppedBy(call.outcome))
      this.#dispatcher.reportError(call.outcome, call);
    publishEnd(call, this.#connection.platform, failed, call.outcome);
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

  #afterAnswers(): void {
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
    this.#calls.onDrain();
    this.#afterAnswers();
  }

  onEnd(): void {
    this.finish();
  }

  onClose(error: ConnectionError): void {
    this.#calls.abandon(error);
    this.#dispatcher.onSessionClose(this);
  }
}
