/** What the numbers must be: ratios that hold on any machine because both sides ran in the same rounds, and sizes, which every machine agrees on. */
import Table from "cli-table3";
import type { Result } from "./case.ts";
import { median, pairedRatio } from "./statistics.ts";
import { figure, ratioText } from "./table.ts";

export interface Floor {
  readonly case: string;
  readonly metric: string;
  readonly contender: string;
  /** The contender that it is divided by; absent where the metric itself is bounded. */
  readonly over?: string;
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
const most = (name: string, metric: string, over: string, bound: number, contender?: string): Floor => ({
  ...least(name, metric, over, bound, contender),
  kind: "most",
});
/** Of a size, in the metric's unit. */
const atMost = (name: string, metric: string, bound: number): Floor => ({
  case: name,
  metric,
  contender: "scrimp",
  bound,
  kind: "most",
});
const GRPC = "@grpc/grpc-js";
const RAW_DGRAM = "raw dgram echo";
const RAW_STREAM = "raw net socket";
const DEBIAN = "thrift --gen js:ts";

export const floors: readonly Floor[] = [
  least("codec/msg", "encode", MSGPACKR, 3),
  least("codec/msg", "encode", THRIFT, 50),
  least("codec/msg", "decode", MSGPACKR, 1.3),
  least("codec/msg", "decode", THRIFT, 25),
  least("codec/rec", "encode", MSGPACKR, 2, NUMBER),
  least("codec/rec", "decode", MSGPACKR, 0.9, NUMBER),
  least("rpc/small/1x128", "calls/s", RAW, 0.36),
  least("rpc/small/1x128", "calls/s", THRIFT, 15),
  least("rpc/small/1x128", "calls/s", GRPC, 40),
  least("rpc/small/1x128", "calls/s", "msgpackr batched", 1.5),
  least("rpc/small/1x128", "calls/s", "scrimp", 0.8, ROCKET),
  least("rpc/small/1x128", "calls/s", GRPC, 40, ROCKET),
  most("rpc/small/1x128", "server CPU", RAW, 2.8),
  least("rpc/small/16x16", "calls/s", RAW, 0.5),
  least("rpc/native/small/1x128", "calls/s", RAW, 0.6),
  least("rpc/native/small/1x128", "calls/s", "C++ TThreadedServer", 8),
  least("rpc/text/1x128", "calls/s", RAW, 0.5),
  least("rpc/binary/1x128", "calls/s", RAW, 0.95),
  most("rpc/small/1x1", "p50", RAW, 1.1),
  least("stream/server/64", "items/s", GRPC, 20),
  least("stream/server/64", "items/s", "npm rsocket", 5),
  least("stream/server/16k", "MB/s", RAW_STREAM, 0.7),
  atMost("stream/rest", "server heap", 2048),
  atMost("stream/rest", "client heap", 2048),
  least("udp/call/1x64", "calls/s", RAW_DGRAM, 0.75, "scrimp over UDP"),
  least("udp/oneway/receive", "received", "raw", 0.8),
  most("idl/corpus", "time", DEBIAN, 1, "scrimp compile"),
  most("idl/corpus", "CPU", DEBIAN, 1, "scrimp compile"),
];

/** What a floor is about, a ratio round by round or a size; undefined where the run did not measure it. */
export function floorValue(floor: Floor, results: readonly Result[]): number | undefined {
  const runs = (contender: string): readonly number[] | undefined =>
    results.find((r) => r.case === floor.case && r.metric === floor.metric && r.contender === contender)?.runs;
  const own = runs(floor.contender);
  if (own === undefined || floor.over === undefined) return own && median(own);
  const base = runs(floor.over);
  return base && pairedRatio(own, base);
}

export function holds(floor: Floor, value: number): boolean {
  return floor.kind === "least" ? value >= floor.bound : value <= floor.bound;
}

/** A table of the floors that this run measured; empty text where it measured none. */
export function floorsTable(results: readonly Result[]): string {
  const table = new Table({
    head: ["case", "metric", "of", "must be", "is", ""],
    style: { head: [], border: [], compact: true },
  });
  for (const floor of floors) {
    const value = floorValue(floor, results);
    if (value === undefined) continue;
    const sign = floor.kind === "least" ? "≥" : "≤";
    const of = floor.over === undefined ? floor.contender : `${floor.contender} / ${floor.over}`;
    const text = floor.over === undefined ? figure(value) : ratioText(value);
    const verdict = holds(floor, value) ? "" : "not reached";
    table.push([floor.case, floor.metric, of, `${sign} ${floor.bound}`, text, verdict]);
  }
  return table.length === 0 ? "" : `floors (medians of ratios, round by round)\n${table.toString()}`;
}
