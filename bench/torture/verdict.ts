/** What a fault shows of a system, judged by what its calls came to. */
import type { CallReport } from "./report.ts";

/** `wrong`: a wrong answer was handed out, or an error that blames wrongly (says "not sent" of what was executed). */
export type Outcome = "settled" | "hung" | "died" | "wrong";

export interface Verdict {
  readonly outcome: Outcome;
  /** Of the slowest call that settled. */
  readonly settledMs: number;
  readonly detail: string;
}

/** What calls must come to. */
export interface Expectation {
  /** Whether all, some or none of the calls may be answered. Default: any. */
  readonly answered?: "all" | "none";
  /** What an error that speaks of delivery must not say. */
  readonly never?: "unsent" | "unknown" | "answered";
}

/** Judges a report by what was expected of it. */
export function verdict(report: CallReport, expected: Expectation = {}): Verdict {
  const base = { settledMs: report.slowestMs, detail: describe(report) };
  if (report.hung > 0) return { ...base, outcome: "hung" };
  if (report.wrong > 0) return { ...base, outcome: "wrong" };
  const blames = report.errors.some(({ delivery }) => delivery !== undefined && delivery === expected.never);
  const missing = expected.answered === "all" && report.failed > 0;
  const made = expected.answered === "none" && report.answered > 0;
  return { ...base, outcome: blames || missing || made ? "wrong" : "settled" };
}

function describe({ answered, hung, wrong, errors }: CallReport): string {
  const parts = [
    ...(answered > 0 ? [`${answered} answered`] : []),
    ...(hung > 0 ? [`${hung} hung`] : []),
    ...(wrong > 0 ? [`${wrong} got a wrong answer`] : []),
    ...errors.slice(0, 2).map(({ text, count }) => `${count} × ${text.split("\n")[0]}`),
  ];
  return parts.join("; ");
}

const RANK: readonly Outcome[] = ["settled", "wrong", "hung", "died"];

/** The worst of several, with what each says. */
export function worst(...verdicts: readonly (readonly [what: string, verdict: Verdict])[]): Verdict {
  const outcome = RANK[Math.max(...verdicts.map(([, { outcome }]) => RANK.indexOf(outcome)))]!;
  return {
    outcome,
    settledMs: Math.max(...verdicts.map(([, { settledMs }]) => settledMs)),
    detail: verdicts.map(([what, { detail }]) => `${what}: ${detail}`).join(" | "),
  };
}
