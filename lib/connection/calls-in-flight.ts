/**
 * The calls of one connection that run or wait to be answered, and the order in which their answers may leave. Knows no bytes and
 * no handlers. Why so: docs/decisions/002-reply-order.md
 */
import { Deadlines } from "../call/deadlines.ts";
import { DeadlineError } from "../errors.ts";
import { CallList } from "./call-list.ts";
import type { Connection } from "./connection.ts";
import { OutstandingCalls } from "./outstanding-calls.ts";
import type { ServerCall } from "./server-call.ts";
import type { Dispatcher } from "./session.ts";

/** The table of one server session. */
export class CallsInFlight {
  /** Size of the requests of all calls here. */
  requestBytes = 0;
  readonly #connection: Connection;
  readonly #dispatcher: Dispatcher;
  readonly #answer: (call: ServerCall) => void;
  readonly #deadlines: Deadlines;
  /** Calls to be answered; oneway calls, which only run, are apart. */
  readonly #calls = new OutstandingCalls();
  readonly #oneways = new CallList();
  #ordered: boolean;
  /** Answers that wait for room. */
  #waiting = 0;

  /** `answer` writes the answer of a call that has finished. */
  constructor(connection: Connection, dispatcher: Dispatcher, answer: (call: ServerCall) => void) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#answer = answer;
    this.#ordered = dispatcher.replyOrder === "ordered";
    this.#deadlines = new Deadlines(connection.platform, false, (now) => this.#expire(now));
  }

  get size(): number {
    return this.#calls.size + this.#oneways.size;
  }

  /** A call to be answered has come, and may show that its client goes by the order of answers. */
  onArrival(seqid: number): void {
    if (!this.#ordered && this.#dispatcher.replyOrder === "auto") this.#ordered = this.#calls.has(seqid);
  }

  /** Whether an answer that is ready now may not be written yet. */
  get answersWait(): boolean {
    return (this.#ordered && this.#calls.size > 0) || !this.#connection.hasRoom;
  }

  add(call: ServerCall): void {
    this.#listOf(call).append(call);
    if (call.deadline !== Number.POSITIVE_INFINITY) this.#deadlines.add(call.deadline, this.#connection.now());
    this.requestBytes += call.requestBytes;
    this.#dispatcher.load.running++;
  }

  /** A call from here has its outcome; answers that may leave now are written. */
  finish(call: ServerCall, failed: boolean, outcome: unknown): void {
    call.state = failed ? "failed" : "succeeded";
    call.outcome = outcome;
    if (call.method.kind === "oneway") this.#remove(call);
    else if (this.#ordered) this.#answerInOrder();
    else if (this.#connection.hasRoom) this.#answerNow(call);
    else this.#waiting++;
  }

  /** There is room again. */
  onDrain(): void {
    if (this.#ordered) this.#answerInOrder();
    else if (this.#waiting > 0) this.#answerWaiting();
  }

  #answerNow(call: ServerCall): void {
    this.#remove(call);
    this.#answer(call);
  }

  /** Writes the answers that are ready, up to the first that is not. */
  #answerInOrder(): void {
    for (let call = this.#calls.first; call !== undefined && call.state !== "running"; call = this.#calls.first) {
      if (!this.#connection.hasRoom) return;
      this.#answerNow(call);
    }
  }

  /** Writes the answers that waited for room. */
  #answerWaiting(): void {
    for (let call = this.#calls.first; call !== undefined && this.#waiting > 0 && this.#connection.hasRoom; ) {
      const { next } = call;
      if (call.state !== "running") {
        this.#waiting--;
        this.#answerNow(call);
      }
      call = next;
    }
  }

  #listOf(call: ServerCall): CallList {
    return call.method.kind === "oneway" ? this.#oneways : this.#calls;
  }

  #remove(call: ServerCall): void {
    this.#listOf(call).remove(call);
    this.requestBytes -= call.requestBytes;
    this.#dispatcher.load.running--;
  }

  /** The connection is gone: nobody waits for any of them. */
  abandon(reason: Error): void {
    this.#deadlines.clear();
    this.#forEach((call) => {
      this.#remove(call);
      call.abort(reason);
    });
  }

  /** Handlers whose callers have given up are told; their answers are still written, for the client counts replies. */
  #expire(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    this.#forEach((call) => {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else expireCall(call);
    });
    return next;
  }

  #forEach(visit: (call: ServerCall) => void): void {
    this.#calls.forEach(visit);
    this.#oneways.forEach(visit);
  }
}

function expireCall(call: ServerCall): void {
  call.deadline = Number.POSITIVE_INFINITY;
  const text = `'${call.method.name}' was not answered in the time of its caller`;
  call.abort(new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "handler" }));
}
