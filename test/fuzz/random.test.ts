import t from "tap";
import { Chance, mutate } from "./random.ts";

t.test("the same seed makes the same inputs, another seed others", async (t) => {
  const seeds = [Buffer.from("some real traffic, long enough"), Buffer.alloc(0)];
  const inputs = (seed: number): string[] => {
    const chance = new Chance(seed);
    return Array.from({ length: 200 }, () => mutate(chance.pick(seeds), chance.pick(seeds), chance).toString("hex"));
  };
  t.same(inputs(1), inputs(1));
  t.notSame(inputs(1), inputs(2));
  t.ok(new Set(inputs(1)).size > 100);
});

t.test("seeds are not changed by what is made of them", async (t) => {
  const seed = Buffer.from("abcdefgh");
  const chance = new Chance(3);
  for (let i = 0; i < 500; i++) mutate(seed, seed, chance);
  t.equal(seed.toString(), "abcdefgh");
});
