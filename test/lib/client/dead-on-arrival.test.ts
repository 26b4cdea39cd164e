/** Calls that are over before they begin: each fails by itself, and nobody else on the channel notices. */
import t from "tap";
import type { CallOptions, HandlerContext } from "../../../lib/call/call.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Scene } from "../../helpers/datagram-scene.ts";
import { rocketWorld } from "../../helpers/rocket-world.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { PORT, world } from "../../helpers/virtual-service.ts";

const PROTOCOLS = ["framed", "unframed", "header", "http", "rocket", "auto"] as const;
const exhausted = { timeLeftMs: () => 0, signal: new AbortController().signal } as unknown as HandlerContext;
const aborted = { timeLeftMs: () => 1_000, signal: AbortSignal.abort("why") } as unknown as HandlerContext;

/** Options of calls that are dead, and what each fails with. */
const DEAD: readonly [string, CallOptions, string][] = [
  ["an aborted signal", { signal: AbortSignal.abort("why") }, "CANCELLED"],
  ["timeoutMs 0", { timeoutMs: 0 }, "DEADLINE"],
  ["timeoutMs -0", { timeoutMs: -0 }, "DEADLINE"],
  ["timeoutMs below 0", { timeoutMs: -5 }, "DEADLINE"],
  ["timeoutMs -Infinity", { timeoutMs: Number.NEGATIVE_INFINITY }, "DEADLINE"],
  ["an exhausted context", { inherit: exhausted }, "DEADLINE"],
  ["an aborted context", { inherit: aborted }, "CANCELLED"],
  ["both at once", { timeoutMs: 0, signal: AbortSignal.abort(), inherit: exhausted }, "CANCELLED"],
  ["timeoutMs NaN", { timeoutMs: Number.NaN }, "INVALID_ARGUMENT"],
  ["timeoutMs as text", { timeoutMs: "50" as unknown as number }, "INVALID_ARGUMENT"],
];

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

for (const protocol of PROTOCOLS) {
  t.test(`${protocol}: it fails unsent, with and without a connection, and the others are answered`, async (t) => {
    for (const [what, options, code] of DEAD) {
      const { platform, up, connect, witness } = world();
      const server = await up();
      const { calc, channel } = connect({ protocol, timeoutMs: 1_000 });
      for (const when of ["before there is a connection", "on a connection"]) {
        const before = calc.echo("before");
        const dead = [
          failure(calc.echo("x", options)),
          failure(calc.log("x", options)),
          failure(channel.invoke("x", [], options)),
        ];
        const after = [calc.echo("a"), calc.echo("b")];
        for (const error of await Promise.all(dead)) t.match(error, { code, delivery: "unsent" }, `${what}, ${when}`);
        t.equal(await platform.clock.until(before), "before", `${what}, ${when}`);
        t.same(await platform.clock.until(Promise.all(after)), ["a", "b"], `${what}, ${when}`);
        await platform.clock.advance(10);
        t.equal(await platform.clock.until(calc.echo("later")), "later", `${what}, ${when}`);
      }
      t.same(witness.lines, [], "none of them was sent");
      await platform.clock.until(channel.close());
      await platform.clock.until(server.close());
      await platform.clock.advance(60_000);
      t.equal(platform.clock.pending, 0, `${what}: no timer is left`);
    }
  });
}

t.test("rocket: streams, sinks, bidirectional calls", async (t) => {
  for (const [what, options, code] of DEAD) {
    const platform = new VirtualPlatform();
    const { client, leftovers, close } = rocketWorld({ platform });
    for (const connected of [false, true]) {
      if (connected) await client.echo("warm");
      const items = (async () => {
        for await (const _ of client.countTo(3, options)) t.fail("no item can come");
      })();
      const dead = [
        failure(items),
        failure(client.countTo(3, options).response),
        failure(client.add([1], options)),
        failure(client.chat("x", ["a"], options).response),
        failure(client.opened("x", options).response),
      ];
      for (const error of await platform.clock.until(Promise.all(dead)))
        t.match(error, { code, delivery: "unsent" }, what);
      t.equal(await platform.clock.until(client.echo("on")), "on");
    }
    t.equal(leftovers(), 0, what);
    await close();
  }
});

t.test("UDP", async (t) => {
  for (const [what, options, code] of DEAD) {
    const scene = new Scene();
    await scene.serve();
    const before = scene.counter.echo(1);
    const dead = [failure(scene.counter.echo(1, options)), failure(scene.counter.log("x", options))];
    for (const error of await Promise.all(dead)) t.match(error, { code, delivery: "unsent" }, what);
    t.equal(await scene.after(1_000, before), 1, what);
    t.equal(await scene.after(1_000, scene.counter.echo(2)), 2, what);
    t.same(scene.lines, []);
  }
});

t.test("a waiting call settles by its deadline, whatever became of those before and behind it", async (t) => {
  const { platform, connect } = world();
  platform.weather.silentDial = true;
  const { calc, channel } = connect({ timeoutMs: 1_000 });
  const controller = new AbortController();
  const calls = Array.from({ length: 40 }, (_, i) => {
    const [, options] = DEAD[i % DEAD.length] as (typeof DEAD)[number];
    if (i % 4 === 0) return failure(calc.echo("x", { signal: controller.signal }));
    return failure(i % 4 === 1 ? calc.echo("x") : calc.echo("x", options));
  });
  await platform.clock.advance(500);
  controller.abort();
  controller.abort();
  await platform.clock.advance(501);
  const codes = (await Promise.all(calls)).map((error) => (error as { code: string }).code);
  for (const [i, code] of codes.entries()) {
    if (i % 4 === 0) t.equal(code, "CANCELLED");
    if (i % 4 === 1) t.equal(code, "DEADLINE");
  }
  await platform.clock.until(channel.close());
  await platform.clock.advance(10_000);
  t.equal(platform.clock.pending, 0);
});

t.test("a handler whose caller has no time left makes calls that fail, on a channel that lives on", async (t) => {
  const { platform, up, connect: open } = world();
  await up();
  const inner = open({ protocol: "rocket" });
  let context: HandlerContext | undefined;
  const outer = await serve(
    tcp.listen(PORT + 1),
    (r) =>
      r.procedure("proxy", (...args: unknown[]) => {
        context = args.at(-1) as HandlerContext;
        return inner.calc.after(100, "late", { inherit: context });
      }),
    { platform, onError: () => {} },
  );
  const channel = connect(tcp("10.0.0.1", PORT + 1), { platform });
  t.match(await platform.clock.until(failure(channel.invoke("proxy", [], { timeoutMs: 30 }))), { code: "DEADLINE" });
  await platform.clock.advance(100);
  const error = await failure(inner.calc.echo("x", { inherit: context as HandlerContext }));
  t.match(error, { delivery: "unsent" });
  t.match((error as { code: string }).code, /DEADLINE|CANCELLED/);
  t.equal(await platform.clock.until(inner.calc.echo("on")), "on");
  await platform.clock.until(channel.close());
  await platform.clock.until(outer.close());
});
