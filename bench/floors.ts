/** What the numbers must be: ratios that hold on any machine because both sides ran in the same rounds. */
import Table from "cli-table3";
import type { Result } from "./case.ts";
import { pairedRatio } from "./statistics.ts";
import { ratioText } from "./table.ts";

export interface Floor {
  readonly case: string;
  readonly metric: string;
  readonly contender: string;
  /** The contender that it is divided by. */
  readonly over: string;
  readonly bound: number;
  /** `most` where less is better. */
  readonly kind: "least" | "most";
}

const MSGPACKR = "msgpackr records";
const THRIFT = "npm thrift compact";
const RAW = "raw net echo";
const NUMBER = "scrimp, i64 as number";

const least = (name: string, metric: string, over: string, bound: number, contender = "scrimp"): Floor => ({
  case: name,
  metric,
  contender,
  over,
  bound,
  kind: "least",
});
const ROCKET = "scrimp over Rocket";
const most = (name: string, metric: string, over: string, bound: number): Floor => ({
  ...least(name, metric, over, bound),
  kind: "most",
});

export const floors: readonly Floor[] = [
  least("codec/msg", "encode", MSGPACKR, 3),
  least("codec/msg", "encode", THRIFT, 50),
  least("codec/msg", "decode", MSGPACKR, 1.3),
  least("codec/msg", "decode", THRIFT, 25),
  least("codec/rec", "encode", MSGPACKR, 2, NUMBER),
  least("codec/rec", "decode", MSGPACKR, 0.9, NUMBER),
  least("rpc/small/1x128", "calls/s", RAW, 0.36),
  least("rpc/small/1x128", "calls/s", THRIFT, 15),
  least("rpc/small/1x128", "calls/s", "@grpc/grpc-js", 40),
  least("rpc/small/1x128", "calls/s", "msgpackr batched", 1.5),
  least("rpc/small/1x128", "calls/s", "scrimp", 0.8, ROCKET),
  least("rpc/small/1x128", "calls/s", "@grpc/grpc-js", 40, ROCKET),
  most("rpc/small/1x128", "server CPU", RAW, 2.8),
  least("rpc/small/16x16", "calls/s", RAW, 0.5),
  least("rpc/native/small/1x128", "calls/s", RAW, 0.6),
  least("rpc/native/small/1x128", "calls/s", "C++ TThreadedServer", 8),
  least("rpc/text/1x128", "calls/s", RAW, 0.5),
  least("rpc/binary/1x128", "calls/s", RAW, 0.95),
  most("rpc/small/1x1", "p50", RAW, 1.1),
];

/** The ratio that a floor is about, round by round; undefined where the run did not measure both sides. */
export function floorRatio(floor: Floor, results: readonly Result[]): number | undefined {
  const runs = (contender: string): readonly number[] | undefined =>
    results.find((r) => r.case === floor.case && r.metric === floor.metric && r.contender === contender)?.runs;
  const own = runs(floor.contender);
  const base = runs(floor.over);
  return own === undefined || base === undefined ? undefined : pairedRatio(own, base);
}

export function holds(floor: Floor, ratio: number): boolean {
  return floor.kind === "least" ? ratio >= floor.bound : ratio <= floor.bound;
}

/** A table of the floors that this run measured; empty text where it measured none. */
export function floorsTable(results: readonly Result[]): string {
  const table = new Table({
    head: ["case", "metric", "ratio", "must be", "is", ""],
    style: { head: [], border: [], compact: true },
  });
  for (const floor of floors) {
    const ratio = floorRatio(floor, results);
    if (ratio === undefined) continue;
    const sign = floor.kind === "least" ? "≥" : "≤";
    const pair = `${floor.contender} / ${floor.over}`;
    const verdict = holds(floor, ratio) ? "" : "not reached";
    table.push([floor.case, floor.metric, pair, `${sign} ${floor.bound}`, ratioText(ratio), verdict]);
  }
  return table.length === 0 ? "" : `floors (medians of ratios, round by round)\n${table.toString()}`;
}
