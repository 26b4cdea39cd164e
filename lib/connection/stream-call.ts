/**
 * A stream, sink or bidirectional call as its caller holds it, from before there is a connection to after its end. Knows what
 * is read and sent, not how.
 */
import { ThriftError } from "../errors.ts";
import type { ClientCall } from "./client-call.ts";
import { IncomingItems, type ItemSource, type ItemWindow } from "./incoming-items.ts";
import type { Items } from "./item-pump.ts";

/** The conversation on a connection that carries the call. */
export interface Exchange extends ItemSource {
  /** The caller wants nothing any more: the peer is told what it must be told. */
  abandon(): void;
}

export class StreamCall implements ItemSource, AsyncIterable<unknown> {
  /** What the server sends; undefined for a sink. */
  readonly items: IncomingItems | undefined;
  /** What the caller sends; undefined for a stream. */
  readonly source: Items | undefined;
  /** The final response of a sink; rejects with whatever ended the call before. */
  readonly final: Promise<unknown>;
  /** The first response. Need not be looked at. */
  response: Promise<unknown> = Promise.resolve();
  readonly signal: AbortSignal | undefined;
  #call: ClientCall | undefined;
  #exchange: Exchange | undefined;
  #over = false;
  #resolveFinal: (value: unknown) => void = () => {};
  #rejectFinal: (error: unknown) => void = () => {};

  constructor(
    kind: "stream" | "sink" | "bidi",
    source: Items | undefined,
    window: ItemWindow,
    signal: AbortSignal | undefined,
  ) {
    this.items = kind === "sink" ? undefined : new IncomingItems(window, this);
    this.source = source;
    this.signal = signal;
    this.final = new Promise((resolve, reject) => {
      this.#resolveFinal = resolve;
      this.#rejectFinal = reject;
    });
    // Only who sends a sink looks at it.
    if (kind !== "sink") this.final.catch(() => {});
  }

  /** Takes on the promise of the first response: when that fails, so does everything. */
  follow(response: Promise<unknown>): void {
    this.response = response;
    response.catch((error: unknown) => this.fail(error));
  }

  /** The call that asks for the first response. */
  callBy(call: ClientCall): void {
    this.#call = call;
  }

  /** A connection has taken the call on. */
  carryBy(exchange: Exchange): void {
    this.#exchange = exchange;
    this.signal?.addEventListener("abort", this);
  }

  request(count: number): void {
    this.#exchange?.request(count);
  }

  /** Ends the call; what was received and not read is dropped. Harmless when it is over. */
  cancel(): void {
    if (this.#over) return;
    if (this.#call !== undefined && !this.#call.settled) this.#call.cancel();
    else this.#exchange?.abandon();
    this.fail(new ThriftError("CANCELLED", "cancelled by its caller", { delivery: "unknown", phase: "stream" }));
    this.items?.discard();
  }

  /** The signal has aborted. */
  handleEvent(): void {
    if (this.#over) return;
    if (this.#call?.settled === true) this.#exchange?.abandon();
    this.fail(
      new ThriftError("CANCELLED", "cancelled by its caller", {
        delivery: "unknown",
        phase: "stream",
        cause: this.signal?.reason,
      }),
    );
  }

  /** Ends with `error` behind what was received. */
  fail(error: unknown): void {
    this.items?.fail(error);
    this.#rejectFinal(error);
    this.finish();
  }

  /** The sink's final response. */
  succeed(value: unknown): void {
    this.#resolveFinal(value);
    this.finish();
  }

  /** Nothing is left on the wire. */
  finish(): void {
    this.#over = true;
    this.signal?.removeEventListener("abort", this);
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    if (this.items === undefined) throw new TypeError("a sink has no items to read");
    return this.items;
  }
}
