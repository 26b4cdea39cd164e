/** Pings a silent peer, and finds it dead when the ping stays without any answer. One timer a connection; knows only a number that grows with signs of life. */
import type { Platform, Timer } from "../platform/platform.ts";

export class Keepalive {
  readonly #platform: Platform;
  readonly #intervalMs: number;
  readonly #signsOfLife: () => number | undefined;
  readonly #ping: () => void;
  readonly #onDead: () => void;
  #timer: Timer | undefined;
  #heard: number | undefined = 0;
  #pinged = false;

  /** `signsOfLife`: how many there ever were; undefined while nobody listens, which is no silence of the peer. */
  constructor(
    platform: Platform,
    intervalMs: number,
    signsOfLife: () => number | undefined,
    ping: () => void,
    onDead: () => void,
  ) {
    this.#platform = platform;
    this.#intervalMs = intervalMs;
    this.#signsOfLife = signsOfLife;
    this.#ping = ping;
    this.#onDead = onDead;
  }

  start(): void {
    this.#timer = this.#platform.startTimer(this.#intervalMs, false, () => this.#look());
  }

  stop(): void {
    if (this.#timer !== undefined) this.#platform.stopTimer(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const heard = this.#signsOfLife();
    const silent = heard !== undefined && heard === this.#heard;
    this.#heard = heard;
    if (silent && this.#pinged) return this.#onDead();
    this.#pinged = silent;
    if (silent) this.#ping();
    this.start();
  }
}
