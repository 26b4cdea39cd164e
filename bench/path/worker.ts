/** The process that works off one step of the path, or measures strings. */
import type { Answers } from "../answers.ts";
import type { Sample } from "../case.ts";
import { BATCH, type Step, steps } from "./steps.ts";
import { measureStrings, ways } from "./strings.ts";

export async function pathWorker(role: { readonly step: string }): Promise<Answers> {
  const step = await steps.get(role.step)!();
  return { slice: (ms: number) => nanosecondsPerCall(step, ms) };
}

export async function stringsWorker(role: { readonly way: string }): Promise<Answers> {
  return { slice: (ms: number) => measureStrings(ways.get(role.way)!, ms) };
}

/** Batches between two turns of the event loop's outer parts: what is left to promises is done before the next batch. */
async function nanosecondsPerCall(step: Step, ms: number): Promise<Sample[]> {
  const before = process.cpuUsage();
  for (let calls = 0; ; ) {
    for (let i = 0; i < 16; i++) {
      step();
      await turn();
    }
    calls += 16 * BATCH;
    const { user, system } = process.cpuUsage(before);
    if (user + system >= ms * 1000)
      return [{ metric: "CPU", unit: "ns/call", value: ((user + system) * 1000) / calls }];
  }
}

/** Resolves after all microtasks and ticks that wait now. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
