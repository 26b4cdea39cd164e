/**
 * The unary and oneway calls of one session from admission to answer, the same for every protocol family: begun at once or when their
 * turn comes, given up, told that their time is over, counted until their handlers have ended. Knows no bytes; the session decides what
 * becomes of an outcome.
 *
 *     run → waits for its turn → begun → outcome → answered: left
 *                └→ turned away    └→ given up: nobody awaits it, counted until its handler ends
 */
import { DeadlineError } from "../errors/errors.ts";
import type { Platform } from "../platform/platform.ts";
import { type DeadlineOwner, Deadlines } from "../queue/deadlines.ts";
import { ThriftException } from "../schema/exception.ts";
import { isA } from "../user-values/thrown.ts";
import { publishEnd } from "./call-end.ts";
import { CallList } from "./call-list.ts";
import { CallTable } from "./call-table.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { HostShare } from "./host-shares.ts";
import type { TurnedAway, WaitingCall } from "./load.ts";
import type { ServerCall } from "./server-call.ts";
import type { CallRunner } from "./user-code.ts";

/** The session whose calls they are. None of these may throw. */
export interface RunningCallsOwner<C extends ServerCall> {
  /**
   * The handler of an awaited call has ended; the call has its outcome. Answers it, and lets it leave, now or later. A call that was begun
   * and answered at once is not in the table yet: `leave` does nothing, and `keep` takes it in where its answer must wait.
   */
  onOutcome(call: C): void;
  /** The kept call will not be begun: answers it if its caller expects that, and lets it leave. */
  onTurnedAway(call: C, why: TurnedAway): void;
  /** The time that its caller gave is over, as `reason` says. Gives the call up, or aborts it and lets it be answered. */
  onExpired(call: C, reason: DeadlineError): void;
  /** A handler has ended, or a call will not be begun: there may be room for more. */
  afterCall(): void;
}

/** The calls of one session. */
export class RunningCalls<C extends ServerCall> implements CallRunner<C>, DeadlineOwner {
  /** Calls that wait for their turn, run or wait to be answered, and those given up whose handlers run. */
  size = 0;
  /** Bytes of the requests of all of them. */
  requestBytes = 0;
  readonly share: HostShare;
  readonly #dispatcher: Dispatcher;
  readonly #platform: Platform;
  readonly #owner: RunningCallsOwner<C>;
  /** Made with the first call that has a deadline. */
  #deadlines: Deadlines | undefined;
  /** Awaited calls that get an answer. Made with the first: an idle connection saves 100 bytes for each (`npm run load -- idle`). */
  #calls: CallTable<C> | undefined;
  /** Awaited oneway calls. */
  #oneways: CallList<C> | undefined;
  #indexed = true;

  /** `share`: what they count to beside the server. */
  constructor(dispatcher: Dispatcher, platform: Platform, share: HostShare, owner: RunningCallsOwner<C>) {
    this.share = share;
    this.#dispatcher = dispatcher;
    this.#platform = platform;
    this.#owner = owner;
  }

  /** Calls that somebody waits for, oneway calls among them. */
  get awaited(): number {
    return this.unanswered + (this.#oneways?.size ?? 0);
  }

  /** Awaited calls that get an answer, in the order in which they came. */
  get first(): C | undefined {
    return this.#calls?.first;
  }

  /** Awaited calls that get an answer. */
  get unanswered(): number {
    return this.#calls?.size ?? 0;
  }

  /** The awaited call with this id, of those that get an answer. */
  get(id: number): C | undefined {
    return this.#calls?.get(id);
  }

  /** From now on `get` finds nothing, and clients may give many calls one id. */
  forgetIds(): void {
    this.#indexed = false;
    this.#calls?.forgetIds();
  }

  /** Begins the call, or lets it wait for its turn. */
  run(call: C, args: unknown[]): void {
    const { load } = this.#dispatcher;
    if (load.beginsNow(call.startedAt)) return this.#begin(call, args);
    call.state = "waiting";
    this.keep(call);
    load.wait(this.#waiting(call, args), call.queueTimeoutMs, call.deadline);
  }

  #waiting(call: C, args: unknown[]): WaitingCall {
    return {
      from: call.turn,
      begin: () => this.#beginKept(call, args),
      turnAway: (why) => this.#turnAway(call, why),
      get gone() {
        return !call.awaited;
      },
      letGo: () => {
        this.leave(call);
        this.#owner.afterCall();
      },
    };
  }

  #turnAway(call: C, why: TurnedAway): void {
    call.state = "failed";
    call.outcome = why;
    this.#owner.onTurnedAway(call, why);
    this.#owner.afterCall();
  }

  /** Hands the call to its handler; one that answers at once costs no promise and no place in the table. */
  #begin(call: C, args: unknown[]): void {
    const { code, load } = this.#dispatcher;
    if (code.begin(call, args, this)) {
      this.#end(call);
      if (call.method.kind !== "oneway") this.#owner.onOutcome(call);
    } else {
      this.keep(call);
      load.began();
    }
  }

  #beginKept(call: C, args: unknown[]): void {
    const { code, load } = this.#dispatcher;
    call.state = "running";
    if (code.begin(call, args, this)) this.#finish(call);
    else load.began();
  }

  onSettled(call: C): void {
    this.#dispatcher.load.ended();
    this.#finish(call);
  }

  #finish(call: C): void {
    if (call.awaited) this.#end(call);
    else if (call.state === "failed") this.#reportLate(call);
    if (call.awaited && call.method.kind !== "oneway") this.#owner.onOutcome(call);
    else this.leave(call);
    this.#owner.afterCall();
  }

  /** Reports how the call ended; writes nothing. */
  #end(call: C): void {
    const failed = call.state === "failed";
    if (failed && call.method.kind === "oneway" && !call.wasStoppedBy(call.outcome))
      this.#dispatcher.reportError(call.outcome, call);
    publishEnd(call, this.#platform, failed, call.outcome);
  }

  /** Nobody is left to be told, but an error that the IDL does not declare must not be lost. */
  #reportLate(call: C): void {
    const error = call.outcome;
    const declared = call.method.kind !== "oneway" && isA(error, ThriftException);
    if (!declared && !call.wasStoppedBy(error)) this.#dispatcher.reportError(error, call);
  }

  /** Counts the call from now on, until it leaves. */
  keep(call: C): void {
    this.#listOf(call).append(call);
    call.kept = true;
    this.size++;
    this.requestBytes += call.requestBytes;
    this.#dispatcher.load.enter(this.share, call.requestBytes);
    if (call.deadline !== Number.POSITIVE_INFINITY) this.#keepDeadline(call.deadline);
  }

  #keepDeadline(deadline: number): void {
    this.#deadlines ??= new Deadlines(this.#platform, false, this);
    this.#deadlines.add(deadline);
  }

  #listOf(call: C): CallList<C> {
    return call.method.kind === "oneway" ? (this.#oneways ??= new CallList()) : (this.#calls ??= this.#newTable());
  }

  #newTable(): CallTable<C> {
    const table = new CallTable<C>(this.#platform.random());
    if (!this.#indexed) table.forgetIds();
    return table;
  }

  /** The call counts no longer. No-op for a call that was not kept. */
  leave(call: C): void {
    if (!call.kept) return;
    call.kept = false;
    if (call.awaited) this.#listOf(call).remove(call);
    this.size--;
    this.requestBytes -= call.requestBytes;
    this.#dispatcher.load.leave(this.share, call.requestBytes);
  }

  /** Nobody waits for the kept call any longer: its handler is told, and it counts until that ends. It leaves at once if it has its outcome. */
  giveUp(call: C, reason: Error): void {
    this.#listOf(call).remove(call);
    call.awaited = false;
    if (call.over) this.leave(call);
    else if (call.state === "running") publishEnd(call, this.#platform, true, reason);
    call.abort(reason);
  }

  /** The session is over: gives up all calls. */
  abandon(reason: Error): void {
    this.#deadlines?.clear();
    this.#forEach((call) => this.giveUp(call, reason));
  }

  /** Implements `DeadlineOwner`. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    this.#forEach((call) => {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else if (call.aborted === undefined) this.#owner.onExpired(call, expired(call));
    });
    return next;
  }

  #forEach(visit: (call: C) => void): void {
    this.#calls?.forEach(visit);
    this.#oneways?.forEach(visit);
  }
}

/** What a handler is told, and its caller, when the time that the caller gave is over. */
export function expired({ method, deadline, startedAt }: ServerCall): DeadlineError {
  const text = `'${method.name}' was not answered within the ${Math.round(deadline - startedAt)} ms of its caller`;
  return new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "handler" });
}
