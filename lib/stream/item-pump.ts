/**
 * Moves items from an AsyncIterable to a peer, one by one, as fast as the peer's credit and the connection's room allow: nothing
 * is asked of the source before the last item has found its place. Knows credit, not frames.
 *
 *     waiting (start) → running → done (source ended or failed) | stopped (peer or connection wants no more)
 */
import { UNLIMITED_CREDIT } from "../framing/rocket/frame-type.ts";
import type { Turns } from "../queue/turns.ts";
import { isPromise } from "../user-values/promise-like.ts";

/** Items between two looks at the turn, which read the clock (bench: stream/server/64). */
const LOOK_EVERY = 8;

/** Where items go. */
export interface ItemWriter {
  /** Taken with all others who write: a source may never truly wait, nor its peer. */
  readonly turns: Turns;
  /** Undefined when there is room now; else a promise for it. */
  room(): Promise<void> | undefined;
  /** Sends an item; a promise where it takes its time. Throws when the value does not fit its type. */
  item(value: unknown): Promise<void> | undefined;
  end(): void;
  /** The source failed, or gave what does not fit. */
  fail(error: unknown): void;
}

/** Anything that can be iterated; a handler may return an array. */
export type Items = AsyncIterable<unknown> | Iterable<unknown>;

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

/** Who owns a pump. */
export interface PumpOwner {
  /** There is an item, and no credit for it. */
  onStarving?(): void;
  /** Nothing of the source is still running; called once, for a pump that was started or stopped. */
  onSourceEnded?(): void;
}

export class ItemPump {
  readonly #items: Items;
  #iterator: AnyIterator | undefined;
  readonly #writer: ItemWriter;
  readonly #owner: PumpOwner;
  #state: "waiting" | "running" | "done" | "stopped" = "waiting";
  #credit = 0;
  /** Items until the next look. */
  #unlooked = LOOK_EVERY;
  #wake: (() => void) | undefined;
  /** The source is being told, or was, that nobody wants more of it. */
  #closing: Promise<void> | undefined;

  /** Nothing is asked of `items` before `start`: they can still be given to another pump. Throws TypeError when they cannot be iterated. */
  constructor(items: Items, writer: ItemWriter, owner: PumpOwner = {}) {
    if (!isIterable(items)) throw notIterable(items);
    this.#items = items;
    this.#writer = writer;
    this.#owner = owner;
  }

  /** True once nothing will be written any more. */
  get over(): boolean {
    return this.#state === "done" || this.#state === "stopped";
  }

  /** Nothing can be written before the peer does something: it has given no credit, or all is written. */
  get waitsForPeer(): boolean {
    return this.over || this.#credit === 0;
  }

  /** True while there is an item, and no credit for it. */
  get starving(): boolean {
    return this.#wake !== undefined;
  }

  start(): void {
    if (this.#state !== "waiting") return;
    this.#state = "running";
    void this.#run();
  }

  /** The peer admits `count` items more; 2^31-1 stands for any number. */
  grant(count: number): void {
    this.#credit = Math.min(UNLIMITED_CREDIT, this.#credit + count);
    this.#wakeUp();
  }

  /** Writes nothing any more and tells the source. */
  stop(): void {
    if (this.over) return;
    const started = this.#state === "running";
    this.#state = "stopped";
    this.#wakeUp();
    if (started) void this.#closeSource();
    else void this.#closeSource().then(() => this.#owner.onSourceEnded?.());
  }

  async #run(): Promise<void> {
    try {
      await this.#move();
    } catch (error) {
      this.#fail(error);
      await this.#closeSource();
    }
    await this.#closing;
    this.#owner.onSourceEnded?.();
  }

  #fail(error: unknown): void {
    if (this.#state !== "running") return;
    this.#state = "done";
    this.#writer.fail(error);
  }

  async #move(): Promise<void> {
    const iterator = (this.#iterator = iteratorOf(this.#items));
    while (this.#state === "running") {
      if (this.#mustYield()) await this.#writer.turns.next();
      const room = this.#writer.room();
      if (room !== undefined) await room;
      if (this.#state !== "running") return;
      const next = iterator.next();
      // Waiting for what is there costs as much as sending it (bench: stream/server/64).
      const result = isPromise(next) ? await next : next;
      if (this.#state !== "running") return;
      if (result.done === true) return this.#end();
      // The end costs no credit: an item is taken from the source before it may go, so that the end is seen in time.
      while (this.#credit === 0) {
        await this.#creditToCome();
        if (this.#state !== "running") return;
      }
      if (this.#credit < UNLIMITED_CREDIT) this.#credit--;
      const written = this.#writer.item(result.value);
      if (written !== undefined) await written;
    }
  }

  #mustYield(): boolean {
    const { turns } = this.#writer;
    if (!turns.tick() && --this.#unlooked > 0) return false;
    this.#unlooked = LOOK_EVERY;
    return turns.over;
  }

  #creditToCome(): Promise<void> {
    const come = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#owner.onStarving?.();
    return come;
  }

  #end(): void {
    this.#state = "done";
    this.#writer.end();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** What a source throws while it is given up concerns nobody. */
  #closeSource(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      this.#iterator ??= iteratorOf(this.#items);
      await this.#iterator.return?.();
    } catch {}
  }
}

/** True for what `ItemPump` can move: no text, though it has characters. */
export function isIterable(value: unknown): value is Items {
  return typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}

export function iteratorOf(items: Items): AnyIterator {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
}

export function notIterable(items: unknown): TypeError {
  return new TypeError(`expected an AsyncIterable or Iterable of items, got ${items === null ? "null" : typeof items}`);
}
