/**
 * Calls that wait for a connection, or for room on one: first come, first served, up to a bound, each no longer than its deadline.
 * Knows no connection.
 */
import { Deadlines } from "../call/deadlines.ts";
import type { ClientCall } from "../connection/client-call.ts";
import type { Platform } from "../platform.ts";

const COMPACT_AT = 256;

/** The waiting calls of one channel. */
export class CallQueue {
  #calls: ClientCall[] = [];
  #first = 0;
  /** Calls that wait; those that have settled meanwhile stay in the array until their turn. */
  size = 0;
  readonly #deadlines: Deadlines;
  readonly #limitOf: (call: ClientCall) => number;
  readonly #expire: (call: ClientCall) => void;

  /** `limitOf` says until when a call may wait; `expire` ends one that has waited so long. */
  constructor(platform: Platform, limitOf: (call: ClientCall) => number, expire: (call: ClientCall) => void) {
    this.#limitOf = limitOf;
    this.#expire = expire;
    this.#deadlines = new Deadlines(platform, true, this);
  }

  add(call: ClientCall, now: number): void {
    this.size++;
    this.#calls.push(call);
    this.#deadlines.add(this.#limitOf(call), now);
  }

  /** Puts calls in front that had left already. */
  putBack(calls: readonly ClientCall[], now: number): void {
    this.#calls = [...calls, ...this.#calls.slice(this.#first)];
    this.#first = 0;
    this.size += calls.length;
    this.watch(now);
  }

  /** Looks at the limits again after they have changed. */
  watch(now: number): void {
    for (let i = this.#first; i < this.#calls.length; i++)
      this.#deadlines.add(this.#limitOf(this.#calls[i] as ClientCall), now);
  }

  /** Hands calls on as long as `send` takes them. */
  drain(send: (call: ClientCall) => boolean): void {
    if (this.#calls.length === 0) return;
    for (; this.#first < this.#calls.length; this.#first++) {
      const call = this.#calls[this.#first] as ClientCall;
      if (call.settled) continue;
      if (!send(call)) return this.#compact();
      this.size--;
    }
    this.#clear();
  }

  /** A call that waits here has come to its end. */
  forget(): void {
    this.size--;
    if (this.size === 0) this.#clear();
  }

  #clear(): void {
    this.#calls = [];
    this.#first = 0;
    this.#deadlines.clear();
  }

  /** A queue that never empties must not keep all that ever left it. */
  #compact(): void {
    if (this.#first < COMPACT_AT || this.#first * 2 < this.#calls.length) return;
    this.#calls = this.#calls.slice(this.#first);
    this.#first = 0;
  }

  /** Of `Deadlines`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    this.#calls = this.#calls.slice(this.#first).filter((call) => !call.settled);
    this.#first = 0;
    for (const call of this.#calls) {
      const limit = this.#limitOf(call);
      if (limit <= now) this.#expire(call);
      else next = Math.min(next, limit);
    }
    return next;
  }
}
