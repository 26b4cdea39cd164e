/**
 * The calling side of Thrift over UDP: one message a datagram, replies matched by seqid and method, requests sent again until an
 * answer comes or the deadline. Knows one server; what a call is worth being sent twice for is the envelope's and the cookie's.
 *
 * A call with the envelope runs at most once on one incarnation of the server; when that has restarted, the caller is told
 * `unknown`. Without it only idempotent methods are sent again.
 */
import type { Buffer } from "node:buffer";
import type { CallHolder, ClientCall, Progress } from "../../call/client-call.ts";
import { ConnectionError, ThriftError } from "../../errors/errors.ts";
import { clientDial } from "../../observe/diagnostics.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Limits } from "../../protocol/limits.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { MessageType } from "../../protocol/types.ts";
import { type DeadlineOwner, Deadlines } from "../../queue/deadlines.ts";
import type { DatagramTransport } from "../../transport/udp.ts";
import type { ReaderOptions } from "../../wire/byte-reader.ts";
import type { ClientSession, ClientSessionOwner } from "../session.ts";
import { CallerName } from "./caller-name.ts";
import { whyForgotten } from "./client-cookie.ts";
import type { Datagram } from "./envelope.ts";
import { Exchange } from "./exchange.ts";
import { Exchanges } from "./exchanges.ts";
import { OnewaySender } from "./oneway-sender.ts";
import { isWithheld, ReplyReader } from "./reply-reader.ts";
import { DatagramRequestWriter } from "./request-writer.ts";
import { sendFailure } from "./send-failure.ts";
import { Transmitter, type TransmitterOwner } from "./transmitter.ts";

/** How a client speaks over UDP. */
export interface DatagramClientOptions {
  readonly protocol: Protocol;
  readonly limits: Limits;
  readonly reader?: ReaderOptions;
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

const MAX_CHALLENGES = 4;

export class DatagramClientSession implements ClientSession, CallHolder, DeadlineOwner, TransmitterOwner {
  readonly #transport: DatagramTransport;
  readonly #owner: ClientSessionOwner;
  readonly #platform: Platform;
  readonly #options: DatagramClientOptions;
  readonly #replies: ReplyReader;
  readonly #requests: DatagramRequestWriter;
  readonly #oneways: OnewaySender;
  readonly #exchanges: Exchanges;
  readonly #deadlines: Deadlines;
  readonly #transmitter: Transmitter;
  readonly #name: CallerName;
  /** How often the network has refused since it last brought an answer. */
  #refusals = 0;
  #retired = false;
  #closed = false;
  #held = true;

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
    this.#replies = new ReplyReader(options.limits, options.reader);
    this.#requests = new DatagramRequestWriter(options);
    this.#oneways = new OnewaySender(transport, options);
    this.#deadlines = new Deadlines(platform, false, this);
    this.#transmitter = new Transmitter(transport, platform, this.#deadlines, options, this);
    this.#name = new CallerName(() => platform.random());
    this.#exchanges = new Exchanges(this.#name.nextSeqid);
    transport.onSendError = (error) => this.#onSendError(error);
    transport.start({
      onData: (bytes) => this.#onDatagram(bytes),
      onDrain: () => {},
      onEnd: () => {},
      onClose: (cause) => this.#onClose(cause),
    });
    this.#hold(false);
  }

  get peer(): string {
    return this.#transport.peer;
  }

  get usable(): boolean {
    return !this.#closed && !this.#retired && !this.#name.usedUp;
  }

  now(): number {
    return this.#platform.now();
  }

  send(call: ClientCall): boolean {
    if (!this.usable) return false;
    const { kind } = call.method;
    if (kind === "unary" && !this.#transmitter.hasRoom(this.#exchanges.unanswered)) return false;
    call.holder = this;
    if (call.interaction !== undefined || call.stream !== undefined) call.fail(needsConnection(call));
    else if (kind === "oneway") this.#sendOneway(call);
    else this.#sendUnary(call);
    return true;
  }

  #sendOneway(call: ClientCall): void {
    const message = this.#requests.message(call, MessageType.ONEWAY, 0);
    if (message !== undefined) this.#oneways.send(call, message);
  }

  /** What may run twice needs no envelope, unless the server wants a cookie before it answers. */
  #sendUnary(call: ClientCall): void {
    const seqid = this.#name.takeSeqid();
    const message = this.#requests.message(call, MessageType.CALL, seqid);
    // It did not fit, or a getter among its arguments has cancelled it.
    if (message === undefined || call.settled) return;
    const enveloped = this.#options.envelope && !call.method.idempotent;
    const cookie = enveloped ? this.#name.cookie.fresh(this.#platform.now()) : "";
    const datagram = enveloped ? this.#enveloped(call, message, seqid, cookie) : this.#requests.plain(message);
    if (datagram === undefined) return;
    call.seqid = seqid;
    const exchange = new Exchange(call, seqid, enveloped, cookie, message, datagram);
    this.#exchanges.add(exchange);
    this.#hold(true);
    this.#deadlines.add(call.deadline);
    this.#transmitter.transmit(exchange);
  }

  #enveloped(call: ClientCall, message: Buffer, seqid: number, cookie: string): Buffer | undefined {
    const timeLeftMs = call.deadline - this.#platform.now();
    const envelope = this.#name.envelope(timeLeftMs, this.#exchanges.settledBelow(seqid), cookie);
    return this.#requests.enveloped(call, message, seqid, envelope);
  }

  /** The process stays alive for calls, not for a socket that rests. */
  #hold(active: boolean): void {
    if (active === this.#held) return;
    this.#held = active;
    this.#transport.hold?.(active);
  }

  #onDatagram(bytes: Buffer): void {
    const packet = this.#replies.open(bytes);
    // Damaged, or somebody else's: the real answer may still come.
    if (packet === undefined) return;
    const exchange = this.#exchanges.get(this.#replies.seqid);
    if (exchange !== undefined && this.#replies.answers(exchange, packet)) this.#onAnswer(exchange, packet);
  }

  #onAnswer(exchange: Exchange, packet: Datagram): void {
    const now = this.#platform.now();
    const { reply } = packet;
    this.#refusals = 0;
    if (reply !== undefined) this.#name.cookie.learn(reply.cookie, now);
    if (reply?.status === "c") this.#onCookieWanted(exchange, reply.cookie);
    else if (reply?.status === "p") this.#onProgress(exchange, now);
    else this.#onOutcome(exchange, packet, now);
  }

  #onOutcome(exchange: Exchange, { protocol }: Datagram, now: number): void {
    const { call } = exchange;
    try {
      const value = this.#replies.result(call.method, protocol);
      this.#exchanges.remove(exchange);
      call.succeed(value);
    } catch (error) {
      if (!exchange.enveloped && this.#options.envelope && isWithheld(error))
        return this.#sendWith(exchange, this.#name.cookie.fresh(now));
      if (mayBeDamaged(exchange, error)) return void (exchange.lastError = error);
      this.#exchanges.remove(exchange);
      call.fail(error);
    }
    this.#transmitter.answered(exchange, now);
    this.#onSettled();
  }

  /** One less: another may go. */
  #onSettled(): void {
    this.#owner.onRoom(this);
    this.#endWhenIdle();
  }

  #fail(exchange: Exchange, error: ThriftError): void {
    exchange.call.fail(error);
    this.#exchanges.remove(exchange);
    this.#onSettled();
  }

  /** The server does not run it without a good cookie. */
  #onCookieWanted(exchange: Exchange, cookie: string): void {
    if (exchange.cookie === cookie) return;
    const { call } = exchange;
    const reason = call.method.idempotent ? undefined : whyForgotten(exchange.firstCookie, cookie);
    if (reason !== undefined) {
      const text = `${this.peer} ${reason}: the call may have run before`;
      return this.#fail(exchange, new ConnectionError("CONNECTION_LOST", text, { delivery: "unknown", phase: "wait" }));
    }
    // A server that is never content would have us send without end.
    if (++exchange.challenges > MAX_CHALLENGES) return;
    this.#sendWith(exchange, cookie);
  }

  #sendWith(exchange: Exchange, cookie: string): void {
    const datagram = this.#enveloped(exchange.call, exchange.message, exchange.seqid, cookie);
    if (datagram === undefined) {
      this.#exchanges.remove(exchange);
      return this.#onSettled();
    }
    exchange.takeCookie(cookie, datagram);
    this.#transmitter.transmit(exchange);
  }

  #onProgress(exchange: Exchange, now: number): void {
    this.#exchanges.progress(exchange);
    this.#transmitter.inProgress(exchange, now);
    this.#owner.onRoom(this);
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const exchange of this.#exchanges.all()) {
      // Settled by what the end of one before it has called.
      if (exchange.call.settled) continue;
      if (exchange.call.deadline <= now) this.#expire(exchange);
      else if (exchange.resendAt <= now) this.#transmitter.resend(exchange);
      if (!exchange.call.settled) next = Math.min(next, exchange.resendAt, exchange.call.deadline);
    }
    this.#onSettled();
    return next;
  }

  #expire(exchange: Exchange): void {
    exchange.call.expire(exchange.lastError);
    this.#exchanges.remove(exchange);
  }

  /** Implements `TransmitterOwner`: called within `sweep`, which then tells that there is room. */
  onLost(exchange: Exchange): void {
    this.#exchanges.rest(exchange);
  }

  /** Implements `TransmitterOwner`. */
  onUnsent(exchange: Exchange, error: ThriftError, later: boolean): void {
    if (later) return this.#fail(exchange, error);
    // The owner is handing over calls: it need not be told that there is room.
    exchange.call.fail(error);
    this.#exchanges.remove(exchange);
    this.#endWhenIdle();
  }

  /** The network says that nobody listens, not to which datagram: what may run twice is tried on, the rest ends here. */
  #onSendError(error: Error): void {
    this.#refusals++;
    // Oneway calls are long over, and their sender must hear of it too.
    if (clientDial.hasSubscribers)
      clientDial.publish({ target: this.peer, attempt: this.#refusals, error, backoffMs: 0 });
    for (const exchange of this.#exchanges.all()) {
      exchange.lastError = error;
      if (exchange.call.method.idempotent && !exchange.spent) continue;
      this.#fail(exchange, sendFailure(exchange.call, this.peer, error, "unknown", exchange.datagram.length));
    }
  }

  release(call: ClientCall): void {
    const exchange = this.#exchanges.get(call.seqid);
    if (exchange === undefined) return;
    this.#exchanges.remove(exchange);
    this.#onSettled();
  }

  progressOf(call: ClientCall): Progress {
    // A oneway call is in a datagram, and will not be taken out of it.
    const isOut = call.method.kind === "oneway" || this.#exchanges.get(call.seqid)?.sent === true;
    return isOut ? { phase: "wait", delivery: "unknown" } : { phase: "write", delivery: "unsent" };
  }

  retire(): void {
    this.#retired = true;
    this.#oneways.flush();
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#exchanges.size > 0) return;
    this.#hold(false);
    if (this.#retired) this.#transport.destroy();
  }

  destroy(cause: Error): void {
    this.#transport.destroy(cause);
  }

  #onClose(cause: Error | undefined): void {
    this.#closed = true;
    this.#deadlines.clear();
    const why = cause?.message ?? "channel closed";
    const closed = (): ConnectionError =>
      new ConnectionError("CLOSED", why, { delivery: "unknown", phase: "wait", ...(cause && { cause }) });
    this.#oneways.abandon(why);
    for (const { call } of this.#exchanges.all()) call.fail(closed());
    this.#exchanges.clear();
    this.#owner.onSessionClose(this, [], { heard: true, error: closed(), hopeless: false });
  }
}

function needsConnection({ method, stream }: ClientCall): ThriftError {
  const what =
    stream === undefined ? "belongs to an interaction: UDP has none" : `is a ${method.kind}: UDP carries none`;
  return new ThriftError("UNSUPPORTED", `${method.name} ${what}, use TCP`, { delivery: "unsent", phase: "encode" });
}

/** No CRC has said that the bytes are as they were sent, and another copy may come. */
function mayBeDamaged({ enveloped, spent }: Exchange, error: unknown): error is ThriftError {
  return !enveloped && !spent && error instanceof ThriftError && error.phase === "decode";
}
