/** A profile and a code log as text: the functions that cost most, and what V8 had to give up in them. */
import Table from "cli-table3";
import type { CodeLog, Deoptimisation } from "./code-log.ts";

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What the inspector's Profiler writes, as far as we read it. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const SHOWN = 25;

/** A function counts as hot from this share of the time on. */
const HOT = 0.005;

/** Waiting, and the profiler's own command that started it. */
const NOT_WORK: ReadonlySet<string> = new Set(["(idle)", "(program)", "dispatch"]);

export interface FunctionCost {
  /** `name file:line:column`, as the code log has it. */
  readonly key: string;
  readonly selfMs: number;
  readonly share: number;
}

/** Functions by the time spent in themselves, idle time left out, the costliest first. */
export function functionCosts(profile: CpuProfile): FunctionCost[] {
  const keys = new Map(profile.nodes.map((node) => [node.id, keyOf(node.callFrame)]));
  const self = new Map<string, number>();
  profile.samples.forEach((id, i) => {
    const key = keys.get(id)!;
    if (!NOT_WORK.has(key)) self.set(key, (self.get(key) ?? 0) + profile.timeDeltas[i]! / 1000);
  });
  const total = [...self.values()].reduce((sum, ms) => sum + ms, 0);
  return [...self].map(([key, selfMs]) => ({ key, selfMs, share: selfMs / total })).sort((a, b) => b.selfMs - a.selfMs);
}

function keyOf({ functionName, url, lineNumber, columnNumber }: CallFrame): string {
  return url === "" ? functionName || "(anonymous)" : `${functionName} ${url}:${lineNumber + 1}:${columnNumber + 1}`;
}

/** `fromMs`: when the profile began; what V8 gave up before was warming up. */
export function profileText(title: string, profile: CpuProfile, log: CodeLog, fromMs: number): string {
  const costs = functionCosts(profile);
  const table = new Table({
    head: ["self %", "self ms", "tier", "given up: warm-up / measured", "function"],
    style: { head: [], border: [], compact: true },
  });
  for (const { key, selfMs, share } of costs.slice(0, SHOWN)) {
    const own = log.deoptimisations.filter((deopt) => deopt.functionKey === key);
    const late = own.filter((deopt) => deopt.atMs >= fromMs).length;
    table.push([
      (share * 100).toFixed(1),
      selfMs.toFixed(1),
      log.tiers.get(key) ?? "native",
      `${own.length - late} / ${late}`,
      shortened(key),
    ]);
  }
  const hot = new Set(costs.filter(({ share }) => share >= HOT).map(({ key }) => key));
  const lines = log.deoptimisations
    .filter((deopt) => hot.has(deopt.functionKey))
    .map((deopt) => deoptLine(deopt, fromMs));
  return [
    title,
    table.toString(),
    "deoptimisations of the hot functions:",
    ...(lines.length === 0 ? ["  none"] : lines),
  ].join("\n");
}

function deoptLine(deopt: Deoptimisation, fromMs: number): string {
  const when = deopt.atMs >= fromMs ? "MEASURED" : "warm-up";
  return `  ${when} ${deopt.atMs.toFixed(0)} ms: ${shortened(deopt.functionKey)}: ${deopt.kind}, ${deopt.reason} at ${shortened(deopt.place)}`;
}

function shortened(place: string): string {
  return place.replaceAll(/file:\/\/\S*\/(node_modules|dist|bench|lib)\//g, "$1/");
}
