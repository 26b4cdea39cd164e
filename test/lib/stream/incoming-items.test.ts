import t from "tap";
import { ByteBudget } from "../../../lib/connection/byte-budget.ts";
import { FIRST_CREDIT, IncomingItems } from "../../../lib/stream/incoming-items.ts";

/** Items, and a peer that counts what it may send. */
function begun(maxItems: number): { readonly items: IncomingItems<number>; readonly peer: { credit: number } } {
  const peer = { credit: FIRST_CREDIT };
  const source = { request: (count: number) => void (peer.credit += count), cancel: () => {} };
  const items = new IncomingItems<number>({ maxItems, maxBytes: 1 << 20 }, source);
  items.begin(new ByteBudget(1 << 20, () => {}), FIRST_CREDIT);
  return { items, peer };
}

type Begun = ReturnType<typeof begun>;

/** The peer sends all that it may. */
function sendAll({ items, peer }: Begun): number {
  let sent = 0;
  for (; peer.credit > 0; peer.credit--, sent++) items.push(sent, 10);
  return sent;
}

async function read({ items }: Begun, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await items.next();
}

t.test("a reader that waits for items gets a larger window each time, up to the limit", async (t) => {
  const world = begun(500);
  const windows: number[] = [];
  for (let i = 0; i < 6; i++) {
    const waiting = world.items.next();
    const sent = sendAll(world);
    await waiting;
    await read(world, sent - 1);
    windows.push(world.peer.credit);
  }
  t.same(
    windows.map((credit, i) => credit >= (windows[i - 1] ?? 0)),
    windows.map(() => true),
  );
  t.equal(windows.at(-1), 500);
});

t.test("whoever lets items wait is not run ahead of by more than a hundred", async (t) => {
  const world = begun(500);
  const first = world.items.next();
  sendAll(world);
  await first;
  for (let i = 0; i < 100; i++) {
    sendAll(world);
    await read(world, 10);
  }
  sendAll(world);
  let waiting = 0;
  world.items.end();
  for await (const _ of world.items) waiting++;
  t.ok(waiting <= 100, `${waiting} waited`);
});

t.test(
  "several who ask before there is an item are answered in their order, and told the end or the failure once",
  async (t) => {
    const { items } = begun(500);
    const asked = [items.next(), items.next(), items.next(), items.next()];
    items.push(1, 10);
    items.push(2, 10);
    items.fail(new Error("no more"));
    t.same(await asked[0], { value: 1, done: false });
    t.same(await asked[1], { value: 2, done: false });
    await t.rejects(asked[2]!, /no more/);
    t.same(await asked[3], { value: undefined, done: true });
  },
);

t.test("credit that a peer may not believe to have is tolerated, but not waited for", async (t) => {
  const requests: number[] = [];
  const source = { request: (count: number) => void requests.push(count), cancel() {} };
  const items = new IncomingItems<number>({ maxItems: 1, maxBytes: 1 }, source);
  items.begin(new ByteBudget(100, () => {}), 1, 1);
  t.ok(items.push(1, 1));
  t.ok(items.push(2, 1), "by its own way of counting it had one more");
  t.notOk(items.push(3, 1));
  await items.next();
  await items.next();
  t.same(requests, [1, 1], "as if the credit had not been there");
});
