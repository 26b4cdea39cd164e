/**
 * Runs a case: opens its contenders, warms them, then measures them in rounds, each round in another order, so that all of
 * one round see the same machine. Knows no metric.
 */
import { setTimeout as sleep } from "node:timers/promises";
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
  /** A case begins no further round after this many milliseconds; it has at least one. */
  readonly caseMs: number;
  /** Pause after each slice, in milliseconds: leaves the machine to others. */
  readonly restMs: number;
}

export const FULL: Effort = {
  launches: 2,
  rounds: 5,
  scale: 1,
  warmUps: 2,
  caseMs: Number.POSITIVE_INFINITY,
  restMs: 0,
};
export const QUICK: Effort = { launches: 1, rounds: 3, scale: 0.25, warmUps: 2, caseMs: 6000, restMs: 0 };

/** A contender without results, and why. */
export interface Missing {
  readonly contender: string;
  readonly reason: string;
  /** It is not on this machine; otherwise it failed. */
  readonly skipped: boolean;
}

export interface Measured {
  readonly case: Case;
  readonly results: readonly Result[];
  readonly missing: readonly Missing[];
}

/** Told what happens, to show it. */
export type OnStep = (step: string) => void;

/** Never rejects: a contender that fails is left out from then on, and named. */
export function measure(
  target: Case,
  contenders: readonly string[],
  effort: Effort,
  random: Random,
  onStep: OnStep,
): Promise<Measured> {
  // A slice that is a whole process has nothing to warm up, and nothing is won by starting it again.
  const own = target.wholeProcess ? { ...effort, launches: 1, warmUps: 1 } : effort;
  return new CaseRun(target, contenders, own, random, onStep).run();
}

class CaseRun {
  readonly #case: Case;
  readonly #contenders: readonly string[];
  readonly #effort: Effort;
  readonly #random: Random;
  readonly #onStep: OnStep;
  readonly #rows: Rows;
  readonly #missing: Missing[] = [];
  readonly #end: number;

  constructor(target: Case, contenders: readonly string[], effort: Effort, random: Random, onStep: OnStep) {
    this.#case = target;
    this.#contenders = contenders;
    this.#effort = effort;
    this.#random = random;
    this.#onStep = onStep;
    this.#rows = new Rows(target.name);
    this.#end = performance.now() + effort.caseMs;
  }

  async run(): Promise<Measured> {
    for (let launch = 0; launch < this.#effort.launches; launch++) {
      const open = await this.#openAll();
      await this.#warmUp(open);
      await this.#runRounds(open);
      await Promise.all([...open.values()].map((runner) => runner.close()));
    }
    return { case: this.#case, results: this.#rows.results(this.#contenders), missing: this.#missing };
  }

  async #openAll(): Promise<Map<string, Runner>> {
    this.#onStep("start");
    const open = new Map<string, Runner>();
    const present = this.#contenders.filter((name) => !this.#missing.some(({ contender }) => contender === name));
    await Promise.all(
      present.map(async (contender) => {
        const runner = await this.#attempt(contender, () => this.#case.open(contender));
        if (runner !== undefined) open.set(contender, runner);
      }),
    );
    return open;
  }

  async #warmUp(open: Map<string, Runner>): Promise<void> {
    const { warmUps, scale } = this.#effort;
    for (const [contender, runner] of open) {
      this.#onStep(`warm up ${contender}`);
      const warm = runner.warmUp === undefined ? undefined : () => runner.warmUp!(warmUps * scale * this.#case.sliceMs);
      if (warm !== undefined) await this.#attemptOn(open, contender, runner, warm);
      else for (let i = 0; i < warmUps && open.has(contender); i++) await this.#slice(open, contender, runner);
    }
  }

  async #runRounds(open: Map<string, Runner>): Promise<void> {
    const { rounds } = this.#effort;
    for (let round = 1; round <= rounds && (round === 1 || performance.now() < this.#end); round++) {
      for (const [contender, runner] of shuffled([...open], this.#random)) {
        this.#onStep(`round ${round}/${rounds} ${contender}`);
        this.#rows.add(contender, await this.#slice(open, contender, runner));
      }
    }
  }

  async #slice(open: Map<string, Runner>, contender: string, runner: Runner): Promise<readonly Sample[]> {
    const ms = this.#case.sliceMs * this.#effort.scale;
    if (this.#effort.restMs > 0) await sleep(this.#effort.restMs);
    return (await this.#attemptOn(open, contender, runner, () => runner.slice(ms))) ?? [];
  }

  /** A runner that fails is closed and takes no further part. */
  async #attemptOn<T>(
    open: Map<string, Runner>,
    contender: string,
    runner: Runner,
    action: () => Promise<T>,
  ): Promise<T | undefined> {
    let done = false;
    const result = await this.#attempt(contender, async () => {
      const value = await action();
      done = true;
      return value;
    });
    if (done) return result;
    open.delete(contender);
    await runner.close();
    return undefined;
  }

  /** Undefined where it is skipped or fails. */
  async #attempt<T>(contender: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      this.#missing.push({ contender, reason: (error as Error).message, skipped: error instanceof Skipped });
      return undefined;
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
