/**
 * The answering side of Thrift over UDP: one socket, any number of clients, one message a datagram. Admits, runs and answers calls,
 * and runs no call twice that may not. Knows what one datagram says; procedures are its dispatcher's.
 *
 * The way of a datagram: rate of its source → is it a message → procedure → seen before → cookie → limits → arguments → its turn →
 * handler → size of the answer → at most three times the request to an address that has shown no cookie.
 */
import type { Buffer } from "node:buffer";
import { type DeadlineOwner, Deadlines } from "../call/deadlines.ts";
import { isPromise } from "../call/promise-like.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { serverCall, serverRefused } from "../diagnostics.ts";
import { ConnectionError, DeadlineError, DecodeError } from "../errors.ts";
import type { DatagramAddress, DatagramSocket, Platform } from "../platform.ts";
import { compactFb } from "../protocol/compact.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { DatagramReceiver } from "../transport/udp.ts";
import { ByteReader, type ReaderOptions } from "../wire/byte-reader.ts";
import { crc32 } from "../wire/crc32.ts";
import { ApplicationType } from "./application-type.ts";
import { CallMemory } from "./datagram/call-memory.ts";
import { Cookies } from "./datagram/cookies.ts";
import { type DatagramCounters, noDatagrams } from "./datagram/counters.ts";
import { DatagramCall, DatagramRequest } from "./datagram/datagram-call.ts";
import { type Datagram, unwrap } from "./datagram/envelope.ts";
import type { ExecutedCall } from "./datagram/executed-calls.ts";
import { DatagramReplyWriter, MAX_TEXT_BYTES } from "./datagram/reply-writer.ts";
import { SourceRates } from "./datagram/source-rates.ts";
import type { TurnedAway, WaitingCall } from "./load.ts";
import { NO_BUFFER } from "./send-buffers.ts";
import type { Dispatcher, Procedure, ServerSession } from "./session.ts";

/** What a server admits over UDP. */
export interface DatagramServerOptions {
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
  /** Largest reply. Default 1,232; at most 65,507. Requests may be as large as they come. */
  readonly maxDatagramBytes: number;
  /** Datagrams a second from one address, and at once. Default 50,000 and 10,000. */
  readonly maxSourceRate: number;
  readonly maxSourceBurst: number;
  /** Calls remembered so that they do not run twice. Default 4,096. */
  readonly maxRememberedCalls: number;
  /** Bytes of answers remembered with them. Default 8 MiB. */
  readonly maxRememberedBytes: number;
}

/** Ports of services that answer anything: an answer to them would come back for ever. */
const REFLECTORS: ReadonlySet<number> = new Set([
  0, 7, 13, 17, 19, 37, 53, 111, 123, 137, 161, 389, 520, 1900, 5353, 11211,
]);

export class DatagramServerSession implements ServerSession, DatagramReceiver, DeadlineOwner {
  readonly counters: DatagramCounters = noDatagrams();
  readonly #dispatcher: Dispatcher;
  readonly #platform: Platform;
  readonly #rates: SourceRates;
  readonly #cookies: Cookies;
  readonly #memory: CallMemory;
  readonly #replies: DatagramReplyWriter;
  readonly #deadlines: Deadlines;
  /** Calls that run or wait for their turn. */
  readonly #running = new Set<DatagramCall>();
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  #finishing = false;

  constructor(dispatcher: Dispatcher, platform: Platform, options: DatagramServerOptions) {
    this.#dispatcher = dispatcher;
    this.#platform = platform;
    this.#rates = new SourceRates(options.maxSourceRate, options.maxSourceBurst, platform.random() * 0x7fff_ffff);
    this.#cookies = new Cookies(platform.random());
    this.#memory = new CallMemory(platform, options);
    this.#replies = new DatagramReplyWriter(this.counters, options.maxDatagramBytes, (error, call) =>
      dispatcher.reportError(error, call),
    );
    this.#deadlines = new Deadlines(platform, false, this);
    const { maxStringBytes, maxDepth } = options.limits;
    this.#reader = new ByteReader({ ...options.reader, maxStringBytes, maxDepth });
  }

  /** Begins to answer by `socket`. */
  start(socket: DatagramSocket): void {
    this.#replies.socket = socket;
  }

  onError(error: Error): void {
    this.counters.sendFailures++;
    this.#dispatcher.reportError(error, undefined);
  }

  onDatagram(bytes: Buffer, from: DatagramAddress): void {
    const { counters } = this;
    counters.received++;
    if (REFLECTORS.has(from.port)) return void counters.reflected++;
    if (!this.#rates.take(from.host, this.#platform.now())) return void counters.rateLimited++;
    try {
      this.#onPacket(unwrap(bytes, compactFb), bytes.length, from);
    } catch {
      // Who sent this is not known: an answer could go to somebody else.
      counters.malformed++;
    }
  }

  #onPacket(packet: Datagram, bytes: number, from: DatagramAddress): void {
    this.#reader.reset(packet.buf, packet.start, packet.end);
    packet.protocol.readMessageBegin(this.#reader, this.#head);
    if (this.#head.type === MessageType.CALL) this.#onCall(packet, bytes, from);
    else if (this.#head.type === MessageType.ONEWAY) this.#onOneways(packet, from);
    else this.counters.malformed++;
  }

  /** One message, or several behind one another. */
  #onOneways(packet: Datagram, from: DatagramAddress): void {
    const reader = this.#reader;
    const request = new DatagramRequest(from, packet.protocol, packet.enveloped, 0, 0);
    for (;;) {
      this.#takeOneway(packet.protocol, request);
      if (reader.pos >= packet.end) return;
      packet.protocol.readMessageBegin(reader, this.#head);
      if (this.#head.type !== MessageType.ONEWAY) return void this.counters.malformed++;
    }
  }

  #takeOneway(protocol: Protocol, request: DatagramRequest): void {
    const procedure = this.#findProcedure();
    if (procedure === undefined || procedure.method.kind === "stream" || this.#crowd() !== undefined) {
      this.counters.onewaysDropped++;
      // What stands behind it in the datagram cannot be found without its method.
      this.#reader.pos = this.#reader.end;
      return;
    }
    const args = methodCodec(procedure.method, protocol).readArgs(this.#reader);
    this.#run(new DatagramCall(procedure, request, undefined, true, this.#now), args);
  }

  #findProcedure(): Procedure | undefined {
    return this.#dispatcher.find(this.#head.nameBuf, this.#head.nameStart, this.#head.nameEnd);
  }

  readonly #now = (): number => this.#platform.now();

  /** Why nothing more is taken on; undefined when there is room. */
  #crowd(): string | undefined {
    const { load, limits, draining } = this.#dispatcher;
    if (draining || this.#finishing) return "server is shutting down";
    const { size } = this.#running;
    return size >= limits.maxConnectionCalls || load.inFlight >= limits.maxCalls
      ? `${Math.max(size, load.inFlight)} calls in flight`
      : undefined;
  }

  #onCall(packet: Datagram, bytes: number, from: DatagramAddress): void {
    const request = this.#requestOf(packet, bytes, from);
    const procedure = this.#findProcedure();
    if (procedure === undefined) {
      const name = this.#nameBytes();
      return this.#replies.refuse(request, name, ApplicationType.UNKNOWN_METHOD, `unknown method '${name.toString()}'`);
    }
    const { method } = procedure;
    if (method.kind === "oneway") return this.#onOneways(packet, from);
    if (method.kind === "unary")
      return method.idempotent ? this.#admit(request, procedure) : this.#onceOnly(request, procedure, packet);
    const text = `method '${method.name}' is a ${method.kind}: UDP carries no streams, use TCP`;
    this.#replies.refuse(request, method.nameBytes, ApplicationType.INVALID_MESSAGE_TYPE, text);
  }

  #requestOf(packet: Datagram, bytes: number, from: DatagramAddress): DatagramRequest {
    const { call: envelope } = packet;
    const { seqid } = this.#head;
    const request = new DatagramRequest(from, packet.protocol, packet.enveloped, bytes, seqid);
    if (envelope === undefined) return request;
    if (seqid < 0) throw new DecodeError("invalid", `seqid ${seqid} in an envelope, at least 0 expected`);
    const now = this.#platform.now();
    const verdict =
      envelope.cookie === "" ? "bad" : this.#cookies.judge(envelope.cookie, envelope.client, request.peer, now);
    if (verdict !== "bad") this.#memory.settle(envelope.client, envelope.settledBelow);
    request.envelope = envelope;
    request.validated = verdict !== "bad";
    if (verdict !== "good") request.newCookie = this.#cookies.make(envelope.client, request.peer, now);
    return request;
  }

  /** Takes a call that may not run twice, if it has not been here before. */
  #onceOnly(request: DatagramRequest, procedure: Procedure, packet: Datagram): void {
    const { envelope, seqid } = request;
    const key = envelope === undefined ? unnamedKey(request, packet) : "";
    const known = this.#memory.find(envelope?.client, seqid, key);
    if (known !== undefined) this.#again(request, procedure, known);
    else if (envelope !== undefined && !request.validated) this.#replies.challenge(request, procedure.method.nameBytes);
    else if (envelope !== undefined && this.#memory.isSettled(envelope.client, seqid)) this.counters.stale++;
    else this.#admit(request, procedure, key);
  }

  #again(request: DatagramRequest, { method }: Procedure, known: ExecutedCall): void {
    if (known.reply !== undefined) {
      this.counters.replayed++;
      return this.#replies.send(request, method.nameBytes, known.reply);
    }
    this.counters.duplicates++;
    if (request.envelope !== undefined) this.#replies.progress(request, method.nameBytes);
  }

  /** `key`: as the memory of calls wants it, undefined for a call that may run twice. */
  #admit(request: DatagramRequest, procedure: Procedure, key?: string): void {
    const crowd = this.#crowd();
    if (crowd !== undefined) return this.#overload(request, procedure, `overloaded: ${crowd}`);
    let executed: ExecutedCall | undefined;
    if (key !== undefined) {
      executed = this.#memory.begin(request.envelope?.client, request.seqid, key);
      if (executed === undefined)
        return this.#overload(request, procedure, `overloaded: ${this.#memory.entries} calls remembered`);
    }
    this.#readAndRun(request, procedure, executed);
  }

  #readAndRun(request: DatagramRequest, procedure: Procedure, executed: ExecutedCall | undefined): void {
    const { method } = procedure;
    let args: unknown[];
    try {
      args = methodCodec(method, request.protocol).readArgs(this.#reader);
    } catch (error) {
      if (executed !== undefined) this.#memory.abandon(executed);
      const text = `arguments of '${method.name}': ${(error as Error).message}`;
      return this.#replies.refuse(request, method.nameBytes, ApplicationType.PROTOCOL_ERROR, text);
    }
    this.#run(new DatagramCall(procedure, request, executed, false, this.#now), args);
  }

  #overload(request: DatagramRequest, { method }: Procedure, reason: string): void {
    this.counters.refused++;
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: request.peer, method: method.name, reason });
    this.#replies.refuse(request, method.nameBytes, ApplicationType.LOADSHEDDING, reason);
  }

  /** Begins the call, or lets it wait for its turn. */
  #run(call: DatagramCall, args: unknown[]): void {
    const { load } = this.#dispatcher;
    if (load.beginsNow(call.startedAt)) return this.#begin(call, args);
    this.#keep(call);
    load.wait(this.#waiting(call, args), 0, call.deadline);
  }

  #waiting(call: DatagramCall, args: unknown[]): WaitingCall {
    const running = this.#running;
    return {
      begin: () => {
        this.#drop(call);
        this.#begin(call, args);
      },
      turnAway: (why) => this.#turnAway(call, why),
      get gone() {
        return !running.has(call);
      },
    };
  }

  #turnAway(call: DatagramCall, { reason }: TurnedAway): void {
    this.#drop(call);
    if (call.executed !== undefined) this.#memory.abandon(call.executed);
    if (call.oneway) this.counters.onewaysDropped++;
    else this.#overload(call.request, call.procedure, reason);
    this.#closeWhenIdle();
  }

  #begin(call: DatagramCall, args: unknown[]): void {
    if (call.oneway) this.counters.oneways++;
    else this.counters.calls++;
    let result: unknown;
    try {
      result = call.procedure.invoke(args, call);
    } catch (error) {
      return this.#finish(call, true, error);
    }
    if (!isPromise(result)) return this.#finish(call, false, result);
    this.#keep(call);
    void this.#settle(call, result);
  }

  #keep(call: DatagramCall): void {
    this.#running.add(call);
    this.#dispatcher.load.inFlight++;
    this.#deadlines.add(call.deadline, call.startedAt);
  }

  #drop(call: DatagramCall): void {
    if (this.#running.delete(call)) this.#dispatcher.load.inFlight--;
  }

  async #settle(call: DatagramCall, result: PromiseLike<unknown>): Promise<void> {
    const { load } = this.#dispatcher;
    load.began();
    let outcome: unknown;
    let failed = false;
    try {
      outcome = await result;
    } catch (error) {
      outcome = error;
      failed = true;
    }
    load.ended();
    this.#drop(call);
    this.#finish(call, failed, outcome);
    this.#closeWhenIdle();
  }

  #finish(call: DatagramCall, failed: boolean, outcome: unknown): void {
    const { method } = call;
    if (serverCall.hasSubscribers) {
      const elapsedMs = this.#platform.now() - call.startedAt;
      serverCall.publish({ method: method.name, peer: call.peer, elapsedMs, ...(failed && { error: outcome }) });
    }
    if (call.oneway) {
      if (failed && !call.wasStoppedBy(outcome)) this.#dispatcher.reportError(outcome, call);
      return;
    }
    const reply = this.#replies.encode(call, failed, outcome);
    if (call.executed !== undefined) this.#memory.finish(call.executed, reply);
    this.#replies.send(call.request, method.nameBytes, reply);
  }

  /** Of `Deadlines`: handlers whose callers have given up are told; what they answer is still remembered. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#running) {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else if (call.aborted === undefined) call.abort(expired(call));
    }
    return next;
  }

  #nameBytes(): Buffer {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    return nameBuf.subarray(nameStart, Math.min(nameEnd, nameStart + MAX_TEXT_BYTES));
  }

  finish(): void {
    this.#finishing = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#finishing && this.#running.size === 0) this.#close();
  }

  destroy(cause: Error): void {
    const reason = cause instanceof ConnectionError ? cause : new ConnectionError("CLOSED", cause.message, { cause });
    for (const call of this.#running) call.abort(reason);
    this.#close();
  }

  #close(): void {
    const { socket } = this.#replies;
    if (socket === undefined) return;
    socket.close();
    this.#replies.socket = undefined;
    this.#deadlines.clear();
    this.#memory.stop();
    this.#dispatcher.onSessionClose(this);
  }
}

/** Who calls, without an envelope: what the datagram says must serve for that. */
function unnamedKey({ peer, seqid }: DatagramRequest, { buf, start, end }: Datagram): string {
  return `${peer} ${seqid} ${crc32(buf, start, end)} ${end - start}`;
}

function expired({ method }: DatagramCall): DeadlineError {
  const text = `'${method.name}' was not answered in the time of its caller`;
  return new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "handler" });
}
