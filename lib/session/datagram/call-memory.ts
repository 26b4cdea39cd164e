/**
 * The memory of calls that must not run twice, by a clock that takes no leaps; it ticks while there is anything to forget. Knows what is
 * remembered, not what for.
 */
import type { Buffer } from "node:buffer";
import type { Platform, Timer } from "../../platform/platform.ts";
import { COOKIE_LIFE_MS, EPOCH_MS } from "./cookies.ts";
import { type ExecutedCall, ExecutedCalls } from "./executed-calls.ts";
import { PatientClock, TICK_MS } from "./patient-clock.ts";

/** A client may send a call again with another cookie that is three epochs younger at most, and a cookie lives for two. */
const KEEP_MS: number = 3 * EPOCH_MS + COOKIE_LIFE_MS + 30_000;
/** A client without an envelope sends nothing again later than 15 s after the first time. */
const KEEP_UNNAMED_MS = 30_000;

/** How much is remembered. */
export interface CallMemoryLimits {
  readonly maxRememberedCalls: number;
  readonly maxRememberedBytes: number;
  readonly maxDatagramBytes: number;
}

export class CallMemory {
  readonly #platform: Platform;
  readonly #clock: PatientClock;
  readonly #calls: ExecutedCalls;
  #ticking: Timer | undefined;

  constructor(platform: Platform, limits: CallMemoryLimits) {
    this.#platform = platform;
    this.#clock = new PatientClock(platform.now());
    this.#calls = new ExecutedCalls({
      maxEntries: limits.maxRememberedCalls,
      maxBytes: limits.maxRememberedBytes,
      maxReplyBytes: limits.maxDatagramBytes,
      keepMs: KEEP_MS,
      keepUnnamedMs: KEEP_UNNAMED_MS,
    });
  }

  get entries(): number {
    return this.#calls.entries;
  }

  get bytes(): number {
    return this.#calls.bytes;
  }

  /** As of `ExecutedCalls`, as are those below. */
  find(client: string | undefined, seqid: number, key: string): ExecutedCall | undefined {
    return this.#calls.find(client, seqid, key);
  }

  isSettled(client: string, seqid: number): boolean {
    return this.#calls.isSettled(client, seqid);
  }

  settle(client: string, settledBelow: number): void {
    this.#calls.settle(client, settledBelow, this.#clock.now);
  }

  begin(client: string | undefined, seqid: number, key: string): ExecutedCall | undefined {
    const call = this.#calls.begin(client, seqid, key, this.#clock.now);
    this.#tick();
    return call;
  }

  finish(call: ExecutedCall, reply: Buffer): void {
    this.#calls.finish(call, reply, this.#clock.now);
  }

  abandon(call: ExecutedCall): void {
    this.#calls.abandon(call);
  }

  #tick(): void {
    if (this.#ticking !== undefined || this.#calls.empty) return;
    this.#clock.advance(this.#platform.now());
    this.#ticking = this.#platform.startTimer(TICK_MS, false, this.#onTick);
  }

  readonly #onTick = (): void => {
    this.#ticking = undefined;
    this.#clock.advance(this.#platform.now());
    this.#calls.expire(this.#clock.now);
    this.#tick();
  };

  /** Stops ticking. */
  stop(): void {
    if (this.#ticking !== undefined) this.#platform.stopTimer(this.#ticking);
  }
}
