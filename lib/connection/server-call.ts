/**
 * One call that a server carries out: what its handler sees as context, and where its answer goes. Knows no bytes.
 */
import { type CallHeaders, type HandlerContext, NO_HEADERS, noReplyHeader } from "../call/call.ts";
import type { PeerIdentity } from "../platform.ts";
import type { Method } from "../schema/service.ts";
import type { Connection } from "./connection.ts";
import type { Procedure } from "./session.ts";

/** Handed to the handler as its context, and kept until the answer is written. */
export class ServerCall implements HandlerContext {
  readonly procedure: Procedure;
  readonly seqid: number;
  /** Size of the request, for the budget of its connection. */
  readonly requestBytes: number;
  readonly startedAt: number;
  /** running → succeeded or failed, with `outcome` the value or the error; then it waits to be written, if it must. */
  state: "running" | "succeeded" | "failed" = "running";
  outcome: unknown = undefined;
  /** Its neighbours in a `CallList`. */
  previous: ServerCall | undefined = undefined;
  next: ServerCall | undefined = undefined;
  headers: CallHeaders = NO_HEADERS;
  /** In the platform's milliseconds; Infinity where the caller did not say. */
  deadline: number = Number.POSITIVE_INFINITY;
  /** What goes along with the answer; undefined where nothing was set. */
  replyHeaders: Map<string, string> | undefined = undefined;
  /** Whether the connection can carry them. */
  carriesHeaders = false;
  readonly #connection: Connection;
  #controller: AbortController | undefined = undefined;
  #aborted: Error | undefined = undefined;

  constructor(connection: Connection, procedure: Procedure, seqid: number, requestBytes: number, startedAt: number) {
    this.#connection = connection;
    this.procedure = procedure;
    this.seqid = seqid;
    this.requestBytes = requestBytes;
    this.startedAt = startedAt;
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get identity(): PeerIdentity | undefined {
    return this.#connection.identity;
  }

  get method(): Method {
    return this.procedure.method;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  timeLeftMs(): number {
    return this.deadline === Number.POSITIVE_INFINITY
      ? this.deadline
      : Math.max(0, this.deadline - this.#connection.platform.now());
  }

  setReplyHeader(name: string, value: string): void {
    if (!this.carriesHeaders) throw noReplyHeader(name);
    this.replyHeaders ??= new Map();
    this.replyHeaders.set(name, value);
  }

  /** Why nobody waits any more; undefined while somebody does. */
  get aborted(): Error | undefined {
    return this.#aborted;
  }

  /** Tells the handler, if it listens, that nobody waits any more. */
  abort(reason: Error): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
  }
}
