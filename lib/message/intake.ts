/**
 * Reads the messages that a server gets: finds the procedure that each names, turns away what has no room, declines what can become no call,
 * and reads arguments. Knows one connection's limits and protocol; its session runs the calls.
 *
 *     message head → procedure → room → arguments → call
 *           └→ answered here, where an answer is expected, and passed over
 */
import type { Buffer } from "node:buffer";
import { callRefusal, type InFlight, partingRefusal, type Refusal } from "../call/admission.ts";
import type { Dispatcher } from "../call/dispatcher.ts";
import type { Procedure } from "../call/procedure.ts";
import { ServerCall } from "../call/server-call.ts";
import { methodCodec } from "../codec/method-codec.ts";
import type { Connection } from "../connection/connection.ts";
import { NO_BUFFER } from "../connection/send-buffers.ts";
import { type CallHeaders, CLIENT_TIMEOUT_HEADER } from "../framing/call-headers.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { MethodKind } from "../schema/service.ts";
import { ByteReader, type ReaderOptions } from "../wire/byte-reader.ts";
import { type FramedHead, MessageRefusals } from "./refusals.ts";
import type { MessageReplyWriter } from "./reply-writer.ts";

const NO_ARGS: unknown[] = [];

/** The messages of one connection. */
export class MessageIntake {
  /** The arguments of the call that `take` gave last. */
  args: unknown[] = NO_ARGS;
  readonly #connection: Connection;
  readonly #dispatcher: Dispatcher;
  readonly #calls: InFlight;
  readonly #replies: MessageReplyWriter;
  readonly #limits: Limits;
  readonly #reader: ByteReader;
  readonly #head: FramedHead = { type: 0, seqid: 0, frameSeqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  /** Made with the first message that becomes no call, anew where the protocol has changed. */
  #refusals: MessageRefusals | undefined;

  /** `calls`: those in flight on the connection. */
  constructor(
    connection: Connection,
    dispatcher: Dispatcher,
    calls: InFlight,
    replies: MessageReplyWriter,
    limits: Limits,
    options: ReaderOptions | undefined,
  ) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#calls = calls;
    this.#replies = replies;
    this.#limits = limits;
    const { maxStringBytes, maxDepth, maxValueBytes } = limits;
    this.#reader = new ByteReader({ ...options, maxStringBytes, maxDepth, maxValueBytes });
    this.#reader.lasting = true;
  }

  /** What messages are read and answered in. */
  get protocol(): Protocol {
    return this.#replies.protocol;
  }

  /** From now on answers are in `protocol`, those to earlier messages too: each frame says what it is in. */
  speak(protocol: Protocol): void {
    this.#replies.protocol = protocol;
    this.#refusals = undefined;
  }

  get #refusing(): MessageRefusals {
    const { peer } = this.#connection;
    this.#refusals ??= new MessageRefusals(peer, this.#replies, this.#limits, this.#head, this.#reader);
    return this.#refusals;
  }

  /** Where the next message begins. */
  get pos(): number {
    return this.#reader.pos;
  }

  /** The message that was read last is of type CALL: its client awaits an answer. */
  get isCall(): boolean {
    return this.#head.type === MessageType.CALL;
  }

  /** Begins with what stands in [start, end) of `buf`, a frame numbered `frameSeqid`. */
  open(buf: Buffer, start: number, end: number, frameSeqid: number): void {
    this.#head.frameSeqid = frameSeqid;
    this.#reader.reset(buf, start, end);
  }

  /** Whether another message stands before `end`. Some clients put several into one frame; bytes that begin none are passed over. */
  holdsMore(end: number): boolean {
    return this.#reader.pos < end && this.#beginsMessage();
  }

  #beginsMessage(): boolean {
    const { pos } = this.#reader;
    try {
      this.protocol.readMessageBegin(this.#reader, this.#head);
    } catch {
      return false;
    }
    this.#reader.pos = pos;
    return true;
  }

  /** A connection that rests must not hold the last chunk that it got, nor what was read of it. */
  letGo(): void {
    this.#reader.buf = NO_BUFFER;
    this.#head.nameBuf = NO_BUFFER;
    this.args = NO_ARGS;
  }

  /**
   * Reads the message in [start, end): the call that it makes, with `args`; undefined for one that makes none, which has been answered then
   * unless it is oneway. `headers`: those that came with its frame. Throws DecodeError for what is no message.
   */
  take(start: number, end: number, headers: CallHeaders | undefined): ServerCall | undefined {
    const reader = this.#reader;
    const head = this.#head;
    this.protocol.readMessageBegin(reader, head);
    const procedure = this.#dispatcher.find(head.nameBuf, head.nameStart, head.nameEnd);
    if (procedure === undefined || (head.type !== MessageType.CALL && head.type !== MessageType.ONEWAY))
      return this.#refusing.decline(procedure, start, end);
    const { kind } = procedure.method;
    // Whatever type its message has: Apache's Go client calls oneway methods as all others.
    if (kind !== "unary" && kind !== "oneway") return this.#refusing.decline(procedure, start, end);
    const refusal = this.#refusal(kind);
    if (refusal !== undefined) return this.#refusing.refuse(procedure, refusal.reason, start, end);
    return this.#read(procedure, start, end, headers);
  }

  /** Why the call is not taken in; undefined when it is. */
  #refusal(kind: MethodKind): Refusal | undefined {
    const parting = kind === "oneway" ? undefined : partingRefusal(this.#dispatcher, false);
    return parting ?? callRefusal(this.#dispatcher, this.#calls);
  }

  #read(procedure: Procedure, start: number, end: number, headers: CallHeaders | undefined): ServerCall | undefined {
    const reader = this.#reader;
    const { seqid, frameSeqid } = this.#head;
    const { room } = reader;
    try {
      this.args = methodCodec(procedure.method, this.protocol).readArgs(reader);
      this.protocol.readMessageEnd(reader);
    } catch (error) {
      return this.#refusing.rejectArguments(procedure, error as Error, start, end);
    }
    const bytes = Math.max(end - start, room - reader.room);
    const call = new ServerCall(this.#connection, procedure, seqid, bytes, this.#connection.now());
    call.frameSeqid = frameSeqid;
    if (headers !== undefined) applyHeaders(call, headers);
    return call;
  }
}

function applyHeaders(call: ServerCall, headers: CallHeaders): void {
  call.carriesHeaders = true;
  if (headers.size === 0) return;
  call.headers = headers;
  const timeoutMs = Number(headers.get(CLIENT_TIMEOUT_HEADER));
  if (timeoutMs > 0) call.deadline = call.startedAt + timeoutMs;
}
