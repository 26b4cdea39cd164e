/** The properties can fail: each is shown to, by breaking the library or the world on purpose. */
import t from "tap";
import { ClientCall } from "../../../lib/call/client-call.ts";
import { Load } from "../../../lib/call/load.ts";
import { ORDINARY, play } from "./play.ts";
import type { CallPlan, Step, Story } from "./story.ts";

const call = (plan: Partial<CallPlan> = {}): Step => ({ do: "call", ...ORDINARY, ...plan });

const story = (steps: readonly Step[], traits: Partial<Story> = {}): Story => ({
  wire: "framed",
  key: "tcp",
  service: 0,
  split: false,
  interceptors: false,
  onError: "listens",
  bounds: "default",
  ...traits,
  steps,
});

/** Plays with `key` of `target` replaced. */
async function broken<T extends object, K extends keyof T>(target: T, key: K, by: T[K], of: Story): Promise<string> {
  const before = target[key];
  target[key] = by;
  try {
    return (await play(of)).join("\n");
  } finally {
    target[key] = before;
  }
}

t.test("an ordinary story goes well", async (t) => {
  t.same(await play(story([call(), call({ method: "note" }), { do: "pass", ms: 5 }, call({ channel: 1 })])), []);
});

t.test("a story is played the same way each time", async (t) => {
  const steps: Step[] = [call(), { do: "reset" }, call({ act: "never answers" }), { do: "silence", ms: 500 }, call()];
  t.same(await play(story(steps, { split: true })), await play(story(steps, { split: true })));
});

t.test("a call that never settles is told", async (t) => {
  const wrongs = await broken(ClientCall.prototype, "succeed", () => {}, story([call()]));
  t.match(wrongs, /call 0 \(say\): it has not settled/);
});

t.test("a wrong answer is told", async (t) => {
  const { succeed } = ClientCall.prototype;
  const lie = function (this: ClientCall): void {
    succeed.call(this, "something else");
  };
  t.match(
    await broken(ClientCall.prototype, "succeed", lie, story([call()])),
    /it got a wrong answer: "something else"/,
  );
});

t.test("what nobody catches is told", async (t) => {
  const { succeed } = ClientCall.prototype;
  const escape = function (this: ClientCall, value: unknown): void {
    succeed.call(this, value);
    void Promise.reject(new Error("escaped"));
  };
  t.match(await broken(ClientCall.prototype, "succeed", escape, story([call()])), /unhandled rejection: Error escaped/);
});

t.test("a counter that goes wrong is told", async (t) => {
  const { ended } = Load.prototype;
  const leak = function (this: Load): void {
    ended.call(this);
    this.enter(this.hosts.join("10.0.0.9:1"), 0);
  };
  const steps = [call({ act: "answers by a promise" })];
  t.match(await broken(Load.prototype, "ended", leak, story(steps)), /inFlight is 1 after the end/);
});

t.teardown(() => setImmediate(() => process.exit()));
