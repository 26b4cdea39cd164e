/**
 * The streams, sinks and bidirectional calls of one Rocket connection at the client: found by their ids, told that their time is over, handed
 * back or lost with the connection. Knows no frames.
 */
import { type ClientCall, lostCall } from "../../call/client-call.ts";
import type { SentCalls } from "../../call/sent-calls.ts";
import { IdTable } from "../../connection/id-table.ts";
import type { ConnectionError } from "../../errors/errors.ts";
import { type DeadlineOwner, Deadlines } from "../../queue/deadlines.ts";
import type { ClientExchange, ExchangeOwner } from "./client-exchange.ts";
import type { RocketLink } from "./link.ts";

/** Shared by connections that have had no streams: a table of its own would cost each 200 bytes. Never written to. */
const NO_EXCHANGES = new IdTable<ClientExchange>(2);

/** What streams need of their session. */
export interface ClientStreamsOwner {
  /** The session's other calls, which tell whether the server has fallen silent. */
  readonly sent: SentCalls;
  /** As of `SentCallsOwner`. */
  readonly silence?: Error | undefined;
  afterCalls(): void;
}

export class ClientStreams implements ExchangeOwner, DeadlineOwner {
  readonly #link: RocketLink;
  readonly #owner: ClientStreamsOwner;
  readonly #deadlines: Deadlines;
  #exchanges = NO_EXCHANGES;

  constructor(link: RocketLink, owner: ClientStreamsOwner) {
    this.#link = link;
    this.#owner = owner;
    this.#deadlines = new Deadlines(link.connection.platform, false, this);
  }

  get size(): number {
    return this.#exchanges.size;
  }

  get(streamId: number): ClientExchange | undefined {
    return this.#exchanges.get(streamId);
  }

  /** The request of `exchange` is written. */
  add(exchange: ClientExchange): void {
    if (this.#exchanges === NO_EXCHANGES) this.#exchanges = new IdTable(2);
    this.#exchanges.set(exchange.streamId, exchange);
    this.#deadlines.add(exchange.call.deadline);
  }

  onDue(at: number): void {
    this.#deadlines.add(at);
  }

  onOver({ streamId }: ClientExchange): void {
    this.#exchanges.delete(streamId);
    this.#link.dropFragments(streamId);
    this.#link.forget(streamId);
    this.#owner.afterCalls();
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const exchange of this.#exchanges.values()) {
      const { call } = exchange;
      if (call.settled) next = Math.min(next, exchange.sweep(now));
      else if (call.deadline > now) next = Math.min(next, call.deadline);
      else this.#expire(call);
    }
    return next;
  }

  #expire(call: ClientCall): void {
    this.#owner.sent.countSilence(call);
    call.expire(this.#owner.silence);
  }

  /** The connection is gone: ends all, and gives the calls of which nothing has left. */
  lose(error: ConnectionError): ClientCall[] {
    this.#deadlines.clear();
    const unsent: ClientCall[] = [];
    for (const exchange of this.#exchanges.values()) {
      const { call, opening } = exchange;
      if (opening && !call.settled && this.#owner.sent.isUnsent(call)) {
        exchange.handBack();
        unsent.push(call);
      } else exchange.lose(lostCall(call, error));
    }
    return unsent;
  }
}
