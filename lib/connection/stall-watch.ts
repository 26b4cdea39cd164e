/**
 * Notices that something which should go on does not, with one timer that exists only while there is something to watch. Knows
 * only a number that changes with progress.
 */
import { outside } from "../platform/async-context.ts";
import type { Platform, Timer } from "../platform/platform.ts";

/** One watch; it may be begun again after it has found nothing to watch. */
export class StallWatch {
  readonly #platform: Platform;
  readonly #sampleMs: number;
  readonly #progress: () => number | undefined;
  readonly #onStall: () => void;
  #timer: Timer | undefined;
  #last: number | undefined;
  #still = 0;

  /** `progress` gives undefined while nothing is expected. `onStall` comes after `timeoutMs` without change, at most half as much later. */
  constructor(platform: Platform, timeoutMs: number, progress: () => number | undefined, onStall: () => void) {
    this.#platform = platform;
    this.#sampleMs = timeoutMs / 2;
    this.#progress = progress;
    this.#onStall = onStall;
  }

  /** Begins to watch, unless it does already. Cheap: to be called whenever something is expected. */
  watch(): void {
    if (this.#timer !== undefined) return;
    this.#last = this.#progress();
    this.#still = 0;
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#platform.stopTimer(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    this.#timer = outside(() => this.#platform.startTimer(this.#sampleMs, false, this.#sample));
  }

  readonly #sample = (): void => {
    this.#timer = undefined;
    const now = this.#progress();
    if (now === undefined) return;
    this.#still = now === this.#last ? this.#still + 1 : 0;
    this.#last = now;
    if (this.#still >= 2) this.#onStall();
    else this.#arm();
  };
}
