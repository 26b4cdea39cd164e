/** `npm run load`: many connections, many calls, large payloads, too much of everything; and what of it is bounded. */
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { describeEnvironment, environmentText } from "../environment.ts";
import { createProgress } from "../progress.ts";
import { QUICK } from "../schedule.ts";
import { figure } from "../table.ts";
import { loadCases } from "./cases.ts";
import { boundText, type Figure, holds } from "./figure.ts";

const program = new Command("load")
  .description("Loads a server as production would on a bad day. Results go to stdout, progress to stderr.")
  .argument("[case...]", `of ${loadCases.map(({ name }) => name).join(", ")}; default all`)
  .option("--json <file>", "write { environment, figures } too");

async function main(): Promise<void> {
  program.parse();
  const { json } = program.opts<{ json?: string }>();
  const unknown = program.args.find((name) => loadCases.every((known) => known.name !== name));
  if (unknown !== undefined)
    program.error(`no case ${unknown}; there are ${loadCases.map(({ name }) => name).join(", ")}`);
  const chosen = loadCases.filter(({ name }) => program.args.length === 0 || program.args.includes(name));
  const environment = describeEnvironment(QUICK, ["--expose-gc"]);
  console.log(`${environmentText(environment)}\n`);
  const progress = createProgress(chosen.length, "load");
  const figures: Figure[] = [];
  for (const { name, title, run } of chosen) {
    progress.next(name);
    const found = await run();
    figures.push(...found);
    console.log(`${title}\n${tableOf(found)}\n`);
  }
  progress.stop();
  if (json !== undefined) writeFileSync(json, `${JSON.stringify({ environment, figures }, null, 1)}\n`);
  if (!figures.every(holds)) process.exitCode = 1;
}

function tableOf(figures: readonly Figure[]): string {
  const table = new Table({ head: ["", "", "must be", ""], style: { head: [], border: [], compact: true } });
  for (const found of figures) {
    const verdict = found.bound === undefined ? "" : holds(found) ? "holds" : "BROKEN";
    table.push([found.what, `${figure(found.value)} ${found.unit}`, boundText(found), verdict]);
  }
  return table.toString();
}

await main();
