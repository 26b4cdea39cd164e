/**
 * A call that goes through interceptors, as its caller waits for it: it settles when the first interceptor comes back, and by its deadline
 * or soon after its signal aborts if that never does. Each time that an interceptor hands it on is an attempt, which has what is left of
 * the same time. Knows no connection.
 */
import type { Call } from "../call/call.ts";
import { DeadlineError, ThriftError } from "../errors/errors.ts";
import type { Platform } from "../platform/platform.ts";
import { type DeadlineOwner, Deadlines } from "../queue/deadlines.ts";
import { type AbortWatcher, abortReason, unwatchAbort, watchAbort } from "../user-values/abort-watch.ts";
import type { CallChoices } from "./call-options.ts";

/** Milliseconds in which interceptors may still make something of a call whose attempts have just failed by its deadline or signal. */
const GRACE_MS = 20;

/** Milliseconds before an attempt for whose call nobody waits any more. */
const REST_MS = 1_000;

/** Where a call that interceptors see says whose attempts are made with it: copies of it say the same. */
const attempted: unique symbol = Symbol("attempted");

interface AttemptedCall extends Call {
  readonly [attempted]?: InterceptedCall;
}

interface Settle {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** The call of its caller that `call` is an attempt of; undefined for one that an interceptor has made up. */
export function interceptedCallOf(call: Call): InterceptedCall | undefined {
  return (call as AttemptedCall)[attempted];
}

export class InterceptedCall implements AbortWatcher {
  /** When its caller made it, in the platform's milliseconds. */
  readonly startedAt: number;
  /** No attempt that was made has more time. */
  deadline: number;
  readonly promise: Promise<unknown>;
  readonly #name: string;
  readonly #calls: InterceptedCalls;
  readonly #signals: readonly AbortSignal[];
  /** Whether anything of it may have been sent. */
  #attempted = false;
  #aborted: { readonly reason: unknown } | undefined;
  /** Why it was not waited for. */
  #expired: ThriftError | undefined;
  #settle: Settle | undefined;

  constructor(calls: InterceptedCalls, name: string, startedAt: number, deadline: number, choices: CallChoices) {
    this.#calls = calls;
    this.#name = name;
    this.startedAt = startedAt;
    this.deadline = deadline;
    this.promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#signals = [choices.signal, choices.parentSignal].filter((signal) => signal !== undefined);
    for (const signal of this.#signals) watchAbort(signal, this);
  }

  /** `call` as interceptors get it. */
  mark(call: Call): Call {
    return { ...call, [attempted]: this } as Call;
  }

  /** Begins an attempt: every further one after a rest, as an interceptor that tries again and again must not hold the event loop. */
  attempt(start: () => Promise<unknown>): Promise<unknown> {
    const first = !this.#attempted;
    // Its caller has been told that it was never sent.
    if (first && this.#expired !== undefined) return Promise.reject(this.#expired);
    this.#attempted = true;
    if (first) return start();
    const { platform } = this.#calls;
    return new Promise((resolve) => {
      if (this.#settle !== undefined) platform.afterPoll(() => resolve(start()));
      else platform.startTimer(REST_MS, false, () => resolve(start()));
    });
  }

  /** An attempt may take until `deadline`. */
  extend(deadline: number): void {
    if (this.#aborted === undefined) this.deadline = Math.max(this.deadline, deadline);
  }

  /** Settles as `outcome` does, unless that is too late. */
  follow(outcome: Promise<unknown>): void {
    outcome.then(
      (value) => this.#end()?.resolve(value),
      (error: unknown) => this.#end()?.reject(error),
    );
  }

  onAbort(signal: AbortSignal): void {
    this.#aborted ??= { reason: abortReason(signal) };
    this.deadline = this.#calls.now();
    this.#calls.hurry(this);
  }

  /** Interceptors have not come back in time. */
  expire(): void {
    this.#expired = this.#failure();
    this.#end()?.reject(this.#expired);
  }

  #failure(): ThriftError {
    const details = { phase: "interceptor", delivery: this.#attempted ? "unknown" : "unsent" } as const;
    if (this.#aborted !== undefined) {
      const text = `${this.#name}: cancelled by its caller, and its interceptors have not come back`;
      return new ThriftError("CANCELLED", text, { ...details, cause: this.#aborted.reason });
    }
    const text = `${this.#name}: interceptors have not come back within ${Math.round(this.deadline - this.startedAt)} ms`;
    return new DeadlineError("DEADLINE", text, details);
  }

  /** What settles the promise, once. */
  #end(): Settle | undefined {
    const settle = this.#settle;
    if (settle === undefined) return undefined;
    this.#settle = undefined;
    for (const signal of this.#signals) unwatchAbort(signal, this);
    this.#calls.delete(this);
    return settle;
  }
}

/** Those of one channel. */
export class InterceptedCalls implements DeadlineOwner {
  readonly #calls = new Set<InterceptedCall>();
  readonly #deadlines: Deadlines;
  readonly platform: Platform;
  #closed = false;

  constructor(platform: Platform) {
    this.platform = platform;
    this.#deadlines = new Deadlines(platform, false, this);
  }

  now(): number {
    return this.platform.now();
  }

  add(call: InterceptedCall): void {
    this.#calls.add(call);
    this.#keep(call);
  }

  delete(call: InterceptedCall): void {
    this.#calls.delete(call);
    this.#endWhenIdle();
  }

  /** No timer stays behind that no call needs. */
  close(): void {
    this.#closed = true;
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#closed && this.#calls.size === 0) this.#deadlines.clear();
  }

  /** Its deadline has come nearer. */
  hurry(call: InterceptedCall): void {
    if (this.#calls.has(call)) this.#keep(call);
  }

  #keep({ deadline }: InterceptedCall): void {
    if (deadline !== Number.POSITIVE_INFINITY) this.#deadlines.add(deadline + GRACE_MS);
  }

  /** Of `Deadlines`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls) {
      if (call.deadline + GRACE_MS > now) next = Math.min(next, call.deadline + GRACE_MS);
      else call.expire();
    }
    return next;
  }
}
