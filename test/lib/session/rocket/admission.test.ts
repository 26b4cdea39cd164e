/** The way in: of several reasons to refuse a request the first in order is told, and whatever is told, no handler began. */
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { type RefusedEvent, serverRefused } from "../../../../lib/observe/diagnostics.ts";
import { defineModule, type Service, type UnaryMethod } from "../../../../lib/schema/codegen-v1.ts";
import { eventually, type RocketWorld, type RocketWorldOptions, rocketWorld } from "../../../helpers/rocket-world.ts";

/** Methods that the server does not have, or takes to be of another kind. */
interface MistakenMethods {
  nope: UnaryMethod<[], void>;
  countTo: UnaryMethod<[last: number], void>;
}

const $module = defineModule({
  name: "mistaken",
  structs: [],
  services: [
    {
      kind: "service",
      name: "Mistaken",
      methods: [
        { name: "nope", args: [] },
        { name: "countTo", args: [{ id: 1, name: "last", type: "i32" }] },
      ],
    },
  ],
});
const Mistaken = $module.service("Mistaken") as Service<MistakenMethods>;

/** A server with one call that runs until `release`, and the reasons of its refusals. */
async function busy(serverLimits: RocketWorldOptions["serverLimits"]) {
  const begun: string[] = [];
  let release = (): void => {};
  const running = new Promise<string>((resolve) => (release = () => resolve("ran")));
  const world: RocketWorld = rocketWorld({
    ...(serverLimits && { serverLimits }),
    handlers: {
      wait: () => running,
      echo(text) {
        begun.push(text);
        return text;
      },
    },
  });
  const reasons: string[] = [];
  const onRefused = (event: unknown): void => void reasons.push((event as RefusedEvent).reason);
  serverRefused.subscribe(onRefused);
  const first = world.client.wait(0);
  await eventually(() => world.serverSession().inFlight === 1);
  const end = async (): Promise<void> => {
    serverRefused.unsubscribe(onRefused);
    release();
    await first;
    await world.close();
  };
  return { world, begun, reasons, mistaken: createClient(Mistaken, world.channel), release, end };
}

t.test("a server that drains says so, however many calls it has in flight", async (t) => {
  const { world, begun, reasons, end } = await busy({ maxConnectionCalls: 1, maxCalls: 1 });
  world.dispatcher.draining = true;
  const call = world.client.echo("x");
  await eventually(() => reasons.length > 0);
  t.equal(reasons[0], "server is shutting down");
  t.same(begun, []);
  world.dispatcher.draining = false;
  // It has gone on to a connection that has room, but not the process.
  await t.rejects(call, { code: "OVERLOADED", delivery: "unsent", message: /1 calls in flight/ });
  await end();
});

for (const limits of [{ maxConnectionCalls: 1 }, { maxCalls: 1 }]) {
  t.test(`a full server says so before it looks at what is asked: ${Object.keys(limits).join()}`, async (t) => {
    const { mistaken, reasons, end } = await busy(limits);
    await t.rejects(mistaken.nope(), { code: "OVERLOADED", delivery: "unsent" });
    await t.rejects(mistaken.countTo(1), { code: "OVERLOADED", delivery: "unsent" });
    t.match(reasons, [/1 calls in flight/, /1 calls in flight/]);
    await end();
  });
}

t.test("what cannot be carried out is told at once, and does not wait for its turn", async (t) => {
  const { world, begun, mistaken, release, end } = await busy({ maxRunningCalls: 1 });
  const queued = world.client.echo("in its turn");
  await t.rejects(mistaken.nope(), { code: "UNKNOWN_METHOD" });
  await t.rejects(mistaken.countTo(1), { code: "WRONG_KIND" });
  t.same(begun, [], "while the one that can be waits");
  release();
  t.equal(await queued, "in its turn");
  t.same(begun, ["in its turn"]);
  await end();
});

t.test("a call whose time is over while it waits is turned away as never begun", async (t) => {
  // A connection in memory holds no process alive.
  const hold = setInterval(() => {}, 1_000);
  t.teardown(() => clearInterval(hold));
  const { world, begun, end } = await busy({ maxRunningCalls: 1, queueTimeoutMs: 20 });
  await t.rejects(world.client.echo("x"), { code: "QUEUE_TIMEOUT", delivery: "unsent" });
  t.same(begun, []);
  await end();
});

t.test("what is small on the wire and large when it is inflated counts as large", async (t) => {
  let release = (): void => {};
  const world = rocketWorld({
    clientLimits: { compressFromBytes: 1_024 },
    serverLimits: { maxRequestBytes: 1 << 20 },
    handlers: {
      blob: (bytes) => new Promise((resolve) => (release = () => resolve(bytes.subarray(0, 1)))),
    },
  });
  const first = world.client.blob(Buffer.alloc(1 << 20));
  t.ok(await eventually(() => world.dispatcher.load.calls === 1));
  t.ok(world.dispatcher.load.requestBytes >= 1 << 20);
  await t.rejects(world.client.echo("x"), { code: "OVERLOADED", delivery: "unsent", message: /limit 1048576/ });
  release();
  t.equal((await first).length, 1);
  t.equal(world.dispatcher.load.requestBytes, 0);
  await world.close();
});

t.test("items that inflate are let in by what they take, not by what they were on the wire", async (t) => {
  const large = 1 << 20;
  let sent = 0;
  let finish: (() => void) | undefined;
  const world = rocketWorld({
    clientLimits: { compressFromBytes: 1_024 },
    serverLimits: { streamBytes: 4 * large },
    handlers: {
      collect: (text) => ({
        response: text,
        final: new Promise<bigint>((resolve) => (finish = () => resolve(1n))),
      }),
    },
  });
  async function* items(): AsyncGenerator<Buffer> {
    for (;;) {
      sent++;
      yield Buffer.alloc(large);
    }
  }
  const sink = world.client.collect("x", items());
  await sink.response;
  for (let i = 0; i < 200; i++) await new Promise((resolve) => setImmediate(resolve));
  t.ok(sent <= 10, `${sent} items made`);
  finish?.();
  t.equal(await sink, 1n);
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});
