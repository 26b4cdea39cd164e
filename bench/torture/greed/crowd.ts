/** The ordinary clients, and how long their calls take. Knows no system. */
import { percentile } from "./percentile.ts";
import type { Ordinary } from "./system.ts";

export const CROWD = 1_000;
/** Each ordinary client makes a call a second. */
const PER_SECOND = CROWD;
const STEP_MS = 5;
/** First calls made at a time: fewer than a listener's backlog. */
const AT_A_TIME = 100;

/** What became of the ordinary calls that were made in a while. */
export interface Served {
  readonly calls: number;
  readonly failed: number;
  /** Of those that were answered. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The first that failed. */
  readonly error?: string;
}

/** `connect` gives the `i`th. Resolves when each has had an answer. */
export async function gather(connect: (i: number) => Ordinary): Promise<Ordinary[]> {
  const crowd = Array.from({ length: CROWD }, (_, i) => connect(i));
  for (let i = 0; i < CROWD; i += AT_A_TIME)
    await Promise.all(crowd.slice(i, i + AT_A_TIME).map((call) => call(10_000)));
  return crowd;
}

/** Calls in turn at their gentle rate for some milliseconds, whatever becomes of them; resolves when each has ended. */
export async function serveAll(crowd: readonly Ordinary[], ms: number, timeoutMs: number): Promise<Served> {
  const times: number[] = [];
  const errors: string[] = [];
  const one = async (call: Ordinary): Promise<void> => {
    const begin = performance.now();
    try {
      await call(timeoutMs);
      times.push(performance.now() - begin);
    } catch (error) {
      errors.push(String((error as Error).message).slice(0, 200));
    }
  };
  const pending: Promise<void>[] = [];
  const begin = performance.now();
  for (let made = 0, elapsed = 0; elapsed < ms; elapsed = performance.now() - begin) {
    for (const due = Math.ceil((elapsed / 1000) * PER_SECOND); made < due; made++)
      pending.push(one(crowd[made % crowd.length]!));
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  await Promise.all(pending);
  const [p50Ms, p99Ms] = [percentile(times, 0.5), percentile(times, 0.99)];
  const [error] = errors;
  return {
    calls: times.length + errors.length,
    failed: errors.length,
    p50Ms,
    p99Ms,
    ...(error !== undefined && { error }),
  };
}
