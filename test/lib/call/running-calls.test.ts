import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { setImmediate as poll } from "node:timers/promises";
import fc from "fast-check";
import t from "tap";
import type { Dispatcher } from "../../../lib/call/dispatcher.ts";
import { Load } from "../../../lib/call/load.ts";
import { RunningCalls, type RunningCallsOwner } from "../../../lib/call/running-calls.ts";
import { type CallOrigin, ServerCall } from "../../../lib/call/server-call.ts";
import { UserCode } from "../../../lib/call/user-code.ts";
import { ConnectionError } from "../../../lib/errors/errors.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

/** What a handler does. */
type Doing = "answers" | "throws" | "answers later" | "throws later";

/** What happened to one call, as far as its session and its operator can see. */
interface Told {
  outcomes: number;
  turnedAway: number;
  expired: number;
  published: number;
}

class Scene implements RunningCallsOwner<ServerCall> {
  readonly platform = new VirtualPlatform();
  readonly load = new Load(this.platform, {
    maxRunningCalls: 2,
    queueTimeoutMs: 50,
    streamCreditTimeoutMs: 300_000,
    crowdedCreditTimeoutMs: 30_000,
    crowdedIdleTimeoutMs: 300_000,
  });
  readonly reported: unknown[] = [];
  readonly calls: RunningCalls<ServerCall>;
  readonly told = new Map<ServerCall, Told>();
  readonly unsent: ServerCall[] = [];
  readonly #settle = new Map<ServerCall, () => void>();
  readonly #origin: CallOrigin = { peer: "here", identity: undefined, platform: this.platform, judge: () => undefined };
  /** Answers cannot leave now. */
  blocked = false;

  constructor() {
    const code = new UserCode((error) => this.reported.push(error));
    const dispatcher = {
      load: this.load,
      code,
      reportError: (error: unknown) => this.reported.push(error),
    } as Partial<Dispatcher> as Dispatcher;
    this.calls = new RunningCalls(dispatcher, this.platform, this.load.hosts.join("10.0.0.2:4711"), this);
  }

  arrive(id: number, kind: "unary" | "oneway", doing: Doing, timeoutMs = Number.POSITIVE_INFINITY): ServerCall {
    const procedure = { method: { name: `${doing}`, kind }, invoke: () => this.#do(call, doing) };
    const call: ServerCall = new ServerCall(this.#origin, procedure as never, id, 10 + id, this.platform.now());
    call.deadline = this.platform.now() + timeoutMs;
    this.told.set(call, { outcomes: 0, turnedAway: 0, expired: 0, published: 0 });
    this.calls.run(call, []);
    return call;
  }

  #do(call: ServerCall, doing: Doing): unknown {
    if (doing === "throws") throw new Error("thrown");
    if (doing === "answers") return "answer";
    return new Promise((resolve, reject) => {
      const end = doing === "answers later" ? () => resolve("answer") : () => reject(new Error("thrown later"));
      this.#settle.set(call, end);
    });
  }

  /** Handlers that have begun and not ended. */
  get begun(): ServerCall[] {
    return [...this.#settle.keys()];
  }

  async settle(call: ServerCall): Promise<void> {
    this.#settle.get(call)?.();
    this.#settle.delete(call);
    await poll();
  }

  /** Calls that somebody waits for, over whose answers nothing is decided. */
  get awaited(): ServerCall[] {
    return [...this.told.keys()].filter((call) => call.kept && call.awaited);
  }

  send(): void {
    for (const call of this.unsent.splice(0)) if (call.awaited) this.calls.leave(call);
  }

  of(call: ServerCall): Told {
    return this.told.get(call) as Told;
  }

  onOutcome(call: ServerCall): void {
    this.of(call).outcomes++;
    if (!this.blocked) return this.calls.leave(call);
    if (!call.kept) this.calls.keep(call);
    this.unsent.push(call);
  }

  onTurnedAway(call: ServerCall): void {
    this.of(call).turnedAway++;
    this.calls.leave(call);
  }

  onExpired(call: ServerCall, reason: Error): void {
    this.of(call).expired++;
    this.calls.giveUp(call, reason);
  }

  afterCall(): void {}
}

const call = fc.record({
  do: fc.constant("arrive" as const),
  kind: fc.constantFrom("unary" as const, "oneway" as const),
  doing: fc.constantFrom<Doing>("answers", "throws", "answers later", "throws later"),
  timeoutMs: fc.constantFrom(5, 30, Number.POSITIVE_INFINITY),
});
const step = fc.oneof(
  { arbitrary: call, weight: 3 },
  { arbitrary: fc.record({ do: fc.constant("settle" as const), which: fc.nat(20) }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant("giveUp" as const), which: fc.nat(20) }), weight: 2 },
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(1, 10, 60) }),
  fc.record({ do: fc.constant("block" as const), blocked: fc.boolean() }),
  fc.constant({ do: "abandon" as const }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

async function take(scene: Scene, step: Step, id: number): Promise<void> {
  if (step.do === "arrive") scene.arrive(id, step.kind, step.doing, step.timeoutMs);
  else if (step.do === "settle") {
    const { begun } = scene;
    if (begun.length > 0) await scene.settle(begun[step.which % begun.length] as ServerCall);
  } else if (step.do === "giveUp") {
    const { awaited } = scene;
    if (awaited.length > 0)
      scene.calls.giveUp(awaited[step.which % awaited.length] as ServerCall, new Error("given up"));
  } else if (step.do === "pass") await scene.platform.clock.advance(step.ms);
  else if (step.do === "abandon") scene.calls.abandon(new ConnectionError("CLOSED", "gone"));
  else {
    scene.blocked = step.blocked;
    if (!step.blocked) scene.send();
  }
  await poll();
}

t.test("every call is settled once and published once, and what it held is given back, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const scene = new Scene();
      let published = 0;
      const count = (): void => void published++;
      subscribe("scrimp:server:call", count);
      try {
        for (const [id, step] of steps.entries()) {
          await take(scene, step, id + 1);
          const live = [...scene.told.keys()].filter((call) => call.kept);
          const bytes = live.reduce((sum, call) => sum + call.requestBytes, 0);
          if (scene.calls.size !== live.length || scene.load.calls !== live.length) return false;
          if (scene.calls.requestBytes !== bytes || scene.load.requestBytes !== bytes) return false;
          if (scene.calls.awaited !== scene.awaited.length) return false;
        }
        scene.blocked = false;
        scene.send();
        await scene.platform.clock.advance(1_000);
        for (let rest = scene.begun; rest.length > 0; rest = scene.begun) await scene.settle(rest[0] as ServerCall);
        await scene.platform.clock.advance(1_000);
      } finally {
        unsubscribe("scrimp:server:call", count);
      }
      const all = [...scene.told];
      // A call whose turn never came was not carried out.
      const begun = all.filter(([call, told]) => told.turnedAway === 0 && call.state !== "waiting").length;
      return (
        all.every(([call, told]) => settledOnce(call, told)) &&
        published === begun &&
        [scene.calls.size, scene.calls.requestBytes, scene.load.inFlight, scene.load.waiting].every((n) => n === 0)
      );
    }),
    { numRuns: 400 },
  );
});

function settledOnce(call: ServerCall, { outcomes, turnedAway, expired }: Told): boolean {
  if (turnedAway > 0) return turnedAway === 1 && outcomes === 0;
  if (call.method.kind === "oneway") return outcomes === 0 && expired <= 1;
  return call.awaited ? outcomes === 1 && expired === 0 : outcomes <= 1 && expired <= 1;
}

t.test("a handler that outlives its caller counts until it ends, and what it throws is reported", async (t) => {
  const scene = new Scene();
  const call = scene.arrive(1, "unary", "throws later", 20);
  await scene.platform.clock.advance(25);
  t.equal(scene.of(call).expired, 1);
  t.match(call.signal.reason, { code: "DEADLINE", message: /was not answered within the 20 ms of its caller/ });
  t.same([scene.calls.size, scene.calls.awaited, scene.load.calls], [1, 0, 1]);
  await scene.settle(call);
  t.same([scene.calls.size, scene.load.calls, scene.of(call).outcomes], [0, 0, 0]);
  t.match(scene.reported, [{ message: "thrown later" }]);
});

t.test("looks calls up by id until it is told to forget the ids", async (t) => {
  const scene = new Scene();
  const call = scene.arrive(7, "unary", "answers later");
  t.equal(scene.calls.get(7), call);
  t.equal(scene.calls.get(8), undefined);
  scene.calls.forgetIds();
  t.equal(scene.calls.get(7), undefined);
  t.equal(scene.calls.first, call);
  await scene.settle(call);
  t.equal(scene.calls.first, undefined);
});

t.test("a call that is answered at once was never kept", async (t) => {
  const scene = new Scene();
  let kept: boolean | undefined;
  scene.onOutcome = (call) => void (kept = call.kept);
  scene.arrive(1, "unary", "answers");
  t.equal(kept, false);
  t.equal(scene.calls.size, 0);
});
