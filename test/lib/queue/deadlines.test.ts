import t from "tap";
import { Deadlines } from "../../../lib/queue/deadlines.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

/** Deadlines over a plain list of moments, with those that were found due. */
function make(platform: VirtualPlatform): {
  deadlines: Deadlines;
  moments: Set<number>;
  due: [moment: number, at: number][];
  sweeps: () => number;
} {
  const moments = new Set<number>();
  const due: [number, number][] = [];
  let sweeps = 0;
  const deadlines = new Deadlines(platform, false, {
    sweep: (now) => {
      sweeps++;
      for (const moment of moments) {
        if (moment > now) continue;
        moments.delete(moment);
        due.push([moment, platform.now()]);
      }
      return Math.min(...moments, Number.POSITIVE_INFINITY);
    },
  });
  return { deadlines, moments, due, sweeps: () => sweeps };
}

t.test("ends each moment in its turn, with one timer", async (t) => {
  const platform = new VirtualPlatform();
  const { deadlines, moments, due } = make(platform);
  const start = platform.now();
  for (const delay of [300, 50, 100, 50.5, 200]) {
    moments.add(start + delay);
    deadlines.add(start + delay);
    t.equal(platform.clock.pending, 1);
  }
  await platform.clock.advance(1000);
  t.same(
    due.map(([moment]) => moment - start),
    [50, 50.5, 100, 200, 300],
  );
  for (const [moment, at] of due) t.ok(Math.abs(at - moment) <= 1, `${moment} at ${at}`);
  t.equal(platform.clock.pending, 0);
});

t.test("a deadline that was set long ago is kept as well as one of now", async (t) => {
  const platform = new VirtualPlatform();
  const { deadlines, moments, due } = make(platform);
  const deadline = platform.now() + 300;
  moments.add(deadline);
  await platform.clock.advance(250);
  deadlines.add(deadline);
  await platform.clock.advance(51);
  t.equal(due.length, 1);
});

t.test("costs one sweep for many calls that were answered in time", async (t) => {
  const platform = new VirtualPlatform();
  const { deadlines, sweeps } = make(platform);
  for (let i = 0; i < 1000; i++) deadlines.add(platform.now() + 30_000 + i);
  t.equal(platform.clock.pending, 1);
  await platform.clock.advance(100_000);
  t.equal(sweeps(), 1);
});

t.test("keeps a deadline that is added while a sweep runs, which the sweep has not seen", async (t) => {
  const platform = new VirtualPlatform();
  const start = platform.now();
  const swept: number[] = [];
  const deadlines: Deadlines = new Deadlines(platform, false, {
    sweep: (now) => {
      swept.push(Math.round(now - start));
      if (swept.length === 1) deadlines.add(start + 20);
      return swept.length < 3 ? start + 500 : Number.POSITIVE_INFINITY;
    },
  });
  deadlines.add(start + 10);
  await platform.clock.advance(1000);
  t.ok((swept[1] as number) < 30, `the second sweep came after ${swept[1]} ms`);
  t.ok((swept[2] as number) >= 500, "and the one that the sweep asked for still comes");
  t.equal(platform.clock.pending, 0);
});

t.test("keeps deadlines further away than a timer of Node can be", async (t) => {
  const platform = new VirtualPlatform();
  const { deadlines, moments, due } = make(platform);
  const far = platform.now() + 2 ** 33;
  moments.add(far);
  deadlines.add(far);
  await platform.clock.advance(2 ** 32);
  t.same(due, []);
  await platform.clock.advance(2 ** 33);
  t.equal(due.length, 1);
});

t.test("no deadline is no timer", async (t) => {
  const platform = new VirtualPlatform();
  const { deadlines } = make(platform);
  deadlines.add(Number.POSITIVE_INFINITY);
  t.equal(platform.clock.pending, 0);
  deadlines.add(platform.now() + 5);
  deadlines.clear();
  t.equal(platform.clock.pending, 0);
});
