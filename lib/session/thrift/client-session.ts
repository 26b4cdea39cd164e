/**
 * The calling side of classic Thrift: a message with name, type and seqid for each call, replies matched by seqid in any order.
 * Knows one connection; reconnecting and waiting are its owner's.
 */
import type { Buffer } from "node:buffer";
import { type CallHolder, type ClientCall, lostCall, type Progress } from "../../call/client-call.ts";
import { PendingCalls } from "../../call/pending-calls.ts";
import { readApplicationException } from "../../codec/application-exception.ts";
import { applicationError } from "../../codec/application-type.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Connection, Session } from "../../connection/connection.ts";
import { NO_BUFFER } from "../../connection/send-buffers.ts";
import { ConnectionError, ThriftError } from "../../errors/errors.ts";
import { AnswerReader } from "../../framing/answer-reader.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import type { FrameSink, Framing } from "../../framing/framing.ts";
import { CLIENT_TIMEOUT_HEADER } from "../../framing/header/header-framing.ts";
import type { Timer } from "../../platform/platform.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { MessageHead, Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import { Deadlines } from "../../queue/deadlines.ts";
import { ByteReader, type ReaderOptions } from "../../wire/byte-reader.ts";
import { isExactly } from "../../wire/bytes.ts";
import type { ClientSession, ClientSessionOwner } from "../session.ts";

/** Calls in a row that ended without a byte from the peer, after which new calls go elsewhere. */
const SILENT_CALLS = 3;
/** Ids that may be lost to replies that never come before the connection is replaced. */
const MAX_ABANDONED = 32_768;

const COLON = 0x3a;

/** What an answer to a oneway call may take where every request has one, for some servers never give it. */
const ONEWAY_ANSWER_MS = 500;

/** How a classic connection speaks. */
export interface ClassicOptions {
  readonly framing: Framing;
  readonly protocol: Protocol;
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
}

/**
 * How long a connection may stay silent from its beginning and still be used. Servers close one on which nothing is said (ours after 10
 * seconds), and a call that crosses that is lost, perhaps carried out.
 */
const UNSPOKEN_MS = 5_000;

/** Begins the conversation when it is made. */
export class ThriftClientSession implements ClientSession, Session, FrameSink, CallHolder {
  readonly #connection: Connection;
  readonly #owner: ClientSessionOwner;
  readonly #framing: Framing;
  readonly #protocol: Protocol;
  readonly #limits: Limits;
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  readonly #pending = new PendingCalls<ClientCall>();
  readonly #deadlines: Deadlines;
  /** Oneway calls that the transport has not got. */
  #oneways: ClientCall[] = [];
  /** Some servers answer oneway calls, such as those of methods that they do not know; under seqid 0, as they came. */
  #sentOneways = false;
  #silent = 0;
  readonly #openedAt: number;
  #retired = false;
  /** The connection was closed because nobody waited for the answer that it owed. */
  #gaveUp = false;
  /** Until a oneway call is taken for one that will not be answered. */
  #answerTimer: Timer | undefined;

  constructor(connection: Connection, owner: ClientSessionOwner, options: ClassicOptions) {
    this.#connection = connection;
    this.#owner = owner;
    this.#openedAt = connection.platform.now();
    this.#framing = options.framing;
    this.#protocol = options.protocol;
    this.#limits = options.limits;
    this.#reader = new ByteReader({
      ...options.reader,
      maxStringBytes: options.limits.maxStringBytes,
      maxDepth: options.limits.maxDepth,
      maxValueBytes: options.limits.maxValueBytes,
    });
    this.#reader.lasting = true;
    this.#deadlines = new Deadlines(connection.platform, false, this);
    const { framing } = options;
    const frames = new AnswerReader(framing.createReader(this, options.protocol, options.limits), framing.name);
    if (options.framing.busy !== undefined) options.framing.onFree = () => this.#onFree();
    connection.start(this, frames, options.framing, `${options.framing.name} ${options.protocol.name}`);
    connection.hold(false);
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get usable(): boolean {
    return (
      !this.#retired &&
      this.#connection.open &&
      this.#framing.closing !== true &&
      this.#silent < SILENT_CALLS &&
      this.#pending.abandoned < MAX_ABANDONED &&
      (this.#connection.writtenBytes > 0 || !this.#silentTooLong())
    );
  }

  #silentTooLong(): boolean {
    return this.#connection.platform.now() - this.#openedAt > UNSPOKEN_MS;
  }

  now(): number {
    return this.#connection.now();
  }

  send(call: ClientCall): boolean {
    const connection = this.#connection;
    if (!connection.hasRoom || connection.writing || !this.usable || this.#framing.busy === true) return false;
    call.holder = this;
    const unfit = this.#unfit(call);
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
    if (!this.#write(call, oneway ? MessageType.ONEWAY : MessageType.CALL, seqid)) return true;
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

  /** What no connection of this kind can carry. */
  #unfit(call: ClientCall): ThriftError | undefined {
    const { stream, interaction, queueTimeoutMs, method } = call;
    if (stream === undefined && interaction === undefined && queueTimeoutMs === 0) return undefined;
    const what =
      stream !== undefined ? `a ${method.kind} call` : interaction !== undefined ? "an interaction" : "queueTimeoutMs";
    return new ThriftError("UNSUPPORTED", `${method.name}: ${what} needs a rocket connection`, {
      delivery: "unsent",
      phase: "encode",
    });
  }

  #addOneway(call: ClientCall): void {
    this.#sentOneways = true;
    this.#oneways.push(call);
    if (this.#framing.busy !== undefined) this.#awaitAnswer();
  }

  /** A oneway call holds up all others until it is answered: if that takes long, they get another connection. */
  #awaitAnswer(): void {
    this.#answerTimer = this.#connection.platform.startTimer(ONEWAY_ANSWER_MS, false, () => this.#leave());
  }

  /** Of a framing with one call at a time: that one was answered. */
  #onFree(): void {
    this.#stopAwaiting();
    if (this.#framing.closing === true) this.#leave();
    else this.#owner.onRoom(this);
  }

  #leave(): void {
    this.retire();
    this.#owner.onRoom(this);
  }

  #stopAwaiting(): void {
    if (this.#answerTimer !== undefined) this.#connection.platform.stopTimer(this.#answerTimer);
    this.#answerTimer = undefined;
  }

  /** Puts the whole frame into this tick's batch; or nothing, and the call has failed. */
  #write(call: ClientCall, type: number, seqid: number): boolean {
    const connection = this.#connection;
    const { out } = connection;
    const start = out.pos;
    try {
      if (call.headers !== undefined) this.#framing.judge?.(call.headers);
      const headers = this.#framing.carriesHeaders ? headersWithTimeout(call, connection.now()) : undefined;
      connection.beginFrame(headers, seqid);
      if (call.headers !== undefined && !this.#framing.carriesHeaders) throw noHeaders(this.#framing);
      this.#protocol.writeMessageBegin(out, call.wireName, type, seqid);
      methodCodec(call.method, this.#protocol).writeArgs(out, call.args);
      this.#protocol.writeMessageEnd(out);
      if (out.pos - start > this.#limits.maxFrameBytes) throw tooBig(out.pos - start, this.#limits);
      connection.endFrame(start);
    } catch (error) {
      connection.abortFrame(start);
      if (seqid !== 0) this.#pending.take(seqid);
      call.refuse(error);
      return false;
    }
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
    const reader = this.#reader;
    const head = this.#head;
    reader.reset(buf, start, end);
    protocol.readMessageBegin(reader, head);
    this.#silent = 0;
    const { abandoned } = this.#pending;
    // fbthrift's servers number the frame that they answer with, and write 0 into the message.
    const seqid = head.seqid === 0 ? frameSeqid : head.seqid;
    const call = this.#pending.take(seqid);
    if (call === undefined) {
      // Late, if its call was cancelled or is over its deadline; else nobody ever waited for it.
      if (this.#pending.abandoned === abandoned) this.#refuseForeign(head, seqid);
    } else if (this.#answers(call, head)) {
      if (headers !== undefined && headers.size > 0) call.takeHeaders(headers);
      this.#settle(call, head.type, protocol);
    } else call.fail(foreignName(call, head));
    this.#onLess();
    return true;
  }

  /** By its name: as it was sent, or with or without a service's before it, as multiplexed servers answer. */
  #answers(call: ClientCall, { type, nameBuf, nameStart, nameEnd }: MessageHead): boolean {
    if (isExactly(call.wireName, nameBuf, nameStart, nameEnd)) return true;
    const { nameBytes } = call.method;
    const start = nameEnd - nameBytes.length;
    if (start < nameStart || !isExactly(nameBytes, nameBuf, start, nameEnd))
      // Of a server that could not read so far.
      return type === MessageType.EXCEPTION && nameStart === nameEnd;
    return start === nameStart || nameBuf[start - 1] === COLON;
  }

  /** The peer answers what nobody has asked: nothing that comes behind it can be trusted to belong to its call. */
  #refuseForeign(head: MessageHead, seqid: number): void {
    if (seqid === 0 && this.#sentOneways) return;
    const text = `answer ${nameOf(head)} with seqid ${seqid}, which no call waits for`;
    this.#connection.destroy(new ConnectionError("BAD_SEQUENCE", text, { peer: this.peer }));
  }

  #settle(call: ClientCall, type: number, protocol: Protocol): void {
    let value: unknown;
    try {
      value =
        type === MessageType.REPLY
          ? methodCodec(call.method, protocol).readResult(this.#reader)
          : this.#readException(type, protocol);
    } catch (error) {
      return call.fail(error);
    }
    call.succeed(value);
  }

  #readException(type: number, protocol: Protocol): never {
    if (type !== MessageType.EXCEPTION)
      throw new ThriftError("WRONG_KIND", `reply of message type ${type}`, { delivery: "answered", phase: "decode" });
    const exception = readApplicationException(this.#reader, protocol);
    throw applicationError(exception.message, exception.type);
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
    this.#stopAwaiting();
    const unsent: ClientCall[] = [];
    const close = (call: ClientCall): void => {
      if (this.#isUnsent(call)) unsent.push(call);
      else call.fail(lostCall(call, error));
    };
    this.#pending.forEach(close);
    for (const call of this.#oneways) if (!call.settled) close(call);
    unsent.sort((a, b) => a.endsAt - b.endsAt);
    // A server on which we have hung up was there.
    const heard = this.#connection.receivedBytes > 0 || this.#gaveUp;
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
    // Where one answer is awaited at a time, one that nobody waits for would hold up all others.
    if (this.#framing.busy !== true) return;
    this.#gaveUp = true;
    this.#connection.destroy(new ConnectionError("CONNECTION_LOST", "an answer was given up"));
  }

  progressOf(call: ClientCall): Progress {
    // Its bytes stand among others that will be sent: from here on nobody can promise that it does not run.
    return { phase: this.#isUnsent(call) ? "write" : "wait", delivery: "unknown" };
  }

  #isUnsent(call: ClientCall): boolean {
    return call.endsAt > this.#connection.sentBytes;
  }
}

/** What the call's headers are on the wire: they say how long its caller will wait. */
function headersWithTimeout({ headers, deadline }: ClientCall, now: number): CallHeaders | undefined {
  if (deadline === Number.POSITIVE_INFINITY) return headers;
  const timeoutMs = `${Math.max(1, Math.ceil(deadline - now))}`;
  return new Map([...(headers ?? []), [CLIENT_TIMEOUT_HEADER, timeoutMs]]);
}

function noHeaders(framing: Framing): ThriftError {
  return new ThriftError("UNSUPPORTED", `headers cannot cross a ${framing.name} connection`, {
    delivery: "unsent",
    phase: "encode",
  });
}

function tooBig(bytes: number, limits: Limits): ThriftError {
  return new ThriftError("LIMIT_EXCEEDED", `message of ${bytes} bytes, limit ${limits.maxFrameBytes}`, {
    delivery: "unsent",
    phase: "encode",
  });
}

function foreignName(call: ClientCall, head: MessageHead): ThriftError {
  const text = `${call.method.name}: answered by ${nameOf(head)} with seqid ${head.seqid}, which is another method's`;
  return new ThriftError("BAD_SEQUENCE", text, { delivery: "unknown", phase: "decode" });
}

function nameOf({ nameBuf, nameStart, nameEnd }: MessageHead): string {
  return JSON.stringify(nameBuf.toString("utf8", nameStart, Math.min(nameEnd, nameStart + 100)));
}
