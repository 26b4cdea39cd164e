/**
 * A clock that believes in no leaps: what must be remembered for a while is not forgotten because the system's clock jumped. It may
 * lag behind real time, never run ahead of it. Knows only numbers.
 */

/** Looked at this often, it keeps up with real time. */
export const TICK_MS = 1_000;
const MAX_STEP_MS: number = 2 * TICK_MS;

export class PatientClock {
  now = 0;
  #last: number;

  /** `now` is the system's time, which starts it. */
  constructor(now: number) {
    this.#last = now;
  }

  /** Takes in the system's time; a step longer than two ticks counts as two. */
  advance(now: number): void {
    this.now += Math.min(Math.max(0, now - this.#last), MAX_STEP_MS);
    this.#last = now;
  }
}
