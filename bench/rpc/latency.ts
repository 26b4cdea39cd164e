/** Latencies of a sample of calls, exact: no histogram stands between the clock and the percentile. */

const MAX_SAMPLES = 1_000_000;

export interface Percentiles {
  readonly p50Us: number;
  readonly p99Us: number;
}

export class LatencySamples {
  #samples = new Float64Array(4096);
  #count = 0;

  add(ms: number): void {
    if (this.#count === this.#samples.length && !this.#grow()) return;
    this.#samples[this.#count++] = ms;
  }

  #grow(): boolean {
    if (this.#samples.length >= MAX_SAMPLES) return false;
    const larger = new Float64Array(this.#samples.length * 2);
    larger.set(this.#samples);
    this.#samples = larger;
    return true;
  }

  percentiles(): Percentiles {
    const sorted = this.#samples.slice(0, this.#count).sort();
    const at = (share: number): number =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 1000;
    return { p50Us: at(0.5), p99Us: at(0.99) };
  }
}
