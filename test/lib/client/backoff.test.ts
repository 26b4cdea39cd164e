import fc from "fast-check";
import t from "tap";
import { backoffMs } from "../../../lib/client/backoff.ts";

const options = { firstMs: 100, maxMs: 3_000 };

t.test("doubles up to its maximum", async (t) => {
  t.same(
    [1, 2, 3, 4, 5, 6, 7, 1000].map((attempts) => backoffMs(attempts, 0.999999, options)).map(Math.round),
    [100, 200, 400, 800, 1600, 3000, 3000, 3000],
  );
});

t.test("is spread over its upper half", async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, random) => {
        const full = Math.min(3_000, 100 * 2 ** (attempts - 1));
        const wait = backoffMs(attempts, random, options);
        return wait >= full / 2 && wait <= full;
      },
    ),
  );
  t.pass();
});
