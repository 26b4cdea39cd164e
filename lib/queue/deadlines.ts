/**
 * One timer for many deadlines. Setting a deadline costs a comparison and removing one costs nothing: the timer is armed for the
 * earliest that was ever named, and what is due then is found by looking at all. Knows no calls.
 */
import { outside } from "../platform/async-context.ts";
import type { Platform, Timer } from "../platform/platform.ts";

/** Timers of an operating system are no finer. */
const FINEST_MS = 1;

/** Whose deadlines they are: it knows which of its calls are due. An interface, as a function of its own would cost an idle connection 100 bytes. */
export interface DeadlineOwner {
  /** Ends what is due at `now` and gives the earliest deadline that remains, Infinity for none. */
  sweep(now: number): number;
}

/** The deadlines of one owner. */
export class Deadlines {
  readonly #platform: Platform;
  readonly #holdsProcess: boolean;
  readonly #owner: DeadlineOwner;
  #next = Number.POSITIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(platform: Platform, holdsProcess: boolean, owner: DeadlineOwner) {
    this.#platform = platform;
    this.#holdsProcess = holdsProcess;
    this.#owner = owner;
  }

  /** A deadline to keep, in the platform's time. */
  add(deadline: number): void {
    if (deadline < this.#next) this.#arm(deadline);
  }

  /** Forgets all deadlines. */
  clear(): void {
    if (this.#timer !== undefined) this.#platform.stopTimer(this.#timer);
    this.#timer = undefined;
    this.#next = Number.POSITIVE_INFINITY;
  }

  /** Reads the clock itself: a moment that the caller noted earlier would make the timer late by as much as has passed since. */
  #arm(deadline: number): void {
    this.clear();
    this.#next = deadline;
    const delayMs = Math.max(FINEST_MS, Math.ceil(deadline - this.#platform.now()));
    this.#timer = outside(() => this.#platform.startTimer(delayMs, this.#holdsProcess, () => this.#onTime()));
  }

  #onTime(): void {
    this.#timer = undefined;
    this.#next = Number.POSITIVE_INFINITY;
    // Node's timers may come up to a millisecond early.
    // What began in the sweep has been added already: it may be due before all that the sweep saw.
    this.add(this.#owner.sweep(this.#platform.now() + FINEST_MS));
  }
}
