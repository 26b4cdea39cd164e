/**
 * When the answers of one classic connection may leave: as they come, or in the order of the calls, and only while the connection has
 * room. Knows no bytes and no handlers. Why so: docs/decisions/002-reply-order.md
 */
import type { Dispatcher } from "../../call/dispatcher.ts";
import type { RunningCalls } from "../../call/running-calls.ts";
import type { ServerCall } from "../../call/server-call.ts";
import type { Connection } from "../../connection/connection.ts";

/** Writes answers. */
export interface AnswerWriter {
  /** Writes the answer of a call that has its outcome. Does not throw. */
  writeAnswer(call: ServerCall): void;
}

/** The order of one session's answers. */
export class ReplyOrder {
  readonly #connection: Connection;
  readonly #calls: RunningCalls<ServerCall>;
  readonly #replies: AnswerWriter;
  /** Whether equal ids are still looked for. */
  #asksForIds: boolean;
  #ordered: boolean;
  /** Answers that wait for room. */
  #waiting = 0;

  constructor(
    connection: Connection,
    { replyOrder }: Dispatcher,
    calls: RunningCalls<ServerCall>,
    replies: AnswerWriter,
  ) {
    this.#connection = connection;
    this.#calls = calls;
    this.#replies = replies;
    this.#ordered = replyOrder === "ordered";
    this.#asksForIds = replyOrder === "auto";
    if (!this.#asksForIds) calls.forgetIds();
  }

  /** A call that wants an answer has come. Its id may show that its client goes by the order of answers. */
  onArrival(id: number): void {
    if (!this.#asksForIds || this.#calls.get(id) === undefined) return;
    this.#ordered = true;
    this.#asksForIds = false;
    this.#calls.forgetIds();
  }

  /** The call has its outcome: writes it, or has it wait for its turn or for room. */
  answer(call: ServerCall): void {
    if (call.kept) this.#answerKept(call);
    else if ((this.#ordered && this.#calls.unanswered > 0) || !this.#connection.hasRoom) {
      this.#calls.keep(call);
      this.#answerKept(call);
    } else this.#replies.writeAnswer(call);
  }

  #answerKept(call: ServerCall): void {
    if (this.#ordered) this.#answerInOrder();
    else if (this.#connection.hasRoom) this.#write(call);
    else this.#waiting++;
  }

  #write(call: ServerCall): void {
    this.#calls.leave(call);
    this.#replies.writeAnswer(call);
  }

  /** There is room again. */
  onDrain(): void {
    if (this.#ordered) this.#answerInOrder();
    else if (this.#waiting > 0) this.#answerWaiting();
  }

  /** Writes the answers that are ready, up to the first that is not. */
  #answerInOrder(): void {
    for (let call = this.#calls.first; call?.over === true; call = this.#calls.first) {
      if (!this.#connection.hasRoom) return;
      this.#write(call);
    }
  }

  /** Writes the answers that waited for room. */
  #answerWaiting(): void {
    for (let call = this.#calls.first; call !== undefined && this.#waiting > 0 && this.#connection.hasRoom; ) {
      const { next } = call;
      if (call.over) {
        this.#waiting--;
        this.#write(call);
      }
      call = next;
    }
  }
}
