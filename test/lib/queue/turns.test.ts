import t from "tap";
import { turnsOf } from "../../../lib/queue/turns.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

const poll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function world() {
  const platform = new VirtualPlatform();
  return { platform, turns: turnsOf(platform), log: [] as string[] };
}

t.test("everybody on a platform takes the same turns", (t) => {
  const platform = new VirtualPlatform();
  t.equal(turnsOf(platform), turnsOf(platform));
  t.not(turnsOf(platform), turnsOf(new VirtualPlatform()));
  t.end();
});

t.test(
  "a turn is over after some milliseconds, and another begins once the event loop has looked at the network",
  async (t) => {
    const { platform, turns } = world();
    t.notOk(turns.over);
    platform.clock.now += 5;
    t.ok(turns.over);
    await poll();
    t.notOk(turns.over);
    t.equal(turns.count, 1);
  },
);

t.test("a turn is over after many looks though the clock stands still", (t) => {
  const { turns } = world();
  let looks = 0;
  while (!turns.over) looks++;
  t.equal(looks, 512);
  t.end();
});

t.test("when it is over, all who do small things are told with their next, however many they are", async (t) => {
  const { platform, turns } = world();
  for (let i = 0; i < 7; i++) t.notOk(turns.tick());
  platform.clock.now += 5;
  t.notOk(turns.tick(), "this turn begins with the first look");
  platform.clock.now += 5;
  for (let i = 0; i < 7; i++) t.notOk(turns.tick());
  for (let i = 0; i < 1_000; i++) if (!turns.tick()) t.fail(`${i} was not told`);
  await poll();
  t.notOk(turns.tick());
});

t.test(
  "who stands in line goes on in the order of coming, as far as there is time, and nobody passes them",
  async (t) => {
    const { platform, turns, log } = world();
    for (const name of ["a", "b", "c", "d"]) {
      turns.wait({
        onTurn() {
          log.push(name);
          platform.clock.now += 1.5;
        },
      });
    }
    t.ok(turns.over, "one that has come later waits behind them");
    await poll();
    t.same(log, ["a", "b"]);
    await poll();
    t.same(log, ["a", "b", "c", "d"]);
    await poll();
    t.notOk(turns.over);
  },
);

t.test("what is begun in a turn and done after it counts in the turn", async (t) => {
  const { turns, log } = world();
  for (const name of ["a", "b", "c"]) {
    turns.wait({
      onTurn() {
        log.push(name);
        turns.spend(1);
      },
    });
  }
  await poll();
  t.same(log, ["a", "b"]);
  await poll();
  t.same(log, ["a", "b", "c"]);
});

t.test("one that goes on in promises has come to its stop before the next in line goes on", async (t) => {
  const { turns, log } = world();
  const work = async (name: string): Promise<void> => {
    await turns.next();
    for (let i = 0; i < 5; i++) {
      log.push(name);
      await null;
    }
  };
  void work("a");
  void work("b");
  await poll();
  t.equal(log.join(""), "aaaaabbbbb");
});
