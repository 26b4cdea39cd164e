/**
 * The thread that fuzzes. What it does now stands in memory that it shares with its parent, which so can tell what it hung or died of.
 * Everything that nobody catches is a finding, too.
 */
import { Buffer } from "node:buffer";
import { parentPort, workerData } from "node:worker_threads";
import { explore } from "./api/explore.ts";
import { tell } from "./api/story.ts";
import { Chance, mutate } from "./random.ts";
import type { Target } from "./target.ts";
import { allTargets } from "./targets.ts";
import { type Order, type Report, SharedInput } from "./worker-data.ts";

const { group, seed, seconds, pattern, shared } = workerData as Order;
const input = new SharedInput(shared);
const report = (message: Report): void => parentPort!.postMessage(message);

let loose: unknown;
process.on("uncaughtException", (error) => {
  loose ??= error;
});
process.on("unhandledRejection", (error) => {
  loose ??= error;
});

async function main(): Promise<void> {
  if (group === "api") await stories();
  else await bytes();
  report({ kind: "done" });
}

async function stories(): Promise<void> {
  report({ kind: "ready", targets: ["api"] });
  await explore({
    seed,
    seconds,
    without: pattern === "" ? undefined : new RegExp(pattern),
    onTry: (story) => input.set(0, Buffer.from(JSON.stringify(story))),
    onFound: ({ story, wrongs }) =>
      report({
        kind: "found",
        target: "api",
        bytes: Buffer.from(`${JSON.stringify(story, undefined, 2)}\n`),
        error: `${tell(story)}\n${wrongs.map((wrong) => `  ! ${wrong}`).join("\n")}`,
      }),
  });
}

async function bytes(): Promise<void> {
  const chance = new Chance(seed);
  const targets = (await allTargets()).filter(({ name }) => new RegExp(pattern).test(name));
  report({ kind: "ready", targets: targets.map(({ name }) => name) });
  const end = performance.now() + seconds * 1000;
  for (let i = 0; performance.now() < end && targets.length > 0; i++) {
    const index = i % targets.length;
    await once(targets[index] as Target, index, chance);
  }
}

async function once(target: Target, index: number, chance: Chance): Promise<void> {
  const bytes = mutate(chance.pick(target.seeds), chance.pick(target.seeds), chance);
  input.set(index, bytes);
  try {
    await target.run(Buffer.from(bytes));
    if (loose !== undefined) throw loose;
  } catch (error) {
    report({ kind: "found", target: target.name, bytes: Buffer.from(bytes), error: describe(error) });
  }
  loose = undefined;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main();
