/** What fuzzing has found stays mended; and a moment of it here shows that it runs. */
import t from "tap";
import { keptFor } from "./found.ts";
import { Chance, mutate } from "./random.ts";
import { allTargets } from "./targets.ts";

t.setTimeout(180_000);

const TRIES = 20;

for (const target of await allTargets()) {
  t.test(`${target.name} bears what once did harm, and a little more`, async (t) => {
    for (const { name, bytes } of keptFor(target.name)) {
      await target.run(bytes);
      t.pass(name);
    }
    for (const seed of target.seeds.slice(0, 3)) await target.run(seed);
    const chance = new Chance(20_261_126);
    for (let i = 0; i < TRIES; i++)
      await target.run(mutate(chance.pick(target.seeds), chance.pick(target.seeds), chance));
    t.pass(`${TRIES} tries`);
  });
}

t.teardown(() => setImmediate(() => process.exit()));
