/**
 * The calls of one connection that run or wait to be answered, and the order in which their answers may leave. Knows no bytes and
 * no handlers. Why so: docs/decisions/002-reply-order.md
 */
import type { Connection } from "../connection/connection.ts";
import { DeadlineError } from "../errors/errors.ts";
import { Deadlines } from "../queue/deadlines.ts";
import { CallList } from "./call-list.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { OutstandingCalls } from "./outstanding-calls.ts";
import type { ServerCall } from "./server-call.ts";

/** What connections hold that have no calls: each saves 200 bytes (`npm run load -- idle`). */
const NO_CALLS = new OutstandingCalls(0);
const NO_ONEWAYS = new CallList();

/** Who writes answers. */
export interface AnswerWriter {
  /** Writes the answer of a call that has its outcome. Does not throw. */
  writeAnswer(call: ServerCall): void;
}

/** The table of one server session. */
export class CallsInFlight {
  /** Size of the requests of all calls here. */
  requestBytes = 0;
  readonly #connection: Connection;
  readonly #dispatcher: Dispatcher;
  readonly #replies: AnswerWriter;
  /** Made with the first call that has a deadline, which only some protocols can carry. */
  #deadlines: Deadlines | undefined;
  /** Calls to be answered; oneway calls, which only run, are apart. */
  #calls = NO_CALLS;
  #oneways = NO_ONEWAYS;
  #ordered: boolean;
  /** Answers that wait for room. */
  #waiting = 0;

  constructor(connection: Connection, dispatcher: Dispatcher, replies: AnswerWriter) {
    this.#connection = connection;
    this.#dispatcher = dispatcher;
    this.#replies = replies;
    this.#ordered = dispatcher.replyOrder === "ordered";
  }

  get size(): number {
    return this.#calls.size + this.#oneways.size;
  }

  /** A call to be answered has come, and may show that its client goes by the order of answers. */
  onArrival(id: number): void {
    if (!this.#asksForIds || !this.#calls.has(id)) return;
    this.#ordered = true;
    this.#calls.forgetIds();
  }

  get #asksForIds(): boolean {
    return !this.#ordered && this.#dispatcher.replyOrder === "auto";
  }

  /** Whether an answer that is ready now may not be written yet. */
  get answersWait(): boolean {
    return (this.#ordered && this.#calls.size > 0) || !this.#connection.hasRoom;
  }

  add(call: ServerCall): void {
    this.#listFor(call).append(call);
    if (call.deadline !== Number.POSITIVE_INFINITY) this.#keepDeadline(call.deadline);
    this.requestBytes += call.requestBytes;
    this.#dispatcher.load.enter(call.requestBytes);
  }

  #keepDeadline(deadline: number): void {
    this.#deadlines ??= new Deadlines(this.#connection.platform, false, this);
    this.#deadlines.add(deadline);
  }

  /** A call from here has its outcome; answers that may leave now are written. */
  finish(call: ServerCall): void {
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
    this.#replies.writeAnswer(call);
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

  #listFor(call: ServerCall): CallList {
    if (call.method.kind === "oneway") {
      if (this.#oneways === NO_ONEWAYS) this.#oneways = new CallList();
    } else if (this.#calls === NO_CALLS) {
      this.#calls = new OutstandingCalls(this.#connection.platform.random());
      if (!this.#asksForIds) this.#calls.forgetIds();
    }
    return this.#listOf(call);
  }

  #listOf(call: ServerCall): CallList {
    return call.method.kind === "oneway" ? this.#oneways : this.#calls;
  }

  #remove(call: ServerCall): void {
    this.#listOf(call).remove(call);
    this.requestBytes -= call.requestBytes;
    this.#dispatcher.load.leave(call.requestBytes);
  }

  /** The connection is gone: nobody waits for any of them. What has its outcome is over; the others count until `outlive`. */
  abandon(reason: Error): void {
    this.#deadlines?.clear();
    this.#forEach((call) => {
      if (call.state !== "running") this.#remove(call);
      call.abort(reason);
    });
  }

  /** A call has come to its end behind that of its connection. */
  outlive(call: ServerCall): void {
    this.#remove(call);
  }

  /** Of `Deadlines`: handlers whose callers have given up are told; their answers are still written, for the client counts replies. */
  sweep(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    this.#forEach((call) => {
      if (call.deadline > now) next = Math.min(next, call.deadline);
      else if (call.aborted === undefined) expireCall(call);
    });
    return next;
  }

  #forEach(visit: (call: ServerCall) => void): void {
    this.#calls.forEach(visit);
    this.#oneways.forEach(visit);
  }
}

function expireCall(call: ServerCall): void {
  const text = `'${call.method.name}' was not answered in the time of its caller`;
  call.abort(new DeadlineError("DEADLINE", text, { delivery: "unknown", phase: "handler" }));
}
