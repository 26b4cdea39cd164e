/** `npm run bench`: selects cases, measures them, prints tables and files. The work is done by the files beside it. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import type { Case, Profiling, Result } from "./case.ts";
import { cases } from "./cases.ts";
import { describeEnvironment, type Environment, environmentText } from "./environment.ts";
import { seededRandom } from "./fixtures/random.ts";
import { floorsTable } from "./floors.ts";
import { markdown, markdownCases } from "./markdown.ts";
import { createProgress } from "./progress.ts";
import { root } from "./root.ts";
import { type Effort, FULL, measure, QUICK } from "./schedule.ts";
import { caseTable } from "./table.ts";

/** The form of the file that `--json` writes. */
interface Measurements {
  readonly environment: Environment;
  readonly results: readonly Result[];
}

interface Options {
  readonly quick?: true;
  readonly list?: true;
  readonly json?: string;
  readonly markdown?: true;
  readonly from?: string;
  readonly profile?: string;
  readonly contender?: string;
  readonly rounds?: string;
  readonly launches?: string;
  readonly rest?: string;
}

const program = new Command("bench")
  .description("Measures codecs and calls beside those of others. Results go to stdout, progress to stderr.")
  .argument("[case...]", "regular expressions over case names: codec, rpc, idl, rpc/small, ...")
  .option("--quick", "less of everything: under two minutes")
  .option("--list", "print the cases and their contenders")
  .option("--json <file>", "write environment and results as JSON too")
  .option("--markdown", "print the tables of docs/performance.md instead of the full ones")
  .option("--from <file>", "with --markdown: from a file that --json wrote, without measuring")
  .option("--profile <case>", "write .cpuprofile files of the case and report deoptimisations")
  .option("--contender <expression>", "only the contenders that match, and the baseline")
  .option("--rounds <count>", "rounds per launch")
  .option("--launches <count>", "times that all processes start anew")
  .option("--rest <ms>", "pause before each slice, on a machine that others use too");

async function main(): Promise<void> {
  program.parse();
  const options = program.opts<Options>();
  const selected = selectCases(program.args, options);
  if (options.list) console.log(listText(selected));
  else if (options.from !== undefined) printFrom(options.from);
  else if (options.profile !== undefined) await profileCases(options);
  else await measureCases(selected, options);
}

function selectCases(patterns: readonly string[], options: Options): Case[] {
  const selected = cases.filter((target) =>
    patterns.length === 0
      ? isUsual(target, options)
      : patterns.some((pattern) => new RegExp(pattern).test(target.name)),
  );
  if (selected.length === 0) program.error(`no case matches ${patterns.join(" ")}; --list shows them`);
  return selected;
}

/** Whether a case is in a run that names none. */
function isUsual({ name, quick }: Case, options: Options): boolean {
  return options.markdown ? markdownCases.has(name) : quick || !options.quick;
}

function listText(selected: readonly Case[]): string {
  return selected
    .map(({ name, title, contenders }) => `${name.padEnd(22)} ${title}: ${contenders.join(", ")}`)
    .join("\n");
}

function printFrom(file: string): void {
  const { environment, results } = JSON.parse(readFileSync(file, "utf8")) as Measurements;
  console.log(markdown(environment, results));
}

function contendersOf(target: Case, options: Options): string[] {
  const wanted = new RegExp(options.contender ?? "", "i");
  return target.contenders.filter((name) => name === target.baseline || wanted.test(name));
}

function effortOf(options: Options): Effort {
  const base = options.quick ? QUICK : FULL;
  return {
    ...base,
    rounds: Number(options.rounds ?? base.rounds),
    launches: Number(options.launches ?? base.launches),
    restMs: Number(options.rest ?? 0),
  };
}

async function measureCases(selected: readonly Case[], options: Options): Promise<void> {
  const effort = effortOf(options);
  const environment = describeEnvironment(effort, []);
  const random = seededRandom(Date.now());
  const progress = createProgress(selected.length);
  const print = options.markdown ? (): void => {} : (text: string): void => console.log(`${text}\n`);
  const results: Result[] = [];
  print(environmentText(environment));
  for (const target of selected) {
    progress.next(target.name);
    const onStep = (step: string): void => progress.step(step);
    const measured = await measure(target, contendersOf(target, options), effort, random, onStep);
    results.push(...measured.results);
    if (measured.missing.some(({ skipped }) => !skipped)) process.exitCode = 1;
    print(caseTable(measured));
  }
  progress.stop();
  print(floorsTable(results));
  if (options.markdown) console.log(markdown(environment, results));
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ environment, results }, null, 1)}\n`);
  }
}

const PROFILE_MS = 4000;

/** Full names first: `rpc/small/1x1` must not mean `rpc/small/1x128` too. */
async function profileCases(options: Options): Promise<void> {
  const folder = join(root, "bench/profiles");
  mkdirSync(folder, { recursive: true });
  const exact = cases.filter(({ name }) => name === options.profile);
  for (const target of exact.length > 0 ? exact : selectCases([options.profile!], options)) {
    for (const contender of target.contenders.filter((name) =>
      new RegExp(options.contender ?? "^scrimp$", "i").test(name),
    )) {
      const stem = `${target.name}.${contender}`.replaceAll(/[^\w.]+/g, "-");
      process.stderr.write(`profile ${target.name} ${contender}\n`);
      const profiling = { warmUpMs: 2000, ms: PROFILE_MS, folder, stem };
      await printProfile(target, contender, profiling);
    }
  }
}

/** Some cases cannot be profiled, and say which to take instead. */
async function printProfile(target: Case, contender: string, profiling: Profiling): Promise<void> {
  try {
    for (const { file, text } of await target.profile(contender, profiling)) console.log(`${text}\n${file}\n`);
  } catch (error) {
    process.stderr.write(`${target.name}: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

await main();
