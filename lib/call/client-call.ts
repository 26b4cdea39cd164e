/**
 * One call on its way: from the caller's function to the promise it got. It settles once, by whichever comes first: the reply, the
 * deadline, the caller's signal, or the end of the connection. Knows no bytes and no connection.
 */
import type { Buffer } from "node:buffer";
import {
  type ConnectionError,
  DeadlineError,
  type Delivery,
  type Phase,
  ThriftError,
  unsentError,
} from "../errors/errors.ts";
import type { CallHeaders } from "../framing/call-headers.ts";
import { clientCall } from "../observe/diagnostics.ts";
import { inThisContext } from "../platform/async-context.ts";
import type { Method } from "../schema/service.ts";
import type { StreamCall } from "../stream/stream-call.ts";
import { type AbortWatcher, abortReason, unwatchAbort, watchAbort } from "../user-values/abort-watch.ts";

/** Where a call comes from: its channel. */
export interface CallOrigin {
  /** The other side, for errors. */
  readonly peer: string;
  /** The time in the platform's milliseconds. */
  now(): number;
}

/** The holder of a call that has not settled: a queue that it waits in, or the session that has written it. */
export interface CallHolder extends CallOrigin {
  /** The call will not be answered to anybody: forget it. Only for a call that this holder holds. */
  release(call: ClientCall): void;
  /** How far it is, for the error's text and fields. */
  progressOf(call: ClientCall): Progress;
}

/** The session that an interaction is bound to. */
export interface InteractionSession {
  send(call: ClientCall): boolean;
  /** Tells the server that nobody needs it any more. */
  terminate(interactionId: bigint): void;
}

/** The interaction that a call belongs to, as sessions see it. */
export interface CallInteraction {
  /** Where its calls must go; undefined before the first. */
  readonly session: InteractionSession | undefined;
  /** Returns true if `call` may go out on `session`. */
  admits(session: InteractionSession, call: ClientCall, nextId: () => bigint): boolean;
  /** The call was not written. */
  forget(call: ClientCall): void;
  /** How `call` names it. */
  fieldsFor(call: ClientCall): InteractionFields;
}

/** An interaction by its id, or to be made under that id. */
export type InteractionFields =
  | { readonly interactionId: bigint }
  | { readonly create: { readonly id: bigint; readonly name: string } };

/** How far a call is. */
export interface Progress {
  readonly phase: Phase;
  readonly delivery: Delivery;
}

/** How far a call is that nobody has taken yet. */
const NOT_BEGUN: Progress = { phase: "queue", delivery: "unsent" };

type OnHeaders = (headers: CallHeaders) => unknown;
type Resolve = (value: unknown) => void;
type Reject = (error: unknown) => void;

// A promise's executor runs within `new Promise`: one shared function saves a closure a call.
let lastResolve: Resolve;
let lastReject: Reject;
function capture(resolve: Resolve, reject: Reject): void {
  lastResolve = resolve;
  lastReject = reject;
}

/** Made by a channel, handed to a session, settled by whichever comes first. */
export class ClientCall implements AbortWatcher {
  readonly method: Method;
  readonly wireName: Buffer;
  /** A copy from the moment when the call has to wait. */
  args: readonly unknown[];
  readonly headers: CallHeaders | undefined;
  readonly startedAt: number;
  /** In the platform's milliseconds; Infinity for none. */
  readonly deadline: number;
  readonly promise: Promise<unknown>;
  readonly origin: CallOrigin;
  /** Undefined until somebody takes it. */
  holder: CallHolder | undefined = undefined;
  settled = false;
  /** What goes on after the first response, for calls that have more than one. */
  stream: StreamCall | undefined = undefined;
  /** Milliseconds that it may wait at the server before it starts; 0 leaves that to the server. */
  queueTimeoutMs = 0;
  /** The interaction that it belongs to, or creates. */
  interaction: CallInteraction | undefined = undefined;
  /** How many servers have turned it away because they were about to stop. */
  turnedAway = 0;
  /** The arguments are a copy that nobody else can change. */
  copied = false;
  /** Set by the session that sends it. */
  seqid = 0;
  /** The connection's `writtenBytes` after its frame. */
  endsAt = 0;
  /** The connection's `receivedBytes` when it was written. */
  heardBytes = 0;
  readonly #resolve: Resolve;
  readonly #reject: Reject;
  #onHeaders: OnHeaders | undefined = undefined;
  /** What its caller may abort it by: a signal of its own, and that of the call that it is made for. */
  #signal: AbortSignal | undefined = undefined;
  #parentSignal: AbortSignal | undefined = undefined;

  constructor(
    method: Method,
    wireName: Buffer,
    args: readonly unknown[],
    headers: CallHeaders | undefined,
    startedAt: number,
    deadline: number,
    origin: CallOrigin,
  ) {
    this.method = method;
    this.wireName = wireName;
    this.args = args;
    this.headers = headers;
    this.startedAt = startedAt;
    this.deadline = deadline;
    this.origin = origin;
    this.promise = new Promise(capture);
    this.#resolve = lastResolve;
    this.#reject = lastReject;
  }

  /** Ends with CANCELLED when one of the signals aborts, at once if one has. */
  cancelBy(signal: AbortSignal | undefined, parent: AbortSignal | undefined): void {
    this.#signal = signal;
    this.#parentSignal = parent;
    if (signal !== undefined) watchAbort(signal, this);
    if (parent !== undefined && !this.settled) watchAbort(parent, this);
  }

  onAbort(signal: AbortSignal): void {
    this.cancel(abortReason(signal));
  }

  /** Nobody waits for it any more. */
  cancel(reason?: unknown): void {
    if (!this.settled) this.#end("CANCELLED", "cancelled by its caller", reason);
  }

  /** The deadline has passed. */
  expire(cause?: Error): void {
    if (this.settled) return;
    const limitMs = Math.round(this.deadline - this.startedAt);
    this.#end("DEADLINE", limitMs > 0 ? `no answer within ${limitMs} ms` : "there was no time left for it", cause);
  }

  #end(code: "CANCELLED" | "DEADLINE", what: string, cause: unknown): void {
    const { holder } = this;
    const { phase, delivery } = holder === undefined ? NOT_BEGUN : holder.progressOf(this);
    holder?.release(this);
    const text = `${this.method.name} to ${this.#peer}: ${what} (${phase})`;
    const details = { phase, delivery, ...(cause !== undefined && { cause }) };
    this.fail(code === "DEADLINE" ? new DeadlineError(code, text, details) : new ThriftError(code, text, details));
  }

  get #peer(): string {
    return (this.holder ?? this.origin).peer;
  }

  /** Hands the headers of the reply to who asked for them, in the caller's own async context; what that throws fails this call. */
  takeHeaders(headers: CallHeaders): void {
    if (this.#onHeaders === undefined || this.settled) return;
    try {
      // Nobody waits for an async function here; what it throws must not end the process.
      const given = this.#onHeaders(headers);
      if (typeof given === "object" && given !== null) Promise.resolve(given).catch(() => {});
    } catch (error) {
      this.fail(error);
    }
  }

  /** `take` gets the headers of the reply, if any come. */
  onReplyHeaders(take: OnHeaders): void {
    this.#onHeaders = inThisContext(take);
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
      error.locate({ peer: this.#peer, method: this.method.name, elapsedMs: this.origin.now() - this.startedAt });
    }
    this.#settle(error, true);
    this.#reject(error);
  }

  /** Fails with what was thrown before anything of it was written. */
  refuse(thrown: unknown): void {
    this.fail(unsentError(thrown, this.method.name));
  }

  #settle(error: unknown, failed: boolean): void {
    this.settled = true;
    if (this.#signal !== undefined) unwatchAbort(this.#signal, this);
    if (this.#parentSignal !== undefined) unwatchAbort(this.#parentSignal, this);
    if (!clientCall.hasSubscribers) return;
    const elapsedMs = this.origin.now() - this.startedAt;
    clientCall.publish({ method: this.method.name, peer: this.#peer, elapsedMs, ...(failed && { error }) });
  }
}

/** What a call is told whose connection is gone. Each gets an error of its own: callers may keep it or add to it. */
export function lostCall(call: ClientCall, error: ConnectionError): ConnectionError {
  const { code, message, delivery, cause } = error;
  const Lost = error.constructor as typeof ConnectionError;
  return new Lost(code, `${call.method.name}: ${message}`, {
    delivery,
    phase: delivery === "unsent" ? "connect" : "wait",
    ...(cause !== undefined && { cause }),
  });
}
