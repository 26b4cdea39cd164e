import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import type { Registry } from "../../../../lib/server/registry.ts";
import { type Server, serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { eventually, rocketWorld, Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Streams } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

t.test("a draining server answers what it has, refuses what is new as not begun, and leaves", async (t) => {
  const world = rocketWorld();
  await world.client.echo("up");
  const slow = world.client.wait(30);
  const stream = world.client.countTo(5)[Symbol.asyncIterator]();
  await stream.next();
  await eventually(() => world.serverSession().inFlight === 2);
  const first = world.clientSession();
  world.dispatcher.draining = true;
  world.serverSession().finish();
  t.ok(await eventually(() => !first.usable), "the client has heard it");
  t.equal(await slow, "waited");
  const rest: number[] = [];
  for (let item = await stream.next(); item.done !== true; item = await stream.next()) rest.push(item.value);
  t.same(rest, [2, 3, 4, 5]);
  world.dispatcher.draining = false;
  t.equal(await world.client.echo("next"), "next");
  t.not(world.clientSession(), first, "on a new connection");
  await world.close();
});

t.test(
  "a client in use opens its next connection as soon as it hears that the server drains; an idle one when it calls",
  async (t) => {
    const clock = new VirtualPlatform();
    for (const idleMs of [0, 2_000]) {
      const world = rocketWorld({ platform: clock });
      await world.client.echo("up");
      await clock.clock.advance(idleMs);
      const first = world.clientSession();
      world.serverSession().finish();
      await eventually(() => !first.usable);
      const replaced = await eventually(() => world.clientSession() !== first, 50);
      t.equal(replaced, idleMs === 0);
      t.equal(await world.client.echo("next"), "next");
      t.not(world.clientSession(), first);
      await world.close();
    }
  },
);

t.test("a request that crosses the farewell goes to the next connection", async (t) => {
  const world = rocketWorld();
  await world.client.echo("up");
  const old = world.serverSession();
  world.dispatcher.draining = true;
  old.finish();
  // Sent before the client could hear of it: refused there, and taken back.
  const crossing = world.client.echo("crossing");
  await eventually(() => !world.clientSession().usable);
  world.dispatcher.draining = false;
  t.equal(await crossing, "crossing");
  await world.close();
});

t.test(
  "streams, sinks and oneway calls that cross the farewell are begun once, and lose none of their items",
  async (t) => {
    const begun: string[] = [];
    const world = rocketWorld({
      handlers: {
        log: (line) => void begun.push(line),
        async opened(text) {
          begun.push(text);
          return { response: text, stream: [...text] };
        },
        collect(text, items) {
          begun.push(text);
          return { response: text, final: lengthOf(items) };
        },
      },
    });
    await world.client.echo("up");
    const old = world.serverSession();
    world.dispatcher.draining = true;
    old.finish();
    // Sent before the client could hear of it.
    const logged = world.client.log("oneway");
    const stream = world.client.opened("stream");
    const sinking = world.client.collect("sink", pieces("abc"));
    const chatting = world.client.chat("chat", ["x", "y"]);
    await eventually(() => !world.clientSession().usable);
    t.same(begun, ["oneway"], "there is no way to send it back");
    world.dispatcher.draining = false;
    await logged;
    let letters = "";
    for await (const letter of stream) letters += letter;
    for await (const letter of chatting) letters += letter;
    t.equal(letters, "streamxy");
    t.equal(await sinking, 3n);
    t.same(begun, ["oneway", "stream", "sink"]);
    t.not(world.serverSession(), old);
    t.ok(await eventually(() => world.leftovers() + old.leftovers === 0));
    await world.close();
  },
);

function* pieces(text: string): Generator<Buffer> {
  for (const letter of text) yield Buffer.from(letter);
}

async function lengthOf(items: AsyncIterable<Buffer>): Promise<bigint> {
  let length = 0n;
  for await (const item of items) length += BigInt(item.length);
  return length;
}

t.test("a stream that crosses the farewell can be cancelled while it waits for its next connection", async (t) => {
  const platform = new VirtualPlatform();
  const servers: Server[] = [];
  const up = async (): Promise<void> => {
    const setup = (r: Registry): unknown => r.add(Streams, streamHandlers(new Seen(), platform));
    servers.push(await serve(tcp.listen(9090), setup, { platform }));
  };
  await up();
  const channel = connect(tcp("10.0.0.1", 9090), { platform });
  const client = createClient(Streams, channel);
  t.equal(await platform.clock.until(client.echo("up")), "up");
  const drained = servers[0]?.drain();
  const crossing = client.countTo(3);
  const failure = crossing.response.catch((error: unknown) => error);
  await platform.clock.advance(200);
  crossing.cancel();
  t.match(await failure, { code: "CANCELLED", delivery: "unsent" });
  await platform.clock.advance(1_000);
  await drained;
  t.equal(platform.clock.pending, 0, "no timer is left");
  await platform.clock.until(channel.close());
});

t.test("twenty restarts of a server under load lose no call", async (t) => {
  const start = (port: number): Promise<Server> =>
    serve(tcp.listen(port, { host: "127.0.0.1" }), (r) => r.add(Streams, streamHandlers(new Seen())));
  let server = await start(0);
  const port = Number(server.address.split(":").pop());
  const channel = connect(server.address, { protocol: "rocket" });
  const client = createClient(Streams, channel);
  let running = true;
  let calls = 0;
  const errors: unknown[] = [];
  const load = Array.from({ length: 16 }, async (_, worker) => {
    while (running) {
      try {
        if ((await (worker % 4 === 0 ? client.wait(1) : client.echo("x"))) !== undefined) calls++;
      } catch (error) {
        errors.push(error);
      }
    }
  });
  for (let i = 0; i < 20; i++) {
    const before = calls;
    await eventually(() => calls > before + 50, 100_000);
    const drained = server.drain();
    server = await start(port);
    await drained;
  }
  running = false;
  await Promise.all(load);
  t.same(errors, []);
  t.ok(calls > 1000, `${calls} calls`);
  await channel.close();
  await server.close();
});
