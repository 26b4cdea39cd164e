import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { type Case, type Sample, Skipped } from "../../bench/case.ts";
import { cases } from "../../bench/cases.ts";
import { seededRandom } from "../../bench/fixtures/random.ts";
import { benchFile } from "../../bench/root.ts";
import { type Effort, measure } from "../../bench/schedule.ts";

// Processes that start on a busy machine take their time.
t.setTimeout(240_000);

const LITTLE: Effort = { launches: 1, rounds: 2, scale: 0.02, warmUps: 0, caseMs: 60_000, restMs: 0 };

const target = (open: Case["open"]): Case => ({
  name: "x/y",
  title: "a case",
  contenders: ["a", "b"],
  baseline: "a",
  compared: [],
  sliceMs: 1000,
  quick: false,
  open,
  profile: async () => [],
});

t.test("each round measures every contender once; runs keep the order of rounds", async (t) => {
  const order: string[] = [];
  const open: Case["open"] = async (contender) => ({
    slice: async () => [{ metric: "m", unit: "u", value: order.push(contender) }],
    close: async () => {},
  });
  const { results } = await measure(target(open), ["a", "b"], LITTLE, seededRandom(1), () => {});
  t.same(order.slice(0, 2).sort(), ["a", "b"]);
  t.same(order.slice(2).sort(), ["a", "b"]);
  t.match(results, [
    { case: "x/y", contender: "a", metric: "m", unit: "u" },
    { case: "x/y", contender: "b" },
  ]);
  for (const { runs, min, max } of results) t.ok(runs.length === 2 && runs[0] === min && runs[1] === max);
});

t.test(
  "a contender that is not on this machine, or fails, is reported by name and does not stop the others",
  async (t) => {
    const open: Case["open"] = async (contender) => {
      if (contender === "b") throw new Skipped("no compiler");
      const slice = async (): Promise<Sample[]> => {
        if (contender === "c") throw new Error("broken");
        return [{ metric: "m", unit: "u", value: 1 }];
      };
      return { slice, close: async () => {} };
    };
    const { results, missing } = await measure(target(open), ["a", "b", "c"], LITTLE, seededRandom(1), () => {});
    t.same(missing, [
      { contender: "b", reason: "no compiler", skipped: true },
      { contender: "c", reason: "broken", skipped: false },
    ]);
    t.match(results, [{ contender: "a", runs: [1, 1] }]);
    t.equal(results.length, 1);
  },
);

t.test("processes measure a codec, calls, and a server under native load", { timeout: 120_000 }, async (t) => {
  for (const [name, contenders, metric] of [
    ["codec/msg", ["scrimp"], "encode allocation"],
    ["rpc/small/1x1", ["raw net echo", "scrimp"], "server CPU"],
    ["rpc/native/small/1x128", ["raw net echo", "scrimp"], "calls/s"],
  ] as const) {
    const real = cases.find((candidate) => candidate.name === name)!;
    const { results, missing } = await measure(real, contenders, LITTLE, seededRandom(1), () => {});
    for (const { contender, reason, skipped } of missing) t.ok(skipped, `${name} ${contender}: ${reason}`);
    const measured = results.filter((result) => result.metric === metric);
    t.equal(measured.length + missing.length, contenders.length, name);
    for (const { median } of measured) t.ok(Number.isFinite(median), `${name}: ${metric}`);
  }
});

t.test("the command line lists cases, refuses unknown ones, and writes JSON", { timeout: 120_000 }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "scrimp-bench-test-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "out.json");
  const run = (...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [...process.execArgv, benchFile("run"), ...args], { encoding: "utf8" });
  t.match(run("--list", "codec").stdout, /codec\/msg .*msgpackr records/);
  t.not(run("no such case").status, 0);
  const { status } = run("codec/msg", "--quick", "--rounds", "1", "--contender", "^scrimp$", "--json", file);
  t.equal(status, 0);
  const { environment, results } = JSON.parse(readFileSync(file, "utf8")) as { environment: object; results: object[] };
  t.match(environment, { node: process.version, cores: Number });
  const keys = ["case", "contender", "metric", "unit", "median", "min", "max", "runs"];
  for (const result of results) t.same(Object.keys(result), keys);
  t.end();
});
