/** `npm run torture`: does each fault to each system, in processes of their own, and prints what became of it. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { describeEnvironment, environmentText } from "../environment.ts";
import { createProgress } from "../progress.ts";
import { QUICK } from "../schedule.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./faults.ts";
import { Lab } from "./lab.ts";
import { systems } from "./systems.ts";
import { type Row, tortureTable } from "./table.ts";

interface Options {
  readonly system: string;
  readonly own?: true;
  readonly json?: string;
  readonly list?: true;
  readonly markdown?: true;
}

const program = new Command("torture")
  .description(
    "Does the same faults to scrimp and to what people use today. The table goes to stdout, progress to stderr.",
  )
  .argument("[fault...]", "regular expressions over names of faults")
  .option("--system <expression>", "only the systems that match", "")
  .option("--own", "only scrimp's; exit code 1 unless all is settled")
  .option("--list", "print the faults and the systems")
  .option("--json <file>", "write { environment, faults: [{ fault, system, outcome, settledMs, detail }] } too")
  .option("--markdown", "print the table as Markdown");

async function main(): Promise<void> {
  program.parse();
  const options = program.opts<Options>();
  const chosen = faults.filter(
    ({ name }) => program.args.length === 0 || program.args.some((text) => new RegExp(text, "i").test(name)),
  );
  const names = [...systems]
    .filter(([name, { own }]) => new RegExp(options.system, "i").test(name) && (own || !options.own))
    .map(([name]) => name);
  if (chosen.length === 0) program.error(`no fault matches ${program.args.join(" ")}; --list shows them`);
  if (names.length === 0) program.error(`no system matches ${options.system}; --list shows them`);
  if (options.list) return console.log([...chosen.map(({ name }) => name), "", ...names].join("\n"));
  const environment = describeEnvironment(QUICK, []);
  const rows = await torture(chosen, names);
  console.log(`${environmentText(environment)}\n`);
  console.log(tortureTable(rows, names, options.markdown === true));
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ environment, faults: rows }, null, 1)}\n`);
  const own = rows.filter(({ system }) => systems.get(system)!.own);
  const settled = own.filter(({ outcome }) => outcome === "settled").length;
  if (options.own) console.log(`\n${settled} passed, ${own.length - settled} failed`);
  if (settled < own.length) process.exitCode = 1;
}

/** Processes of as many tortures at a time: they mostly wait. */
const AT_A_TIME = 5;

/** Side by side, but one by one where a fault needs the machine. Rows come in the order of the table. */
async function torture(chosen: readonly Fault[], names: readonly string[]): Promise<Row[]> {
  const jobs = chosen.flatMap((fault) => names.map((system) => ({ fault, system })));
  const progress = createProgress(jobs.length, "torture");
  const rows = new Map<(typeof jobs)[number], Row[]>();
  const work = async (waiting: typeof jobs): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      progress.next(`${job.fault.name}: ${job.system}`);
      rows.set(job, await inflict(job.fault, job.system));
    }
  };
  const crowd = jobs.filter(({ fault }) => fault.alone !== true);
  await Promise.all(Array.from({ length: AT_A_TIME }, () => work(crowd)));
  await work(jobs.filter(({ fault }) => fault.alone === true));
  progress.stop();
  return jobs.flatMap((job) => rows.get(job)!);
}

/** No row where a system has nothing that the fault could be done to. */
async function inflict(fault: Fault, system: string): Promise<Row[]> {
  const lab = new Lab(system);
  try {
    const verdict = await fault.run(lab);
    return verdict === undefined ? [] : [{ fault: fault.name, system, ...verdict }];
  } catch (error) {
    process.exitCode = 1;
    console.error(`${fault.name}, ${system}: the fault could not be done:`, error);
    return [];
  } finally {
    await lab.close();
  }
}

await main();
