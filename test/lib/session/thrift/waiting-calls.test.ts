import t from "tap";
import { world } from "../../../helpers/virtual-service.ts";

const protocols = ["framed", "unframed", "header", "rocket"] as const;
type Failure = { readonly code: string; readonly delivery: string };

/** What a call came to: its result, or the error's code and delivery. */
const outcomeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.catch(({ code, delivery }: Failure) => `${code} ${delivery}`);

for (const protocol of protocols) {
  t.test(`${protocol}: calls above those that may run wait, and are answered in their order`, async (t) => {
    const { platform, up, connect, witness } = world();
    const server = await up({ maxRunningCalls: 2 });
    const { calc, channel } = connect({ protocol });
    const calls = Promise.all(["a", "b", "c", "d", "e"].map((text) => calc.after(100, text)));
    await platform.clock.advance(50);
    t.equal(witness.started, 2);
    t.equal(server.load.waiting, 3);
    t.same(await platform.clock.until(calls), ["a", "b", "c", "d", "e"]);
    t.equal(server.load.inFlight, 0);
    t.equal(server.load.waiting, 0);
    await platform.clock.until(channel.close());
    await platform.clock.until(server.close());
  });

  t.test(`${protocol}: a call that waits too long is not begun, and its caller may go elsewhere`, async (t) => {
    const { platform, up, connect, witness } = world();
    const server = await up({ maxRunningCalls: 1, queueTimeoutMs: 200 });
    const { calc, channel } = connect({ protocol });
    const first = calc.after(1_000, "first");
    const late = outcomeOf(calc.after(0, "late"));
    const code = protocol === "rocket" ? "QUEUE_TIMEOUT" : "OVERLOADED";
    t.equal(await platform.clock.until(late), `${code} unsent`);
    t.ok(platform.now() < 1_300, "before the first is answered");
    t.equal(await platform.clock.until(first), "first");
    t.equal(witness.started, 1);
    t.equal(await platform.clock.until(calc.after(0, "next")), "next");
    t.same(witness.errors, []);
    await platform.clock.until(channel.close());
    await platform.clock.until(server.close());
  });

  t.test(`${protocol}: the waiting calls of a client that is gone are not begun`, async (t) => {
    const { platform, up, connect, witness } = world();
    const server = await up({ maxRunningCalls: 1 });
    const { calc, channel } = connect({ protocol });
    const calls = ["a", "b", "c"].map((text) => outcomeOf(calc.after(100, text)));
    await platform.clock.advance(10);
    await platform.clock.until(channel.close());
    await Promise.all(calls);
    t.equal(await platform.clock.until(connect({ protocol }).calc.after(0, "other")), "other");
    t.equal(witness.started, 2);
    t.equal(server.load.inFlight, 0);
    await platform.clock.until(server.close());
  });
}

t.test("rocket: what is cancelled while it waits is not begun", async (t) => {
  const { platform, up, connect, witness } = world();
  const server = await up({ maxRunningCalls: 1 });
  const { calc } = connect({ protocol: "rocket" });
  const first = calc.after(100, "first");
  const controller = new AbortController();
  const cancelled = outcomeOf(calc.after(0, "cancelled", { signal: controller.signal }));
  await platform.clock.advance(20);
  controller.abort();
  t.match(await platform.clock.until(cancelled), /^CANCELLED/);
  t.equal(await platform.clock.until(first), "first");
  t.equal(await platform.clock.until(calc.after(0, "next")), "next");
  t.equal(witness.started, 2);
  await platform.clock.until(server.close());
});

t.test("rocket: a call waits no longer than it says, and no longer than half of its time", async (t) => {
  const { platform, up, connect } = world();
  const server = await up({ maxRunningCalls: 1 });
  const { calc } = connect({ protocol: "rocket" });
  const first = calc.after(1_000, "first");
  await platform.clock.advance(10);
  const began = platform.now();
  t.equal(await platform.clock.until(outcomeOf(calc.after(0, "x", { queueTimeoutMs: 50 }))), "QUEUE_TIMEOUT unsent");
  t.ok(platform.now() - began <= 60);
  t.equal(await platform.clock.until(outcomeOf(calc.after(0, "x", { timeoutMs: 200 }))), "QUEUE_TIMEOUT unsent");
  t.ok(platform.now() - began <= 170);
  t.equal(await platform.clock.until(first), "first");
  await platform.clock.until(server.close());
});

t.test("draining lets the calls that wait be answered too", async (t) => {
  const { platform, up, connect } = world();
  const server = await up({ maxRunningCalls: 1 });
  const { calc } = connect({ protocol: "framed" });
  const calls = Promise.all(["a", "b", "c"].map((text) => calc.after(10, text)));
  await platform.clock.advance(5);
  const drained = server.drain();
  t.same(await platform.clock.until(calls), ["a", "b", "c"]);
  await platform.clock.until(drained);
});
