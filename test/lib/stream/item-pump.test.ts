import t from "tap";
import { UNLIMITED_CREDIT } from "../../../lib/framing/rocket/frame-type.ts";
import { turnsOf } from "../../../lib/queue/turns.ts";
import { ItemPump, type ItemWriter } from "../../../lib/stream/item-pump.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

const poll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Has always room, and takes a little of the clock's time for each item. */
class Writer implements ItemWriter {
  readonly turns;
  items = 0;
  ended = false;
  readonly #platform: VirtualPlatform;
  readonly #itemMs: number;

  constructor(platform: VirtualPlatform, itemMs: number) {
    this.turns = turnsOf(platform);
    this.#platform = platform;
    this.#itemMs = itemMs;
  }
  room(): undefined {
    return undefined;
  }
  item(): undefined {
    this.items++;
    this.#platform.clock.now += this.#itemMs;
  }
  end(): void {
    this.ended = true;
  }
  fail(error: unknown): void {
    throw error;
  }
}

async function* endless(): AsyncGenerator<number> {
  for (let i = 0; ; i++) yield i;
}

function pump(platform: VirtualPlatform, itemMs: number, items: AsyncIterable<number> | Iterable<number> = endless()) {
  const writer = new Writer(platform, itemMs);
  const moves = new ItemPump(items, writer);
  moves.grant(UNLIMITED_CREDIT);
  moves.start();
  return { writer, moves };
}

t.test(
  "a source that never waits, with credit without end, leaves the event loop to others after some milliseconds",
  async (t) => {
    const { writer, moves } = pump(new VirtualPlatform(), 0.25);
    await poll();
    t.ok(writer.items > 0 && writer.items <= 16, `${writer.items} items in the first turn`);
    for (let turns = 2; turns < 6; turns++) {
      const before = writer.items;
      await poll();
      t.ok(writer.items > before && writer.items <= 16 * turns, `${writer.items} items in ${turns} turns`);
    }
    moves.stop();
  },
);

t.test("and after some thousand items where the clock stands still", async (t) => {
  const { writer, moves } = pump(new VirtualPlatform(), 0);
  await poll();
  t.ok(writer.items > 1_000 && writer.items < 5_000, `${writer.items} items in the first turn`);
  moves.stop();
});

t.test("an array is a source that never waits", async (t) => {
  const { writer } = pump(
    new VirtualPlatform(),
    0.25,
    Array.from({ length: 100 }, (_, i) => i),
  );
  await poll();
  t.ok(writer.items <= 80, `${writer.items} items in two turns`);
  while (!writer.ended) await poll();
  t.equal(writer.items, 100);
});

t.test("many such sources share one turn, item by item", async (t) => {
  const platform = new VirtualPlatform();
  const pumps = Array.from({ length: 50 }, () => pump(platform, 0.25));
  await poll();
  for (let turns = 0; turns < 200; turns++) {
    const before = platform.now();
    await poll();
    t.ok(platform.now() - before <= 10, `${platform.now() - before} ms of one turn`);
  }
  const moved = pumps.map(({ writer }) => writer.items);
  t.ok(Math.max(...moved) - Math.min(...moved) <= 40, `${Math.min(...moved)} to ${Math.max(...moved)} items each`);
  for (const { moves } of pumps) moves.stop();
});

t.test("one that is stopped while it stands in line asks its source for nothing more", async (t) => {
  const { writer, moves } = pump(new VirtualPlatform(), 5);
  await Promise.resolve();
  while (!writer.turns.over) await null;
  const { items } = writer;
  moves.stop();
  for (let i = 0; i < 3; i++) await poll();
  t.ok(writer.items <= items + 1, `${writer.items - items} items more`);
});
