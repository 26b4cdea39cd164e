/** `npm run torture`: does each fault to each system, in processes of their own, and prints what became of it. */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { describeEnvironment, environmentText } from "../environment.ts";
import { createProgress } from "../progress.ts";
import { QUICK } from "../schedule.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./faults.ts";
import { type Greed, greeds } from "./greed/greeds.ts";
import { type GreedRow, greedJobs, type RageOptions, rage } from "./greed/run.ts";
import { greedTable } from "./greed/table.ts";
import { greedSystems, type Way, ways } from "./greed/ways.ts";
import { Lab } from "./lab.ts";
import { systems } from "./systems.ts";
import { type Row, tortureTable } from "./table.ts";

interface Options {
  readonly part?: "faults" | "greed";
  readonly system: string;
  readonly own?: true;
  readonly untimed?: true;
  readonly json?: string;
  readonly list?: true;
  readonly markdown?: true;
}

const program = new Command("torture")
  .description(
    "Does the same faults to scrimp and to what people use today, and asks too much of them. The tables go to stdout, progress to stderr.",
  )
  .argument("[fault...]", "regular expressions over names of faults and greed")
  .option("--system <expression>", "only the systems that match", "")
  .addOption(new Option("--part <name>", "only one of the two tables").choices(["faults", "greed"]))
  .option("--own", "only scrimp's; exit code 1 unless all is settled and fair")
  .option("--untimed", "judge greed by no clock: only whether others are answered, and by memory")
  .option("--list", "print the faults, the greed and the systems")
  .option(
    "--json <file>",
    "write { environment, faults: [{ fault, system, outcome, … }], greed: [{ greed, way, outcome, … }] } too",
  )
  .option("--markdown", "print the tables as Markdown");

interface Choice {
  readonly faults: readonly Fault[];
  readonly systems: readonly string[];
  readonly greeds: readonly Greed[];
  readonly ways: readonly Way[];
}

function chosenBy({ system, own, part }: Options): Choice {
  const isNamed = ({ name }: { readonly name: string }): boolean =>
    program.args.length === 0 || program.args.some((text) => new RegExp(text, "i").test(name));
  const isMeant = (name: string, isOwn: boolean): boolean =>
    new RegExp(system, "i").test(name) && (isOwn || own === undefined);
  const allWays = Object.keys(ways) as Way[];
  return {
    faults: part === "greed" ? [] : faults.filter(isNamed),
    systems: [...systems].filter(([name, entry]) => isMeant(name, entry.own)).map(([name]) => name),
    greeds: part === "faults" ? [] : greeds.filter(isNamed),
    ways: allWays.filter((way) => isMeant(nameOfWay(way), greedSystems.get(ways[way])!.own)),
  };
}

/** As `--system` sees it. */
const nameOfWay = (way: Way): string => (way === ways[way] ? way : `${ways[way]} over ${way}`);

async function main(): Promise<void> {
  program.parse();
  const options = program.opts<Options>();
  const choice = chosenBy(options);
  if (choice.faults.length + choice.greeds.length === 0)
    program.error(`nothing matches ${program.args.join(" ")}; --list shows all`);
  if (choice.systems.length + choice.ways.length === 0)
    program.error(`no system matches ${options.system}; --list shows them`);
  if (options.list) return list(choice);
  const environment = describeEnvironment(QUICK, []);
  const rows = await torture(choice.faults, choice.systems);
  const greedRows = await beGreedy(choice, {
    thorough: options.own === undefined,
    timed: options.untimed === undefined,
  });
  console.log(`${environmentText(environment)}\n`);
  const markdown = options.markdown === true;
  if (rows.length > 0) console.log(`${tortureTable(rows, choice.systems, markdown)}\n`);
  if (greedRows.length > 0) console.log(greedTable(greedRows, choice.ways, markdown));
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ environment, faults: rows, greed: greedRows }, null, 1)}\n`);
  const own = [
    ...rows.filter(({ system }) => systems.get(system)!.own).map(({ outcome }) => outcome === "settled"),
    ...greedRows.filter(({ way }) => greedSystems.get(ways[way])!.own).map(({ outcome }) => outcome === "fair"),
  ];
  const passed = own.filter((isRight) => isRight).length;
  if (options.own) console.log(`\n${passed} passed, ${own.length - passed} failed`);
  if (passed < own.length) process.exitCode = 1;
}

function list(choice: Choice): void {
  const names = [...choice.faults, ...choice.greeds].map(({ name }) => name);
  console.log([...names, "", ...new Set([...choice.systems, ...choice.ways.map(nameOfWay)])].join("\n"));
}

async function beGreedy(choice: Choice, options: RageOptions): Promise<GreedRow[]> {
  const jobs = greedJobs(choice.greeds, choice.ways);
  const progress = createProgress(jobs.length, "greed");
  const rows = await rage(jobs, options, ({ greed, way }) => progress.next(`${greed.name}: ${nameOfWay(way)}`));
  progress.stop();
  return rows;
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
