/**
 * Counts of what the runtime tells through its diagnostics: calls by method and outcome, how long they took, connections, bytes.
 * Costs nothing until it is begun. Knows no calls and no exporter; names of peers are no part of it, so that it stays small.
 */
import type { Channel } from "node:diagnostics_channel";
import { type ErrorCode, ThriftError } from "../errors/errors.ts";
import { ThriftException } from "../schema/exception.ts";
import { isA } from "../user-values/thrown.ts";
import {
  type CallEvent,
  type ConnectionEvent,
  clientCall,
  clientDial,
  connectionClosed,
  connectionOpened,
  serverCall,
  serverRefused,
} from "./diagnostics.ts";

/** Upper bounds of the buckets in which times are counted, in milliseconds; a last bucket has what took longer. */
export const TIME_BOUNDS_MS: readonly number[] = [
  0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];

/** `ok`, `declared` for an exception of the IDL, `error` for what a handler threw else, or the code of our error. */
export type Outcome = "ok" | "declared" | "error" | ErrorCode;

/** The calls of one method that ended in one way. A call over a stream ends with its stream. */
export interface CallMetric {
  readonly side: "client" | "server";
  readonly method: string;
  readonly outcome: Outcome;
  readonly count: number;
  /** Sum of their times in milliseconds. */
  readonly totalMs: number;
  /** How many took as long as each of `TIME_BOUNDS_MS` at most, and longer than the one before; the last: longer than all. */
  readonly times: readonly number[];
}

/** What there was since the metrics were begun. */
export interface MetricsSnapshot {
  readonly calls: readonly CallMetric[];
  /** Connections and calls that servers turned away. */
  readonly refused: number;
  /** Attempts to connect that failed. */
  readonly failedDials: number;
  readonly connections: Readonly<Record<"client" | "server", ConnectionMetric>>;
}

/** What one side counts: connections on which a conversation began, and bytes of all, counted when they close. */
export interface ConnectionMetric {
  readonly opened: number;
  readonly closed: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type Counter = Writable<Omit<CallMetric, "times">> & { readonly times: number[] };

/** Counts from when it is made until `stop`, for all clients and servers of the process. */
export class Metrics {
  readonly #calls = new Map<string, Counter>();
  readonly #connections = { client: noConnections(), server: noConnections() };
  readonly #subscriptions: (() => void)[] = [];
  #refused = 0;
  #failedDials = 0;

  constructor() {
    this.#subscribe(clientCall, (event) => this.#count("client", event));
    this.#subscribe(serverCall, (event) => this.#count("server", event));
    this.#subscribe(serverRefused, () => this.#refused++);
    this.#subscribe(clientDial, () => this.#failedDials++);
    this.#subscribe(connectionOpened, ({ side }) => this.#connections[side].opened++);
    this.#subscribe(connectionClosed, (event) => this.#close(event));
  }

  #subscribe<T>(channel: Channel<unknown, T>, onEvent: (event: T) => void): void {
    const listener = (event: unknown): void => onEvent(event as T);
    channel.subscribe(listener);
    this.#subscriptions.push(() => channel.unsubscribe(listener));
  }

  #count(side: "client" | "server", { method, elapsedMs, error }: CallEvent): void {
    const outcome = outcomeOf(error);
    const key = `${side} ${outcome} ${method}`;
    let counter = this.#calls.get(key);
    if (counter === undefined) this.#calls.set(key, (counter = newCounter(side, method, outcome)));
    counter.count++;
    counter.totalMs += elapsedMs;
    const bucket = TIME_BOUNDS_MS.findIndex((bound) => elapsedMs <= bound);
    const at = bucket < 0 ? TIME_BOUNDS_MS.length : bucket;
    counter.times[at] = (counter.times[at] as number) + 1;
  }

  #close({ side, conversation, sentBytes = 0, receivedBytes = 0 }: ConnectionEvent): void {
    const of = this.#connections[side];
    // One that was never told apart was not opened either.
    if (conversation !== undefined) of.closed++;
    of.sentBytes += sentBytes;
    of.receivedBytes += receivedBytes;
  }

  /** A copy: it does not change any more. */
  snapshot(): MetricsSnapshot {
    return {
      calls: [...this.#calls.values()].map((counter) => ({ ...counter, times: [...counter.times] })),
      refused: this.#refused,
      failedDials: this.#failedDials,
      connections: { client: { ...this.#connections.client }, server: { ...this.#connections.server } },
    };
  }

  /** Stops counting; what was counted stays. Harmless when repeated. */
  stop(): void {
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
  }
}

function noConnections(): Writable<ConnectionMetric> {
  return { opened: 0, closed: 0, sentBytes: 0, receivedBytes: 0 };
}

function newCounter(side: "client" | "server", method: string, outcome: Outcome): Counter {
  return { side, method, outcome, count: 0, totalMs: 0, times: new Array<number>(TIME_BOUNDS_MS.length + 1).fill(0) };
}

function outcomeOf(error: unknown): Outcome {
  if (error === undefined) return "ok";
  if (isA(error, ThriftException)) return "declared";
  return isA(error, ThriftError) ? codeOf(error) : "error";
}

/** An error that a handler threw may be of any class, and its getters may throw. */
function codeOf(error: ThriftError): Outcome {
  try {
    return error.code;
  } catch {
    return "error";
  }
}
