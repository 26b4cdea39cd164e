/**
 * A server's calls over UDP from when they are let in until their outcome is there. Knows handlers, turns and deadlines, not
 * datagrams.
 */
import { publishEnd } from "../../call/call-end.ts";
import type { Dispatcher } from "../../call/dispatcher.ts";
import type { TurnedAway, WaitingCall } from "../../call/load.ts";
import type { CallRunner } from "../../call/user-code.ts";
import { DeadlineError } from "../../errors/errors.ts";
import type { Platform } from "../../platform/platform.ts";
import { type DeadlineOwner, Deadlines } from "../../queue/deadlines.ts";
import type { DatagramCounters } from "./counters.ts";
import type { DatagramCall } from "./server-call.ts";

/** Who answers them. */
export interface RunningCallsOwner {
  /** Of a call that has an answer. */
  onOutcome(call: DatagramCall, failed: boolean, outcome: unknown): void;
  /** Its turn has not come, and never will. */
  onTurnedAway(call: DatagramCall, reason: string): void;
  /** One less. */
  onEnd(): void;
}

export class RunningCalls implements DeadlineOwner, CallRunner<DatagramCall> {
  readonly #dispatcher: Dispatcher;
  readonly #platform: Platform;
  readonly #counters: DatagramCounters;
  readonly #owner: RunningCallsOwner;
  readonly #deadlines: Deadlines;
  /** Calls that run or wait for their turn. */
  readonly #calls = new Set<DatagramCall>();

  constructor(dispatcher: Dispatcher, platform: Platform, counters: DatagramCounters, owner: RunningCallsOwner) {
    this.#dispatcher = dispatcher;
    this.#platform = platform;
    this.#counters = counters;
    this.#owner = owner;
    this.#deadlines = new Deadlines(platform, false, this);
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Begins the call, or lets it wait for its turn. */
  run(call: DatagramCall, args: unknown[]): void {
    const { load } = this.#dispatcher;
    if (load.beginsNow(call.startedAt)) return this.#begin(call, args);
    this.#keep(call);
    load.wait(this.#waiting(call, args), 0, call.deadline);
  }

  #waiting(call: DatagramCall, args: unknown[]): WaitingCall {
    return {
      from: call.peer,
      begin: () => this.#beginKept(call, args),
      turnAway: (why) => this.#turnAway(call, why),
      get gone() {
        return call.aborted !== undefined;
      },
      letGo: () => {
        this.#drop(call);
        this.#owner.onEnd();
      },
    };
  }

  #turnAway(call: DatagramCall, { reason }: TurnedAway): void {
    this.#drop(call);
    this.#owner.onTurnedAway(call, reason);
    this.#owner.onEnd();
  }

  #begin(call: DatagramCall, args: unknown[]): void {
    const { code, load } = this.#dispatcher;
    this.#count(call);
    if (code.begin(call, args, this)) return this.#finish(call);
    this.#keep(call);
    load.began();
  }

  #beginKept(call: DatagramCall, args: unknown[]): void {
    const { code, load } = this.#dispatcher;
    this.#count(call);
    if (!code.begin(call, args, this)) return load.began();
    this.#drop(call);
    this.#finish(call);
    this.#owner.onEnd();
  }

  #count(call: DatagramCall): void {
    if (call.oneway) this.#counters.oneways++;
    else this.#counters.calls++;
  }

  #keep(call: DatagramCall): void {
    this.#calls.add(call);
    this.#dispatcher.load.enter(call.requestBytes);
    this.#deadlines.add(call.deadline);
  }

  #drop(call: DatagramCall): void {
    if (this.#calls.delete(call)) this.#dispatcher.load.leave(call.requestBytes);
  }

  onSettled(call: DatagramCall): void {
    this.#dispatcher.load.ended();
    this.#drop(call);
    this.#finish(call);
    this.#owner.onEnd();
  }

  /** What cannot even be told as a failure is not told to its caller. */
  #finish(call: DatagramCall): void {
    const failed = call.state === "failed";
    publishEnd(call, this.#platform, failed, call.outcome);
    try {
      if (!call.oneway) return this.#owner.onOutcome(call, failed, call.outcome);
      if (failed && !call.wasStoppedBy(call.outcome)) this.#dispatcher.reportError(call.outcome, call);
    } catch (error) {
      this.#dispatcher.reportError(error, call);
    }
  }

  /** Of `Deadlines`: handlers whose callers have given up are told; what they answer is still remembered. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls) {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else if (call.aborted === undefined) call.abort(expired(call));
    }
    return next;
  }

  /** Tells all handlers to stop. */
  abort(reason: Error): void {
    for (const call of this.#calls) call.abort(reason);
  }

  /** Keeps no deadlines any more. */
  stop(): void {
    this.#deadlines.clear();
  }
}

function expired({ method }: DatagramCall): DeadlineError {
  const text = `'${method.name}' was not answered in the time of its caller`;
  return new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "handler" });
}
