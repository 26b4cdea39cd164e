/**
 * The items that a peer sends, as an AsyncIterable: they wait here until they are read, and reading them is what lets the peer
 * send more. Knows credit and bytes, not frames.
 *
 *     open → ended (end or failure after the last item) → closed (read to its end, or given up)
 */
import type { ByteBudget } from "../connection/byte-budget.ts";
import { ThriftError } from "../errors/errors.ts";
import { Fifo } from "../queue/fifo.ts";

/** The other end of the items. */
export interface ItemSource {
  /** Lets the peer send `count` items more. */
  request(count: number): void;
  /** The reader wants no more. */
  cancel(): void;
}

export interface ItemWindow {
  /** Most items that may be on their way or wait here, for a reader that waits for them. */
  readonly maxItems: number;
  /** Bytes that may wait here; more credit is given only for what fits, by the size of the items so far. */
  readonly maxBytes: number;
}

/** Credit with which a stream begins, while nothing is known of the size of its items: the first that is read brings the whole window. */
export const FIRST_CREDIT = 4;

/**
 * The window of a reader that has not waited yet since the whole of it was granted; each time that it has, the window is doubled,
 * for then both sides have waited for the credit to travel (bench: stream/server/64). Who reads slowly is not run ahead of.
 */
const FIRST_WINDOW = 100;

/** An item that waits for its reader. A chain of them costs a stream at rest nothing, and no array that grows with each burst. */
interface WaitingItem {
  readonly value: unknown;
  /** On the wire or in memory, whichever is more. */
  readonly bytes: number;
  next: WaitingItem | undefined;
}

interface Waiter {
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

const DONE: IteratorResult<unknown, undefined> = { value: undefined, done: true };

/** Read by one consumer: `for await`, or `next` by hand. Giving up early (`break`, `return`) tells the peer. */
export class IncomingItems<T = unknown> implements AsyncIterableIterator<T, undefined> {
  readonly #window: ItemWindow;
  readonly #source: ItemSource;
  /** As `maxItems`, for the reader as it is. */
  #windowItems: number;
  /** The reader has waited since credit was last given. */
  #hasWaited = false;
  #budget: ByteBudget | undefined;
  #first: WaitingItem | undefined;
  #last: WaitingItem | undefined;
  /** Items from the first to the last. */
  #waiting = 0;
  #waiter: Waiter | undefined;
  /** Requests of a reader that asks again before it was answered, which is rare. */
  #moreWaiters: Fifo<Waiter> | undefined;
  #state: "open" | "ended" | "closed" = "open";
  #failure: { readonly error: unknown } | undefined;
  /** Items that the peer may send without asking again. */
  #credit = 0;
  /** Items that it may believe to have beyond that. */
  #slack = 0;
  #waitingBytes = 0;
  #seenItems = 0;
  #seenBytes = 0;

  constructor(window: ItemWindow, source: ItemSource) {
    this.#window = window;
    this.#source = source;
    this.#windowItems = Math.min(FIRST_WINDOW, window.maxItems);
  }

  /** True until its end or failure came, or its reader gave up. */
  get open(): boolean {
    return this.#state === "open";
  }

  /** Bytes of items that wait to be read. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Items that wait to be read. */
  get waitingItems(): number {
    return this.#waiting;
  }

  /** The items may come: the peer has `credit` already, or as much as `slack` more by its own way of counting. `budget` is the connection's. */
  begin(budget: ByteBudget, credit: number, slack = 0): void {
    this.#budget = budget;
    this.#credit = credit;
    this.#slack = slack;
  }

  /** An item came that takes `bytes`, on the wire or in memory. False: the peer had no credit for it. */
  push(value: T, bytes: number): boolean {
    if (this.#state !== "open") return true;
    if (this.#credit + this.#slack <= 0) return false;
    this.#credit--;
    this.#seenItems++;
    this.#seenBytes += bytes;
    const waiter = this.#nextWaiter();
    if (waiter !== undefined) {
      this.#hasWaited = true;
      waiter.resolve({ value, done: false });
      this.#refill();
    } else {
      this.#append({ value, bytes, next: undefined });
      this.#budget?.take(bytes);
    }
    return true;
  }

  #append(item: WaitingItem): void {
    if (this.#last === undefined) this.#first = item;
    else this.#last.next = item;
    this.#last = item;
    this.#waiting++;
    this.#waitingBytes += item.bytes;
  }

  #nextWaiter(): Waiter | undefined {
    const waiter = this.#waiter;
    if (waiter !== undefined) this.#waiter = this.#moreWaiters?.shift();
    return waiter;
  }

  #await(waiter: Waiter): void {
    if (this.#waiter === undefined) this.#waiter = waiter;
    else (this.#moreWaiters ??= new Fifo()).push(waiter);
  }

  /** No item follows those that wait. */
  end(): void {
    if (this.#state === "open") this.#finish(undefined);
  }

  /** No item follows those that wait; then `error` is thrown. */
  fail(error: unknown): void {
    if (this.#state === "open") this.#finish({ error });
  }

  /** Drops what waits; then `error` is thrown. */
  abort(error: unknown): void {
    if (this.#state === "closed") return;
    this.#drop();
    if (this.#state === "open") this.#finish({ error });
    else this.#failure = { error };
  }

  #finish(failure: { readonly error: unknown } | undefined): void {
    this.#state = "ended";
    this.#failure = failure;
    const first = this.#nextWaiter();
    if (first === undefined) return;
    this.#state = "closed";
    if (failure === undefined) first.resolve(DONE);
    else first.reject(failure.error);
    for (let waiter = this.#nextWaiter(); waiter !== undefined; waiter = this.#nextWaiter()) waiter.resolve(DONE);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const first = this.#first;
    if (first !== undefined) return Promise.resolve({ value: this.#take(first), done: false });
    if (this.#state === "open")
      return new Promise((resolve, reject) => this.#await({ resolve: resolve as Waiter["resolve"], reject }));
    const failure = this.#state === "ended" ? this.#failure : undefined;
    this.#state = "closed";
    if (failure !== undefined) return Promise.reject(failure.error);
    return Promise.resolve(DONE as IteratorResult<T, undefined>);
  }

  #take({ value, bytes, next }: WaitingItem): T {
    this.#first = next;
    if (next === undefined) this.#last = undefined;
    this.#waiting--;
    this.#waitingBytes -= bytes;
    this.#budget?.give(bytes);
    this.#refill();
    return value as T;
  }

  /** Gives up: what waits is dropped, and the peer is told. */
  return(): Promise<IteratorResult<T, undefined>> {
    const tell = this.#state === "open";
    this.discard();
    if (tell) this.#source.cancel();
    return Promise.resolve(DONE as IteratorResult<T, undefined>);
  }

  /** Drops what waits, without a word to the peer; a waiting reader sees the end. */
  discard(): void {
    this.#finish(undefined);
    this.#state = "closed";
    this.#drop();
  }

  #drop(): void {
    this.#first = this.#last = undefined;
    this.#waiting = 0;
    this.#budget?.give(this.#waitingBytes);
    this.#waitingBytes = 0;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives credit when half of what is admitted has been used, so that a request is not made for each item. */
  #refill(): void {
    if (this.#state !== "open" || this.#budget === undefined) return;
    const outstanding = this.#credit + this.#waiting;
    if (outstanding * 2 > this.#admitted()) return;
    this.#widen();
    const more = this.#admitted() - outstanding;
    this.#credit += more;
    this.#source.request(more);
  }

  #widen(): void {
    // For the first items everybody waits.
    if (this.#hasWaited && this.#seenItems > FIRST_CREDIT)
      this.#windowItems = Math.min(this.#window.maxItems, 2 * this.#windowItems);
    this.#hasWaited = false;
  }

  #admitted(): number {
    const average = Math.max(1, this.#seenBytes / Math.max(1, this.#seenItems));
    return Math.max(1, Math.min(this.#windowItems, Math.floor(this.#window.maxBytes / average)));
  }
}

/** What a reader of items is told whose peer sent more than it was allowed. */
export function beyondCredit(): ThriftError {
  return new ThriftError("PROTOCOL_ERROR", "peer sent more items than it had credit for", {
    delivery: "answered",
    phase: "stream",
  });
}
