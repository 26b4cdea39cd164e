/**
 * Runs a case: opens its contenders, warms them, then measures them in rounds, each round in another order, so that all of
 * one round see the same machine. Knows no metric.
 */
import { type Case, type Result, type Runner, type Sample, Skipped } from "./case.ts";
import { type Random, shuffled } from "./fixtures/random.ts";
import { median } from "./statistics.ts";

/** How much is spent on a case. */
export interface Effort {
  /** Times that all processes are started anew: two processes of one program differ too. */
  readonly launches: number;
  /** Rounds per launch. */
  readonly rounds: number;
  /** Share of the case's own slice. */
  readonly scale: number;
  /** Slices thrown away at the beginning of each launch. */
  readonly warmUps: number;
}

export const FULL: Effort = { launches: 2, rounds: 5, scale: 1, warmUps: 3 };
export const QUICK: Effort = { launches: 1, rounds: 3, scale: 0.25, warmUps: 2 };

export interface SkippedContender {
  readonly contender: string;
  readonly reason: string;
}

export interface Measured {
  readonly case: Case;
  readonly results: readonly Result[];
  readonly skipped: readonly SkippedContender[];
}

/** Told what happens, to show it. */
export type OnStep = (step: string) => void;

export async function measure(
  target: Case,
  contenders: readonly string[],
  effort: Effort,
  random: Random,
  onStep: OnStep,
): Promise<Measured> {
  const { launches, warmUps } = target.wholeProcess ? { launches: 1, warmUps: 1 } : effort;
  const rows = new Rows(target.name);
  const skipped = new Map<string, string>();
  for (let launch = 0; launch < launches; launch++) {
    const open = await openAll(
      target,
      contenders.filter((name) => !skipped.has(name)),
      skipped,
      onStep,
    );
    try {
      await runLaunch(target, open, { ...effort, warmUps }, random, rows, onStep);
    } finally {
      await Promise.all([...open.values()].map((runner) => runner.close()));
    }
  }
  return {
    case: target,
    results: rows.results(contenders),
    skipped: [...skipped].map(([contender, reason]) => ({ contender, reason })),
  };
}

async function openAll(
  target: Case,
  contenders: readonly string[],
  skipped: Map<string, string>,
  onStep: OnStep,
): Promise<Map<string, Runner>> {
  onStep("start");
  const open = new Map<string, Runner>();
  await Promise.all(
    contenders.map(async (contender) => {
      try {
        open.set(contender, await target.open(contender));
      } catch (error) {
        if (!(error instanceof Skipped)) throw error;
        skipped.set(contender, error.message);
      }
    }),
  );
  return open;
}

async function runLaunch(
  target: Case,
  open: ReadonlyMap<string, Runner>,
  effort: Effort,
  random: Random,
  rows: Rows,
  onStep: OnStep,
): Promise<void> {
  const ms = target.sliceMs * effort.scale;
  for (const [contender, runner] of open) {
    onStep(`warm up ${contender}`);
    for (let i = 0; i < effort.warmUps; i++) await runner.slice(ms);
  }
  for (let round = 1; round <= effort.rounds; round++) {
    for (const [contender, runner] of shuffled([...open], random)) {
      onStep(`round ${round}/${effort.rounds} ${contender}`);
      rows.add(contender, await runner.slice(ms));
    }
  }
}

/** The values of all rounds, by contender and metric. */
class Rows {
  readonly #case: string;
  readonly #rows = new Map<string, Map<string, { unit: string; runs: number[] }>>();

  constructor(name: string) {
    this.#case = name;
  }

  add(contender: string, samples: readonly Sample[]): void {
    const metrics = this.#rows.get(contender) ?? new Map<string, { unit: string; runs: number[] }>();
    this.#rows.set(contender, metrics);
    for (const { metric, unit, value } of samples) {
      const row = metrics.get(metric) ?? { unit, runs: [] };
      metrics.set(metric, row);
      row.runs.push(value);
    }
  }

  results(order: readonly string[]): Result[] {
    return order.flatMap((contender) =>
      [...(this.#rows.get(contender) ?? [])].map(([metric, { unit, runs }]) => ({
        case: this.#case,
        contender,
        metric,
        unit,
        median: median(runs),
        min: Math.min(...runs),
        max: Math.max(...runs),
        runs,
      })),
    );
  }
}
