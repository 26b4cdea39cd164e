/**
 * How much of large messages may be on its way to the peer at a time. What the kernel has taken stands before every small message that
 * is written later, and its buffers take megabytes: so large messages are accompanied by pings, whose echoes say what the peer has
 * read, and no more is sent ahead than keeps the path busy (bench: stream/beside/answers). Knows positions in what is sent and times, no frames.
 *
 *     echo data: | f64 position | f64 time when sent |
 *
 * The window follows the round trip as FAST TCP's does: what the path holds by itself, and a little that waits.
 * A peer that has never echoed, as fbthrift's C++ client, is not held back from: one ping is all that it sees.
 */
import { Buffer } from "node:buffer";
import type { Platform, Timer } from "../../platform/platform.ts";

/** What may wait on the way beside what fills it. */
const WAITING_BYTES = 128 * 1024;
const FIRST_WINDOW_BYTES = 256 * 1024;
const PING_EVERY_BYTES = 64 * 1024;
/** A peer that takes longer for an echo is left to TCP. */
const PATIENCE_MS = 1_000;
const DATA_BYTES = 16;

export class Pacing {
  readonly #platform: Platform;
  readonly #goOn: () => void;
  #window = FIRST_WINDOW_BYTES;
  /** Whether the peer answers pings. */
  #answers = false;
  /** The position of the last ping, and of the last that came back. The peer says what it likes: no more than was sent is believed. */
  #pinged = -1;
  #echoed = -1;
  /** The shortest round trip since the way was empty. */
  #shortestMs = Number.POSITIVE_INFINITY;
  /** The ping whose echo ends the present round. */
  #roundEnd = 0;
  /** Whether the window held anything back in the present round: one that does not need not grow. */
  #wasFull = false;
  #patience: Timer | undefined;

  /** `goOn`: more may be sent. */
  constructor(platform: Platform, goOn: () => void) {
    this.#platform = platform;
    this.#goOn = goOn;
  }

  /** Large messages begin to leave after `position`, after none did. */
  begin(position: number): void {
    if (this.#pinged > this.#echoed) return;
    // All that was paced has arrived: the way is empty, and its length can be seen.
    this.#echoed = position - 1;
    this.#pinged = position - PING_EVERY_BYTES;
    this.#shortestMs = Number.POSITIVE_INFINITY;
  }

  /** Whether a piece may be sent now; where not, `goOn` is called. */
  allows(position: number): boolean {
    if (!this.#answers || position - this.#echoed < this.#window) return true;
    this.#wasFull = true;
    this.#patience ??= this.#platform.startTimer(PATIENCE_MS, false, () => this.#giveUp());
    return false;
  }

  #giveUp(): void {
    this.#patience = undefined;
    this.#answers = false;
    this.#goOn();
  }

  /** Whether a ping is due; `last`: nothing large comes after it. One that stays without an echo is not followed by others. */
  pingsAt(position: number, last: boolean): boolean {
    if (!this.#answers && this.#pinged > this.#echoed) return false;
    return last ? position > this.#pinged : position - this.#pinged >= PING_EVERY_BYTES;
  }

  /** What the ping carries that is sent now. */
  ping(position: number): Buffer {
    this.#pinged = position;
    const data = Buffer.allocUnsafe(DATA_BYTES);
    data.writeDoubleBE(position, 0);
    data.writeDoubleBE(this.#platform.now(), 8);
    return data;
  }

  /** An echo has come; bytes [start, end) are what it carries. What was never sent is passed over. */
  onEcho(buf: Buffer, start: number, end: number, written: number): void {
    if (end - start !== DATA_BYTES) return;
    const position = buf.readDoubleBE(start);
    const tookMs = this.#platform.now() - buf.readDoubleBE(start + 8);
    if (!(position > this.#echoed && position <= this.#pinged && tookMs >= 0 && tookMs < Number.POSITIVE_INFINITY))
      return;
    this.#echoed = position;
    this.#answers = true;
    this.#shortestMs = Math.min(this.#shortestMs, tookMs);
    if (position >= this.#roundEnd) this.#adjust(tookMs, written);
    this.stop();
    this.#goOn();
  }

  /** Once a round trip: halfway to what the path holds without anything that waits, and `WAITING_BYTES` more. */
  #adjust(tookMs: number, written: number): void {
    this.#roundEnd = written;
    const held = tookMs > 0 ? this.#window * (this.#shortestMs / tookMs) : this.#window;
    const window = (this.#window + held) / 2 + WAITING_BYTES / 2;
    if (this.#wasFull || window < this.#window) this.#window = window;
    this.#wasFull = false;
  }

  /** Bytes that may be on their way. */
  get window(): number {
    return this.#window;
  }

  /** Nothing is waited for any more. */
  stop(): void {
    if (this.#patience !== undefined) this.#platform.stopTimer(this.#patience);
    this.#patience = undefined;
  }
}
