/**
 * A token bucket per source address, in a table of fixed size: addresses that meet in a bucket share it, so that no flood of
 * addresses takes memory. Knows no datagrams.
 */

const BUCKETS = 4096;

export class SourceRates {
  readonly #perMs: number;
  readonly #burst: number;
  readonly #salt: number;
  readonly #tokens: Float64Array;
  readonly #filledAt: Float64Array;

  /** `perSecond` datagrams an address, `burst` at once; `salt` is random, so that nobody can choose whom to share with. */
  constructor(perSecond: number, burst: number, salt: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#salt = salt | 0;
    this.#tokens = new Float64Array(BUCKETS).fill(burst);
    this.#filledAt = new Float64Array(BUCKETS);
  }

  /** True when `address` may have one more datagram at `now`. */
  take(address: string, now: number): boolean {
    const bucket = this.#bucket(address);
    const since = Math.max(0, now - (this.#filledAt[bucket] as number));
    const tokens = Math.min(this.#burst, (this.#tokens[bucket] as number) + since * this.#perMs);
    this.#filledAt[bucket] = now;
    this.#tokens[bucket] = tokens >= 1 ? tokens - 1 : tokens;
    return tokens >= 1;
  }

  #bucket(address: string): number {
    let hash = this.#salt;
    for (let i = 0; i < address.length; i++) hash = Math.imul(hash ^ address.charCodeAt(i), 0x01000193);
    return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
  }
}
