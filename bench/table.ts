/** The results of a case as a table for a terminal: absolutes with their spread, and beside them the ratio to the baseline. */
import Table from "cli-table3";
import type { Result } from "./case.ts";
import type { Measured } from "./schedule.ts";
import { pairedRatio, spread } from "./statistics.ts";

export function caseTable({ case: target, results, missing }: Measured): string {
  const metrics = [...new Set(results.map((result) => result.metric))];
  const units = new Map(results.map((result) => [result.metric, result.unit]));
  const heads = metrics.flatMap((metric) => [
    `${metric}\n${units.get(metric)}`,
    ...(target.compared.includes(metric) ? ["×"] : []),
  ]);
  const table = new Table({
    head: [`${target.name}\n(× = ${target.baseline})`, ...heads],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", ...heads.map(() => "right" as const)],
  });
  for (const contender of target.contenders) {
    const own = results.filter((result) => result.contender === contender);
    if (own.length > 0)
      table.push([
        contender,
        ...metrics.flatMap((metric) => cells(metric, own, results, target.baseline, target.compared)),
      ]);
  }
  const notes = missing.map(
    ({ contender, reason, skipped }) => `${skipped ? "skipped" : "FAILED"}: ${contender}: ${reason}`,
  );
  return [`${target.name}: ${target.title}`, table.toString(), ...notes].join("\n");
}

function cells(
  metric: string,
  own: readonly Result[],
  all: readonly Result[],
  baseline: string,
  compared: readonly string[],
): string[] {
  const result = own.find((candidate) => candidate.metric === metric);
  const value = result === undefined ? "" : withSpread(result);
  if (!compared.includes(metric)) return [value];
  const base = all.find((candidate) => candidate.metric === metric && candidate.contender === baseline);
  return [value, result === undefined || base === undefined ? "" : ratioText(pairedRatio(result.runs, base.runs))];
}

function withSpread(result: Result): string {
  const share = spread(result.runs);
  return result.runs.length < 2 || !(share >= 0.005)
    ? figure(result.median)
    : `${figure(result.median)} ±${Math.round(share * 100)}%`;
}

/** Three significant digits, thousands separated; a whole number as it is. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Number.isInteger(value) && value < 1000) return String(value);
  return value >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);
}

export function ratioText(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio >= 0.1 ? ratio.toFixed(2) : ratio.toPrecision(2);
}
