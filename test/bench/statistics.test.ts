import t from "tap";
import { median, pairedRatio, spread } from "../../bench/statistics.ts";

t.test("the median of an even count lies between the middle two", (t) => {
  t.equal(median([9, 1, 5]), 5);
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.end();
});

t.test("ratios compare round by round, so that a slow minute for both changes nothing", (t) => {
  t.equal(pairedRatio([10, 1, 20], [5, 0.5, 10]), 2);
  t.end();
});

t.test("spread is half the distance of the extremes over the median", (t) => {
  t.equal(spread([8, 10, 12]), 0.2);
  t.end();
});
