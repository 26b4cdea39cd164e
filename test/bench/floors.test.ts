import t from "tap";
import type { Result } from "../../bench/case.ts";
import { cases } from "../../bench/cases.ts";
import { floorRatio, floors, floorsTable, holds } from "../../bench/floors.ts";

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
    t.ok(
      target?.contenders.includes(floor.contender) && target.contenders.includes(floor.over),
      `${floor.case}: ${floor.over}`,
    );
  }
  t.end();
});

t.test("a floor that is missed is said to be", (t) => {
  const results = [result("scrimp", [2, 4]), result("msgpackr records", [1, 2])];
  const floor = floors[0]!;
  t.equal(floorRatio(floor, results), 2);
  t.notOk(holds(floor, 2));
  t.match(floorsTable(results), /codec\/msg.*not reached/);
  t.equal(floorRatio(floor, results.slice(1)), undefined, "not measured in this run");
  t.end();
});
