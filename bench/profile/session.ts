/** The profiler inside a measuring process, switched on and off from outside so that only the steady state is in it. */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import type { Answers } from "../answers.ts";

const SAMPLING_INTERVAL_US = 200;

let session: Session | undefined;

/** Returns the milliseconds since the process began. */
async function start(): Promise<number> {
  session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
  await session.post("Profiler.start");
  return performance.now();
}

async function stop(file: string): Promise<void> {
  const { profile } = await session!.post("Profiler.stop");
  session!.disconnect();
  session = undefined;
  writeFileSync(file, JSON.stringify(profile));
}

export const profileAnswers: Answers = { profileStart: start, profileStop: stop, exit: () => process.exit(0) };
