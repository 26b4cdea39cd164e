/** Plays a story and gives all that was wrong with it: one line each, none when all was right. */
import { getEventListeners } from "node:events";
import { processBudget } from "../../../lib/connection/byte-budget.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { isA } from "../../../lib/user-values/thrown.ts";
import { LATE_MS } from "./acts.ts";
import { begin, describe } from "./calls.ts";
import { Events } from "./events.ts";
import { ENDLESS_MS, timeoutOf, wrongOf } from "./model.ts";
import { QuickPlatform } from "./quick-platform.ts";
import { serviceOf } from "./services.ts";
import { type AnyClient, CallRecord, Stage } from "./stage.ts";
import type { CallPlan, Step, Story } from "./story.ts";
import { takeLeftovers, takeWrongs, watch } from "./watch.ts";
import type { Wire } from "./wires.ts";
import { CHANNELS, LIAR, World } from "./world.ts";

/** What a call may be over its deadline by: the step of timers, and a round of the network. */
const SLACK_MS = 50;
/** How long everything may take that is being closed. */
const CLOSING_MS = 10_000;
const PROBE_MS = 15_000;
/** What handlers take to end that nobody waits for: two that answer late, one after the other. */
const RELEASE_MS = 2 * LATE_MS + 5_000;

/** A call with nothing odd about it. */
export const ORDINARY: CallPlan = {
  channel: 0,
  method: "say",
  act: "answers",
  afterMs: 0,
  options: {},
  abort: "never",
  read: "all",
  source: "items",
};

export async function play(story: Story): Promise<string[]> {
  watch();
  takeWrongs();
  takeLeftovers();
  const platform = new QuickPlatform(story.steps.length + 1);
  platform.weather.split = story.split;
  const stage = new Stage(platform, serviceOf(story.service), story.interceptors);
  const performance = new Performance(story, stage, new World(stage, story));
  try {
    await performance.run();
  } catch (error) {
    stage.wrongs.push(`the story could not be played: ${describe(error)}`);
  }
  return [...new Set([...stage.wrongs, ...platform.clock.wrongs, ...takeWrongs()])];
}

class Performance {
  readonly #story: Story;
  readonly #stage: Stage;
  readonly #world: World;
  readonly #events: Events;

  constructor(story: Story, stage: Stage, world: World) {
    this.#story = story;
    this.#stage = stage;
    this.#world = world;
    this.#events = new Events(world);
  }

  async run(): Promise<void> {
    await this.#world.up();
    for (let i = 0; i < CHANNELS; i++) this.#world.open(i);
    for (const step of this.#story.steps) {
      await this.#take(step);
      this.#checkCounters();
    }
    await this.#awaitCalls();
    await this.#release();
    await this.#probe();
    await this.#close();
    this.#judge();
  }

  async #take(step: Step): Promise<void> {
    if (step.do === "call") return this.#call(step);
    if (step.do === "crowd") return this.#crowd(step);
    await this.#events[step.do](step as never);
  }

  #call(plan: CallPlan): void {
    const { calls } = this.#stage;
    const call = new CallRecord(calls.length, plan);
    calls.push(call);
    call.deadline = this.#stage.platform.clock.now + timeoutOf(plan);
    begin(this.#stage, call, this.#world.clients[plan.channel], this.#world.channels[plan.channel] as never);
  }

  /** Many calls with one signal, at once. */
  #crowd({ calls, channel, abort }: Extract<Step, { readonly do: "crowd" }>): void {
    const shared = new AbortController();
    if (abort === "before") shared.abort();
    for (let i = 0; i < calls; i++) {
      const call = new CallRecord(this.#stage.calls.length, { ...ORDINARY, channel, abort });
      this.#stage.calls.push(call);
      call.signal = shared.signal;
      call.startedAt = this.#stage.platform.clock.now;
      call.deadline = call.startedAt + timeoutOf(call.plan);
      call.aborted = abort !== "never";
      call.abortedAtStart = abort === "before";
      this.#sayTogether(call);
    }
    if (abort === "at once") shared.abort();
    else if (abort === "a turn later") setImmediate(() => shared.abort());
    else if (abort !== "never" && abort !== "before") this.#stage.platform.clock.startOwn(3, () => shared.abort());
  }

  #sayTogether(call: CallRecord): void {
    const client = this.#world.clients[call.plan.channel] as unknown as AnyClient;
    const settle = (outcome: NonNullable<CallRecord["outcome"]>): void => {
      call.outcome = outcome;
      call.settledAt = this.#stage.platform.clock.now;
    };
    const said: Promise<unknown> = client["say"]?.(call.id, `text ${call.id}`, { signal: call.signal });
    said.then(
      (value) => settle({ value }),
      (error) => settle({ error }),
    );
  }

  #checkCounters(): void {
    for (const { load } of this.#world.servers) {
      if (load.inFlight < 0) this.#stage.wrongs.push(`server.load.inFlight is ${load.inFlight}`);
      if (load.waiting < 0) this.#stage.wrongs.push(`server.load.waiting is ${load.waiting}`);
    }
    if (processBudget.used < 0) this.#stage.wrongs.push(`the budget of the process is ${processBudget.used}`);
  }

  /** Lets time pass until every call is over that has a deadline. */
  async #awaitCalls(): Promise<void> {
    const { clock } = this.#stage.platform;
    for (;;) {
      const waiting = this.#stage.calls.filter((call) => !call.settled && hasEnd(call));
      const last = Math.max(...waiting.map((call) => call.deadline)) + SLACK_MS;
      if (waiting.length === 0 || last < clock.now) break;
      const next = waiting.length === 0 ? 0 : Math.min(5, Math.max(1, last - clock.now));
      await this.#pass(waiting, last - clock.now, next);
      if (clock.now >= last) break;
    }
    for (const call of this.#stage.calls) this.#checkEnd(call);
  }

  /** Until one of them settles, or all of the time is over. */
  async #pass(waiting: readonly CallRecord[], ms: number, stepMs: number): Promise<void> {
    const { clock } = this.#stage.platform;
    const end = clock.now + ms;
    for (let step = stepMs; clock.now < end && waiting.some((call) => !call.settled); step = Math.min(step * 2, 2_000))
      await clock.advance(Math.min(step, end - clock.now));
  }

  #checkEnd(call: CallRecord): void {
    const { now } = this.#stage.platform.clock;
    if (!hasEnd(call)) return;
    if (!call.settled && now >= call.deadline + SLACK_MS) {
      call.wrongs.push(`it has not settled ${Math.round(now - call.startedAt)} ms after its beginning`);
    }
  }

  /** Ends what only the story holds back. */
  async #release(): Promise<void> {
    this.#stage.releaseAll();
    for (const call of this.#stage.calls) if (!call.settled) call.cancel?.();
    await this.#stage.platform.clock.advance(RELEASE_MS);
  }

  /** The honest channels carry an ordinary call; where something befell them they may need some attempts. */
  async #probe(): Promise<void> {
    const disturbed = this.#story.steps.some((step) => ["reset", "silence", "restart", "leap"].includes(step.do));
    for (let channel = 0; channel < LIAR; channel++) {
      let failure: unknown;
      for (let attempt = 0; attempt < (disturbed ? 4 : 1); attempt++) {
        failure = await this.#probeOnce(channel);
        if (failure === undefined) break;
      }
      if (failure !== undefined)
        this.#stage.wrongs.push(`an ordinary call on channel ${channel} at the end failed: ${describe(failure)}`);
    }
  }

  async #probeOnce(channel: number): Promise<unknown> {
    const id = -1_000 - channel;
    const probe: Promise<unknown> = (this.#world.clients[channel] as unknown as AnyClient)["say"]?.(id, "probe", {
      timeoutMs: PROBE_MS,
    });
    try {
      const answer = await this.#stage.platform.clock.until(probe, PROBE_MS + SLACK_MS);
      return answer === `say:${id}:probe` ? undefined : new Error(`it answered ${String(answer)}`);
    } catch (error) {
      return error;
    }
  }

  async #close(): Promise<void> {
    const { clock } = this.#stage.platform;
    const over = async (what: string, promise: Promise<unknown>): Promise<void> => {
      try {
        await clock.until(promise, CLOSING_MS);
      } catch {
        this.#stage.wrongs.push(`${what} did not come to an end`);
      }
    };
    await over("channel.close()", Promise.all(this.#world.channels.map((channel) => channel.close())));
    await over("server.close()", this.#world.server.close());
    await clock.advance(CLOSING_MS);
    this.#checkLeftovers();
  }

  #checkLeftovers(): void {
    const { wrongs, platform, calls } = this.#stage;
    // A call counts until its handler has ended, and some never do.
    const hangs = calls.some(({ plan }) => plan.act.includes("never"));
    if (platform.clock.left !== 0) wrongs.push(`${platform.clock.left} timers are left`);
    for (const { load, connections } of this.#world.servers) {
      if (load.inFlight !== 0 && !hangs) wrongs.push(`server.load.inFlight is ${load.inFlight} after the end`);
      if (load.hosts.size !== 0 && !hangs) wrongs.push(`${load.hosts.size} hosts after the end`);
      if (load.waiting !== 0) wrongs.push(`server.load.waiting is ${load.waiting} after the end`);
      if (connections !== 0) wrongs.push(`the server has ${connections} connections after the end`);
    }
    if (processBudget.used !== 0) wrongs.push(`the budget of the process is ${processBudget.used} after the end`);
    const { surplusAnswers } = this.#world;
    if (surplusAnswers > 0) wrongs.push(`${surplusAnswers} HTTP answers came to no request`);
    wrongs.push(...takeLeftovers().filter((left) => !hangs || !left.includes("still holds")));
    for (const { signal, name } of calls) {
      const listeners = signal === undefined ? 0 : getEventListeners(signal, "abort").length;
      if (listeners > 0) wrongs.push(`${listeners} listeners are left on the signal of ${name}`);
    }
  }

  #judge(): void {
    for (const call of this.#stage.calls) {
      if (!call.settled) call.wrongs.push("it never settled");
      const wrong = wrongOf(call, this.#story, this.#stage);
      if (wrong !== undefined) call.wrongs.push(wrong);
      this.#judgeDelivery(call);
      if (
        hasEnd(call) &&
        call.settled &&
        !call.disturbed &&
        call.settledAt > call.deadline + SLACK_MS &&
        !call.wrongs.length
      )
        call.wrongs.push(`it settled ${Math.round(call.settledAt - call.deadline)} ms after its deadline`);
      this.#stage.wrongs.push(...call.wrongs.map((wrong) => `${call.name}: ${wrong}`));
    }
  }

  #judgeDelivery(call: CallRecord): void {
    const { plan, runs, outcome } = call;
    // A call that creates an interaction stands for two.
    if (plan.channel === LIAR || this.#stage.repeated || plan.method === "create") return;
    if (plan.meddle?.how === "calls on twice" || mayRepeat(plan, this.#world.wire)) return;
    if (runs > 1) call.wrongs.push(`it ran ${runs} times`);
    if (outcome === undefined || !("error" in outcome) || runs === 0) return;
    if (plan.meddle !== undefined || !isA(outcome.error, ThriftError)) return;
    const { error } = outcome;
    if (error.delivery === "unsent" || error.safeToRetry)
      call.wrongs.push(`it says unsent, and its handler ran: ${describe(error)}`);
  }
}

/** Whether the network may make it run more than once. */
function mayRepeat({ method }: CallPlan, { datagrams, once }: Wire): boolean {
  if (datagrams === undefined) return false;
  return once === false || method === "note" || method === "skewOneway" || method === "touch";
}

/**
 * Whether its deadline is one, and it is not its reader that the story holds back. Weeks are no deadline: both sides look at their clocks
 * every few seconds, and millions of looks take a story minutes.
 */
function hasEnd({ plan, deadline, startedAt }: CallRecord): boolean {
  return deadline - startedAt < ENDLESS_MS && plan.read !== "none";
}
