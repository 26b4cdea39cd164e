/**
 * The streams of a server that have an item and no credit to send it with, in the order in which they began to wait. None waits for
 * ever; where the server has all the streams that it admits, the one that has waited longest makes room for a new one. Knows no frames.
 */
import type { Platform } from "../platform/platform.ts";
import { Deadlines } from "../queue/deadlines.ts";

/** How long an item may wait for its client. */
export interface CreditLimits {
  /** Milliseconds that an item of a stream may wait for its client's credit; then the stream ends with STREAM_CREDIT_TIMEOUT. Default 300,000; Infinity for never. */
  readonly streamCreditTimeoutMs: number;
  /** The same once `maxAllStreams` are open: for a new stream the one that has waited longest ends, if it has for so long. Default 30,000. */
  readonly crowdedCreditTimeoutMs: number;
}

/** A stream that has an item and no credit. */
export interface StarvingStream {
  /** Its client has granted nothing for `waitedMs`: it ends. */
  endStarved(waitedMs: number): void;
}

export class StarvingStreams {
  readonly #platform: Platform;
  readonly #limits: CreditLimits;
  readonly #deadlines: Deadlines;
  /** Since when each has waited; the longest comes first. */
  readonly #since = new Map<StarvingStream, number>();

  constructor(platform: Platform, limits: CreditLimits) {
    this.#platform = platform;
    this.#limits = limits;
    this.#deadlines = new Deadlines(platform, false, this);
  }

  get size(): number {
    return this.#since.size;
  }

  /** It begins to wait, unless it does already. */
  enter(stream: StarvingStream): void {
    if (this.#since.has(stream)) return;
    const now = this.#platform.now();
    this.#since.set(stream, now);
    this.#deadlines.add(now + this.#limits.streamCreditTimeoutMs);
  }

  /** It has credit, or is over. */
  leave(stream: StarvingStream): void {
    this.#since.delete(stream);
  }

  /** Nobody can wait any more: the server has no streams. */
  rest(): void {
    this.#deadlines.clear();
  }

  /** Ends the one that has waited longest, if that is long enough where others want its place. False when there is none. */
  makeRoom(): boolean {
    const [first] = this.#since;
    if (first === undefined) return false;
    const [stream, since] = first;
    const waitedMs = this.#platform.now() - since;
    if (waitedMs < this.#limits.crowdedCreditTimeoutMs) return false;
    this.#end(stream, waitedMs);
    return true;
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    const { streamCreditTimeoutMs } = this.#limits;
    for (const [stream, since] of this.#since) {
      if (since + streamCreditTimeoutMs > now) return since + streamCreditTimeoutMs;
      this.#end(stream, now - since);
    }
    return Number.POSITIVE_INFINITY;
  }

  #end(stream: StarvingStream, waitedMs: number): void {
    this.#since.delete(stream);
    stream.endStarved(waitedMs);
  }
}
