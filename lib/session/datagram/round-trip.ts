/**
 * How long to wait for an answer before sending again, learnt from the answers that came. Knows times, not calls.
 *
 * Smoothing as in RFC 6298; after Karn, nobody reports the time of a request that was sent more than once.
 */

const FIRST_MS = 200;
const LEAST_MS = 50;
const MOST_MS = 2_000;

export class RoundTrip {
  #smoothed = 0;
  #deviation = 0;

  /** Milliseconds from a request that was sent once to its answer. */
  add(sampleMs: number): void {
    if (this.#smoothed === 0) {
      this.#smoothed = Math.max(sampleMs, 0.01);
      this.#deviation = sampleMs / 2;
      return;
    }
    this.#deviation += (Math.abs(sampleMs - this.#smoothed) - this.#deviation) / 4;
    this.#smoothed += (sampleMs - this.#smoothed) / 8;
  }

  /** Milliseconds to wait after the `attempt`th sending, the first being 1: doubled each time, with full jitter in its upper half. */
  waitMs(attempt: number, random: number): number {
    const base =
      this.#smoothed === 0 ? FIRST_MS : Math.max(LEAST_MS, this.#smoothed + 4 * this.#deviation, 2 * this.#smoothed);
    const full = Math.min(MOST_MS, base * 2 ** (attempt - 1));
    // The first wait is no shorter than what was learnt: an early resend is a wasted one.
    return attempt === 1 ? full * (1 + random / 4) : full * (0.5 + random / 2);
  }
}
