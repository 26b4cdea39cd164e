/**
 * The answering side of Thrift over UDP: one socket, any number of clients, one message a datagram. Admits, runs and answers calls,
 * and runs no call twice that may not. Knows what one datagram says; procedures are its dispatcher's.
 *
 * The way of a datagram: rate of its source → is it a message → procedure → seen before → cookie → limits → arguments → handler →
 * size of the answer → at most three times the request to an address that has shown no cookie.
 */
import { Buffer } from "node:buffer";
import { isPromise } from "../call/promise-like.ts";
import { writeApplicationException } from "../codec/application-exception.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { serverCall, serverRefused } from "../diagnostics.ts";
import { ConnectionError } from "../errors.ts";
import type { DatagramAddress, DatagramSocket, Platform, Timer } from "../platform.ts";
import { compactFb } from "../protocol/compact.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { DatagramReceiver } from "../transport/udp.ts";
import { ByteReader, type ReaderOptions } from "../wire/byte-reader.ts";
import { ByteWriter } from "../wire/byte-writer.ts";
import { crc32 } from "../wire/crc32.ts";
import { ApplicationType } from "./application-type.ts";
import { COOKIE_LIFE_MS, Cookies, EPOCH_MS } from "./datagram/cookies.ts";
import { type DatagramCounters, noDatagrams } from "./datagram/counters.ts";
import { DatagramCall, DatagramRequest } from "./datagram/datagram-call.ts";
import { type Datagram, replyEnvelopeBytes, unwrap, writeReplyEnvelope } from "./datagram/envelope.ts";
import { type ExecutedCall, ExecutedCalls } from "./datagram/executed-calls.ts";
import { PatientClock, TICK_MS } from "./datagram/patient-clock.ts";
import { REPLY_WITHHELD } from "./datagram/reply-withheld.ts";
import { SourceRates } from "./datagram/source-rates.ts";
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

/** A client may send a call again with another cookie that is three epochs younger at most, and a cookie lives for two. */
const KEEP_MS: number = 3 * EPOCH_MS + COOKIE_LIFE_MS + 30_000;
/** A client without an envelope sends nothing again later than 15 s after the first time. */
const KEEP_UNNAMED_MS = 30_000;
const MAX_QUEUED_BYTES = 4 << 20;
const AMPLIFICATION = 3;
/** Ports of services that answer anything: an answer to them would come back for ever. */
const REFLECTORS: ReadonlySet<number> = new Set([
  0, 7, 13, 17, 19, 37, 53, 111, 123, 137, 161, 389, 520, 1900, 5353, 11211,
]);

export class DatagramServerSession implements ServerSession, DatagramReceiver {
  readonly counters: DatagramCounters = noDatagrams();
  readonly #dispatcher: Dispatcher;
  readonly #platform: Platform;
  readonly #options: DatagramServerOptions;
  readonly #rates: SourceRates;
  readonly #cookies: Cookies;
  readonly #executed: ExecutedCalls;
  /** By which calls are forgotten. */
  readonly #memory: PatientClock;
  #ticking: Timer | undefined;
  readonly #running = new Set<DatagramCall>();
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  readonly #out = new ByteWriter(4096);
  #socket: DatagramSocket | undefined;
  #finishing = false;

  constructor(dispatcher: Dispatcher, platform: Platform, options: DatagramServerOptions) {
    this.#dispatcher = dispatcher;
    this.#platform = platform;
    this.#options = options;
    this.#rates = new SourceRates(options.maxSourceRate, options.maxSourceBurst, platform.random() * 0x7fff_ffff);
    this.#cookies = new Cookies(platform.random());
    this.#memory = new PatientClock(platform.now());
    this.#executed = new ExecutedCalls({
      maxEntries: options.maxRememberedCalls,
      maxBytes: options.maxRememberedBytes,
      maxReplyBytes: options.maxDatagramBytes,
      keepMs: KEEP_MS,
      keepUnnamedMs: KEEP_UNNAMED_MS,
    });
    this.#reader = new ByteReader({
      ...options.reader,
      maxStringBytes: options.limits.maxStringBytes,
      maxDepth: options.limits.maxDepth,
    });
  }

  /** Begins to answer by `socket`. */
  start(socket: DatagramSocket): void {
    this.#socket = socket;
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
    const reader = this.#reader;
    reader.reset(packet.buf, packet.start, packet.end);
    packet.protocol.readMessageBegin(reader, this.#head);
    if (this.#head.type === MessageType.CALL) this.#onCall(packet, bytes, from);
    else if (this.#head.type === MessageType.ONEWAY) this.#onOneways(packet, from);
    else this.counters.malformed++;
  }

  /** One message, or several behind one another. */
  #onOneways(packet: Datagram, from: DatagramAddress): void {
    const reader = this.#reader;
    const request = new DatagramRequest(from, packet.protocol, packet.enveloped, 0, 0);
    for (;;) {
      this.#runOneway(packet.protocol, request);
      if (reader.pos >= packet.end) return;
      packet.protocol.readMessageBegin(reader, this.#head);
      if (this.#head.type !== MessageType.ONEWAY) return void this.counters.malformed++;
    }
  }

  #runOneway(protocol: Protocol, request: DatagramRequest): void {
    const procedure = this.#findProcedure();
    if (procedure === undefined || procedure.method.kind === "stream" || this.#isFull()) {
      this.counters.onewaysDropped++;
      // What stands behind it in the datagram cannot be found without its method.
      this.#reader.pos = this.#reader.end;
      return;
    }
    const args = methodCodec(procedure.method, protocol).readArgs(this.#reader);
    this.counters.oneways++;
    this.#run(new DatagramCall(procedure, request, undefined, this.#now), args, true);
  }

  #findProcedure(): Procedure | undefined {
    return this.#dispatcher.find(this.#head.nameBuf, this.#head.nameStart, this.#head.nameEnd);
  }

  readonly #now = (): number => this.#platform.now();

  #isFull(): boolean {
    const { load, limits, draining } = this.#dispatcher;
    return (
      draining || this.#finishing || this.#running.size >= limits.maxConnectionCalls || load.running >= limits.maxCalls
    );
  }

  #onCall(packet: Datagram, bytes: number, from: DatagramAddress): void {
    const request = this.#requestOf(packet, bytes, from);
    const procedure = this.#findProcedure();
    if (procedure === undefined)
      return this.#refuse(
        request,
        this.#nameBytes(),
        ApplicationType.UNKNOWN_METHOD,
        `unknown method '${this.#nameBytes().toString()}'`,
      );
    const { method } = procedure;
    if (method.kind === "oneway") return this.#onOneways(packet, from);
    if (method.kind !== "unary")
      return this.#refuse(
        request,
        method.nameBytes,
        ApplicationType.INVALID_MESSAGE_TYPE,
        `method '${method.name}' is a ${method.kind}: UDP carries no streams, use TCP`,
      );
    const key = method.idempotent ? "" : this.#keyOf(request, packet);
    const known = method.idempotent ? undefined : this.#executed.get(key);
    if (known !== undefined) return this.#again(request, procedure, known);
    if (!method.idempotent && this.#mayNotRun(request, procedure)) return;
    if (this.#isFull())
      return this.#overload(
        request,
        procedure,
        this.#dispatcher.draining ? "server is shutting down" : `${this.#running.size} calls in flight`,
      );
    this.#admit(request, procedure, key);
  }

  #requestOf(packet: Datagram, bytes: number, from: DatagramAddress): DatagramRequest {
    const { call: envelope } = packet;
    const { seqid } = this.#head;
    const request = new DatagramRequest(from, packet.protocol, packet.enveloped, bytes, seqid);
    if (envelope === undefined) return request;
    const now = this.#platform.now();
    const verdict =
      envelope.cookie === "" ? "bad" : this.#cookies.judge(envelope.cookie, envelope.client, request.peer, now);
    if (verdict !== "bad") this.#executed.settle(envelope.client, envelope.settledBelow, this.#memory.now);
    request.envelope = envelope;
    request.validated = verdict !== "bad";
    if (verdict !== "good") request.newCookie = this.#cookies.make(envelope.client, request.peer, now);
    return request;
  }

  /** Who calls and which call it is; without an envelope what it says must serve for that. */
  #keyOf({ envelope, peer, seqid }: DatagramRequest, { buf, start, end }: Datagram): string {
    return envelope === undefined
      ? `${peer} ${seqid} ${crc32(buf, start, end)} ${end - start}`
      : `${envelope.client} ${seqid}`;
  }

  /** True, and the client has been told, for a call that must run at most once and of which that cannot be promised now. */
  #mayNotRun(request: DatagramRequest, { method }: Procedure): boolean {
    const { envelope } = request;
    if (envelope === undefined) return false;
    if (!request.validated) {
      this.#challenge(request, method.nameBytes);
      return true;
    }
    const settled = this.#executed.isSettled(envelope.client, request.seqid);
    if (settled) this.counters.stale++;
    return settled;
  }

  #again(request: DatagramRequest, procedure: Procedure, known: ExecutedCall): void {
    const name = procedure.method.nameBytes;
    if (known.reply === undefined) {
      this.counters.duplicates++;
      if (request.envelope !== undefined) this.#sendStatus(request, name, "p");
      return;
    }
    this.counters.replayed++;
    this.#sendReply(request, name, known.reply);
  }

  #admit(request: DatagramRequest, procedure: Procedure, key: string): void {
    const { method } = procedure;
    let executed: ExecutedCall | undefined;
    if (!method.idempotent) {
      executed = this.#executed.begin(key, request.envelope?.client, request.seqid, this.#memory.now);
      this.#tick();
      if (executed === undefined)
        return this.#overload(request, procedure, `${this.#executed.entries} calls remembered`);
    }
    let args: unknown[];
    try {
      args = methodCodec(method, request.protocol).readArgs(this.#reader);
    } catch (error) {
      if (executed !== undefined) this.#executed.abandon(executed);
      return this.#refuse(
        request,
        method.nameBytes,
        ApplicationType.PROTOCOL_ERROR,
        `arguments of '${method.name}': ${(error as Error).message}`,
      );
    }
    this.counters.calls++;
    this.#run(new DatagramCall(procedure, request, executed, this.#now), args, false);
  }

  /** Lets the memory's clock run while there is anything to forget. */
  #tick(): void {
    if (this.#ticking !== undefined || this.#executed.empty) return;
    this.#memory.advance(this.#platform.now());
    this.#ticking = this.#platform.startTimer(TICK_MS, false, this.#onTick);
  }

  readonly #onTick = (): void => {
    this.#ticking = undefined;
    this.#memory.advance(this.#platform.now());
    this.#executed.expire(this.#memory.now);
    this.#tick();
  };

  #overload(request: DatagramRequest, { method }: Procedure, reason: string): void {
    this.counters.refused++;
    if (serverRefused.hasSubscribers) serverRefused.publish({ peer: request.peer, method: method.name, reason });
    this.#refuse(request, method.nameBytes, ApplicationType.LOADSHEDDING, `overloaded: ${reason}`);
  }

  #run(call: DatagramCall, args: unknown[], oneway: boolean): void {
    let result: unknown;
    try {
      result = call.procedure.invoke(args, call);
    } catch (error) {
      return this.#finish(call, oneway, true, error);
    }
    if (!isPromise(result)) return this.#finish(call, oneway, false, result);
    this.#running.add(call);
    this.#dispatcher.load.running++;
    void this.#settle(call, oneway, result);
  }

  async #settle(call: DatagramCall, oneway: boolean, result: PromiseLike<unknown>): Promise<void> {
    let outcome: unknown;
    let failed = false;
    try {
      outcome = await result;
    } catch (error) {
      outcome = error;
      failed = true;
    }
    this.#running.delete(call);
    this.#dispatcher.load.running--;
    this.#finish(call, oneway, failed, outcome);
    this.#closeWhenIdle();
  }

  #finish(call: DatagramCall, oneway: boolean, failed: boolean, outcome: unknown): void {
    if (serverCall.hasSubscribers)
      serverCall.publish({
        method: call.method.name,
        peer: call.peer,
        elapsedMs: this.#platform.now() - call.startedAt,
        ...(failed && { error: outcome }),
      });
    if (oneway) {
      if (failed) this.#dispatcher.reportError(outcome, call);
      return;
    }
    const reply = this.#encodeReply(call, failed, outcome);
    if (call.executed !== undefined) this.#executed.finish(call.executed, reply, this.#memory.now);
    this.#sendReply(call.request, call.method.nameBytes, reply);
  }

  /** The message, without its envelope. */
  #encodeReply(call: DatagramCall, failed: boolean, outcome: unknown): Buffer {
    const out = this.#out;
    const { method, request } = call;
    const codec = methodCodec(method, request.protocol);
    out.pos = 0;
    try {
      request.protocol.writeMessageBegin(out, method.nameBytes, MessageType.REPLY, request.seqid);
      if (!failed) codec.writeResult(out, outcome);
      else if (!codec.writeException(out, outcome)) throw outcome;
      request.protocol.writeMessageEnd(out);
    } catch (error) {
      this.#dispatcher.reportError(error, call);
      return this.#exception(
        request,
        method.nameBytes,
        ApplicationType.INTERNAL_ERROR,
        `internal error in '${method.name}'`,
      );
    }
    const bytes = out.pos + (request.enveloped ? replyEnvelopeBytes(request.newCookie) : 0);
    if (bytes <= this.#options.maxDatagramBytes) return Buffer.from(out.view(0));
    this.counters.repliesTooBig++;
    return this.#exception(
      request,
      method.nameBytes,
      ApplicationType.INTERNAL_ERROR,
      `reply of ${bytes} bytes, limit of a datagram ${this.#options.maxDatagramBytes}: use TCP`,
    );
  }

  #exception(request: DatagramRequest, name: Buffer, type: ApplicationType, text: string): Buffer {
    const out = this.#out;
    out.pos = 0;
    request.protocol.writeMessageBegin(out, name, MessageType.EXCEPTION, request.seqid);
    writeApplicationException(out, request.protocol, text, type);
    request.protocol.writeMessageEnd(out);
    return Buffer.from(out.view(0));
  }

  #refuse(request: DatagramRequest, name: Buffer, type: ApplicationType, text: string): void {
    this.#sendReply(request, name, this.#exception(request, Buffer.from(name), type, text.slice(0, MAX_TEXT)));
  }

  #challenge(request: DatagramRequest, name: Buffer): void {
    this.counters.challenged++;
    this.#sendStatus(request, name, "c");
  }

  /** A reply without result: the envelope says it all. */
  #sendStatus(request: DatagramRequest, name: Buffer, status: "p" | "c"): void {
    const out = this.#out;
    out.pos = 0;
    request.protocol.writeMessageBegin(out, name, MessageType.REPLY, request.seqid);
    out.reserve(1)[out.pos++] = 0;
    this.#send(request, Buffer.from(out.view(0)), status);
  }

  /** A reply that would be too much for an address that may be forged waits for a cookie. */
  #sendReply(request: DatagramRequest, name: Buffer, reply: Buffer): void {
    const bytes = reply.length + (request.enveloped ? replyEnvelopeBytes(request.newCookie) : 0);
    if (request.validated || bytes <= request.bytes * AMPLIFICATION) return this.#send(request, reply, "r");
    this.counters.repliesWithheld++;
    if (request.envelope !== undefined) return this.#challenge(request, name);
    const told = this.#exception(request, name, ApplicationType.INTERNAL_ERROR, REPLY_WITHHELD);
    if (told.length <= request.bytes * AMPLIFICATION) this.#send(request, told, "r");
  }

  /** Sends a message, in an envelope if the request came in one. */
  #send(request: DatagramRequest, message: Buffer, status: "r" | "p" | "c"): void {
    const socket = this.#socket;
    if (socket === undefined || socket.queuedBytes > MAX_QUEUED_BYTES) return void this.counters.sendFailures++;
    this.counters.repliesSent++;
    socket.send(request.enveloped ? this.#wrap(request, message, status) : message, request.from, this.#sent);
  }

  #wrap(request: DatagramRequest, message: Buffer, status: "r" | "p" | "c"): Buffer {
    const before = replyEnvelopeBytes(request.newCookie);
    const datagram = Buffer.allocUnsafe(before + message.length);
    message.copy(datagram, before);
    writeReplyEnvelope(datagram, datagram.length, request.protocol, request.seqid, {
      status,
      cookie: request.newCookie,
    });
    return datagram;
  }

  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.onError(error);
  };

  #nameBytes(): Buffer {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    return nameBuf.subarray(nameStart, Math.min(nameEnd, nameStart + MAX_TEXT));
  }

  finish(): void {
    this.#finishing = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#finishing && this.#running.size === 0) this.#close();
  }

  destroy(cause: Error): void {
    for (const call of this.#running)
      call.abort(cause instanceof ConnectionError ? cause : new ConnectionError("CLOSED", cause.message, { cause }));
    this.#close();
  }

  #close(): void {
    if (this.#socket === undefined) return;
    this.#socket.close();
    this.#socket = undefined;
    if (this.#ticking !== undefined) this.#platform.stopTimer(this.#ticking);
    this.#dispatcher.onSessionClose(this);
  }
}

const MAX_TEXT = 200;
