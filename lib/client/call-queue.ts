/**
 * Calls that wait for a connection, or for room on one: first come, first served, up to a bound, each no longer than its deadline.
 * It holds each call from `add` until the call has left or settled, and its size is what it holds. Knows no connection.
 */
import type { CallHolder, ClientCall, Progress } from "../call/client-call.ts";
import type { Platform } from "../platform/platform.ts";
import { Deadlines } from "../queue/deadlines.ts";

/** Whose queue it is. */
export interface QueueOwner {
  readonly peer: string;
  /** Until when the call may wait. */
  waitsUntil(call: ClientCall): number;
  /** The call has waited that long: it must be ended. */
  giveUp(call: ClientCall): void;
  /** What calls wait for. */
  progressOfWaiting(): Progress;
  /** A call has ended while it waited, and was the last. */
  onNobodyWaits(): void;
}

/** The waiting calls of one channel. */
export class CallQueue implements CallHolder {
  /** In their order. */
  #calls = new Set<ClientCall>();
  readonly #platform: Platform;
  readonly #owner: QueueOwner;
  readonly #deadlines: Deadlines;

  constructor(platform: Platform, owner: QueueOwner) {
    this.#platform = platform;
    this.#owner = owner;
    this.#deadlines = new Deadlines(platform, true, this);
  }

  /** Calls that wait. */
  get size(): number {
    return this.#calls.size;
  }

  get peer(): string {
    return this.#owner.peer;
  }

  now(): number {
    return this.#platform.now();
  }

  progressOf(): Progress {
    return this.#owner.progressOfWaiting();
  }

  add(call: ClientCall): void {
    call.holder = this;
    this.#calls.add(call);
    this.#deadlines.add(this.#owner.waitsUntil(call));
  }

  /** Puts calls in front that had left already. */
  putBack(calls: readonly ClientCall[]): void {
    for (const call of calls) call.holder = this;
    this.#calls = new Set([...calls, ...this.#calls]);
    this.watch();
  }

  /** Looks at the limits again after they have changed. */
  watch(): void {
    for (const call of this.#calls) this.#deadlines.add(this.#owner.waitsUntil(call));
  }

  /** Hands calls on as long as `send` takes them: it gives false for a call that it has not touched. */
  drain(send: (call: ClientCall) => boolean): void {
    for (const call of this.#calls) {
      // One that has another holder was taken by a drain within this one: what `send` calls may call again.
      if (call.holder === this && !call.settled && !send(call)) return;
      this.#calls.delete(call);
    }
    if (this.#calls.size === 0) this.#deadlines.clear();
  }

  /** Ends every call with an error of its own. */
  fail(errorFor: (call: ClientCall) => Error): void {
    this.drain((call) => {
      call.fail(errorFor(call));
      return true;
    });
  }

  /** A call that waits here has come to its end. */
  release(call: ClientCall): void {
    if (!this.#calls.delete(call) || this.#calls.size > 0) return;
    this.#deadlines.clear();
    this.#owner.onNobodyWaits();
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of [...this.#calls]) {
      // Settled by what the end of one before it has called.
      if (call.settled) continue;
      const limit = this.#owner.waitsUntil(call);
      if (limit > now) next = Math.min(next, limit);
      else {
        this.#owner.giveUp(call);
        this.release(call);
      }
    }
    return next;
  }
}
