/**
 * A stream, sink or bidirectional call as its caller holds it, from before there is a connection to after its end. Knows what
 * is read and sent, not how.
 */
import { ThriftError } from "../errors/errors.ts";
import { type AbortWatcher, abortReason, unwatchAbort, watchAbort } from "../user-values/abort-watch.ts";
import { callersItems } from "./callers-items.ts";
import { IncomingItems, type ItemSource, type ItemWindow } from "./incoming-items.ts";
import type { Items } from "./item-pump.ts";

/** The conversation on a connection that carries the call. */
export interface Exchange extends ItemSource {
  /** The caller wants nothing any more: the peer is told what it must be told. */
  abandon(): void;
}

/** The call that asks for the first response. */
export interface StreamedCall {
  readonly settled: boolean;
  /** In the platform's milliseconds; Infinity for none. */
  readonly deadline: number;
  readonly promise: Promise<unknown>;
  cancel(reason: unknown): void;
}

/** What a caller may say of a whole stream. */
export interface StreamOptions {
  readonly timeoutBounds: "call" | "response";
  readonly idleTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly parentSignal: AbortSignal | undefined;
}

export class StreamCall implements ItemSource, AbortWatcher, AsyncIterable<unknown> {
  /** What the server sends; undefined for a sink. */
  readonly items: IncomingItems | undefined;
  /** What the caller sends; undefined for a stream. */
  source: Items | undefined;
  /** The final response of a sink; rejects with whatever ended the call before. */
  readonly final: Promise<unknown>;
  /** The first response. Need not be looked at. */
  response: Promise<unknown> = Promise.resolve();
  /** When it must have ended, in the platform's milliseconds. */
  deadline: number = Number.POSITIVE_INFINITY;
  /** How long the server may let it wait. */
  idleTimeoutMs: number = Number.POSITIVE_INFINITY;
  readonly #kind: "stream" | "sink" | "bidi";
  #signal: AbortSignal | undefined;
  #parentSignal: AbortSignal | undefined;
  #call: StreamedCall | undefined;
  #exchange: Exchange | undefined;
  #over = false;
  #resolveFinal: (value: unknown) => void = () => {};
  #rejectFinal: (error: unknown) => void = () => {};

  constructor(kind: "stream" | "sink" | "bidi", source: Items | undefined, window: ItemWindow) {
    this.#kind = kind;
    this.items = kind === "sink" ? undefined : new IncomingItems(window, this);
    this.source = source;
    this.final = new Promise((resolve, reject) => {
      this.#resolveFinal = resolve;
      this.#rejectFinal = reject;
    });
    // Only the sender of a sink looks at it.
    if (kind !== "sink") this.final.catch(() => {});
  }

  /** Takes on the promise of the first response: when that fails, so does everything. */
  follow(response: Promise<unknown>): void {
    this.response = response;
    response.then(
      () => this.#onResponse(),
      (error: unknown) => this.#giveUp(error),
    );
  }

  /** An interceptor may have answered by itself: then nothing follows. */
  #onResponse(): void {
    if (this.#over) return;
    // An interceptor may have kept the call's failure to itself: the items fail all the same.
    if (this.#call !== undefined) return void this.#call.promise.catch((error: unknown) => this.#giveUp(error));
    this.items?.end();
    this.succeed(undefined);
  }

  /** The caller's items are iterated in the async context of now. Throws when they cannot be. */
  bindSource(): void {
    if (this.#kind !== "stream") this.source = callersItems(this.source);
  }

  /** The call that asks for the first response. */
  callBy(call: StreamedCall, options: StreamOptions): void {
    this.#call = call;
    if (options.timeoutBounds === "call") this.deadline = call.deadline;
    this.idleTimeoutMs = options.idleTimeoutMs;
    this.#signal = options.signal;
    this.#parentSignal = options.parentSignal;
  }

  /** A connection has taken the call on. */
  carryBy(exchange: Exchange): void {
    this.#exchange = exchange;
    if (this.#signal !== undefined) watchAbort(this.#signal, this);
    if (this.#parentSignal !== undefined) watchAbort(this.#parentSignal, this);
  }

  request(count: number): void {
    this.#exchange?.request(count);
  }

  /** Ends the call; what was received and not read is dropped. Harmless when it is over. */
  cancel(): void {
    if (!this.#over) this.#cancelCall(undefined);
    this.items?.discard();
  }

  onAbort(signal: AbortSignal): void {
    if (!this.#over) this.#cancelCall(abortReason(signal));
  }

  #cancelCall(cause: unknown): void {
    const call = this.#call;
    if (call !== undefined && !call.settled) call.cancel(cause);
    this.#exchange?.abandon();
    this.abort(
      new ThriftError("CANCELLED", "cancelled by its caller", {
        // Until a connection takes it on nothing of it is written.
        delivery: this.#exchange === undefined ? "unsent" : "unknown",
        phase: "stream",
        ...(cause !== undefined && { cause }),
      }),
    );
  }

  /** Ends with `error`, and tells the peer if it has something to end. */
  #giveUp(error: unknown): void {
    this.#exchange?.abandon();
    this.fail(error);
  }

  /** Ends with `error` at once: what was received and not read is dropped, for nobody may ever read it. */
  abort(error: unknown): void {
    this.items?.abort(error);
    this.fail(error);
  }

  /** Ends with `error` after what was received. */
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
    if (this.#signal !== undefined) unwatchAbort(this.#signal, this);
    if (this.#parentSignal !== undefined) unwatchAbort(this.#parentSignal, this);
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    if (this.items === undefined) throw new TypeError("a sink has no items to read");
    return this.items;
  }
}
