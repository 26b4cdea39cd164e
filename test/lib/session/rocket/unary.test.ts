import t from "tap";
import { ApplicationError, DeadlineError } from "../../../../lib/errors/errors.ts";
import { binary } from "../../../../lib/protocol/binary.ts";
import { eventually, rocketWorld } from "../../../helpers/rocket-world.ts";
import { Stop } from "../../../helpers/streams.ts";

t.test("carries calls, oneway calls and both kinds of exceptions, in compact and in binary", async (t) => {
  for (const client of [{}, { protocol: binary }]) {
    const world = rocketWorld({ client });
    const calls = Promise.all([
      world.client.echo("héllo"),
      world.client.echo(""),
      world.client.log("line"),
      world.client.blob(Buffer.alloc(100)),
    ]);
    t.same(await calls, ["héllo", "", undefined, Buffer.alloc(100)]);
    const stop = await world.client.echo("stop").catch((error: unknown) => error);
    t.ok(stop instanceof Stop);
    t.match(stop, { message: "stopped", at: 1 });
    const fail = await world.client.echo("fail").catch((error: unknown) => error);
    t.match(fail, { code: "APP_ERROR", delivery: "answered", method: "echo", peer: "memory" });
    t.ok(fail instanceof ApplicationError);
    t.notMatch((fail as Error).message, /secret/);
    t.match(world.seen.errors, [{ message: "secret" }]);
    t.same(world.seen.lines, ["line"]);
    t.equal(world.leftovers(), 0);
    t.equal(world.clientSession().setupResponse?.version, 10);
    await world.close();
  }
});

t.test("carries headers both ways", async (t) => {
  const world = rocketWorld();
  const got: string[] = [];
  await world.client.echo("x", {
    headers: { trace: "abc" },
    onHeaders: (headers) => got.push(...headers.keys(), ...headers.values()),
  });
  t.same(got, ["trace", "ABC"]);
  await world.close();
});

t.test("cuts large requests and replies, and small calls overtake them", async (t) => {
  const world = rocketWorld();
  const order: string[] = [];
  const large = Buffer.alloc(5_000_000, "large");
  const calls = [
    world.client.blob(large).then((bytes) => order.push(bytes.equals(large) ? "large" : "broken")),
    world.client.echo("small").then((text) => order.push(text)),
  ];
  await Promise.all(calls);
  t.same(order, ["small", "large"]);
  t.equal(world.leftovers(), 0);
  await world.close();
});

t.test("refuses with a reason: an unknown method, too many calls, a server that stops", async (t) => {
  const world = rocketWorld({ serverLimits: { maxConnectionCalls: 1 } });
  const waiting = world.client.wait(5);
  const refused = await world.client.echo("x").catch((error: unknown) => error);
  t.match(refused, { code: "OVERLOADED", delivery: "unsent", message: /1 calls in flight/ });
  t.equal(await waiting, "waited");
  await world.close();
});

t.test("a deadline reaches the server: the handler is told, the caller gets DEADLINE", async (t) => {
  const world = rocketWorld();
  await world.client.echo("up");
  const late = await world.client.wait(60_000, { timeoutMs: 20 }).catch((error: unknown) => error);
  t.ok(late instanceof DeadlineError || (late as ApplicationError).code === "DEADLINE");
  t.match(late, { code: "DEADLINE", delivery: "unknown" });
  t.ok(await eventually(() => world.seen.ended.includes("wait") && world.leftovers() === 0));
  await world.close();
});

t.test("a cancelled call is cancelled at the server", async (t) => {
  const world = rocketWorld();
  await world.client.echo("up");
  const controller = new AbortController();
  const call = world.client.wait(60_000, { signal: controller.signal }).catch((error: unknown) => error);
  await eventually(() => world.serverSession().inFlight === 1);
  controller.abort();
  t.match(await call, { code: "CANCELLED" });
  t.ok(await eventually(() => world.seen.ended.includes("wait") && world.leftovers() === 0));
  t.equal(await world.client.echo("on"), "on", "the connection goes on");
  await world.close();
});

t.test("a call cancelled before it is sent never reaches the server", async (t) => {
  const world = rocketWorld();
  const controller = new AbortController();
  controller.abort();
  t.match(await world.client.echo("x", { signal: controller.signal }).catch((error: unknown) => error), {
    code: "CANCELLED",
    delivery: "unsent",
  });
  await world.close();
});

t.test("compresses replies when asked and requests when told to, and inflates within the limit", async (t) => {
  const world = rocketWorld({
    client: { replyCompression: { algorithm: 1, fromBytes: undefined } },
    clientLimits: { compressFromBytes: 1024 },
  });
  const bytes = Buffer.alloc(200_000, "abc");
  t.ok((await world.client.blob(bytes)).equals(bytes));
  t.equal(await world.client.echo("short"), "short");
  t.equal(world.leftovers(), 0);
  await world.close();
});

t.test("a handler's own calls inherit what is left of its time", async (t) => {
  const inner = rocketWorld();
  const seen: number[] = [];
  const outer = rocketWorld({
    handlers: {
      echo: async (_text, ctx) => {
        seen.push(ctx.timeLeftMs());
        return inner.client.wait(60_000, { inherit: ctx });
      },
    },
  });
  const late = await outer.client.echo("x", { timeoutMs: 50 }).catch((error: unknown) => error);
  t.match(late, { code: "DEADLINE" });
  t.ok((seen[0] as number) <= 50);
  t.ok(await eventually(() => inner.seen.ended.includes("wait") && inner.leftovers() === 0));
  await outer.close();
  await inner.close();
});

t.test("an exception whose message is no text is told to onError by its path", async (t) => {
  const world = rocketWorld({
    handlers: {
      echo: () => {
        throw new Stop({ message: 5 as never, at: 1 });
      },
    },
  });
  await t.rejects(world.client.echo("x"), { code: "APP_ERROR", delivery: "answered" });
  t.match(world.seen.errors, [{ name: "EncodeError", path: "Stop.message" }]);
  await world.close();
});
