import t from "tap";
import type { Result } from "../../bench/case.ts";
import { cases } from "../../bench/cases.ts";
import { floors, floorsTable, floorValue, holds } from "../../bench/floors.ts";

const result = (contender: string, runs: readonly number[]): Result => ({
  case: "codec/msg",
  contender,
  metric: "encode",
  unit: "M/s",
  median: runs[0]!,
  min: runs[0]!,
  max: runs[0]!,
  runs,
});

t.test("every floor names a case, and contenders that it has", (t) => {
  for (const floor of floors) {
    const target = cases.find(({ name }) => name === floor.case);
    t.ok(target, floor.case);
    for (const contender of [floor.contender, floor.over ?? floor.contender])
      t.ok(target?.contenders.includes(contender), `${floor.case}: ${contender}`);
  }
  t.end();
});

t.test("a floor that is missed is said to be", (t) => {
  const results = [result("scrimp", [2, 4]), result("msgpackr records", [1, 2])];
  const floor = floors[0]!;
  t.equal(floorValue(floor, results), 2);
  t.notOk(holds(floor, 2));
  t.match(floorsTable(results), /codec\/msg.*not reached/);
  t.equal(floorValue(floor, results.slice(1)), undefined, "not measured in this run");
  t.end();
});

t.test("a size is bounded by itself", (t) => {
  const floor = { case: "codec/msg", metric: "encode", contender: "scrimp", bound: 3, kind: "most" } as const;
  t.equal(floorValue(floor, [result("scrimp", [2, 4, 4])]), 4);
  t.notOk(holds(floor, 4));
  t.equal(floorValue(floor, []), undefined);
  t.end();
});
