/**
 * The unary and oneway calls of one Rocket connection that run or wait for their turn: begun, answered, cancelled, or told that their time
 * is over. One that was given up counts until its handler has come to its end. Knows no frames; what is admitted is its session's.
 *
 *     awaited (in the table) → answered
 *            └→ given up: counted until its handler ends, or the queue lets go of it
 */
import type { Dispatcher } from "../../call/dispatcher.ts";
import type { WaitingCall } from "../../call/load.ts";
import type { CallRunner } from "../../call/user-code.ts";
import { methodCodec } from "../../codec/method-codec.ts";
import type { Connection } from "../../connection/connection.ts";
import { IdTable } from "../../connection/id-table.ts";
import { DeadlineError } from "../../errors/errors.ts";
import type { Deadlines } from "../../queue/deadlines.ts";
import { ThriftException } from "../../schema/exception.ts";
import type { MethodKind } from "../../schema/service.ts";
import { isA } from "../../user-values/thrown.ts";
import { type ReplyWriter, WHOLE } from "./reply-writer.ts";
import type { RequestRefusal } from "./request-intake.ts";
import type { RocketServerCall } from "./server-call.ts";

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

export class RunningCalls implements CallRunner<RocketServerCall> {
  /** Calls that run or wait, whether anybody waits for their answer or not. */
  size = 0;
  /** Of the requests of all of them. */
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

  /** Calls that somebody waits for. */
  get awaited(): number {
    return this.#calls.size;
  }

  has(streamId: number): boolean {
    return this.#calls.has(streamId);
  }

  /** Begins the call, or lets it wait for its turn. */
  run(call: RocketServerCall, args: unknown[]): void {
    const { load } = this.#owner.dispatcher;
    if (load.beginsNow(call.startedAt)) return this.#begin(call, args);
    this.#keep(call);
    load.wait(this.#waiting(call, args), call.queueTimeoutMs, call.deadline);
  }

  #waiting(call: RocketServerCall, args: unknown[]): WaitingCall {
    const calls = this.#calls;
    return {
      from: this.#connection,
      begin: () => this.#beginKept(call, args),
      turnAway: (why) => {
        this.#leave(call);
        this.#owner.turnAway(call.method.kind, call.seqid, why);
        this.#owner.afterCall();
      },
      get gone() {
        return calls.get(call.seqid) !== call;
      },
      letGo: () => {
        this.#leave(call);
        this.#owner.afterCall();
      },
    };
  }

  /** Hands the call to its handler; one that answers at once costs no promise and no place in the table. */
  #begin(call: RocketServerCall, args: unknown[]): void {
    const { code, load } = this.#owner.dispatcher;
    if (code.begin(call, args, this)) return this.#answer(call);
    this.#keep(call);
    load.began();
  }

  #beginKept(call: RocketServerCall, args: unknown[]): void {
    const { code, load } = this.#owner.dispatcher;
    if (!code.begin(call, args, this)) return load.began();
    this.#afterHandler(call);
  }

  onSettled(call: RocketServerCall): void {
    this.#owner.dispatcher.load.ended();
    this.#afterHandler(call);
  }

  #afterHandler(call: RocketServerCall): void {
    if (this.#leave(call)) this.#answer(call);
    else this.#reportLate(call);
    this.#owner.afterCall();
  }

  #keep(call: RocketServerCall): void {
    this.#calls.set(call.seqid, call);
    this.size++;
    this.requestBytes += call.requestBytes;
    this.#owner.dispatcher.load.enter(call.requestBytes);
    this.#deadlines.add(call.deadline);
  }

  /** The call counts no more. False when nobody waits for it. */
  #leave(call: RocketServerCall): boolean {
    this.size--;
    this.requestBytes -= call.requestBytes;
    this.#owner.dispatcher.load.leave(call.requestBytes);
    return this.#giveUp(call);
  }

  /** Nobody waits for the call any more. False when nobody did. */
  #giveUp(call: RocketServerCall): boolean {
    return this.#calls.get(call.seqid) === call && this.#calls.delete(call.seqid);
  }

  #answer(call: RocketServerCall): void {
    const failed = call.state === "failed";
    this.#owner.publish(call, failed, call.outcome);
    if (call.method.kind === "oneway") {
      if (failed) this.#owner.reportError(call.outcome, call);
    } else if (this.#connection.open) this.#write(call, failed);
  }

  /** What cannot even be told as a failure ends the connection. */
  #write(call: RocketServerCall, failed: boolean): void {
    const { replies } = this.#owner;
    const codec = methodCodec(call.method, call.protocol);
    try {
      let error = call.outcome;
      if (!failed) {
        try {
          return void replies.value(call, codec, call.outcome, WHOLE);
        } catch (unfit) {
          error = unfit;
        }
      }
      const untold = replies.failure(call, codec, error);
      if (untold !== undefined) this.#owner.reportError(untold, call);
    } catch (error) {
      this.#owner.reportError(error, call);
      this.#connection.destroy(error as Error);
    }
  }

  /** An error that is none of the declared ones is not lost though nobody waits. */
  #reportLate(call: RocketServerCall): void {
    if (call.state !== "failed" || isA(call.outcome, ThriftException) || call.wasStoppedBy(call.outcome)) return;
    this.#owner.reportError(call.outcome, call);
  }

  /** Nobody waits for the call any more: its handler is told. */
  abort(streamId: number, reason: Error): void {
    const call = this.#calls.get(streamId);
    if (call === undefined) return;
    this.#calls.delete(streamId);
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
