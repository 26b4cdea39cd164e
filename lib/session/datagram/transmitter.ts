/**
 * When a client's requests are sent: as many at once as the network bears, again after a wait that grows, never past the deadline.
 * Knows sockets and times, not what the datagrams say.
 */
import type { ThriftError } from "../../errors/errors.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Deadlines } from "../../queue/deadlines.ts";
import type { DatagramTransport } from "../../transport/udp.ts";
import type { Exchange } from "./exchange.ts";
import { RoundTrip } from "./round-trip.ts";
import { MAX_QUEUED_BYTES, queueFull, sendFailure, tooLargeForTheWay } from "./send-failure.ts";
import { Window } from "./window.ts";

/** Nothing is sent again later than this after it was first sent: the server's memory reaches a little further. */
const MAX_RESEND_AGE_MS = 15_000;

/** How many are sent, and how often. */
export interface TransmitterLimits {
  readonly maxUnanswered: number;
  readonly maxResends: number;
}

/** Whose exchanges they are. */
export interface TransmitterOwner {
  /** The system does not take its datagram: it is over. `later`: not within `transmit`. */
  onUnsent(exchange: Exchange, error: ThriftError, later: boolean): void;
  /** It was sent as often as may be, 15 s ago at least, and nothing came. */
  onLost(exchange: Exchange): void;
}

/** What a client sends that wants an answer. */
export class Transmitter {
  readonly #transport: DatagramTransport;
  readonly #platform: Platform;
  readonly #deadlines: Deadlines;
  readonly #limits: TransmitterLimits;
  readonly #owner: TransmitterOwner;
  readonly #roundTrip = new RoundTrip();
  readonly #window: Window;

  constructor(
    transport: DatagramTransport,
    platform: Platform,
    deadlines: Deadlines,
    limits: TransmitterLimits,
    owner: TransmitterOwner,
  ) {
    this.#transport = transport;
    this.#platform = platform;
    this.#deadlines = deadlines;
    this.#limits = limits;
    this.#owner = owner;
    this.#window = new Window(limits.maxUnanswered);
  }

  /** Whether the network bears one more request beside those unanswered. */
  hasRoom(unanswered: number): boolean {
    return unanswered < this.#window.size;
  }

  /** Sends it, and will again. */
  transmit(exchange: Exchange): void {
    const now = this.#platform.now();
    // A clock has leapt, and the sweep that ends it is still to come.
    if (exchange.call.deadline <= now) return;
    if (this.#transport.queuedBytes > MAX_QUEUED_BYTES) return this.#congested(exchange, now);
    exchange.onSend(now);
    this.#planResend(exchange, now);
    this.#transport.send(exchange.datagram, (error) => {
      if (error !== null) this.#onRefused(exchange, error);
    });
  }

  #congested(exchange: Exchange, now: number): void {
    if (!exchange.sent) return this.#owner.onUnsent(exchange, queueFull(this.#transport.queuedBytes), false);
    exchange.resendAt = now + this.#roundTrip.waitMs(1, this.#platform.random());
    this.#deadlines.add(exchange.resendAt);
  }

  #planResend(exchange: Exchange, now: number): void {
    const wait = this.#roundTrip.waitMs(exchange.attempts, this.#platform.random());
    const isLast =
      !exchange.mayRepeat ||
      exchange.attempts > this.#limits.maxResends ||
      now + wait - exchange.firstSentAt > MAX_RESEND_AGE_MS;
    exchange.spent = isLast;
    exchange.resendAt = isLast ? exchange.firstSentAt + MAX_RESEND_AGE_MS : now + wait;
    if (exchange.resendAt < exchange.call.deadline) this.#deadlines.add(exchange.resendAt);
  }

  /** The kernel did not take a datagram: what was sent before, or will be, may still be answered, unless it never fits. */
  #onRefused(exchange: Exchange, error: Error): void {
    exchange.lastError = error;
    const { call } = exchange;
    if (call.settled || (exchange.sendings > 1 && !tooLargeForTheWay(error))) return;
    const delivery = exchange.sendings > 1 ? "unknown" : "unsent";
    const failure = sendFailure(call, this.#transport.peer, error, delivery, exchange.datagram.length);
    this.#owner.onUnsent(exchange, failure, true);
  }

  /** No answer came in time. */
  resend(exchange: Exchange): void {
    if (exchange.spent) return this.#takeForLost(exchange);
    if (!exchange.inProgress) this.#window.shrink();
    this.transmit(exchange);
  }

  /** Its caller may wait for ever; the calls after it do not wait for its place. */
  #takeForLost(exchange: Exchange): void {
    exchange.resendAt = Number.POSITIVE_INFINITY;
    this.#owner.onLost(exchange);
  }

  /** An answer came: to which sending is known only where there was one. */
  answered(exchange: Exchange, now: number): void {
    if (exchange.resent || exchange.inProgress) return;
    this.#roundTrip.add(now - exchange.lastSentAt);
    this.#window.grow();
  }

  /** The server works on it. The answer may be lost on its way: asks again now and then. */
  inProgress(exchange: Exchange, now: number): void {
    exchange.resendAt = now + this.#roundTrip.waitMs(this.#limits.maxResends + 1, this.#platform.random());
    exchange.spent = now - exchange.firstSentAt > MAX_RESEND_AGE_MS;
    if (exchange.spent) exchange.resendAt = Number.POSITIVE_INFINITY;
    else this.#deadlines.add(exchange.resendAt);
  }
}
