/**
 * The client's way to a server: it dials when somebody calls, dials again when the connection is lost, and lets calls wait
 * meanwhile. Knows sessions, not what they speak.
 */
import type { Buffer } from "node:buffer";
import type { Call, CallOptions } from "../call/call.ts";
import type { InteractionSession } from "../call/client-call.ts";
import { ClientCall, type Progress } from "../call/client-call.ts";
import { chainInterceptors, type Interceptor, type Invoke } from "../call/interceptor.ts";
import { keepArguments } from "../call/kept-arguments.ts";
import { ConnectionError, ThriftError } from "../errors/errors.ts";
import { packArguments, unpackResult } from "../packed/procedure.ts";
import { outside } from "../platform/async-context.ts";
import type { Platform } from "../platform/platform.ts";
import type { Method } from "../schema/service.ts";
import type { ClientSession, ClientSessionEnd, ClientSessionOwner, OpenSession } from "../session/session.ts";
import type { ItemWindow } from "../stream/incoming-items.ts";
import type { Items } from "../stream/item-pump.ts";
import { StreamCall } from "../stream/stream-call.ts";
import type { Dialer, Transport } from "../transport/transport.ts";
import { type CallChoices, choicesOf, type WholeCall, wholeCallOf } from "./call-options.ts";
import { CallQueue, type QueueOwner } from "./call-queue.ts";
import type { Caller } from "./caller.ts";
import type { ChannelLimits } from "./channel-limits.ts";
import { Dialing, type DialingOwner } from "./dialing.ts";
import { callOf, handedOn, overBefore } from "./handed-on.ts";
import { InterceptedCalls } from "./intercepted-calls.ts";
import { InvokedProcedures } from "./invoked-procedures.ts";

/**
 * A connection on which nobody has called for so long may have been closed without our having looked: the
 * next call waits until the event loop has, instead of going down with it.
 */
const REST_MS = 1;
/** Who called so recently will call again: a connection that the server is about to end is replaced before that. */
const IN_USE_MS = 1_000;

/** Milliseconds until an attempt fails that an interceptor makes after its caller was told: it must not keep the process busy. */
const LATE_ATTEMPT_MS = 1_000;

/** Servers about to stop that one call may come upon, however long it has waited. */
const MAX_TURNED_AWAY = 4;

/** The connections to one target; `connect` makes it. Made for long life and many callers: one for each server is enough. */
export class Channel implements Caller, ClientSessionOwner, QueueOwner, DialingOwner {
  readonly #dialing: Dialing;
  readonly #open: OpenSession;
  readonly #platform: Platform;
  readonly #limits: ChannelLimits;
  readonly #intercepted: Invoke | undefined;
  /** Undefined without interceptors. */
  readonly #interceptedCalls: InterceptedCalls | undefined;
  readonly #queue: CallQueue;
  readonly #procedures = new InvokedProcedures();
  #session: ClientSession | undefined;
  /** The current one and those that still wait for replies. */
  readonly #sessions = new Set<ClientSession>();
  #closed = false;
  #onClosed: (() => void) | undefined;
  #lastCallAt = 0;
  /** When the last connection that had been heard from was lost. */
  #lostAt = Number.NEGATIVE_INFINITY;

  constructor(
    dialer: Dialer,
    open: OpenSession,
    platform: Platform,
    limits: ChannelLimits,
    interceptors?: readonly Interceptor[],
  ) {
    this.#dialing = new Dialing(dialer, platform, limits, this);
    this.#open = open;
    this.#platform = platform;
    this.#limits = limits;
    this.#queue = new CallQueue(platform, this);
    this.#intercepted = chainInterceptors(interceptors, (call) => this.#attempt(call));
    if (this.#intercepted !== undefined) this.#interceptedCalls = new InterceptedCalls(platform, this.peer);
  }

  /** What is dialled. */
  get peer(): string {
    return this.#dialing.target;
  }

  call(method: Method, wireName: Buffer, args: readonly unknown[], options: CallOptions | undefined): Promise<unknown> {
    if (this.#intercepted === undefined) return this.#start(method, wireName, args, options);
    return this.#intercept(this.#intercepted, method, wireName, args, options);
  }

  /**
   * Calls a procedure that was registered with `registry.procedure`. Arguments and result: null, undefined, booleans, numbers,
   * bigints of 64 bits, strings, `Uint8Array`s, Dates, and arrays and plain objects of these. Rejects as every call does.
   */
  async invoke(name: string, args: readonly unknown[] = [], options?: CallOptions): Promise<unknown> {
    const method = this.#procedures.method(name);
    const packed = packArguments(args, name);
    return unpackResult(await this.call(method, method.nameBytes, [packed], options));
  }

  stream(
    method: Method,
    wireName: Buffer,
    args: readonly unknown[],
    source: Items | undefined,
    options: CallOptions | undefined,
  ): StreamCall {
    const window: ItemWindow = { maxItems: this.#limits.streamItems, maxBytes: this.#limits.streamBytes };
    const stream = new StreamCall(method.kind as "stream" | "sink" | "bidi", source, window);
    if (this.#intercepted === undefined) stream.follow(this.#start(method, wireName, args, options, stream));
    else stream.follow(this.#intercept(this.#intercepted, method, wireName, args, options, stream));
    return stream;
  }

  /**
   * Options are judged before an interceptor sees them, and again after the last: it may have changed them. The caller's deadline
   * goes along, because it bounds all attempts together.
   */
  #intercept(
    first: Invoke,
    method: Method,
    wireName: Buffer,
    args: readonly unknown[],
    given: CallOptions | undefined,
    stream?: StreamCall,
  ): Promise<unknown> {
    let choices: CallChoices;
    try {
      choices = choicesOf(method, args, given);
    } catch (error) {
      return this.#refused(method, wireName, error);
    }
    const startedAt = this.now();
    const deadline = this.#deadlineOf(choices, startedAt);
    const whole: WholeCall = { deadline, attempted: false, attempt: undefined, over: false };
    const call = callOf(method, wireName, args, choices.asOptions(whole), stream);
    const { signal, parentSignal } = choices;
    const bounds = { startedAt, whole, signal, parentSignal };
    return (this.#interceptedCalls as InterceptedCalls).follow(method, bounds, () => first(call));
  }

  /** What the last interceptor hands on. Further attempts wait for a turn: one that tries again and again must not hold the event loop. */
  #attempt(call: Call): Promise<unknown> {
    const { method, wireName, args, options, stream } = handedOn(call);
    const start = (): Promise<unknown> => this.#start(method, wireName, args, options, stream);
    const whole = wholeCallOf(options);
    if (whole === undefined) return start();
    if (!whole.attempted && !whole.over) {
      whole.attempted = true;
      return start();
    }
    return new Promise((resolve) => {
      const refuse = (): void => resolve(this.#refused(method, wireName, overBefore(method)));
      if (whole.over) this.#platform.startTimer(LATE_ATTEMPT_MS, false, refuse);
      else this.#platform.afterPoll(() => (whole.over ? refuse() : resolve(start())));
    });
  }

  #deadlineOf({ timeoutMs, timeLeftMs, whole }: CallChoices, now: number): number {
    const deadline = now + Math.min(timeoutMs ?? this.#limits.timeoutMs, timeLeftMs);
    return whole === undefined ? deadline : Math.min(deadline, whole.deadline);
  }

  #start(
    method: Method,
    wireName: Buffer,
    args: readonly unknown[],
    options: CallOptions | undefined,
    stream?: StreamCall,
  ): Promise<unknown> {
    let choices: CallChoices;
    try {
      choices = choicesOf(method, args, options);
      stream?.bindSource();
    } catch (error) {
      return this.#refused(method, wireName, error);
    }
    const now = this.now();
    const deadline = this.#deadlineOf(choices, now);
    const call = new ClientCall(method, wireName, args, choices.headers, now, deadline, this);
    if (choices.whole !== undefined) choices.whole.attempt = call;
    call.interaction = choices.interaction;
    call.queueTimeoutMs = choices.queueTimeoutMs;
    if (choices.onHeaders !== undefined) call.onReplyHeaders(choices.onHeaders);
    if (stream !== undefined) {
      call.stream = stream;
      stream.callBy(call, choices);
    }
    // Signals last: one that has aborted ends the call here.
    call.cancelBy(choices.signal, choices.parentSignal);
    if (!(deadline > now)) call.expire();
    if (!call.settled) this.#submit(call);
    return call.promise;
  }

  /** The promise of a call whose options are none. */
  #refused(method: Method, wireName: Buffer, error: unknown): Promise<unknown> {
    const now = this.now();
    const call = new ClientCall(method, wireName, [], undefined, now, now, this);
    call.refuse(error);
    return call.promise;
  }

  now(): number {
    return this.#session === undefined ? this.#platform.now() : this.#session.now();
  }

  #submit(call: ClientCall): void {
    const bound = call.interaction?.session;
    if (bound !== undefined) return this.#submitTo(bound, call);
    const session = this.#session;
    if (session !== undefined && this.#queue.size === 0) {
      const rested = call.startedAt - this.#lastCallAt > REST_MS;
      this.#lastCallAt = call.startedAt;
      if (!rested && session.send(call)) return;
      if (rested) outside(() => this.#platform.afterPoll(this.#afterLook));
    }
    this.#enqueue(call);
  }

  /** The event loop has polled: queued calls may go, if the connection still stands. */
  readonly #afterLook = (): void => {
    if (this.#session !== undefined && this.#queue.size > 0) this.onRoom(this.#session);
  };

  /** A call within an interaction goes where that lives, or nowhere. */
  #submitTo(session: InteractionSession, call: ClientCall): void {
    if (session.send(call)) return;
    const text = `${call.method.name}: the connection of its interaction is gone or has no room`;
    call.fail(new ThriftError("UNKNOWN_SESSION", text, { delivery: "unsent", phase: "queue" }));
  }

  #enqueue(call: ClientCall): void {
    if (this.#queue.size >= this.#limits.maxQueuedCalls) {
      return call.fail(
        new ThriftError(
          "OVERLOADED",
          `${this.#queue.size} calls wait for ${this.peer}, limit ${this.#limits.maxQueuedCalls}`,
          { delivery: "unsent", phase: "queue" },
        ),
      );
    }
    if (!keepArguments(call)) return;
    // Behind what runs getters: one may have closed the channel.
    if (this.#closed) return call.fail(closedError());
    this.#lastCallAt = this.#platform.now();
    this.#queue.add(call);
    if (this.#session?.usable === false) this.#replace();
    if (this.#session === undefined) this.#dialing.begin();
  }

  /** The session takes no more: new calls get a new connection, old ones keep theirs. */
  #replace(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.retire();
  }

  onTransport(transport: Transport): void {
    const session = this.#open(transport, this);
    this.#session = session;
    this.#sessions.add(session);
    this.#queue.watch();
    this.onRoom(session);
  }

  onDialFailed(error: Error): boolean {
    if (error instanceof ConnectionError) this.#queue.fail((call) => this.#unconnected(call));
    return this.#queue.size > 0;
  }

  onRoom(session: ClientSession): void {
    if (session !== this.#session || this.#closed) return;
    this.#queue.drain((call) => session.send(call));
    if (session.usable) return;
    this.#replace();
    if (this.#queue.size > 0) this.#dialing.begin();
  }

  /** The next connection is opened at once where calls keep coming; the old one answers what it has. */
  onLeaving(session: ClientSession, served: boolean): void {
    if (session !== this.#session) return;
    this.#replace();
    // A server that accepts and then says farewell is not up.
    if (!served) this.#dialing.countFailure();
    if (this.#platform.now() - this.#lastCallAt < IN_USE_MS || this.#queue.size > 0) this.#dialing.begin();
  }

  /** The call waits for the next connection, unless its time is over. */
  onCallBack(call: ClientCall, refusal: Error): boolean {
    if (this.#closed || call.interaction !== undefined) return false;
    const waited = this.#platform.now() - call.startedAt;
    if (++call.turnedAway > MAX_TURNED_AWAY && waited > this.#limits.connectTimeoutMs) return false;
    this.#dialing.lastFailure = refusal;
    this.#enqueue(call);
    this.#sendOn();
    return true;
  }

  /** Calls came back from an old connection: the present one may have been there for long, and has nothing to report. */
  #sendOn(): void {
    if (this.#session !== undefined) this.onRoom(this.#session);
  }

  onSessionClose(session: ClientSession, unsent: readonly ClientCall[], end: ClientSessionEnd): void {
    this.#sessions.delete(session);
    if (session === this.#session) this.#lose(end);
    if (this.#closed) {
      for (const call of unsent) call.fail(closedError());
      if (this.#sessions.size === 0) this.#onClosed?.();
    } else if (unsent.length > 0) {
      this.#queue.putBack(unsent);
      this.#sendOn();
    }
    if (this.#session === undefined && this.#queue.size > 0) this.#dialing.begin();
  }

  #lose({ heard, error, hopeless }: ClientSessionEnd): void {
    this.#session = undefined;
    // Who waited while there was a connection has not waited for one. A server that hangs up without a word was none.
    if (heard) this.#lostAt = this.#platform.now();
    if (heard) this.#dialing.forgetFailures();
    else {
      // A server that accepts and then hangs up is not up.
      this.#dialing.countFailure();
      this.#dialing.lastFailure = error;
    }
    if (hopeless) this.#queue.fail((call) => this.#unconnected(call));
    // Without a connection they may wait less long.
    else this.#queue.watch();
  }

  waitsUntil(call: ClientCall): number {
    if (this.#session !== undefined) return call.deadline;
    return Math.min(call.deadline, Math.max(call.startedAt, this.#lostAt) + this.#limits.connectTimeoutMs);
  }

  giveUp(call: ClientCall): void {
    const { lastFailure } = this.#dialing;
    if (this.#session !== undefined || (lastFailure === undefined && call.deadline <= this.#platform.now() + 1))
      return call.expire(this.#session?.silence);
    call.fail(this.#unconnected(call));
  }

  #unconnected(call: ClientCall): ConnectionError {
    const waited = Math.round(this.#platform.now() - call.startedAt);
    const last = this.#dialing.lastFailure;
    const text = `${call.method.name}: no connection to ${this.peer} within ${waited} ms${last === undefined ? "" : `, ${last.message}`}`;
    return new ConnectionError("CONNECT_FAILED", text, {
      delivery: "unsent",
      phase: "connect",
      ...(last && { cause: last }),
    });
  }

  onNobodyWaits(): void {
    this.#dialing.rest();
  }

  progressOfWaiting(): Progress {
    return { phase: this.#session !== undefined ? "queue" : "connect", delivery: "unsent" };
  }

  /** Closes the connection now; calls that wait fail with CLOSED. Resolves when nothing is open any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#dialing.stop(closedError());
    this.#queue.fail(closedError);
    this.#interceptedCalls?.close();
    for (const session of this.#sessions) session.destroy(closedError());
    if (this.#sessions.size > 0) await new Promise<void>((resolve) => this.#onSessionsGone(resolve));
  }

  #onSessionsGone(resolve: () => void): void {
    const before = this.#onClosed;
    this.#onClosed = () => {
      before?.();
      resolve();
    };
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function closedError(): ConnectionError {
  return new ConnectionError("CLOSED", "channel closed", { delivery: "unsent" });
}
