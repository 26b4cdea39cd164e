/** Greedy clients over Rocket: what could go on without end shares the event loop with everybody else. */
import t from "tap";
import { UNLIMITED_CREDIT } from "../../../../lib/framing/rocket/frame-type.ts";
import type { Method } from "../../../../lib/schema/service.ts";
import { type ServeOptions, type Server, serve } from "../../../../lib/server/server.ts";
import { type MemoryLink, memory } from "../../../../lib/transport/memory.ts";
import { RawClient } from "../../../helpers/raw-client.ts";
import { callBytes, cancelBytes, pingBytes, setupBytes, streamBytes } from "../../../helpers/rocket-bytes.ts";
import { Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Streams, type StreamsMethods } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

const method = (name: keyof StreamsMethods): Method => Streams.methods.get(name) as Method;
const setup = setupBytes();
const ping = pingBytes();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Milliseconds that each item takes to be made, or each call to be carried out. */
const ITEM_MS = 0.05;

interface World {
  readonly platform: VirtualPlatform;
  readonly link: MemoryLink;
  readonly server: Server;
  /** Things done since the event loop last looked at the network; the most that ever were. */
  readonly most: () => number;
  readonly all: () => number;
  close(): Promise<void>;
}

async function busyWorld(options: ServeOptions = {}): Promise<World> {
  const platform = new VirtualPlatform();
  const link = memory();
  let inTurn = 0;
  let most = 0;
  let all = 0;
  let counting = true;
  const count = (): void => {
    platform.clock.now += ITEM_MS;
    all++;
    most = Math.max(most, ++inTurn);
  };
  const onTurn = (): void => {
    inTurn = 0;
    if (counting) setImmediate(onTurn);
  };
  setImmediate(onTurn);
  const server = await serve(
    link.listener,
    (r) =>
      r.add(Streams, {
        ...streamHandlers(new Seen(), platform),
        echo(text) {
          count();
          return text;
        },
        wait() {
          count();
          return new Promise(() => {});
        },
        async *countTo(last) {
          for (let i = 0; i < last; i++) {
            count();
            yield i;
          }
        },
        blobs: (_count, size) => ({
          *[Symbol.iterator]() {
            for (;;) {
              count();
              yield Buffer.alloc(size);
            }
          },
        }),
      }),
    { platform, onError() {}, ...options },
  );
  return {
    platform,
    link,
    server,
    most: () => most,
    all: () => all,
    async close() {
      counting = false;
      await server.close();
    },
  };
}

/** Reads and throws away. */
async function dialled(link: MemoryLink): Promise<RawClient> {
  const client = await RawClient.dial(link);
  const forget = (): void => {
    client.received = Buffer.alloc(0);
    if (!client.closed) setImmediate(forget);
  };
  forget();
  return client;
}

const within = async (condition: () => boolean, count = 5_000): Promise<boolean> => {
  for (let i = 0; i < count && !condition(); i++) await turn();
  return condition();
};
/** So many fit into a turn, and some more are done before the time is looked at again. */
const IN_A_TURN = 2 / ITEM_MS + 16;

const GREEDY: Readonly<Record<string, Buffer>> = {
  "a generator that never waits": streamBytes(1, method("countTo"), [0x7fffffff], UNLIMITED_CREDIT),
  "an iterator that is not even asynchronous": streamBytes(1, method("blobs"), [0, 10], UNLIMITED_CREDIT),
  "large items": streamBytes(1, method("blobs"), [0, 20_000], UNLIMITED_CREDIT),
};

for (const [name, greedy] of Object.entries(GREEDY))
  t.test(`${name}, for a reader with unlimited credit that reads quickly, leaves the loop to others`, async (t) => {
    const world = await busyWorld();
    const client = await dialled(world.link);
    client.send(setup, greedy);
    t.ok(await within(() => world.all() > 1_000), `${world.all()} items in all`);
    t.ok(world.most() <= IN_A_TURN, `${world.most()} items in one turn`);
    client.destroy();
    await world.close();
  });

t.test("many such streams share the time of one", async (t) => {
  const world = await busyWorld();
  const client = await dialled(world.link);
  const all = Array.from({ length: 50 }, (_, i) =>
    streamBytes(2 * i + 1, method("countTo"), [0x7fffffff], UNLIMITED_CREDIT),
  );
  client.send(setup, ...all);
  t.ok(await within(() => world.all() > 5_000), `${world.all()} items in all`);
  // Each takes one from its source ahead of the others.
  t.ok(world.most() <= 2 * 50 + IN_A_TURN, `${world.most()} items in one turn`);
  client.destroy();
  await world.close();
});

const STORMS: Readonly<Record<string, (id: number) => Buffer>> = {
  "the widest pipeline of small calls": (id) => callBytes(id, method("echo"), ["x"]),
  "calls that are cancelled at once": (id) => Buffer.concat([callBytes(id, method("wait"), [1]), cancelBytes(id)]),
  "streams of one item": (id) => streamBytes(id, method("countTo"), [1], 2),
};

for (const [name, one] of Object.entries(STORMS))
  t.test(`${name}: a connection that always has more is read a turn's worth at a time`, async (t) => {
    const world = await busyWorld({ maxCalls: 1e6, maxConnectionCalls: 1e6 });
    const client = await dialled(world.link);
    const chunks = Array.from({ length: 40 }, (_, chunk) =>
      Buffer.concat(Array.from({ length: 250 }, (_, i) => one(2 * (chunk * 250 + i) + 1))),
    );
    client.send(setup);
    for (const chunk of chunks) client.send(chunk);
    // Of those that are cancelled some are before they were begun.
    t.ok(await within(() => world.all() >= 8_000), `${world.all()} in all`);
    // One chunk is worked off, or what may be begun in a turn of calls.
    t.ok(world.most() <= 550, `${world.most()} in one turn`);
    client.destroy();
    await world.close();
  });

t.test("a storm of pings is answered, and others are served meanwhile", async (t) => {
  const world = await busyWorld();
  const greedy = await RawClient.dial(world.link);
  greedy.send(setup, Buffer.concat(Array.from({ length: 50_000 }, () => ping)));
  const other = await RawClient.dial(world.link);
  other.send(setup, callBytes(1, method("echo"), ["x"]));
  t.ok(await within(() => world.all() === 1), "the other is answered");
  t.ok(await within(() => greedy.received.length >= 50_000 * ping.length), "and so are the pings");
  greedy.destroy();
  other.destroy();
  await world.close();
});
