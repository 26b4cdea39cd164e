/** How long a call with items may take: its deadline bounds the whole, and what the server lets wait is bounded by itself. */
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { eventually, type RocketWorld, rocketWorld, Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Streams } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";
import { PORT, world } from "../../../helpers/virtual-service.ts";

const never = new Promise<never>(() => {});
const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);
const LASTING = Number.POSITIVE_INFINITY;

async function readAll(items: AsyncIterable<unknown>, into: unknown[] = []): Promise<unknown> {
  for await (const item of items) into.push(item);
  return into;
}

const silence: AsyncIterable<never> = { [Symbol.asyncIterator]: () => ({ next: () => never }) };

/** A server that gives a first response at once, a few items, and then nothing. */
function stalling(): { readonly platform: VirtualPlatform; readonly world: RocketWorld } {
  const platform = new VirtualPlatform();
  const world = rocketWorld({
    platform,
    handlers: {
      async *countTo(last, ctx) {
        for (let i = 1; i <= last; i++) yield i;
        await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
      },
      add: async () => never,
      collect: () => ({ response: "later", final: never }),
      chat: (text) => ({
        response: text,
        stream: silence,
      }),
    },
  });
  return { platform, world };
}

t.test("timeoutMs counts to the end of a stream, sink or bidirectional call", async (t) => {
  const { platform, world } = stalling();
  const options = { timeoutMs: 1_000 };
  const start = platform.now();
  const items: unknown[] = [];
  const calls = [
    failure(readAll(world.client.countTo(3, options), items)),
    failure(Promise.resolve(world.client.add([1, 2], options))),
    failure(Promise.resolve(world.client.collect("x", [], options))),
    failure(readAll(world.client.chat("x", [], options))),
  ];
  for (const error of await platform.clock.until(Promise.all(calls))) {
    t.match(error, { name: "DeadlineError", code: "DEADLINE", delivery: "unknown", phase: "stream" });
    t.match((error as Error).message, /no end within 1000 ms/);
  }
  t.ok(platform.now() - start <= 1_010);
  t.same(items, [1, 2, 3], "what came in time was read");
  t.equal(await platform.clock.until(world.client.echo("on")), "on");
  t.ok(await eventually(() => world.clientSession().leftovers === 0));
  await world.close();
});

t.test("the server is told that nobody waits any more", async (t) => {
  const { platform, world } = stalling();
  const call = failure(readAll(world.client.countTo(1, { timeoutMs: 100 })));
  t.match(await platform.clock.until(call), { code: "DEADLINE" });
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("the channel's timeoutMs bounds them too, and what was not read is dropped", async (t) => {
  const { platform, world } = stalling();
  const stream = world.client.countTo(4);
  await stream.response;
  await platform.clock.advance(29_000);
  t.ok(world.clientSession().leftovers > 0);
  await platform.clock.advance(1_010);
  t.ok(await eventually(() => world.leftovers() === 0), "nothing waits for a reader who may never come");
  t.match(await failure(readAll(stream)), { code: "DEADLINE" });
  await world.close();
});

t.test("a call whose timeout bounds the first response goes on for as long as it likes", async (t) => {
  const { platform, world } = stalling();
  const options = { timeoutMs: 1_000, timeoutBounds: "response" } as const;
  const items: unknown[] = [];
  let ended = false;
  const stream = world.client.countTo(2, options);
  void failure(readAll(stream, items)).then(() => (ended = true));
  await platform.clock.advance(3_600_000);
  t.notOk(ended);
  t.same(items, [1, 2]);
  stream.cancel();
  const opening = world.client.add([], { ...options, timeoutMs: 0 });
  t.match(await failure(Promise.resolve(opening)), { code: "DEADLINE", delivery: "unsent" });
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("idleTimeoutMs ends what the server lets wait", async (t) => {
  const { platform, world } = stalling();
  const options = { timeoutMs: LASTING, idleTimeoutMs: 500 };
  const start = platform.now();
  const calls = [
    failure(readAll(world.client.countTo(3, options))),
    failure(Promise.resolve(world.client.add([1, 2], options))),
    failure(readAll(world.client.chat("x", [], options))),
  ];
  for (const error of await platform.clock.until(Promise.all(calls)))
    t.match(error, { code: "STREAM_IDLE", delivery: "answered", phase: "stream", message: /nothing came for 500 ms/ });
  t.ok(platform.now() - start <= 1_100);
  t.ok(await eventually(() => world.clientSession().leftovers === 0));
  await world.close();
});

t.test("a server that keeps sending is not idle, nor is one that waits for its caller", async (t) => {
  const platform = new VirtualPlatform();
  const pause = (ms: number): Promise<void> => new Promise((resolve) => platform.startTimer(ms, false, resolve));
  const world = rocketWorld({
    platform,
    handlers: {
      async *countTo(last) {
        for (let i = 1; i <= last; i++) {
          await pause(400);
          yield i;
        }
      },
    },
  });
  const options = { timeoutMs: LASTING, idleTimeoutMs: 500 };
  t.same(await platform.clock.until(readAll(world.client.countTo(10, options))), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

  async function* slowly(): AsyncGenerator<number> {
    for (let i = 1; i <= 3; i++) {
      await pause(2_000);
      yield i;
    }
  }
  t.equal(await platform.clock.until(Promise.resolve(world.client.add(slowly(), options))), 6n);

  const unread = world.client.countTo(3, options);
  await unread.response;
  await platform.clock.advance(10_000);
  t.same(await platform.clock.until(readAll(unread)), [1, 2, 3], "a reader may take its time");
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("an aborted signal ends a stream at once, also between items, and an inherited one does", async (t) => {
  for (const own of [true, false]) {
    const { platform, world } = stalling();
    const controller = new AbortController();
    const { signal } = controller;
    const inherit = { timeLeftMs: () => 60_000, signal } as never;
    const call = failure(readAll(world.client.countTo(2, own ? { signal } : { inherit })));
    await platform.clock.advance(100);
    controller.abort("enough");
    t.match(await call, { code: "CANCELLED", cause: "enough" });
    t.ok(await eventually(() => world.leftovers() === 0));
    await world.close();
  }
});

t.test("an interceptor that answers a call with items by itself ends it", async (t) => {
  const { connect } = world();
  const { channel } = connect({ protocol: "rocket", interceptors: [() => async () => "by itself"] });
  const client = createClient(Streams, channel);
  const stream = client.opened("x");
  t.equal(await stream.response, "by itself");
  t.same(await readAll(stream), []);
  t.equal(await client.add([1]), undefined);
});

t.test("an interceptor that throws behind the first response ends the call at the server", async (t) => {
  const { connect, platform } = world();
  const seen = new Seen();
  const server = await serve(tcp.listen(PORT), (r) => r.add(Streams, streamHandlers(seen, platform)), { platform });
  const boom = new Error("boom");
  const { channel } = connect({
    protocol: "rocket",
    interceptors: [
      (next) => async (call) => {
        await next(call);
        throw boom;
      },
    ],
  });
  const client = createClient(Streams, channel);
  t.equal(await platform.clock.until(failure(readAll(client.countTo(1_000_000)))), boom);
  await platform.clock.advance(10);
  t.same(seen.ended, ["signal", "countTo"]);
  await platform.clock.until(channel.close());
  await platform.clock.until(server.close());
});
