/**
 * How long it takes from one call that waited to the next, over about the last tenth of a second. Knows times only.
 */

/** Until so much has been seen nothing is said: the first pause may be any. */
const LEARNS_FOR_MS = 20;
/** What lies further back counts half. */
const REMEMBERS_MS = 100;
/** A pause counts for this many of the present pace at most, and a turn: one that the process was kept from running says nothing about the next. */
const MAX_PACES = 8;

export class Pace {
  readonly #turnMs: number;
  #spentMs = 0;
  #begun = 0;
  #lastBegun = 0;

  /** `turnMs`: how long calls are begun without a look at the network. */
  constructor(turnMs: number) {
    this.#turnMs = turnMs;
  }

  /** Milliseconds a call; 0 as long as too little was seen. */
  get ms(): number {
    return this.#spentMs < LEARNS_FOR_MS ? 0 : this.#spentMs / this.#begun;
  }

  /** A call is begun that has waited since `since`. */
  step(now: number, since: number): void {
    // One that came after the last was begun says nothing: nobody waited meanwhile.
    if (since <= this.#lastBegun) {
      this.#spentMs += Math.min(now - this.#lastBegun, MAX_PACES * this.ms + this.#turnMs);
      this.#begun++;
      if (this.#spentMs > REMEMBERS_MS) this.#forget();
    }
    this.#lastBegun = now;
  }

  #forget(): void {
    this.#spentMs /= 2;
    this.#begun /= 2;
  }
}
