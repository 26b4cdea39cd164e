/**
 * Shares a turn of the event loop among all who could fill it alone: streams whose sources never wait, and connections with more
 * frames than anybody else. When the turn is over they stand in line until the loop has looked at the network, and then go on one
 * by one. Knows neither frames nor items. Why so: docs/decisions/013-overload.md
 */
import { outside } from "../platform/async-context.ts";
import { nextTick, queueMicrotask } from "../platform/node-time.ts";
import type { Platform } from "../platform/platform.ts";
import { Fifo } from "./fifo.ts";

/** Milliseconds of one turn for all of them together. */
const TURN_MS = 2;
/** The clock is read once for this many things that all do together (bench: stream/server/64). */
const LOOK_EVERY = 8;
/** A turn ends after this many looks whatever the clock says: a clock may stand still. */
const MAX_LOOKS = 512;

/** Who stands in line. */
export interface TurnTaker {
  /** It may go on, until `Turns.over` says otherwise. */
  onTurn(): void;
}

/** The turns of one platform's event loop. */
export class Turns {
  /** Turns that are over. Who has counted its work in another turn than this one counts anew. */
  count = 0;
  readonly #platform: Platform;
  readonly #line = new Fifo<TurnTaker>();
  #inTurn = false;
  #began = 0;
  #looks = 0;
  #unlooked = 0;
  #isSpent = false;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Whether others come first now. To be asked once in a while: it reads the clock. Who is told so calls `wait` or `next`. */
  get over(): boolean {
    if (!this.#inTurn) this.#begin();
    return this.#line.size > 0 || this.#spent();
  }

  /**
   * Something small is about to be done, such as to move an item. True when the turn is over for everybody: thousands of streams that
   * each do a little before they look would fill seconds. Who is told so calls `wait` or `next`.
   */
  tick(): boolean {
    if (this.#isSpent) return true;
    if (++this.#unlooked < LOOK_EVERY) return false;
    this.#unlooked = 0;
    if (!this.#inTurn) this.#begin();
    return this.#spent();
  }

  #spent(): boolean {
    this.#isSpent = ++this.#looks > MAX_LOOKS || this.#platform.now() - this.#began >= TURN_MS;
    return this.#isSpent;
  }

  #begin(): void {
    this.#inTurn = true;
    this.#isSpent = false;
    this.#looks = 0;
    this.#began = this.#platform.now();
    // Not in the context of the first to look: others go on from here.
    outside(this.#awaitEnd);
  }

  readonly #awaitEnd = (): void => this.#platform.afterPoll(this.#onEnd);

  readonly #onEnd = (): void => {
    this.#inTurn = false;
    this.#isSpent = false;
    this.count++;
    if (this.#line.size === 0) return;
    this.#begin();
    this.#admit();
  };

  /** Lets the first in line go on, and the next once it has stopped, promises and all. */
  readonly #admit = (): void => {
    if (this.#line.size === 0 || this.#spent()) return;
    (this.#line.shift() as TurnTaker).onTurn();
    if (this.#line.size > 0) queueMicrotask(this.#admitNext);
  };

  readonly #admitNext = (): void => nextTick(this.#admit);

  /** Counts milliseconds that are spent after the turn, on what was begun in it. */
  spend(ms: number): void {
    this.#began -= ms;
  }

  /** Stands in line for a turn to come, after all who do. */
  wait(taker: TurnTaker): void {
    this.#line.push(taker);
    if (!this.#inTurn) this.#begin();
  }

  /** As `wait`, for a caller that goes on in a promise. */
  next(): Promise<void> {
    return new Promise((resolve) => this.wait({ onTurn: resolve }));
  }
}

const ALL = new WeakMap<Platform, Turns>();

/** Those that everybody on the platform takes: servers and clients of one process share one event loop. */
export function turnsOf(platform: Platform): Turns {
  let turns = ALL.get(platform);
  if (turns === undefined) ALL.set(platform, (turns = new Turns(platform)));
  return turns;
}
