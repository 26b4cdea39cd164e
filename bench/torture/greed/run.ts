/** Does each greed to each system, one after the other, with the machine for themselves. */
import { Arena } from "./arena.ts";
import type { Greed } from "./greeds.ts";
import { type GreedVerdict, isDecided, judge, outcomeOf, type Window } from "./verdict.ts";
import { type Way, ways } from "./ways.ts";

export interface GreedRow extends GreedVerdict {
  readonly greed: string;
  readonly way: Way;
}

export interface GreedJob {
  readonly greed: Greed;
  readonly way: Way;
}

/** What is to be done, way by way: those of one system one behind the other. */
export function greedJobs(greeds: readonly Greed[], chosen: readonly Way[]): GreedJob[] {
  return chosen.flatMap((way) =>
    greeds.filter(({ by }) => by[way] !== undefined).map((greed): GreedJob => ({ greed, way })),
  );
}

/** `onJob` is told before each. No row where the greed could not be done, which fails the run. */
export async function rage(
  jobs: readonly GreedJob[],
  thorough: boolean,
  onJob: (job: GreedJob) => void,
): Promise<GreedRow[]> {
  const rows: GreedRow[] = [];
  const stage = new Stage();
  for (const job of jobs) {
    onJob(job);
    const { greed, way } = job;
    try {
      rows.push({ greed: greed.name, way, ...(await stage.judged(job, thorough)) });
    } catch (error) {
      process.exitCode = 1;
      console.error(`${greed.name}, ${way}: the greed could not be done:`, error);
      await stage.close();
    }
  }
  await stage.close();
  return rows;
}

/** The arena that is open: the same for row after row, but a new one behind each that was unfair or has left traces. */
class Stage {
  #arena: Arena | undefined;

  async judged({ greed, way }: GreedJob, thorough: boolean): Promise<GreedVerdict> {
    const windows: Window[] = [];
    while (!isDecided(windows, thorough)) {
      const window = await (await this.#at(ways[way])).window(greed.name, way);
      windows.push(window);
      if (outcomeOf(window) !== "fair") await this.close();
    }
    return judge(windows);
  }

  async #at(system: string): Promise<Arena> {
    if (this.#arena?.system === system && (await this.#arena.recovers())) return this.#arena;
    await this.close();
    this.#arena = await Arena.open(system);
    return this.#arena;
  }

  async close(): Promise<void> {
    await this.#arena?.close();
    this.#arena = undefined;
  }
}
