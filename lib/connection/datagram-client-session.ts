/**
 * The calling side of Thrift over UDP: one message a datagram, replies matched by seqid and method, requests sent again until an
 * answer comes or the deadline. Knows one server; what a call is worth being sent twice for is the envelope's and the cookie's.
 *
 * A call with the envelope runs at most once on one incarnation of the server; when that has restarted, the caller is told
 * `unknown`. Without it only idempotent methods are sent again.
 */
import { Buffer } from "node:buffer";
import { Deadlines } from "../call/deadlines.ts";
import { readApplicationException } from "../codec/application-exception.ts";
import { methodCodec } from "../codec/method-codec.ts";
import { ConnectionError, type Delivery, type Phase, ThriftError } from "../errors.ts";
import type { Platform } from "../platform.ts";
import { compactFb } from "../protocol/compact.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import { MessageType } from "../protocol/types.ts";
import type { DatagramTransport } from "../transport/udp.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import { ByteWriter } from "../wire/byte-writer.ts";
import { applicationError } from "./application-type.ts";
import type { CallHolder, ClientCall } from "./client-call.ts";
import { COOKIE_LENGTH, EPOCH_MS, epochsBetween, sameBoot } from "./datagram/cookies.ts";
import { callEnvelopeBytes, type Datagram, unwrap, writeCallEnvelope } from "./datagram/envelope.ts";
import { Exchange } from "./datagram/exchange.ts";
import { LEAST_REQUEST_BYTES, REPLY_WITHHELD } from "./datagram/reply-withheld.ts";
import { RoundTrip } from "./datagram/round-trip.ts";
import { Window } from "./datagram/window.ts";
import { NO_BUFFER } from "./send-buffers.ts";
import type { ClientSession, ClientSessionOwner } from "./session.ts";

/** How a client speaks over UDP. */
export interface DatagramClientOptions {
  readonly protocol: Protocol;
  readonly limits: Limits;
  /** Largest datagram sent. Default 1,232, which every path carries whole; at most 65,507. */
  readonly maxDatagramBytes: number;
  /** Requests unanswered at once, when the network bears it. Default 32. */
  readonly maxUnanswered: number;
  /** Times that a request is sent again. Default 3. */
  readonly maxResends: number;
  /** Put requests into an envelope that our own servers understand. Default true; false for foreign servers. */
  readonly envelope: boolean;
  /** Put several oneway calls of one tick into one datagram; the server must know of it, as ours do. Default false. */
  readonly packOneways: boolean;
}

/** Nothing is sent again later than this after it was first sent: the server's memory reaches a little further. */
const MAX_RESEND_AGE_MS = 15_000;
/** A cookie older than this may be refused: ask for a new one first. */
const COOKIE_USE_MS: number = EPOCH_MS - 1_000;
/** Bytes that the kernel has not taken, above which nothing more is given to it. */
const MAX_QUEUED_BYTES = 1 << 20;
const MAX_CHALLENGES = 4;
/** Of the server's time, between the first cookie of a call and the last: 90 s at most. It remembers for longer. */
const MAX_EPOCHS = 2;
const LAST_SEQID = 0x7fff_ffff;

export class DatagramClientSession implements ClientSession, CallHolder {
  readonly #transport: DatagramTransport;
  readonly #owner: ClientSessionOwner;
  readonly #platform: Platform;
  readonly #options: DatagramClientOptions;
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  readonly #out = new ByteWriter(2048);
  /** By seqid, in ascending order. */
  readonly #exchanges = new Map<number, Exchange>();
  /** Those that the server is known to have: they are no load on the network. */
  #inProgress = 0;
  readonly #deadlines: Deadlines;
  readonly #roundTrip = new RoundTrip();
  readonly #window: Window;
  #client: string;
  #seqid: number;
  #cookie = "";
  #cookieAt = 0;
  #packed: ClientCall[] = [];
  readonly #pack = new ByteWriter(2048);
  #retired = false;
  #closed = false;

  constructor(
    transport: DatagramTransport,
    owner: ClientSessionOwner,
    platform: Platform,
    options: DatagramClientOptions,
  ) {
    this.#transport = transport;
    this.#owner = owner;
    this.#platform = platform;
    this.#options = options;
    this.#window = new Window(options.maxUnanswered);
    this.#reader = new ByteReader({ maxStringBytes: options.limits.maxStringBytes, maxDepth: options.limits.maxDepth });
    this.#deadlines = new Deadlines(platform, true, (now) => this.#sweep(now));
    this.#client = this.#newClient();
    this.#seqid = this.#firstSeqid();
    transport.onSendError = (error) => this.#onSendError(error);
    transport.start({
      onData: (bytes) => this.#onDatagram(bytes),
      onDrain: () => {},
      onEnd: () => {},
      onClose: (cause) => this.#onClose(cause),
    });
  }

  #newClient(): string {
    const half = (): string =>
      Math.floor(this.#platform.random() * 0x1_0000_0000)
        .toString(16)
        .padStart(8, "0");
    return half() + half();
  }

  #firstSeqid(): number {
    return 1 + Math.floor(this.#platform.random() * 0x3fff_ffff);
  }

  get peer(): string {
    return this.#transport.peer;
  }

  get usable(): boolean {
    return !this.#closed && !this.#retired && this.#seqid < LAST_SEQID;
  }

  now(): number {
    return this.#platform.now();
  }

  send(call: ClientCall): boolean {
    if (!this.usable) return false;
    call.holder = this;
    const { kind } = call.method;
    if (kind === "oneway") this.#sendOneway(call);
    else if (kind !== "unary")
      call.fail(
        new ThriftError("UNSUPPORTED", `${call.method.name} is a ${kind}: UDP carries no streams, use TCP`, {
          phase: "encode",
        }),
      );
    else if (this.#exchanges.size - this.#inProgress >= this.#window.size) return false;
    else this.#sendUnary(call);
    return true;
  }

  /** What may run twice needs no envelope, unless the server wants a cookie before it answers. */
  #sendUnary(call: ClientCall): void {
    const seqid = ++this.#seqid;
    const enveloped = this.#options.envelope && !call.method.idempotent;
    const cookie = enveloped ? this.#freshCookie() : "";
    const datagram = this.#encodeCall(call, seqid, enveloped, cookie);
    if (datagram === undefined) return;
    call.seqid = seqid;
    const exchange = new Exchange(call, seqid, enveloped, cookie, datagram);
    this.#exchanges.set(seqid, exchange);
    this.#deadlines.add(call.deadline, call.startedAt);
    this.#transmit(exchange);
  }

  /** A datagram; undefined when the call has failed for it. */
  #encodeCall(call: ClientCall, seqid: number, enveloped: boolean, cookie: string): Buffer | undefined {
    const message = this.#encode(call, MessageType.CALL, seqid, enveloped ? callEnvelopeBytes(cookie) : 0);
    if (message === undefined || !enveloped) return message && this.#pad(message);
    const timeLeftMs = Math.min(0xffff_ffff, Math.max(0, Math.floor(call.deadline - this.#platform.now())));
    const settledBelow = this.#exchanges.keys().next().value ?? seqid;
    writeCallEnvelope(message, message.length, this.#options.protocol, seqid, {
      client: this.#client,
      timeLeftMs,
      settledBelow,
      cookie,
    });
    return message;
  }

  #pad(message: Buffer): Buffer {
    if (!this.#options.envelope || message.length >= LEAST_REQUEST_BYTES) return message;
    const padded = Buffer.alloc(LEAST_REQUEST_BYTES);
    message.copy(padded);
    return padded;
  }

  /** A buffer with the message behind `before` bytes that are left free. */
  #encode(call: ClientCall, type: number, seqid: number, before: number): Buffer | undefined {
    const out = this.#out;
    out.pos = before;
    try {
      if (call.headers !== undefined)
        throw new ThriftError("UNSUPPORTED", "headers cannot cross UDP", { phase: "encode" });
      this.#options.protocol.writeMessageBegin(out, call.wireName, type, seqid);
      methodCodec(call.method, this.#options.protocol).writeArgs(out, call.args);
      this.#options.protocol.writeMessageEnd(out);
      this.#checkSize(out.pos);
    } catch (error) {
      call.fail(error);
      return undefined;
    }
    return Buffer.from(out.view(0));
  }

  #checkSize(bytes: number): void {
    const { maxDatagramBytes } = this.#options;
    if (bytes <= maxDatagramBytes) return;
    const more =
      maxDatagramBytes < MAX_UDP_BYTES ? `raise maxDatagramBytes (at most ${MAX_UDP_BYTES}) or use TCP` : "use TCP";
    throw new ThriftError(
      "LIMIT_EXCEEDED",
      `request of ${bytes} bytes, limit of a datagram ${maxDatagramBytes}: ${more}`,
      { phase: "encode" },
    );
  }

  /** A cookie that the server will still take, or "". */
  #freshCookie(): string {
    return this.#platform.now() - this.#cookieAt < COOKIE_USE_MS ? this.#cookie : "";
  }

  #transmit(exchange: Exchange): void {
    const now = this.#platform.now();
    if (exchange.attempts === 0 && exchange.firstSentAt === 0) exchange.firstSentAt = now;
    if (this.#transport.queuedBytes > MAX_QUEUED_BYTES) return this.#congested(exchange, now);
    exchange.attempts++;
    exchange.lastSentAt = now;
    exchange.resendAt = this.#resendTime(exchange, now);
    if (exchange.resendAt < exchange.call.deadline) this.#deadlines.add(exchange.resendAt, now);
    this.#transport.send(exchange.datagram, (error) => {
      if (error !== null) this.#onRefused(exchange, error);
    });
  }

  #congested(exchange: Exchange, now: number): void {
    if (exchange.sent) {
      exchange.resendAt = now + this.#roundTrip.waitMs(1, this.#platform.random());
      this.#deadlines.add(exchange.resendAt, now);
      return;
    }
    exchange.call.fail(this.#queueFull());
    this.#settle(exchange);
  }

  #queueFull(): ThriftError {
    return new ThriftError(
      "OVERLOADED",
      `${this.#transport.queuedBytes} bytes wait for the system to send them, limit ${MAX_QUEUED_BYTES}`,
      { phase: "write" },
    );
  }

  #resendTime(exchange: Exchange, now: number): number {
    const again = exchange.enveloped || exchange.call.method.idempotent;
    const wait = this.#roundTrip.waitMs(exchange.attempts, this.#platform.random());
    if (!again || exchange.attempts > this.#options.maxResends || now + wait - exchange.firstSentAt > MAX_RESEND_AGE_MS)
      return Number.POSITIVE_INFINITY;
    return now + wait;
  }

  #onDatagram(bytes: Buffer): void {
    let packet: Datagram;
    try {
      packet = unwrap(bytes, compactFb);
      this.#reader.reset(packet.buf, packet.start, packet.end);
      packet.protocol.readMessageBegin(this.#reader, this.#head);
    } catch {
      // Damaged, or somebody else's: the real answer may still come.
      return;
    }
    const exchange = this.#exchanges.get(this.#head.seqid);
    if (exchange !== undefined && this.#isAnswerTo(exchange, packet)) this.#onAnswer(exchange, packet);
  }

  #isAnswerTo(exchange: Exchange, packet: Datagram): boolean {
    const { nameBuf, nameStart, nameEnd } = this.#head;
    const name = exchange.call.method.nameBytes;
    if (packet.enveloped !== exchange.enveloped || name.length !== nameEnd - nameStart) return false;
    for (let i = 0; i < name.length; i++) if (name[i] !== nameBuf[nameStart + i]) return false;
    return true;
  }

  #onAnswer(exchange: Exchange, packet: Datagram): void {
    const { reply } = packet;
    if (reply !== undefined && reply.cookie.length === COOKIE_LENGTH) this.#learnCookie(reply.cookie);
    if (reply?.status === "c") return this.#onCookieWanted(exchange, reply.cookie);
    if (reply?.status === "p") return this.#onProgress(exchange);
    if (exchange.attempts === 1 && !exchange.inProgress) {
      this.#roundTrip.add(this.#platform.now() - exchange.lastSentAt);
      this.#window.grow();
    }
    const { call } = exchange;
    try {
      const value = this.#readResult(call, packet.protocol);
      this.#settle(exchange);
      call.succeed(value);
    } catch (error) {
      if (!exchange.enveloped && this.#options.envelope && isWithheld(error))
        return this.#sendWith(exchange, this.#freshCookie());
      this.#settle(exchange);
      call.fail(error);
    }
    this.#owner.onRoom(this);
    this.#endWhenIdle();
  }

  #readResult(call: ClientCall, protocol: Protocol): unknown {
    const { type } = this.#head;
    if (type === MessageType.REPLY) return methodCodec(call.method, protocol).readResult(this.#reader);
    if (type !== MessageType.EXCEPTION)
      throw new ThriftError("WRONG_KIND", `reply of message type ${type}`, { delivery: "answered", phase: "decode" });
    const exception = readApplicationException(this.#reader, protocol);
    const error = applicationError(exception.message, exception.type);
    // A copy of the request may still be under way, and be admitted.
    if (error.delivery === "unsent" && !call.method.idempotent)
      throw new ThriftError(error.code, error.message, { delivery: "unknown", phase: "handler" });
    throw error;
  }

  #learnCookie(cookie: string): void {
    this.#cookie = cookie;
    this.#cookieAt = this.#platform.now();
  }

  /** The server does not run it without a good cookie. */
  #onCookieWanted(exchange: Exchange, cookie: string): void {
    if (exchange.cookie === cookie) return;
    const reason = exchange.call.method.idempotent ? undefined : whyForgotten(exchange.firstCookie, cookie);
    if (reason !== undefined) {
      exchange.call.fail(
        new ConnectionError("CONNECTION_LOST", `${this.peer} ${reason}: the call may have run before`, {
          delivery: "unknown",
          phase: "wait",
        }),
      );
      this.#settle(exchange);
      this.#owner.onRoom(this);
      return;
    }
    // A server that is never content would have us send without end.
    if (++exchange.challenges > MAX_CHALLENGES) return;
    this.#sendWith(exchange, cookie);
  }

  #sendWith(exchange: Exchange, cookie: string): void {
    const datagram = this.#encodeCall(exchange.call, exchange.seqid, true, cookie);
    if (datagram === undefined) return this.#settle(exchange);
    exchange.enveloped = true;
    exchange.cookie = cookie;
    if (exchange.firstCookie === "") exchange.firstCookie = cookie;
    exchange.datagram = datagram;
    exchange.attempts = 0;
    this.#transmit(exchange);
  }

  #onProgress(exchange: Exchange): void {
    if (!exchange.inProgress) this.#inProgress++;
    exchange.inProgress = true;
    this.#owner.onRoom(this);
    const now = this.#platform.now();
    // The answer may be lost on its way: ask again now and then.
    exchange.resendAt = now + this.#roundTrip.waitMs(this.#options.maxResends + 1, this.#platform.random());
    if (now - exchange.firstSentAt > MAX_RESEND_AGE_MS) exchange.resendAt = Number.POSITIVE_INFINITY;
    else this.#deadlines.add(exchange.resendAt, now);
  }

  #sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const exchange of this.#exchanges.values()) {
      if (exchange.call.deadline <= now) this.#expire(exchange);
      else if (exchange.resendAt <= now) this.#resend(exchange);
      if (!exchange.call.settled) next = Math.min(next, exchange.resendAt, exchange.call.deadline);
    }
    this.#owner.onRoom(this);
    this.#endWhenIdle();
    return next;
  }

  #expire(exchange: Exchange): void {
    exchange.call.expire(exchange.lastError);
    this.#settle(exchange);
  }

  #resend(exchange: Exchange): void {
    if (!exchange.inProgress) this.#window.shrink();
    this.#transmit(exchange);
  }

  #settle(exchange: Exchange): void {
    if (this.#exchanges.delete(exchange.seqid) && exchange.inProgress) this.#inProgress--;
  }

  /** The kernel did not take a datagram. */
  #onRefused(exchange: Exchange, error: Error): void {
    exchange.lastError = error;
    if (exchange.call.settled || exchange.attempts > 1) return;
    exchange.call.fail(sendFailure(exchange.call, this.peer, error, "unsent"));
    this.#settle(exchange);
    this.#owner.onRoom(this);
  }

  /** The network says that nobody listens, not to which datagram: what may run twice is tried on, the rest ends here. */
  #onSendError(error: Error): void {
    for (const exchange of this.#exchanges.values()) {
      exchange.lastError = error;
      if (exchange.call.method.idempotent && exchange.resendAt !== Number.POSITIVE_INFINITY) continue;
      exchange.call.fail(sendFailure(exchange.call, this.peer, error, "unknown"));
      this.#settle(exchange);
    }
    this.#owner.onRoom(this);
  }

  #sendOneway(call: ClientCall): void {
    const message = this.#encode(call, MessageType.ONEWAY, 0, 0);
    if (message === undefined) return;
    if (this.#transport.queuedBytes > MAX_QUEUED_BYTES) return call.fail(this.#queueFull());
    if (this.#options.packOneways) this.#packOneway(call, message);
    else this.#handOver(message, [call]);
  }

  #packOneway(call: ClientCall, message: Buffer): void {
    if (this.#pack.pos + message.length > this.#options.maxDatagramBytes) this.#flushPack();
    if (this.#packed.length === 0) queueMicrotask(() => this.#flushPack());
    message.copy(this.#pack.reserve(message.length), this.#pack.pos);
    this.#pack.pos += message.length;
    this.#packed.push(call);
  }

  #flushPack(): void {
    const calls = this.#packed;
    if (calls.length === 0) return;
    const bytes = Buffer.from(this.#pack.view(0));
    this.#packed = [];
    this.#pack.pos = 0;
    this.#handOver(bytes, calls);
  }

  /** A oneway call has succeeded when the kernel has its datagram: more is not to be known. */
  #handOver(bytes: Buffer, calls: readonly ClientCall[]): void {
    this.#transport.send(bytes, (error) => {
      for (const call of calls) {
        if (error === null) call.succeed(undefined);
        else call.fail(sendFailure(call, this.peer, error, "unsent"));
      }
    });
  }

  release(call: ClientCall): void {
    const exchange = this.#exchanges.get(call.seqid);
    if (exchange === undefined) return;
    this.#settle(exchange);
    this.#owner.onRoom(this);
  }

  progressOf(call: ClientCall): { phase: Phase; delivery: Delivery } {
    const exchange = this.#exchanges.get(call.seqid);
    return exchange?.firstSentAt ? { phase: "wait", delivery: "unknown" } : { phase: "write", delivery: "unsent" };
  }

  retire(): void {
    this.#retired = true;
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#retired && this.#exchanges.size === 0) this.#transport.destroy();
  }

  destroy(cause: Error): void {
    this.#transport.destroy(cause);
  }

  #onClose(cause: Error | undefined): void {
    this.#closed = true;
    this.#deadlines.clear();
    this.#flushPack();
    for (const exchange of this.#exchanges.values()) {
      exchange.call.fail(
        new ConnectionError("CLOSED", cause?.message ?? "channel closed", {
          delivery: "unknown",
          phase: "wait",
          ...(cause && { cause }),
        }),
      );
    }
    this.#exchanges.clear();
    this.#owner.onSessionClose(this, [], true);
  }
}

/** Largest payload of a UDP datagram over IPv4. */
export const MAX_UDP_BYTES = 65_507;

/** Why the server that made `now` may not know what became of a call sent with `first`: it is another incarnation, or time has passed. */
function whyForgotten(first: string, now: string): string | undefined {
  if (first === "") return undefined;
  if (!sameBoot(first, now)) return "has restarted";
  return epochsBetween(first, now) > MAX_EPOCHS ? "has been out of reach for long" : undefined;
}

function isWithheld(error: unknown): boolean {
  return error instanceof ThriftError && error.message === REPLY_WITHHELD;
}

function sendFailure(call: ClientCall, peer: string, error: Error, delivery: Delivery): ConnectionError {
  return new ConnectionError("CONNECT_FAILED", `${call.method.name} to ${peer}: ${error.message}`, {
    delivery,
    phase: "write",
    cause: error,
  });
}
