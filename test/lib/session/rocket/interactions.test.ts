import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { type Server, serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { Counters, type CountersMethods, Tally } from "../../../helpers/counters.ts";
import { eventually } from "../../../helpers/rocket-world.ts";

/** `made`: by `createCounter`, which fails when it is below 0. */
const tallies = { made: 0, ended: 0 };
const counterAt = (count: number): Tally => new Tally(count, () => void tallies.ended++);

const start = (port = 0): Promise<Server> =>
  serve(
    tcp.listen(port, { host: "127.0.0.1" }),
    (r) =>
      r.add(Counters, {
        async open(amount) {
          if (amount < 0) throw new Error("negative");
          return counterAt(amount);
        },
        resume: (amount) => ({ response: `at ${amount}`, interaction: counterAt(amount) }),
        ping() {},
        createCounter() {
          if (tallies.made < 0) throw new Error("no more");
          tallies.made++;
          return counterAt(1_000);
        },
      }),
    { onError() {} },
  );

t.test("an interaction is an object at the server, with calls, oneways and streams of its own", async (t) => {
  tallies.ended = 0;
  const server = await start();
  const channel = connect(server.address, { protocol: "rocket" });
  const counters = createClient(Counters, channel);
  const [a, b] = await Promise.all([counters.open(10), counters.resume(100)]);
  t.equal(b.response, "at 100");
  t.equal(await a.client.add(1), 11);
  t.equal(await b.client.add(1), 101);
  await a.client.forget();
  t.equal(await a.client.add(3), 3);
  const down: number[] = [];
  for await (const n of a.client.countDown()) down.push(n);
  t.same(down, [3, 2, 1]);
  a.end();
  a.end();
  t.ok(await eventually(() => tallies.ended === 1));
  await t.rejects(a.client.add(1), { code: "UNKNOWN_SESSION" });
  t.equal(await b.client.add(1), 102, "the other lives");
  await channel.close();
  t.ok(await eventually(() => tallies.ended === 2), "the end of the connection ends it");
  await server.close();
});

t.test("an interaction does not outlive its connection, nor follow the channel to the next", async (t) => {
  const server = await start();
  const channel = connect(server.address, { protocol: "rocket" });
  const counters = createClient(Counters, channel);
  const counter = await counters.open(1);
  const drained = server.drain();
  await t.rejects(
    (async () => {
      for (;;) await counter.client.add(1);
    })(),
    { code: /UNKNOWN_SESSION|SHUTTING_DOWN/, delivery: "unsent" },
  );
  await channel.close();
  await drained;
});

t.test("a factory that fails makes nothing, and other connections carry no interactions", async (t) => {
  const server = await start();
  const channel = connect(server.address, { protocol: "rocket" });
  await t.rejects(createClient(Counters, channel).open(-1), { code: "APP_ERROR" });
  const framed = connect(server.address, { protocol: "framed" });
  await t.rejects(createClient(Counters, framed).open(1), { code: "UNSUPPORTED", message: /interaction/ });
  await framed.close();
  await channel.close();
  await server.close();
});

t.test("an interaction that a service performs is created by its first call, and by no other", async (t) => {
  tallies.made = tallies.ended = 0;
  const server = await start();
  const channel = connect(server.address);
  const counters = createClient(Counters, channel);
  const [a, b, unused] = [counters.createCounter(), counters.createCounter(), counters.createCounter()];
  t.equal(tallies.made, 0, "nothing is sent before");
  t.same(
    await Promise.all([a.client.add(1), b.client.add(2), a.client.add(1), b.client.add(2)]),
    [1001, 1002, 1002, 1004],
  );
  t.equal(tallies.made, 2);
  const down: number[] = [];
  for await (const n of a.client.countDown()) if (down.push(n) === 3) break;
  t.same(down, [1002, 1001, 1000], "streams as well");
  unused.end();
  await t.rejects(unused.client.add(1), { code: "UNKNOWN_SESSION", delivery: "unsent" });
  a.end();
  t.ok(await eventually(() => tallies.ended === 1));
  await t.rejects(a.client.add(1), { code: "UNKNOWN_SESSION" });
  t.equal(await b.client.add(1), 1005);
  await channel.close();
  t.ok(await eventually(() => tallies.ended === 2), "the end of the connection ends it");
  await server.close();
});

t.test("a oneway or a stream may be the first call, and one that cannot be written creates nothing", async (t) => {
  tallies.made = tallies.ended = 0;
  const server = await start();
  const channel = connect(server.address);
  const counters = createClient(Counters, channel);
  const forgotten = counters.createCounter();
  await forgotten.client.forget();
  t.equal(await forgotten.client.add(5), 5);
  let first = 0;
  for await (const n of counters.createCounter().client.countDown()) {
    first = n;
    break;
  }
  t.equal(first, 1000);
  const careless = counters.createCounter();
  await t.rejects(careless.client.add("x" as unknown as number), { code: "INVALID_ARGUMENT" });
  t.equal(tallies.made, 2);
  t.equal(await careless.client.add(1), 1001);
  tallies.made = -1;
  const hopeless = counters.createCounter();
  await t.rejects(hopeless.client.add(1), { code: "APP_ERROR" });
  await t.rejects(hopeless.client.add(1), { code: "UNKNOWN_SESSION" });
  await channel.close();
  await server.close();
});

t.test("the calls of an interaction do not follow the channel to its next connection", async (t) => {
  tallies.made = 0;
  let server = await start();
  const { address } = server;
  const channel = connect(address);
  const counters = createClient(Counters, channel);
  const before = counters.createCounter();
  t.equal(await before.client.add(1), 1001);
  await server.close();
  server = await start(Number(address.split(":")[1]));
  const after = counters.createCounter();
  t.equal(await after.client.add(2), 1002);
  await t.rejects(before.client.add(1), { code: "UNKNOWN_SESSION", delivery: "unsent" });
  t.equal(await after.client.add(2), 1004, "the other is not touched");
  await channel.close();
  await server.close();
});

t.test("a service that performs an interaction must be able to create it", async (t) => {
  const registry = serve(tcp.listen(0, { host: "127.0.0.1" }), (r) =>
    r.add(Counters, { open() {}, resume() {}, ping() {} } as unknown as Parameters<typeof r.add<CountersMethods>>[1]),
  );
  await t.rejects(registry, { code: "CONFIGURATION", message: "Counters.createCounter is not implemented" });
});
