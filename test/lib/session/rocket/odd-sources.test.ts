/** Sources of streams, and handlers of sinks, that do what none should: it costs their own call alone, and they count until they end. */
import t from "tap";
import type { HandlerContext } from "../../../../lib/call/call.ts";
import { eventually, type RocketWorld, rocketWorld } from "../../../helpers/rocket-world.ts";

const bad = (): never => {
  throw new Error("from within");
};
const throwing = (...keys: readonly PropertyKey[]): object =>
  Object.defineProperties({}, Object.fromEntries(keys.map((key) => [key, { get: bad }])));
const THEN = "then";
const withThen = (then: () => unknown): object => Object.defineProperty({}, THEN, { value: then });
const hostile = (): object => new Proxy({}, new Proxy({}, { get: () => bad }));

/** Items by an iterator of which parts are replaced. */
const iterable = (parts: object, key: symbol = Symbol.asyncIterator): unknown => ({
  [key]: () => ({ next: () => Promise.resolve({ value: 1, done: false }), ...parts }),
});

const SOURCES: Readonly<Record<string, () => unknown>> = {
  "nothing to iterate": () => 12,
  "a proxy of which every trap throws": hostile,
  "an iterator that cannot be read": () => throwing(Symbol.asyncIterator),
  "an iterator that cannot be made": () => ({ [Symbol.asyncIterator]: bad }),
  "an iterator that is none": () => ({ [Symbol.asyncIterator]: () => 12 }),
  "a `next` that throws": () => iterable({ next: bad }),
  "a `next` that gives nothing": () => iterable({ next: () => undefined }),
  "a `next` whose promise is none": () => iterable({ next: () => throwing("then") }),
  "a `next` whose `then` throws": () => iterable({ next: () => withThen(bad) }),
  "a result whose `done` throws": () => iterable({ next: () => throwing("done") }),
  "a result whose `value` throws": () => iterable({ next: async () => throwing("value") }),
  "an item that does not fit": () => iterable({ next: () => ({ value: "x", done: false }) }, Symbol.iterator),
  "an item of which every trap throws": () => iterable({ next: async () => ({ value: hostile(), done: false }) }),
  "a `next` that rejects with nothing": () => iterable({ next: () => Promise.reject(undefined) }),
  "a generator that throws what cannot be asked": async function* () {
    yield 1;
    throw hostile();
  },
  "an end that throws": () => iterable({ next: bad, return: bad }),
};

async function survives(t: Tap, world: RocketWorld, call: () => Promise<unknown>): Promise<void> {
  const beside = world.client.wait(20);
  await t.rejects(call(), { code: "APP_ERROR" });
  t.equal(await beside, "waited", "the call beside it");
  t.equal(await world.client.echo("after"), "after");
  t.equal(world.seen.errors.length, 1, "onError");
  t.equal(world.connections, 1);
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
}
type Tap = Pick<typeof t, "equal" | "ok" | "rejects">;

async function readAll(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

t.test("whatever a source does, it ends its own stream alone", async (t) => {
  for (const [name, make] of Object.entries(SOURCES))
    await t.test(name, async (t) => {
      const world = rocketWorld({ handlers: { countTo: (() => make()) as never } });
      await survives(t, world, () => readAll(world.client.countTo(1)));
    });
});

t.test("so does what stands beside a first response", async (t) => {
  const opened: Readonly<Record<string, () => unknown>> = {
    nothing: () => undefined,
    "a proxy of which every trap throws": hostile,
    "a stream that cannot be read": () => throwing("stream"),
    "a response that cannot be read": () => throwing("response"),
    "a promise that is none": () => throwing("then"),
    "a response that does not fit": () => ({ response: 12, stream: [] }),
  };
  for (const [name, make] of Object.entries(opened))
    await t.test(name, async (t) => {
      const world = rocketWorld({ handlers: { opened: (() => make()) as never } });
      await survives(t, world, () => readAll(world.client.opened("x")));
    });
});

t.test("so does a sink's final response", async (t) => {
  const finals: Readonly<Record<string, () => unknown>> = {
    "that does not fit": () => "x",
    "whose `then` throws": () => withThen(bad),
    "whose `then` cannot be read": () => throwing("then"),
    "that is a proxy of which every trap throws": hostile,
    "that fails with what cannot be asked": () => Promise.reject(hostile()),
  };
  for (const [name, make] of Object.entries(finals))
    await t.test(name, async (t) => {
      const world = rocketWorld({ handlers: { add: (() => make()) as never } });
      await survives(t, world, async () => await world.client.add([]));
    });
});

t.test("a source that is given up counts until it has returned, and is asked for nothing meanwhile", async (t) => {
  let asked = 0;
  let returned: (() => void) | undefined;
  const source = iterable({
    next: () => ({ value: ++asked, done: false }),
    return: () =>
      new Promise((resolve) => {
        returned = () => resolve({ value: undefined, done: true });
      }),
  });
  const world = rocketWorld({ serverLimits: { maxStreams: 1 }, handlers: { countTo: () => source as never } });
  for await (const _ of world.client.countTo(1)) break;
  t.ok(await eventually(() => returned !== undefined));
  const seen = asked;
  t.equal(world.dispatcher.load.streams, 1);
  await t.rejects(world.client.countTo(1).response, { code: "OVERLOADED", delivery: "unsent" });
  t.equal(asked, seen);
  returned?.();
  t.ok(await eventually(() => world.leftovers() === 0));
  for await (const _ of world.client.countTo(1)) break;
  returned?.();
  await world.close();
});

t.test(
  "a header that a stream's handler sets behind the first response fails it, and is not lost in silence",
  async (t) => {
    const thrown: unknown[] = [];
    const set = (ctx: HandlerContext): void => {
      try {
        ctx.setReplyHeader("late", "1");
      } catch (error) {
        thrown.push(error);
      }
    };
    const world = rocketWorld({
      handlers: {
        async *countTo(_last, ctx) {
          set(ctx);
          yield 1;
        },
        async add(items, ctx) {
          for await (const _ of items);
          set(ctx);
          return 1n;
        },
      },
    });
    await readAll(world.client.countTo(1));
    await world.client.add([1]);
    t.match(thrown, [
      { code: "INVALID_ARGUMENT", message: /late: the answer is already on its way/ },
      { code: "INVALID_ARGUMENT" },
    ]);
    await world.close();
  },
);
