/**
 * The calling side of Thrift over UDP: one message a datagram, replies matched by seqid and method, requests sent again until an
 * answer comes or the deadline. Knows one server; what a call is worth being sent twice for is the envelope's and the cookie's.
 *
 * A call with the envelope runs at most once on one incarnation of the server; when that has restarted, the caller is told
 * `unknown`. Without it only idempotent methods are sent again.
 */
import type { Buffer } from "node:buffer";
import { type DeadlineOwner, Deadlines } from "../call/deadlines.ts";
import { ConnectionError, type Delivery, type Phase, ThriftError } from "../errors.ts";
import type { Platform } from "../platform.ts";
import { compactFb } from "../protocol/compact.ts";
import type { Limits } from "../protocol/limits.ts";
import type { MessageHead, Protocol } from "../protocol/protocol.ts";
import type { DatagramTransport } from "../transport/udp.ts";
import { ByteReader } from "../wire/byte-reader.ts";
import { isExactly } from "../wire/bytes.ts";
import type { CallHolder, ClientCall } from "./client-call.ts";
import { ClientCookie, whyForgotten } from "./datagram/client-cookie.ts";
import { type Datagram, unwrap } from "./datagram/envelope.ts";
import { Exchange } from "./datagram/exchange.ts";
import { Exchanges } from "./datagram/exchanges.ts";
import { OnewaySender } from "./datagram/oneway-sender.ts";
import { DatagramRequestWriter } from "./datagram/request-writer.ts";
import { isWithheld, readDatagramResult } from "./datagram/result.ts";
import { RoundTrip } from "./datagram/round-trip.ts";
import { MAX_QUEUED_BYTES, queueFull, sendFailure } from "./datagram/send-failure.ts";
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
const MAX_CHALLENGES = 4;
const LAST_SEQID = 0x7fff_ffff;

export class DatagramClientSession implements ClientSession, CallHolder, DeadlineOwner {
  readonly #transport: DatagramTransport;
  readonly #owner: ClientSessionOwner;
  readonly #platform: Platform;
  readonly #options: DatagramClientOptions;
  readonly #reader: ByteReader;
  readonly #head: MessageHead = { type: 0, seqid: 0, nameBuf: NO_BUFFER, nameStart: 0, nameEnd: 0 };
  readonly #requests: DatagramRequestWriter;
  readonly #oneways: OnewaySender;
  readonly #exchanges: Exchanges;
  readonly #deadlines: Deadlines;
  readonly #roundTrip = new RoundTrip();
  readonly #window: Window;
  readonly #cookie = new ClientCookie();
  /** 16 hex digits that no other client has. */
  readonly #client: string;
  #seqid: number;
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
    this.#requests = new DatagramRequestWriter(options);
    this.#oneways = new OnewaySender(transport, options);
    this.#deadlines = new Deadlines(platform, true, this);
    this.#client = hexWord(platform.random()) + hexWord(platform.random());
    this.#seqid = 1 + Math.floor(platform.random() * 0x3fff_ffff);
    this.#exchanges = new Exchanges(this.#seqid + 1);
    transport.onSendError = (error) => this.#onSendError(error);
    transport.start({
      onData: (bytes) => this.#onDatagram(bytes),
      onDrain: () => {},
      onEnd: () => {},
      onClose: (cause) => this.#onClose(cause),
    });
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
    else if (this.#exchanges.unanswered >= this.#window.size) return false;
    else this.#sendUnary(call);
    return true;
  }

  #sendOneway(call: ClientCall): void {
    const message = this.#requests.oneway(call);
    if (message !== undefined) this.#oneways.send(call, message);
  }

  /** What may run twice needs no envelope, unless the server wants a cookie before it answers. */
  #sendUnary(call: ClientCall): void {
    const seqid = ++this.#seqid;
    const enveloped = this.#options.envelope && !call.method.idempotent;
    const cookie = enveloped ? this.#cookie.fresh(this.#platform.now()) : "";
    const datagram = enveloped ? this.#enveloped(call, seqid, cookie) : this.#requests.plain(call, seqid);
    if (datagram === undefined) return;
    call.seqid = seqid;
    const exchange = new Exchange(call, seqid, enveloped, cookie, datagram);
    this.#exchanges.add(exchange);
    this.#deadlines.add(call.deadline, call.startedAt);
    this.#transmit(exchange);
  }

  #enveloped(call: ClientCall, seqid: number, cookie: string): Buffer | undefined {
    return this.#requests.enveloped(call, seqid, {
      client: this.#client,
      timeLeftMs: Math.min(0xffff_ffff, Math.max(0, Math.floor(call.deadline - this.#platform.now()))),
      settledBelow: this.#exchanges.settledBelow(seqid),
      cookie,
    });
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
    exchange.call.fail(queueFull(this.#transport.queuedBytes));
    this.#exchanges.remove(exchange);
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
    return (
      packet.enveloped === exchange.enveloped && isExactly(exchange.call.method.nameBytes, nameBuf, nameStart, nameEnd)
    );
  }

  #onAnswer(exchange: Exchange, { reply, protocol }: Datagram): void {
    const now = this.#platform.now();
    if (reply !== undefined) this.#cookie.learn(reply.cookie, now);
    if (reply?.status === "c") return this.#onCookieWanted(exchange, reply.cookie);
    if (reply?.status === "p") return this.#onProgress(exchange, now);
    if (exchange.attempts === 1 && !exchange.inProgress) {
      this.#roundTrip.add(now - exchange.lastSentAt);
      this.#window.grow();
    }
    const { call } = exchange;
    try {
      const value = readDatagramResult(this.#reader, this.#head, call.method, protocol);
      this.#exchanges.remove(exchange);
      call.succeed(value);
    } catch (error) {
      if (!exchange.enveloped && this.#options.envelope && isWithheld(error))
        return this.#sendWith(exchange, this.#cookie.fresh(now));
      this.#exchanges.remove(exchange);
      call.fail(error);
    }
    this.#owner.onRoom(this);
    this.#endWhenIdle();
  }

  /** The server does not run it without a good cookie. */
  #onCookieWanted(exchange: Exchange, cookie: string): void {
    if (exchange.cookie === cookie) return;
    const { call } = exchange;
    const reason = call.method.idempotent ? undefined : whyForgotten(exchange.firstCookie, cookie);
    if (reason !== undefined) {
      const text = `${this.peer} ${reason}: the call may have run before`;
      call.fail(new ConnectionError("CONNECTION_LOST", text, { delivery: "unknown", phase: "wait" }));
      this.#exchanges.remove(exchange);
      this.#owner.onRoom(this);
      return;
    }
    // A server that is never content would have us send without end.
    if (++exchange.challenges > MAX_CHALLENGES) return;
    this.#sendWith(exchange, cookie);
  }

  #sendWith(exchange: Exchange, cookie: string): void {
    const datagram = this.#enveloped(exchange.call, exchange.seqid, cookie);
    if (datagram === undefined) return this.#exchanges.remove(exchange);
    exchange.enveloped = true;
    exchange.cookie = cookie;
    if (exchange.firstCookie === "") exchange.firstCookie = cookie;
    exchange.datagram = datagram;
    exchange.attempts = 0;
    this.#transmit(exchange);
  }

  #onProgress(exchange: Exchange, now: number): void {
    this.#exchanges.progress(exchange);
    this.#owner.onRoom(this);
    // The answer may be lost on its way: ask again now and then.
    exchange.resendAt = now + this.#roundTrip.waitMs(this.#options.maxResends + 1, this.#platform.random());
    if (now - exchange.firstSentAt > MAX_RESEND_AGE_MS) exchange.resendAt = Number.POSITIVE_INFINITY;
    else this.#deadlines.add(exchange.resendAt, now);
  }

  /** Of `Deadlines`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const exchange of this.#exchanges.all()) {
      // Settled by what the end of one before it has called.
      if (exchange.call.settled) continue;
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
    this.#exchanges.remove(exchange);
  }

  #resend(exchange: Exchange): void {
    if (!exchange.inProgress) this.#window.shrink();
    this.#transmit(exchange);
  }

  /** The kernel did not take a datagram. */
  #onRefused(exchange: Exchange, error: Error): void {
    exchange.lastError = error;
    if (exchange.call.settled || exchange.attempts > 1) return;
    exchange.call.fail(sendFailure(exchange.call, this.peer, error, "unsent"));
    this.#exchanges.remove(exchange);
    this.#owner.onRoom(this);
  }

  /** The network says that nobody listens, not to which datagram: what may run twice is tried on, the rest ends here. */
  #onSendError(error: Error): void {
    for (const exchange of this.#exchanges.all()) {
      exchange.lastError = error;
      if (exchange.call.method.idempotent && exchange.resendAt !== Number.POSITIVE_INFINITY) continue;
      exchange.call.fail(sendFailure(exchange.call, this.peer, error, "unknown"));
      this.#exchanges.remove(exchange);
    }
    this.#owner.onRoom(this);
  }

  release(call: ClientCall): void {
    const exchange = this.#exchanges.get(call.seqid);
    if (exchange === undefined) return;
    this.#exchanges.remove(exchange);
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
    this.#oneways.flush();
    const why = cause?.message ?? "channel closed";
    const closed = (): ConnectionError =>
      new ConnectionError("CLOSED", why, { delivery: "unknown", phase: "wait", ...(cause && { cause }) });
    for (const { call } of this.#exchanges.all()) call.fail(closed());
    this.#exchanges.clear();
    this.#owner.onSessionClose(this, [], { heard: true, error: closed(), hopeless: false });
  }
}

/** 8 hex digits of `random`, which is at least 0 and less than 1. */
function hexWord(random: number): string {
  return Math.floor(random * 0x1_0000_0000)
    .toString(16)
    .padStart(8, "0");
}
