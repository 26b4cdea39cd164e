/** What everybody in a story shares: the clock, what was promised for later, and what is known of each call. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Client } from "../../../lib/client/client.ts";
import type { QuickPlatform } from "./quick-platform.ts";
import type { ServicePair } from "./services.ts";
import type { CallPlan } from "./story.ts";

export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/** One call, from what is planned to what came of it. */
export class CallRecord {
  readonly id: number;
  readonly plan: CallPlan;
  /** How the caller is to be known in messages. */
  readonly name: string;
  startedAt = 0;
  /** When it must have settled, by what its caller asked for; Infinity for never. */
  deadline: number = Number.POSITIVE_INFINITY;
  outcome: Outcome | undefined = undefined;
  settledAt = 0;
  /** Handlers that began it. */
  runs = 0;
  /** Something befell its connection, its server or the clock while it was under way. */
  disturbed = false;
  /** What was wrong on the way, seen by whoever saw it. */
  readonly wrongs: string[] = [];
  /** Called when its handler begins, or an item has come. */
  onHandler: (() => void) | undefined = undefined;
  onItem: (() => void) | undefined = undefined;
  /** Gives up what its caller has not read. */
  cancel: (() => void) | undefined = undefined;
  /** Its caller's own signal, if it has one. */
  signal: AbortSignal | undefined = undefined;
  abort: (() => void) | undefined = undefined;
  aborted = false;
  abortedAtStart = false;
  replyHeaders: ReadonlyMap<string, string> | undefined = undefined;
  readonly items: unknown[] = [];

  constructor(id: number, plan: CallPlan) {
    this.id = id;
    this.plan = plan;
    this.name = `call ${id} (${plan.method})`;
  }

  get settled(): boolean {
    return this.outcome !== undefined;
  }
}

/** Nobody waits for a oneway call, and yet it takes its time to its handler. */
function isUnderWay({ settled, runs, plan: { method } }: CallRecord): boolean {
  return !settled || (runs === 0 && (method === "note" || method === "skewOneway"));
}

export const als: AsyncLocalStorage<string> = new AsyncLocalStorage<string>();

/** A client whose methods are asked for by name, with whatever arguments. */
// biome-ignore lint/suspicious/noExplicitAny: callers break the rules of its types.
export type AnyClient = Record<string, (...args: any[]) => any>;

export class Stage {
  readonly platform: QuickPlatform;
  readonly pair: ServicePair;
  readonly calls: CallRecord[] = [];
  /** What handlers hold back until the end. */
  readonly #held: (() => void)[] = [];
  /** What went wrong, beside what single calls know. */
  readonly wrongs: string[] = [];
  /** Errors that the server told. */
  readonly told: unknown[] = [];
  /** Clients by channel; a handler calls on through the first. */
  clients: Client<never>[] = [];
  ending = false;
  /** Bytes were changed on the liar's connection: any answer may come of it there. */
  mutated = false;
  /** Frames were dropped, doubled or changed about there: items have no numbers, and who reads them cannot tell. */
  lied = false;
  /** Requests were sent again by others: handlers may have run for them. */
  repeated = false;
  /** Connections carry what time a caller has left. */
  tellsTime = false;
  /** Requests may be on their way for long, and what they say of time counts from when they are read. */
  readsLate = false;
  /** Which store a handler must find; undefined for none. */
  readonly intercepted: boolean;

  constructor(platform: QuickPlatform, pair: ServicePair, intercepted: boolean) {
    this.platform = platform;
    this.pair = pair;
    this.intercepted = intercepted;
  }

  call(id: unknown): CallRecord | undefined {
    return typeof id === "number" ? this.calls[id] : undefined;
  }

  /** Calls `release` when all is over but what waits for it. */
  hold(release: () => void): void {
    if (this.ending) release();
    else this.#held.push(release);
  }

  releaseAll(): void {
    this.ending = true;
    for (const release of this.#held.splice(0)) release();
  }

  /** Resolves after `ms` of the platform's time. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.platform.clock.startOwn(ms, resolve));
  }

  /** Everybody who is under way has an excuse. */
  disturb(which: (call: CallRecord) => boolean = () => true): void {
    for (const call of this.calls) if (isUnderWay(call) && which(call)) call.disturbed = true;
  }
}
