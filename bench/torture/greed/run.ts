/** Does each greed to each system, one after the other, with the machine for themselves. */
import { Arena } from "./arena.ts";
import type { Greed } from "./greeds.ts";
import {
  BOUNDS,
  type Bounds,
  DATAGRAM_BOUNDS,
  type GreedVerdict,
  isDecided,
  judge,
  outcomeOf,
  untimed,
  type Window,
} from "./verdict.ts";
import { type Way, ways } from "./ways.ts";

export interface GreedRow extends GreedVerdict {
  readonly greed: string;
  readonly way: Way;
}

export interface GreedJob {
  readonly greed: Greed;
  readonly way: Way;
}

/** What is to be done, way by way: those of one system one after the other. */
export function greedJobs(greeds: readonly Greed[], chosen: readonly Way[]): GreedJob[] {
  return chosen.flatMap((way) =>
    greeds.filter(({ by }) => by[way] !== undefined).map((greed): GreedJob => ({ greed, way })),
  );
}

export interface RageOptions {
  /** Each three times in any case. */
  readonly thorough: boolean;
  /** False: how long others wait is not judged, and they are patient. */
  readonly timed: boolean;
}

/** `onJob` is told before each. No row where the greed could not be done, which fails the run. */
export async function rage(
  jobs: readonly GreedJob[],
  options: RageOptions,
  onJob: (job: GreedJob) => void,
): Promise<GreedRow[]> {
  const rows: GreedRow[] = [];
  const stage = new Stage(options);
  for (const job of jobs) {
    onJob(job);
    const { greed, way } = job;
    try {
      rows.push({ greed: greed.name, way, ...(await stage.judged(job)) });
    } catch (error) {
      process.exitCode = 1;
      console.error(`${greed.name}, ${way}: the greed could not be done:`, error);
      await stage.close();
    }
  }
  await stage.close();
  return rows;
}

/** The arena that is open: the same for row after row, but a new one after each that was unfair or has left traces. */
class Stage {
  readonly #options: RageOptions;
  #arena: Arena | undefined;

  constructor(options: RageOptions) {
    this.#options = options;
  }

  async judged({ greed, way }: GreedJob): Promise<GreedVerdict> {
    const bounds = this.#boundsOf(way);
    const windows: Window[] = [];
    while (!isDecided(windows, this.#options.thorough, bounds)) {
      const window = await (await this.#at(ways[way])).window(greed.name, way);
      windows.push(window);
      if (outcomeOf(window, bounds) !== "fair") await this.close();
    }
    return judge(windows, bounds);
  }

  #boundsOf(way: Way): Bounds {
    const bounds = way === "UDP" ? DATAGRAM_BOUNDS : BOUNDS;
    return this.#options.timed ? bounds : untimed(bounds);
  }

  async #at(system: string): Promise<Arena> {
    if (this.#arena?.system === system && (await this.#arena.recovers())) return this.#arena;
    await this.close();
    this.#arena = await Arena.open(system, this.#options.timed);
    return this.#arena;
  }

  async close(): Promise<void> {
    await this.#arena?.close();
    this.#arena = undefined;
  }
}
