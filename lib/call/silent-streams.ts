/**
 * The sinks and bidirectional calls of a server whose clients may send: where the server has all the streams that it admits, one whose
 * client has long sent nothing makes room for a new one. Each is looked at once in a while, the one that was not for longest first, so that
 * an item costs nothing here. Knows no frames.
 */
import type { Platform } from "../platform/platform.ts";

/** How long clients may be silent whose streams others want. */
export interface SilenceLimits {
  /**
   * Milliseconds that the client of an open sink or bidirectional call may send nothing though it has credit, once `maxAllStreams` are open:
   * for a new stream one ends that has, with STREAM_IDLE. Default 300,000; Infinity for never.
   */
  readonly crowdedIdleTimeoutMs: number;
}

/** A stream whose client has something to say, or has not. */
export interface SilentStream {
  /** Since when its client could have sent something and has not; undefined where it could not. */
  readonly silentSince: number | undefined;
  /** It ends. */
  endSilent(silentMs: number): void;
}

export class SilentStreams {
  readonly #platform: Platform;
  readonly #limits: SilenceLimits;
  /** When each was last looked at; the longest ago comes first. */
  readonly #seen = new Map<SilentStream, number>();

  constructor(platform: Platform, limits: SilenceLimits) {
    this.#platform = platform;
    this.#limits = limits;
  }

  get size(): number {
    return this.#seen.size;
  }

  /** Its client may send from now on. */
  enter(stream: SilentStream): void {
    this.#seen.set(stream, this.#platform.now());
  }

  /** It is over. */
  leave(stream: SilentStream): void {
    this.#seen.delete(stream);
  }

  /** Ends one whose client has been silent for long enough. False when there is none. */
  makeRoom(): boolean {
    const now = this.#platform.now();
    const before = now - this.#limits.crowdedIdleTimeoutMs;
    for (const [stream, seenAt] of this.#seen) {
      if (seenAt > before) return false;
      this.#seen.delete(stream);
      const since = stream.silentSince ?? now;
      if (since <= before) {
        stream.endSilent(now - since);
        return true;
      }
      this.#seen.set(stream, now);
    }
    return false;
  }
}
