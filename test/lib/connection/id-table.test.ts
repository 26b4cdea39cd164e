import fc from "fast-check";
import t from "tap";
import { IdTable } from "../../../lib/connection/id-table.ts";

t.test("holds what a Map would hold, whatever comes and goes and however long it stays", (t) => {
  const acts = fc.array(
    fc.oneof(
      fc.record({ act: fc.constant("add" as const), skip: fc.nat(40) }),
      fc.record({ act: fc.constant("remove" as const), which: fc.nat(1_000) }),
    ),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(fc.constantFrom(1 as const, 2 as const), acts, (step, acts) => {
      const table = new IdTable<string>(step);
      const model = new Map<number, string>();
      let next = 1;
      for (const act of acts) {
        if (act.act === "add") {
          next += step * (1 + (act.skip > 35 ? act.skip * 100 : 0));
          table.set(next, `of ${next}`);
          model.set(next, `of ${next}`);
        } else if (model.size > 0) {
          const id = [...model.keys()][act.which % model.size] as number;
          if (!table.delete(id) || table.delete(id)) return false;
          model.delete(id);
        }
        if (table.size !== model.size || table.has(next) !== model.has(next)) return false;
        if (table.get(next + step) !== undefined) return false;
      }
      for (const [id, value] of model) if (table.get(id) !== value || !table.has(id)) return false;
      return table.values().sort().join() === [...model.values()].sort().join();
    }),
    { numRuns: 500 },
  );
  t.pass();
  t.end();
});

t.test("one that stays while 200,000 come and go is still found", (t) => {
  const table = new IdTable<number>(2);
  table.set(1, 1);
  for (let id = 3; id < 400_000; id += 2) {
    table.set(id, id);
    if (!table.delete(id)) t.fail(`${id} was lost`);
  }
  t.equal(table.get(1), 1);
  t.same(table.values(), [1]);
  t.ok(table.delete(1));
  t.equal(table.size, 0);
  t.end();
});

t.test("a hundred thousand at a time, and none when it is cleared", (t) => {
  const table = new IdTable<number>(1);
  for (let id = 0; id < 100_000; id++) table.set(id, id);
  let found = 0;
  for (let id = 0; id < 100_000; id++) if (table.get(id) === id) found++;
  t.equal(found, 100_000);
  t.equal(table.values().length, 100_000);
  table.clear();
  t.equal(table.size, 0);
  t.same(table.values(), []);
  t.equal(table.get(5), undefined);
  table.set(7, 7);
  t.equal(table.get(7), 7);
  t.end();
});
