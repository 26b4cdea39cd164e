/**
 * The unary and oneway calls of one Rocket connection that run or wait for their turn: begun, answered, cancelled, or told that their time
 * is over. Knows no frames; what is admitted is its session's.
 */
import type { Deadlines } from "../../call/deadlines.ts";
import { isPromise } from "../../call/promise-like.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import { DeadlineError } from "../../errors.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import type { MethodKind } from "../../schema/service.ts";
import type { Connection } from "../connection.ts";
import { IdTable } from "../id-table.ts";
import type { WaitingCall } from "../load.ts";
import type { Dispatcher } from "../session.ts";
import { type ReplyWriter, WHOLE } from "./reply-writer.ts";
import type { RequestRefusal } from "./request-intake.ts";
import type { RocketServerCall } from "./rocket-server-call.ts";

/** What the calls need of their session. */
export interface RunningCallsOwner {
  readonly dispatcher: Dispatcher;
  readonly replies: ReplyWriter;
  /** A call that waited is not begun. */
  turnAway(kind: MethodKind, streamId: number, refusal: RequestRefusal): void;
  /** The handler has come to its end, or its caller's time has. */
  publish(call: RocketServerCall, failed: boolean, outcome: unknown): void;
  /** An error of the handler that its caller will not see. */
  reportError(error: unknown, call: RocketServerCall): void;
  /** There is one less. */
  afterCall(): void;
}

export class RunningCalls {
  /** Of the requests of all that are here. */
  requestBytes = 0;
  readonly #calls = new IdTable<RocketServerCall>(2);
  readonly #connection: Connection;
  readonly #deadlines: Deadlines;
  readonly #owner: RunningCallsOwner;

  constructor(connection: Connection, deadlines: Deadlines, owner: RunningCallsOwner) {
    this.#connection = connection;
    this.#deadlines = deadlines;
    this.#owner = owner;
  }

  get size(): number {
    return this.#calls.size;
  }

  has(streamId: number): boolean {
    return this.#calls.has(streamId);
  }

  /** Begins the call, or lets it wait for its turn. */
  run(call: RocketServerCall, args: unknown[], protocol: Protocol): void {
    const { load } = this.#owner.dispatcher;
    if (load.beginsNow(call.startedAt)) return this.#begin(call, args, protocol);
    this.#keep(call);
    load.wait(this.#waiting(call, args, protocol), call.queueTimeoutMs, call.deadline);
  }

  #waiting(call: RocketServerCall, args: unknown[], protocol: Protocol): WaitingCall {
    const calls = this.#calls;
    return {
      begin: () => {
        this.#drop(call);
        this.#begin(call, args, protocol);
      },
      turnAway: (why) => {
        this.#drop(call);
        this.#owner.turnAway(call.method.kind, call.seqid, why);
        this.#owner.afterCall();
      },
      get gone() {
        return !calls.has(call.seqid);
      },
    };
  }

  /** Hands the call to its handler; one that answers at once costs no promise and no place in the table. */
  #begin(call: RocketServerCall, args: unknown[], protocol: Protocol): void {
    let result: unknown;
    let failed = false;
    try {
      result = call.procedure.invoke(args, call);
    } catch (error) {
      result = error;
      failed = true;
    }
    if (!failed && isPromise(result)) {
      this.#keep(call);
      void this.#settle(call, result, protocol);
    } else this.#answer(call, failed, result, protocol);
  }

  #keep(call: RocketServerCall): void {
    this.#calls.set(call.seqid, call);
    this.requestBytes += call.requestBytes;
    this.#owner.dispatcher.load.inFlight++;
    this.#deadlines.add(call.deadline, call.startedAt);
  }

  async #settle(call: RocketServerCall, result: PromiseLike<unknown>, protocol: Protocol): Promise<void> {
    const { load } = this.#owner.dispatcher;
    load.began();
    let outcome: unknown;
    let failed = false;
    try {
      outcome = await result;
    } catch (error) {
      outcome = error;
      failed = true;
    }
    load.ended();
    // One that was cancelled, or is over its deadline, has left the table.
    if (this.#drop(call)) this.#answer(call, failed, outcome, protocol);
    else if (failed && !call.wasStoppedBy(outcome)) this.#owner.reportError(outcome, call);
    this.#owner.afterCall();
  }

  /** False when the call is there no more. */
  #drop(call: RocketServerCall): boolean {
    if (!this.#calls.delete(call.seqid)) return false;
    this.requestBytes -= call.requestBytes;
    this.#owner.dispatcher.load.inFlight--;
    return true;
  }

  #answer(call: RocketServerCall, failed: boolean, outcome: unknown, protocol: Protocol): void {
    this.#owner.publish(call, failed, outcome);
    if (call.method.kind === "oneway") {
      if (failed) this.#owner.reportError(outcome, call);
    } else if (this.#connection.open) {
      if (failed) this.#answerFailure(call, outcome, protocol);
      else this.#answerValue(call, outcome, protocol);
    }
  }

  #answerValue(call: RocketServerCall, value: unknown, protocol: Protocol): void {
    try {
      this.#owner.replies.value(call, methodCodec(call.method, protocol), value, WHOLE);
    } catch (error) {
      this.#answerFailure(call, error, protocol);
    }
  }

  #answerFailure(call: RocketServerCall, error: unknown, protocol: Protocol): void {
    const untold = this.#owner.replies.failure(call, methodCodec(call.method, protocol), error);
    if (untold !== undefined) this.#owner.reportError(untold, call);
  }

  /** Nobody waits for the call any more. */
  abort(streamId: number, reason: Error): void {
    const call = this.#calls.get(streamId);
    if (call === undefined) return;
    this.#drop(call);
    call.abort(reason);
  }

  /** Tells those whose time is over; the next deadline. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const call of this.#calls.values()) {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else this.#expire(call);
    }
    return next;
  }

  #expire(call: RocketServerCall): void {
    const error = expired(call);
    this.abort(call.seqid, error);
    this.#owner.publish(call, true, error);
    if (call.method.kind !== "oneway") this.#owner.replies.refuse(call.seqid, "DEADLINE", error.message);
  }

  /** The connection is gone: nobody waits for any of them. */
  abandon(reason: Error): void {
    for (const { seqid } of this.#calls.values()) this.abort(seqid, reason);
  }
}

/** What a handler is told, and its caller, when the time is over that the caller gave. */
export function expired({ method, deadline, startedAt }: RocketServerCall): DeadlineError {
  const text = `'${method.name}' was not answered within the ${Math.round(deadline - startedAt)} ms of its caller`;
  return new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "handler" });
}
