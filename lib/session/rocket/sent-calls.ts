/**
 * What a Rocket client has sent and is not over: unary calls and streams by the id of their stream, oneway calls until the transport has
 * them. Knows no frames; what becomes of each is its session's.
 */
import { type ClientCall, lostCall } from "../../call/client-call.ts";
import { IdTable } from "../../connection/id-table.ts";
import type { ConnectionError } from "../../errors/errors.ts";
import type { ClientExchange } from "./client-exchange.ts";

/** What connections share that have had no streams: a table of its own would cost each 200 bytes. Never written to. */
const NO_EXCHANGES = new IdTable<ClientExchange>(2);

export class SentCalls {
  readonly #calls = new IdTable<ClientCall>(2);
  #exchanges = NO_EXCHANGES;
  #oneways: ClientCall[] = [];

  get size(): number {
    return this.#calls.size + this.#exchanges.size + this.#oneways.length;
  }

  /** Whether anything that comes on the stream is waited for. */
  has(streamId: number): boolean {
    return this.#calls.has(streamId) || this.#exchanges.has(streamId);
  }

  /** The unary call on the stream. */
  call(streamId: number): ClientCall | undefined {
    return this.#calls.get(streamId);
  }

  exchange(streamId: number): ClientExchange | undefined {
    return this.#exchanges.get(streamId);
  }

  /** Under the call's `seqid`, which is the id of its stream. */
  add(call: ClientCall, exchange: ClientExchange | undefined): void {
    if (exchange !== undefined) {
      if (this.#exchanges === NO_EXCHANGES) this.#exchanges = new IdTable(2);
      this.#exchanges.set(call.seqid, exchange);
    } else if (call.method.kind === "oneway") this.#oneways.push(call);
    else this.#calls.set(call.seqid, call);
  }

  /** A unary call is over; false when there was none. */
  deleteCall(streamId: number): boolean {
    return this.#calls.delete(streamId);
  }

  deleteExchange(streamId: number): void {
    this.#exchanges.delete(streamId);
  }

  /** Oneway calls of which all is with the transport have succeeded. True when there were any to look at. */
  settleOneways(sentBytes: number): boolean {
    if (this.#oneways.length === 0) return false;
    this.#oneways = this.#oneways.filter((call) => {
      const waits = !call.settled && call.endsAt > sentBytes;
      if (!waits) call.succeed(undefined);
      return waits;
    });
    return true;
  }

  /** Calls `expire` for those that wait for an answer and whose deadline has come, and ends the streams that are due; the next deadline. */
  sweep(now: number, expire: (call: ClientCall) => void): number {
    let next = Number.POSITIVE_INFINITY;
    const look = (call: ClientCall): void => {
      if (call.settled) return;
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else expire(call);
    };
    for (const call of this.#calls.values()) look(call);
    for (const exchange of this.#exchanges.values()) {
      if (exchange.call.settled) next = Math.min(next, exchange.sweep(now));
      else look(exchange.call);
    }
    for (const call of this.#oneways) look(call);
    return next;
  }

  /** The connection is gone: fails what has left, and gives the calls of which nothing has, in their order. */
  lose(error: ConnectionError, sentBytes: number): ClientCall[] {
    const unsent: ClientCall[] = [];
    for (const call of [...this.#calls.values(), ...this.#oneways]) {
      if (call.settled) continue;
      if (call.endsAt > sentBytes) unsent.push(call);
      else call.fail(lostCall(call, error));
    }
    this.#calls.clear();
    this.#oneways = [];
    for (const exchange of this.#exchanges.values()) {
      const { call, opening } = exchange;
      if (opening && !call.settled && call.endsAt > sentBytes) {
        exchange.handBack();
        unsent.push(call);
      } else exchange.lose(lostCall(call, error));
    }
    return unsent.sort((a, b) => a.seqid - b.seqid);
  }
}
