/** A client's requests that are not over, by seqid, and below which seqid all are. Knows no datagrams. */
import { IdTable } from "../../connection/id-table.ts";
import type { Exchange } from "./exchange.ts";

export class Exchanges {
  readonly #table = new IdTable<Exchange>(1);
  /** No seqid below it is in the table. */
  #settledBelow: number;
  /** Those that no longer load the network. */
  #atRest = 0;

  /** `first`: the lowest seqid that will be added. */
  constructor(first: number) {
    this.#settledBelow = first;
  }

  get size(): number {
    return this.#table.size;
  }

  /** Requests that load the network: the server is not known to have them, and they may still be on their way. */
  get unanswered(): number {
    return this.#table.size - this.#atRest;
  }

  get(seqid: number): Exchange | undefined {
    return this.#table.get(seqid);
  }

  add(exchange: Exchange): void {
    this.#table.set(exchange.seqid, exchange);
  }

  /** All that are there now. */
  all(): Exchange[] {
    return this.#table.values();
  }

  /** The lowest seqid that may still be there, at most `seqid`. */
  settledBelow(seqid: number): number {
    while (this.#settledBelow < seqid && !this.#table.has(this.#settledBelow)) this.#settledBelow++;
    return this.#settledBelow;
  }

  /** The server has said that it works on it. */
  progress(exchange: Exchange): void {
    this.rest(exchange);
    exchange.inProgress = true;
  }

  /** It no longer loads the network: others may take its place, though an answer may still come. */
  rest(exchange: Exchange): void {
    if (!exchange.atRest) this.#atRest++;
    exchange.atRest = true;
  }

  remove(exchange: Exchange): void {
    if (this.#table.delete(exchange.seqid) && exchange.atRest) this.#atRest--;
  }

  clear(): void {
    this.#table.clear();
    this.#atRest = 0;
  }
}
