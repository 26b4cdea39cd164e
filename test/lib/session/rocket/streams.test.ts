import t from "tap";
import { binary } from "../../../../lib/protocol/binary.ts";
import { eventually, type RocketWorld, rocketWorld } from "../../../helpers/rocket-world.ts";
import { Stop } from "../../../helpers/streams.ts";

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) read.push(item);
  return read;
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);
const clean = (world: RocketWorld): Promise<boolean> => eventually(() => world.leftovers() === 0);

t.test("streams elements, many times the window of them, in compact and in binary", async (t) => {
  for (const client of [{}, { protocol: binary }]) {
    const world = rocketWorld({ client });
    t.same(await all(world.client.countTo(1000)), upTo(1000));
    t.same(await all(world.client.countTo(0)), []);
    t.ok(await clean(world));
    await world.close();
  }
});

t.test("gives the first response beside the elements, or its declared exception", async (t) => {
  const world = rocketWorld();
  const opened = world.client.opened("abc");
  t.equal(await opened.response, "opened abc");
  t.same(await all(opened), ["a", "b", "c"]);
  const refused = world.client.opened("stop");
  await t.rejects(refused.response, Stop);
  await t.rejects(all(refused), { message: "never" });
  t.ok(await clean(world));
  await world.close();
});

t.test("a declared stream exception arrives as its class behind the last element, another as APP_ERROR", async (t) => {
  const world = rocketWorld();
  const read: number[] = [];
  const failure = await (async () => {
    for await (const n of world.client.countTo(13)) read.push(n);
  })().catch((error: unknown) => error);
  t.same(read, upTo(13));
  t.ok(failure instanceof Stop);
  t.match(failure, { message: "unlucky", at: 13 });
  await t.rejects(all(world.client.countTo(14)), { code: "APP_ERROR" });
  t.match(world.seen.errors, [{ message: "secret" }]);
  t.ok(await clean(world));
  await world.close();
});

t.test(
  "break ends the stream at the server: its generator is closed, its signal aborts, nothing is left",
  async (t) => {
    const world = rocketWorld();
    for await (const n of world.client.countTo(1_000_000_000)) if (n === 50) break;
    t.ok(await clean(world));
    t.ok(await eventually(() => world.seen.ended.includes("countTo") && world.seen.ended.includes("signal")));
    t.equal(await world.client.echo("on"), "on");
    await world.close();
  },
);

t.test("an aborted signal and cancel end the stream as well, before and after its first response", async (t) => {
  const world = rocketWorld();
  const controller = new AbortController();
  const aborted = all(world.client.countTo(1_000_000_000, { signal: controller.signal }));
  await eventually(() => world.serverSession()?.inFlight === 1);
  controller.abort();
  await t.rejects(aborted, { code: "CANCELLED" });
  const early = world.client.countTo(1_000_000_000);
  early.cancel();
  await t.rejects(early.response, { code: "CANCELLED" });
  t.same(await all(early), []);
  const late = world.client.countTo(1_000_000_000);
  await late.response;
  late.cancel();
  t.ok(await clean(world));
  await world.close();
});

t.test("the server is not ahead of a reader by more than the window", async (t) => {
  let made = 0;
  const world = rocketWorld({
    handlers: {
      async *countTo() {
        for (;;) yield ++made;
      },
    },
  });
  const stream = world.client.countTo(0);
  const iterator = stream[Symbol.asyncIterator]();
  await iterator.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.ok(made <= 102, `${made} elements made`);
  await iterator.return?.();
  t.ok(await clean(world));
  await world.close();
});

t.test("sinks items, and gives the final response", async (t) => {
  const world = rocketWorld();
  t.equal(await world.client.add(upTo(1000)), 500_500n);
  t.equal(await world.client.add([]), 0n);
  const collecting = world.client.collect("bytes", [Buffer.alloc(10), Buffer.alloc(200_000), Buffer.alloc(1)]);
  t.equal(await collecting.response, "collecting bytes");
  t.equal(await collecting, 200_011n);
  t.ok(await clean(world));
  await world.close();
});

t.test("a final response may be a declared exception, and come before all items are sent", async (t) => {
  const world = rocketWorld();
  let closed = false;
  async function* forever(): AsyncGenerator<number> {
    try {
      for (;;) yield 10_000;
    } finally {
      closed = true;
    }
  }
  await t.rejects(world.client.add(forever()), { message: "too much", at: 10_000 });
  t.ok(await clean(world));
  t.ok(await eventually(() => closed), "the caller's items are closed");
  await world.close();
});

t.test("a source that fails ends the sink: the handler sees a declared exception as its class", async (t) => {
  let handler: unknown;
  const world = rocketWorld({
    handlers: {
      async add(items) {
        try {
          for await (const _ of items);
        } catch (error) {
          handler = error;
        }
        return 0n;
      },
    },
  });
  async function* failing(error: Error): AsyncGenerator<number> {
    yield 1;
    throw error;
  }
  const error = new Stop({ message: "source", at: 5 });
  t.equal(await world.client.add(failing(error)).catch((e: unknown) => e), error);
  t.ok(await eventually(() => handler !== undefined));
  t.ok(handler instanceof Stop);
  const other = new Error("own secret");
  t.equal(await world.client.add(failing(other)).catch((e: unknown) => e), other);
  t.ok(await eventually(() => !(handler instanceof Stop)));
  t.match(handler, { code: "APP_ERROR" });
  t.notMatch((handler as Error).message, /secret/);
  t.ok(await clean(world));
  await world.close();
});

t.test("an item that does not fit its type fails the sink, and says which", async (t) => {
  const world = rocketWorld();
  await t.rejects(world.client.add([1, "two" as unknown as number]), { code: "INVALID_ARGUMENT" });
  const nothing = world.client.add(undefined as unknown as number[]);
  await t.rejects(nothing, { code: "INVALID_ARGUMENT", delivery: "unsent", cause: TypeError });
  t.ok(await clean(world));
  await world.close();
});

t.test("a cancelled sink is cancelled at the server", async (t) => {
  const world = rocketWorld();
  async function* slow(): AsyncGenerator<number> {
    yield 1;
    await new Promise(() => {});
  }
  const sinking = world.client.add(slow());
  await sinking.response;
  sinking.cancel();
  await t.rejects(sinking, { code: "CANCELLED" });
  t.ok(await eventually(() => world.seen.ended.includes("add")));
  t.ok(await clean(world));
  await world.close();
});

t.test("moves items both ways at once", async (t) => {
  const world = rocketWorld();
  t.same(await all(world.client.upper(["a", "b", "c"])), ["A", "B", "C"]);
  const many = upTo(2000).map(String);
  t.same(await all(world.client.upper(many)), many);
  const chat = world.client.chat("you", ["x", "y"]);
  t.equal(await chat.response, "hello you");
  t.same(await all(chat), ["x", "y"]);
  t.ok(await clean(world));
  await world.close();
});

t.test("items of which the window holds but one at a time go on all the same, in every direction", async (t) => {
  const world = rocketWorld();
  const large = "x".repeat(700_000);
  t.equal((await all(world.client.upper(Array(12).fill(large)))).length, 12);
  t.equal((await all(world.client.blobs(12, 700_000))).length, 12);
  t.equal(await world.client.collect("x", Array(12).fill(Buffer.from(large))), 12n * 700_000n);
  t.ok(await clean(world));
  await world.close();
});

t.test("either side may end a bidirectional call first", async (t) => {
  const world = rocketWorld();
  let closed = false;
  async function* talk(): AsyncGenerator<string> {
    try {
      yield "one";
      yield "end";
      for (let i = 0; ; i++) yield `${i}`;
    } finally {
      closed = true;
    }
  }
  t.same(await all(world.client.upper(talk())), ["ONE"]);
  t.ok(await eventually(() => closed), "the server's end closes the caller's items");
  t.ok(await clean(world));
  for await (const item of world.client.upper(talk())) if (item === "ONE") break;
  t.ok(await clean(world));
  t.ok(world.seen.ended.includes("upper"));
  await world.close();
});

t.test("the end of a connection ends every stream on both sides", async (t) => {
  const world = rocketWorld();
  const stream = world.client.countTo(1_000_000_000);
  await stream.response;
  const reading = all(stream);
  world.clientSession().destroy(new Error("pulled"));
  await t.rejects(reading, { code: "CONNECTION_LOST" });
  t.ok(await clean(world));
  t.ok(await eventually(() => world.seen.ended.includes("countTo")));
  await world.close();
});
