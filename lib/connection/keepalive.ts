/** Pings a silent peer, and finds it dead when the ping stays without any answer. One timer a connection; any received byte is life. */
import type { Platform, Timer } from "../platform.ts";

export class Keepalive {
  readonly #platform: Platform;
  readonly #intervalMs: number;
  readonly #heardBytes: () => number;
  readonly #ping: () => void;
  readonly #onDead: () => void;
  #timer: Timer | undefined;
  #heard = 0;
  #pinged = false;

  /** `heardBytes`: all that was ever received. */
  constructor(platform: Platform, intervalMs: number, heardBytes: () => number, ping: () => void, onDead: () => void) {
    this.#platform = platform;
    this.#intervalMs = intervalMs;
    this.#heardBytes = heardBytes;
    this.#ping = ping;
    this.#onDead = onDead;
  }

  start(): void {
    if (this.#intervalMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#platform.startTimer(this.#intervalMs, false, () => this.#look());
  }

  stop(): void {
    if (this.#timer !== undefined) this.#platform.stopTimer(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const heard = this.#heardBytes();
    const silent = heard === this.#heard;
    this.#heard = heard;
    if (silent && this.#pinged) return this.#onDead();
    this.#pinged = silent;
    if (silent) this.#ping();
    this.start();
  }
}
