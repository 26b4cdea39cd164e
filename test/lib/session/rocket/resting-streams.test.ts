/** Streams that rest: how many there may be, apart from calls, and for how long their clients may let them wait. */
import t from "tap";
import { eventually, type RocketWorldOptions, rocketWorld } from "../../../helpers/rocket-world.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

const LASTING = { timeoutMs: Number.POSITIVE_INFINITY };

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

function scene(
  serverLimits: NonNullable<RocketWorldOptions["serverLimits"]>,
  handlers: RocketWorldOptions["handlers"] = {},
) {
  const platform = new VirtualPlatform();
  const world = rocketWorld({ platform, serverLimits, handlers });
  /** A stream that is never read: soon its next item waits for credit. */
  const neverRead = async () => {
    const stream = world.client.countTo(1_000_000, LASTING);
    await stream.response;
    const before = world.dispatcher.load.starving.size;
    await eventually(() => world.dispatcher.load.starving.size > before);
    return stream;
  };
  return { platform, world, neverRead, load: world.dispatcher.load };
}

/** Reads to the end; what it ended with. */
async function endOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  try {
    for await (const _ of stream);
    return "end";
  } catch (error) {
    return error;
  }
}

t.test("streams take no places of calls, and calls none of streams", async (t) => {
  const { world, neverRead, load } = scene({ maxStreams: 2, maxAllStreams: 2, maxCalls: 1, maxConnectionCalls: 1 });
  const resting = [await neverRead(), await neverRead()];
  t.equal(load.streams, 2);
  t.equal(await world.client.echo("still served"), "still served");
  await t.rejects(world.client.countTo(1).response, { code: "OVERLOADED", delivery: "unsent", message: /2 streams/ });
  for (const stream of resting) stream.cancel();
  const waiting = world.client.wait(10);
  await eventually(() => load.calls === 1);
  await t.rejects(world.client.echo("one more"), { code: "OVERLOADED" });
  t.equal(await endOf(world.client.countTo(3)), "end", "a stream begins beside the call");
  waiting.catch(() => {});
  await world.close();
});

t.test("when all streams are taken, the one that has waited longest for credit ends for a new one", async (t) => {
  const { platform, world, neverRead, load } = scene({ maxAllStreams: 2, crowdedCreditTimeoutMs: 5_000 });
  const oldest = await neverRead();
  await platform.clock.advance(3_000);
  const younger = await neverRead();
  await platform.clock.advance(1_900);
  await t.rejects(world.client.countTo(1).response, { code: "OVERLOADED", delivery: "unsent", message: /2 streams/ });
  await platform.clock.advance(200);
  t.equal(await endOf(world.client.countTo(3)), "end", "the newcomer is served");
  t.match(await endOf(oldest), { code: "STREAM_CREDIT_TIMEOUT", delivery: "answered", phase: "stream" });
  t.ok(await eventually(() => load.streams === 1));
  t.same(world.seen.ended, ["signal", "countTo", "countTo"], "its handler was told");
  younger.cancel();
  t.ok(await eventually(() => world.leftovers() === 0));
  t.equal(load.starving.size, 0);
  await world.close();
});

t.test("streams that end for others and whose handlers do not are replaced, up to a bound", async (t) => {
  let resting = 0;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const { platform, world, load } = scene(
    { maxAllStreams: 1, crowdedCreditTimeoutMs: 0 },
    {
      async *countTo() {
        try {
          for (let i = 0; ; i++) yield i;
        } finally {
          resting++;
          await released;
        }
      },
    },
  );
  let refused: unknown;
  let begun = 0;
  while (refused === undefined && begun < 2_000) {
    const stream = world.client.countTo(1, LASTING);
    refused = await stream.response.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refused === undefined) begun++;
    await eventually(() => load.starving.size === 1 || refused !== undefined);
  }
  t.match(refused, { code: "OVERLOADED", delivery: "unsent" });
  t.equal(begun, 1 + 1024);
  t.equal(resting, begun - 1);
  release();
  await world.close();
  t.ok(await eventually(() => load.streams === 0, 20_000));
  await platform.clock.advance(1);
});

t.test("an item that waits for credit ends its stream after streamCreditTimeoutMs, and not before", async (t) => {
  const { platform, world, neverRead, load } = scene({ streamCreditTimeoutMs: 60_000 });
  const stream = await neverRead();
  await platform.clock.advance(59_000);
  t.equal(load.streams, 1);
  await platform.clock.advance(1_100);
  t.ok(await eventually(() => world.leftovers() === world.clientSession().leftovers));
  t.match(await endOf(stream), { code: "STREAM_CREDIT_TIMEOUT", message: /has waited 600\d\d ms for credit/ });
  t.equal(await world.client.echo("on"), "on");
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("a client that reads an item a minute keeps its stream, by default", async (t) => {
  const { platform, world, load } = scene({});
  const reader = world.client.countTo(30, LASTING)[Symbol.asyncIterator]();
  for (let i = 1; i <= 30; i++) {
    t.equal((await reader.next()).value, i);
    await turns(20);
    await platform.clock.advance(60_000);
  }
  t.equal((await reader.next()).done, true);
  t.equal(load.starving.size, 0);
  await world.close();
});

t.test("a subscription whose client has granted credit may be quiet for a day", async (t) => {
  let say = (): void => {};
  const said = new Promise<number>((resolve) => (say = () => resolve(1)));
  const { platform, world } = scene(
    { streamIdleTimeoutMs: 1_000, streamCreditTimeoutMs: 1_000 },
    {
      async *countTo() {
        yield await said;
      },
    },
  );
  const reader = world.client.countTo(1, LASTING)[Symbol.asyncIterator]();
  const first = reader.next();
  await turns(50);
  for (let hour = 0; hour < 24; hour++) await platform.clock.advance(3_600_000);
  say();
  t.equal((await first).value, 1);
  t.equal((await reader.next()).done, true);
  await world.close();
});

t.test("a sink whose client sends nothing though it may ends with STREAM_IDLE, where that is bounded", async (t) => {
  const { platform, world } = scene({ streamIdleTimeoutMs: 1_000 });
  let send = (): void => {};
  async function* items(): AsyncGenerator<number> {
    for (let i = 1; i <= 3; i++) {
      yield i;
      await new Promise<void>((resolve) => (send = resolve));
    }
  }
  const final = Promise.resolve(world.client.add(items(), LASTING));
  const outcome = final.catch((error: unknown) => error);
  for (let i = 0; i < 2; i++) {
    await turns(50);
    await platform.clock.advance(900);
    send();
  }
  await turns(50);
  await platform.clock.advance(2_100);
  t.match(await outcome, { code: "STREAM_IDLE", delivery: "answered", message: /sent nothing for 1000 ms/ });
  send();
  t.ok(await eventually(() => world.leftovers() === 0));
  t.same(world.seen.ended, ["add"]);
  await world.close();
});

t.test("when all streams are taken, a sink whose client has long been silent ends for a new stream", async (t) => {
  const { platform, world, load } = scene({ maxAllStreams: 3, crowdedIdleTimeoutMs: 5_000 });
  const ends: string[] = [];
  let send = (): void => {};
  const once = async function* (name: string): AsyncGenerator<number> {
    await new Promise<void>((resolve) => {
      if (name === "late") send = resolve;
    });
    yield 1;
    await new Promise(() => {});
  };
  const sink = async (name: string): Promise<void> => {
    const before = load.silent.size;
    Promise.resolve(world.client.add(once(name), LASTING)).then(
      () => ends.push(name),
      (error) => ends.push(`${name} ${error.code}`),
    );
    await eventually(() => load.silent.size > before);
  };
  await sink("late");
  await sink("silent");
  await platform.clock.advance(1_000);
  await sink("younger");
  await platform.clock.advance(3_900);
  await t.rejects(world.client.countTo(1).response, { code: "OVERLOADED", delivery: "unsent", message: /3 streams/ });
  send();
  await turns(50);
  await platform.clock.advance(200);
  t.equal(await endOf(world.client.countTo(3)), "end", "the newcomer is served");
  t.same(ends, ["silent STREAM_IDLE"], "the oldest has just sent something");
  t.ok(await eventually(() => load.streams === 2));
  t.equal(await endOf(world.client.countTo(3)), "end", "a place is free");
  t.equal(load.silent.size, 2);
  await world.close();
  t.ok(await eventually(() => load.silent.size === 0));
});
