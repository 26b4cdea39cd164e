/** A minute, of the clock that tests have, with a consumer that never reads: memory stays within the budgets on both sides. */
import t from "tap";
import { UNLIMITED_CREDIT } from "../../../../lib/framing/rocket/frame-type.ts";
import { writeRequestN } from "../../../../lib/framing/rocket/request-n.ts";
import type { Implementation } from "../../../../lib/server/registry.ts";
import type { Transport } from "../../../../lib/transport/transport.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { faulty } from "../../../helpers/faulty-transport.ts";
import { eventually, type RocketWorld, rocketWorld } from "../../../helpers/rocket-world.ts";
import type { StreamsMethods } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

// Much work: it may take its time where the machine has other work.
t.setTimeout(300_000);

const MIB = 1 << 20;
/** Credit to begin with is for four items; one more is asked of its source ahead of it, and one may be half way. */
const ITEMS_AHEAD = 6;

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Makes items of 1 MiB without end, and counts them. */
class Maker {
  made = 0;

  *items(): Generator<Buffer> {
    for (;;) {
      this.made++;
      yield Buffer.alloc(MIB);
    }
  }
}

/** The most bytes that wait for a reader at each side. */
interface Held {
  readonly client: number;
  readonly server: number;
}

/** Waits until `state` has not changed for many turns; gives it. */
async function atRest(state: () => string): Promise<string> {
  for (let last = ""; ; ) {
    const now = state();
    if (now === last) return now;
    last = now;
    await turns(500);
  }
}

/** Lets a minute pass in which `each` is done every second; throws when more items are made meanwhile. */
async function minute(
  world: RocketWorld,
  platform: VirtualPlatform,
  makers: Maker[],
  each: () => unknown,
): Promise<Held> {
  let client = 0;
  let server = 0;
  const made = await atRest(() => makers.map((maker) => maker.made).join());
  for (let second = 0; second < 60; second++) {
    await platform.clock.advance(1_000);
    await each();
    client = Math.max(client, world.clientSession().leftovers);
    server = Math.max(server, world.serverSession().leftovers);
  }
  const now = makers.map((maker) => maker.made).join();
  if (now !== made) throw new Error(`${now} items made, ${made} a minute ago`);
  return { client, server };
}

/** Reads nothing, and ends when nobody waits for it any more: until then it counts. */
const untilToldToStop: Implementation<StreamsMethods>["collect"] = (_text, _items, { signal }) => ({
  response: "later",
  final: new Promise<bigint>((resolve) => signal.addEventListener("abort", () => resolve(0n))),
});

/** Of calls that rest longer than calls may take that do not say so. */
const LASTING = { timeoutMs: Number.POSITIVE_INFINITY };

const echo = (world: RocketWorld) => async (): Promise<void> => {
  if ((await world.client.echo("on")) !== "on") throw new Error("other calls do not go on");
};

t.test(
  "a stream of 1 MiB items that its caller never reads stands still, within the budget on both sides",
  async (t) => {
    const platform = new VirtualPlatform();
    const maker = new Maker();
    const world = rocketWorld({ platform, handlers: { blobs: async () => maker.items() } });
    const stream = world.client.blobs(0, 0, LASTING);
    await stream.response;
    const { client, server } = await minute(world, platform, [maker], echo(world));
    t.ok(maker.made <= ITEMS_AHEAD, `${maker.made} items made`);
    t.ok(client <= ITEMS_AHEAD * MIB, `${client} bytes held by the client`);
    t.ok(maker.made * MIB - client <= 2 * MIB, `${maker.made * MIB - client} bytes held by the server`);
    t.equal(server, 1, "the stream itself");
    stream.cancel();
    t.ok(await eventually(() => world.leftovers() === 0));
    await world.close();
  },
);

t.test(
  "a sink of 1 MiB items that its handler never reads stands still, within the budget on both sides",
  async (t) => {
    const platform = new VirtualPlatform();
    const maker = new Maker();
    const world = rocketWorld({ platform, handlers: { collect: untilToldToStop } });
    const sinking = world.client.collect("x", maker.items(), LASTING);
    await sinking.response;
    const { client, server } = await minute(world, platform, [maker], echo(world));
    t.ok(maker.made <= ITEMS_AHEAD, `${maker.made} items made`);
    t.ok(server <= ITEMS_AHEAD * MIB, `${server} bytes held by the server`);
    t.ok(maker.made * MIB - server <= 2 * MIB, `${maker.made * MIB - server} bytes held by the client`);
    t.equal(client, 1, "the sink itself");
    sinking.cancel();
    await t.rejects(Promise.resolve(sinking), { code: "CANCELLED" });
    t.ok(await eventually(() => world.leftovers() === 0));
    await world.close();
  },
);

t.test("a bidirectional call of which neither side reads stands still both ways", async (t) => {
  const platform = new VirtualPlatform();
  const up = new Maker();
  const down = new Maker();
  function* texts(maker: Maker): Generator<string> {
    for (const item of maker.items()) yield item.toString("latin1");
  }
  const world = rocketWorld({ platform, handlers: { upper: async () => texts(down) } });
  const talk = world.client.upper(texts(up), LASTING);
  await talk.response;
  const { client, server } = await minute(world, platform, [up, down], echo(world));
  t.ok(up.made <= ITEMS_AHEAD && down.made <= ITEMS_AHEAD, `${up.made} and ${down.made} items made`);
  t.ok(client <= (ITEMS_AHEAD + 2) * MIB, `${client} bytes held by the client`);
  t.ok(server <= (ITEMS_AHEAD + 2) * MIB, `${server} bytes held by the server`);
  talk.cancel();
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

/** A server's grant of all the credit there is, slipped in before what it writes next. */
function generosity(streamId: number): { give(): void; slipIn(): Buffer | undefined } {
  let stray: Buffer | undefined;
  const give = (): void => {
    const w = new ByteWriter();
    writeRequestN(w, streamId, UNLIMITED_CREDIT);
    stray = Buffer.from(w.view(0));
  };
  const slipIn = (): Buffer | undefined => {
    const bytes = stray;
    stray = undefined;
    return bytes;
  };
  return { give, slipIn };
}

t.test("a peer that grants 2^31-1 items of a sink and does not read is held up by its own socket", async (t) => {
  const platform = new VirtualPlatform();
  const maker = new Maker();
  const { give, slipIn } = generosity(1);
  let end: Transport | undefined;
  const world = rocketWorld({
    platform,
    strict: false,
    handlers: { collect: untilToldToStop },
    between: (client, server) => {
      end = server;
      return [client, faulty(server, { slipIn })];
    },
  });
  const sinking = world.client.collect("x", maker.items(), LASTING);
  await sinking.response;
  give();
  t.equal(await world.client.echo("behind the grant"), "behind the grant");
  end?.pause();
  // The server's end has stopped in the middle of an item: whichever end notices first ends the connection.
  const lost = t.rejects(Promise.resolve(sinking), {
    code: "CONNECTION_LOST",
    message: /peer does not read for 30000 ms|peer closed it/,
  });
  await atRest(() => `${maker.made}`);
  const { made } = maker;
  const held = made * MIB - world.serverSession().leftovers;
  t.ok(held <= 4 * MIB, `${held} bytes held by the client, and under way`);
  await platform.clock.advance(29_000);
  t.equal(maker.made, made, "the source stands still");
  await platform.clock.advance(16_000);
  await lost;
  end?.resume();
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("a sender that was misled beyond its credit loses its sink, and no other call", async (t) => {
  const maker = new Maker();
  const { give, slipIn } = generosity(1);
  const world = rocketWorld({
    strict: false,
    handlers: { collect: (_text, items) => ({ response: "later", final: failed(items) }) },
    between: (client, server) => [client, faulty(server, { slipIn })],
  });
  const sinking = world.client.collect("x", maker.items(), LASTING);
  await sinking.response;
  give();
  t.equal(await world.client.echo("behind the grant"), "behind the grant");
  t.equal(await sinking, -1n, "the handler was told");
  t.ok(maker.made <= ITEMS_AHEAD + 2, `${maker.made} items made`);
  t.equal(await world.client.echo("on"), "on");
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

/** Reads only when its items have failed. */
async function failed(items: AsyncIterable<Buffer>): Promise<bigint> {
  await turns(200);
  try {
    for await (const _ of items);
    return 0n;
  } catch {
    return -1n;
  }
}

t.test("streams of 1 MiB items that nobody reads share the budget of their connection", async (t) => {
  const platform = new VirtualPlatform();
  const maker = new Maker();
  const world = rocketWorld({ platform, handlers: { blobs: async () => maker.items() } });
  const streams = Array.from({ length: 32 }, () => world.client.blobs(0, 0, LASTING));
  for (const stream of streams) stream.response.catch(() => {});
  const { client } = await minute(world, platform, [maker], () => undefined);
  t.ok(client <= 18 * MIB, `${client} bytes held by the client`);
  // Of each stream one item may wait for its credit, or to be written.
  t.ok(maker.made * MIB - client <= (2 * 32 + 2) * MIB, `${maker.made * MIB - client} bytes held by the server`);
  for (const stream of streams) stream.cancel();
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});
