/**
 * One call on its way: from the caller's function to the promise it got. It settles once, whoever comes first: the reply, the
 * deadline, the caller's signal, or the end of the connection. Knows no bytes and no connection.
 */
import type { Buffer } from "node:buffer";
import { clientCall } from "../diagnostics.ts";
import { type ConnectionError, DeadlineError, type Delivery, type Phase, ThriftError } from "../errors.ts";
import type { FrameHeaders } from "../framing/framing.ts";
import type { Method } from "../schema/service.ts";
import type { Interaction } from "./interaction.ts";
import type { StreamCall } from "./stream-call.ts";

/** Who holds a call that has not settled. */
export interface CallHolder {
  readonly peer: string;
  /** The call will not be answered to anybody: forget it. */
  release(call: ClientCall): void;
  /** How far it is, for the error's text and fields. */
  progressOf(call: ClientCall): { readonly phase: Phase; readonly delivery: Delivery };
  /** The time in the platform's milliseconds. */
  now(): number;
}

type Resolve = (value: unknown) => void;
type Reject = (error: unknown) => void;

// A promise's executor runs within `new Promise`: one shared function saves a closure a call.
let lastResolve: Resolve;
let lastReject: Reject;
function capture(resolve: Resolve, reject: Reject): void {
  lastResolve = resolve;
  lastReject = reject;
}

/** Made by a channel, handed to a session, settled by whoever comes first. */
export class ClientCall {
  readonly method: Method;
  readonly wireName: Buffer;
  readonly args: readonly unknown[];
  readonly headers: FrameHeaders | undefined;
  readonly startedAt: number;
  /** In the platform's milliseconds; Infinity for none. */
  readonly deadline: number;
  readonly promise: Promise<unknown>;
  holder: CallHolder;
  settled = false;
  /** What goes on behind the first response, for calls that have more than one. */
  stream: StreamCall | undefined = undefined;
  /** Gets the headers of the reply, if any came. */
  onReplyHeaders: ((headers: FrameHeaders) => void) | undefined = undefined;
  /** Milliseconds that it may wait at the server before it starts; 0 leaves that to the server. */
  queueTimeoutMs = 0;
  /** The interaction that it belongs to, or creates. */
  interaction: Interaction | undefined = undefined;
  /** How many servers have turned it away because they were about to stop. */
  turnedAway = 0;
  /** Set by the session that sends it. */
  seqid = 0;
  /** The connection's `writtenBytes` behind its frame. */
  endsAt = 0;
  /** The connection's `receivedBytes` when it was written. */
  heardBytes = 0;
  readonly #resolve: Resolve;
  readonly #reject: Reject;
  #signal: AbortSignal | undefined;

  constructor(
    method: Method,
    wireName: Buffer,
    args: readonly unknown[],
    headers: FrameHeaders | undefined,
    startedAt: number,
    deadline: number,
    holder: CallHolder,
  ) {
    this.method = method;
    this.wireName = wireName;
    this.args = args;
    this.headers = headers;
    this.startedAt = startedAt;
    this.deadline = deadline;
    this.holder = holder;
    this.promise = new Promise(capture);
    this.#resolve = lastResolve;
    this.#reject = lastReject;
  }

  /** Ends with CANCELLED when `signal` aborts. */
  cancelBy(signal: AbortSignal): void {
    this.#signal = signal;
    if (signal.aborted) this.handleEvent();
    else signal.addEventListener("abort", this);
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.cancel();
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#end("CANCELLED", "cancelled by its caller", this.#signal?.reason);
  }

  /** The deadline has passed. */
  expire(cause?: Error): void {
    this.#end("DEADLINE", `no answer within ${Math.round(this.deadline - this.startedAt)} ms`, cause);
  }

  #end(code: "CANCELLED" | "DEADLINE", what: string, cause: unknown): void {
    if (this.settled) return;
    const { holder } = this;
    const { phase, delivery } = holder.progressOf(this);
    holder.release(this);
    const text = `${this.method.name} to ${holder.peer}: ${what} (${phase})`;
    const details = { phase, delivery, ...(cause !== undefined && { cause }) };
    this.fail(code === "DEADLINE" ? new DeadlineError(code, text, details) : new ThriftError(code, text, details));
  }

  succeed(value: unknown): void {
    if (this.settled) return;
    this.#settle(undefined, false);
    this.#resolve(value);
  }

  /** Fails with a declared exception as it is, or with an error of ours, which learns what the call knows. */
  fail(error: unknown): void {
    if (this.settled) return;
    if (error instanceof ThriftError) {
      error.locate({ peer: this.holder.peer, method: this.method.name, elapsedMs: this.holder.now() - this.startedAt });
    }
    this.#settle(error, true);
    this.#reject(error);
  }

  #settle(error: unknown, failed: boolean): void {
    this.settled = true;
    this.#signal?.removeEventListener("abort", this);
    if (!clientCall.hasSubscribers) return;
    const { peer } = this.holder;
    const elapsedMs = this.holder.now() - this.startedAt;
    clientCall.publish({ method: this.method.name, peer, elapsedMs, ...(failed && { error }) });
  }
}

/** What a call is told whose connection is gone. Each gets an error of its own: callers may keep it or add to it. */
export function lostCall(call: ClientCall, error: ConnectionError): ConnectionError {
  const { code, message, cause } = error;
  const Lost = error.constructor as typeof ConnectionError;
  return new Lost(code, `${call.method.name}: ${message}`, {
    delivery: "unknown",
    phase: "wait",
    ...(cause !== undefined && { cause }),
  });
}
