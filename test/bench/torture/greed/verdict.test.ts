import t from "tap";
import { greeds } from "../../../../bench/torture/greed/greeds.ts";
import { percentile } from "../../../../bench/torture/greed/percentile.ts";
import { greedTable } from "../../../../bench/torture/greed/table.ts";
import {
  BOUND,
  BOUNDS,
  DATAGRAM_BOUNDS,
  FLOOR_MS,
  isDecided,
  judge,
  MEMORY_BOUND_MIB,
  outcomeOf,
  untimed,
  type Window,
} from "../../../../bench/torture/greed/verdict.ts";
import { type Way, ways } from "../../../../bench/torture/greed/ways.ts";

const served = (p99Ms: number, failed = 0) => ({ calls: 100, failed, p50Ms: 1, p99Ms });

function window(quietMs: number, greedyMs: number, rest: { failed?: number; grownMiB?: number } = {}): Window {
  const eaten = { sentBytes: 1, receivedBytes: 1, turnedAway: 0 };
  return { quiet: served(quietMs), greedy: served(greedyMs, rest.failed), grownMiB: rest.grownMiB ?? 0, eaten };
}

const fair = window(1, 2);
const slow = window(1, 1_000);

t.test("others may wait three times as long as in quiet, of which little counts as the floor", (t) => {
  t.equal(outcomeOf(window(1, BOUND * FLOOR_MS)), "fair", "a hundred times nearly nothing is no harm");
  t.equal(outcomeOf(window(1, BOUND * FLOOR_MS + 1)), "slow");
  t.equal(outcomeOf(window(100, BOUND * 100)), "fair", "where all is slow, so may this be");
  t.equal(outcomeOf(window(100, BOUND * 100 + 1)), "slow");
  t.end();
});

t.test("one failed call of another is too much, and so is memory beyond the bound, and an end", (t) => {
  t.equal(outcomeOf(window(1, 1, { failed: 1 })), "refused");
  t.equal(outcomeOf(window(1, 1, { grownMiB: MEMORY_BOUND_MIB + 1 })), "swollen");
  t.equal(outcomeOf({ ...fair, greedy: undefined }), "died");
  t.match(judge([{ ...fair, greedy: undefined }]), { outcome: "died" });
  t.end();
});

t.test("a flood of datagrams may cost others a resend and a hundredth, for the kernel drops whose it will", (t) => {
  t.equal(outcomeOf(window(1, 600, { failed: 1 }), DATAGRAM_BOUNDS), "fair");
  t.equal(outcomeOf(window(1, 600, { failed: 2 }), DATAGRAM_BOUNDS), "refused");
  t.equal(outcomeOf(window(1, 1_400), DATAGRAM_BOUNDS), "slow");
  t.end();
});

t.test("without a clock only failures and memory are judged", (t) => {
  const bounds = untimed(BOUNDS);
  t.equal(outcomeOf(slow, bounds), "fair");
  t.ok(isDecided([slow], false, bounds));
  t.match(judge([slow], bounds), { outcome: "fair" });
  t.equal(outcomeOf(window(1, 1, { failed: 1 }), bounds), "refused");
  t.equal(outcomeOf(window(1, 1, { grownMiB: MEMORY_BOUND_MIB + 1 }), bounds), "swollen");
  t.end();
});

t.test("one hiccup decides nothing: who is not fair at once must be so twice", (t) => {
  t.notOk(isDecided([], false));
  t.ok(isDecided([fair], false));
  t.notOk(isDecided([slow], false));
  t.ok(isDecided([slow, slow], false));
  t.notOk(isDecided([slow, fair], false));
  t.match(judge([slow, fair, fair]), { outcome: "fair", greedyP99Ms: 2 });
  t.match(judge([slow, fair, slow]), { outcome: "slow", greedyP99Ms: 1_000 });
  t.notOk(isDecided([fair, fair], true), "three in any case where numbers are published");
  t.ok(isDecided([fair, fair, slow], true));
  t.end();
});

t.test("the table says how many times longer, or what else became of it", (t) => {
  const row = (greed: string, way: Way, ...windows: Window[]) => ({ greed, way, ...judge(windows) });
  const rows = [row("a", "Rocket", fair), row("a", "UDP", slow, slow), row("b", "UDP", window(1, 1, { failed: 25 }))];
  t.equal(
    greedTable(rows, ["Rocket", "UDP"], true),
    [
      "| greed | Rocket | UDP |",
      "| --- | --- | --- |",
      "| a | 1.0 × | **slow 50 ×** |",
      "| b | – | **refused 25 %** |",
    ].join("\n"),
  );
  t.end();
});

t.test("a percentile is a value that was there", (t) => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  t.same(
    [percentile(values, 0.5), percentile(values, 0.99), percentile([7], 0.99), percentile([], 0.99)],
    [50, 99, 7, 0],
  );
  t.end();
});

t.test("every way has greed of its own, and no greed is without a way", (t) => {
  for (const way of Object.keys(ways) as Way[])
    t.ok(
      greeds.some(({ by }) => by[way] !== undefined),
      way,
    );
  for (const { name, by } of greeds) t.ok(Object.keys(by).length > 0, name);
  t.end();
});
