/**
 * Calls that are with their interceptors. Each ends with its deadline, its caller's signal or its channel, whether these come back
 * or not. Knows no connection.
 */
import { ConnectionError, DeadlineError, type ErrorDetails, ThriftError } from "../errors/errors.ts";
import type { Platform } from "../platform/platform.ts";
import { type DeadlineOwner, Deadlines } from "../queue/deadlines.ts";
import type { Method } from "../schema/service.ts";
import { type AbortWatcher, abortReason, unwatchAbort, watchAbort } from "../user-values/abort-watch.ts";
import type { WholeCall } from "./call-options.ts";

/** How long interceptors may take to hand on that a call is over: what they make of it says more than what we know. */
const GRACE_MS = 10;

/** What ends a call, and when: the deadline of all attempts together. */
export interface CallBounds {
  readonly startedAt: number;
  readonly whole: WholeCall;
  readonly signal: AbortSignal | undefined;
  readonly parentSignal: AbortSignal | undefined;
}

/** The calls of one channel. */
export class InterceptedCalls implements DeadlineOwner {
  readonly peer: string;
  readonly #platform: Platform;
  readonly #deadlines: Deadlines;
  readonly #calls = new Set<InterceptedCall>();
  #closed = false;

  constructor(platform: Platform, peer: string) {
    this.peer = peer;
    this.#platform = platform;
    this.#deadlines = new Deadlines(platform, false, this);
  }

  /** What the interceptors make of the call, or the failure of one that is over before. */
  follow(method: Method, bounds: CallBounds, carryOut: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = new InterceptedCall(method, bounds, reject, this);
      this.#calls.add(call);
      this.#deadlines.add(call.endsAt);
      call.watch();
      settlement(carryOut)
        .then(resolve, reject)
        .finally(() => this.#forget(call));
    });
  }

  /** The call is over; its interceptors are the first to know. */
  endSoon(call: InterceptedCall): void {
    call.endsAt = this.#platform.now() + GRACE_MS;
    this.#deadlines.add(call.endsAt);
  }

  close(): void {
    this.#closed = true;
    for (const call of this.#calls) call.onClose();
    this.#endWhenIdle();
  }

  #forget(call: InterceptedCall): void {
    call.unwatch();
    this.#calls.delete(call);
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#closed && this.#calls.size === 0) this.#deadlines.clear();
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls) {
      if (call.endsAt <= now && call.isOver) {
        call.end(now);
        this.#forget(call);
        continue;
      }
      if (call.endsAt <= now) call.onDeadline();
      next = Math.min(next, call.endsAt);
    }
    return next;
  }
}

/** An interceptor is a function of somebody else's: it may throw, and give anything. */
async function settlement(carryOut: () => Promise<unknown>): Promise<unknown> {
  return await carryOut();
}

type MakeError = (text: string, details: ErrorDetails) => ThriftError;

const expired: MakeError = (text, details) => new DeadlineError("DEADLINE", text, details);
const cancelled: MakeError = (text, details) => new ThriftError("CANCELLED", text, details);
const closed: MakeError = (text, details) => new ConnectionError("CLOSED", text, details);

class InterceptedCall implements AbortWatcher {
  /** Its deadline; once it is over, until when its interceptors have time to say what they make of that. */
  endsAt: number;
  readonly #method: Method;
  readonly #bounds: CallBounds;
  readonly #reject: (error: ThriftError) => void;
  readonly #owner: InterceptedCalls;
  #makeError: MakeError | undefined;
  #what = "";
  #cause: unknown;

  constructor(method: Method, bounds: CallBounds, reject: (error: ThriftError) => void, owner: InterceptedCalls) {
    this.endsAt = bounds.whole.deadline;
    this.#method = method;
    this.#bounds = bounds;
    this.#reject = reject;
    this.#owner = owner;
  }

  watch(): void {
    const { signal, parentSignal } = this.#bounds;
    if (signal !== undefined) watchAbort(signal, this);
    if (parentSignal !== undefined) watchAbort(parentSignal, this);
  }

  unwatch(): void {
    const { signal, parentSignal } = this.#bounds;
    if (signal !== undefined) unwatchAbort(signal, this);
    if (parentSignal !== undefined) unwatchAbort(parentSignal, this);
  }

  get isOver(): boolean {
    return this.#makeError !== undefined;
  }

  onDeadline(): void {
    const { startedAt, whole } = this.#bounds;
    // Its own timer may come after this one.
    whole.attempt?.expire();
    this.#endSoon(expired, `no answer within ${Math.max(0, Math.round(whole.deadline - startedAt))} ms`, undefined);
  }

  onAbort(signal: AbortSignal): void {
    this.#endSoon(cancelled, "cancelled by its caller", abortReason(signal));
  }

  onClose(): void {
    this.#endSoon(closed, "channel closed", undefined);
  }

  #endSoon(makeError: MakeError, what: string, cause: unknown): void {
    if (this.isOver) return;
    this.#makeError = makeError;
    this.#what = what;
    this.#cause = cause;
    this.#owner.endSoon(this);
  }

  end(now: number): void {
    this.#bounds.whole.over = true;
    const { name } = this.#method;
    const { peer } = this.#owner;
    this.#reject(
      (this.#makeError ?? expired)(`${name} to ${peer}: ${this.#what}, and an interceptor has not come back`, {
        delivery: this.#bounds.whole.attempted ? "unknown" : "unsent",
        phase: "interceptor",
        peer,
        method: name,
        elapsedMs: now - this.#bounds.startedAt,
        cause: this.#cause,
      }),
    );
  }
}
