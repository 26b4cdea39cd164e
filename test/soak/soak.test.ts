import t from "tap";
import { Model } from "./model.ts";
import { soak } from "./soak.ts";

t.setTimeout(120_000);

t.test(
  "a few seconds of everything, with faults and a server that is replaced, leave nothing wrong and nothing behind",
  async (t) => {
    const { wrongs, actors, restarts, faults } = await soak({ seconds: 6, seed: 20_261_126 });
    t.same(wrongs, []);
    for (const { name, tally } of actors) t.ok(tally.answered > 0, `${name}: ${tally.answered} answered`);
    t.ok(restarts > 0 && faults > 0, `${restarts} restarts, ${faults} faults`);
  },
);

t.test("the model sees wrong answers, wrong claims and calls that ran twice", async (t) => {
  const model = new Model();
  model.onExecuted("a");
  model.onAnswered("x", "a", true);
  t.same(model.lies, []);
  model.onExecuted("b");
  model.onFailed("x", "b", { code: "CONNECTION_LOST", delivery: "unknown" } as never);
  t.same(model.lies, []);
  model.onFailed("x", "b", { code: "CONNECTION_LOST", delivery: "unsent" } as never);
  model.onExecuted("b");
  model.onAnswered("x", "b", false);
  model.onAnswered("x", "c", true);
  t.equal(model.lies.length, 4);
  t.equal(model.open, 0);
});
