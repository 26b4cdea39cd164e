/**
 * `npm test` and `npm run interop`: builds, then runs tap on the compiled tests, and ends with `N passed, N failed` on a line
 * of its own. `npm test -- wire compact` runs the files whose path holds one of the words.
 *
 * Usage: tsx tools/dev/test.ts [--suite unit|interop] [--no-build] [WORD...]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { root } from "./repository.ts";
import { type Counts, countResults, summaryLine } from "./tap-results.ts";

const INTEROP = "dist/test/interop/";
const tap = join(root, "node_modules/tap/dist/esm/run.mjs");

function testFiles(suite: string, words: readonly string[]): string[] {
  return readdirSync(join(root, "dist/test"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.js"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path.startsWith(INTEROP) === (suite === "interop"))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort();
}

/** tap's Test class is generated for a set of plugins; the one that npm installs still loads what .taprc switches off. */
function generateTestClass(): void {
  const generated = join(root, "node_modules/@tapjs/test/test-built/dist/esm/index.js");
  if (existsSync(generated) && !readFileSync(generated, "utf8").includes("@tapjs/typescript")) return;
  const { status } = spawnSync(process.execPath, [tap, "build"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) throw new Error(`tap build ended with ${status}`);
}

async function run(files: readonly string[]): Promise<Counts> {
  const child = spawn(process.execPath, [tap, "run", "--reporter=tap", ...files], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  const counts = await countResults(child.stdout, (line) => console.log(line));
  // What tap calls a failure is one, even where no test of ours says so.
  if ((await exit) !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { suite: { type: "string", default: "unit" }, "no-build": { type: "boolean", default: false } },
});
let counts: Counts = { passed: 0, failed: 1, skipped: 0 };
if (values["no-build"] || build()) {
  generateTestClass();
  const files = testFiles(values.suite, positionals);
  if (files.length > 0) counts = await run(files);
  else console.log(`no test file of suite ${values.suite} matches ${positionals.join(" ")}`);
}
if (process.env["CI"] === "true" && values.suite === "interop" && counts.skipped > 0) {
  console.log(`${counts.skipped} interop tests were skipped; in continuous integration every peer must be there`);
  counts.failed += counts.skipped;
  counts.skipped = 0;
}
console.log(summaryLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
