/**
 * `npm test` and `npm run interop`: builds, then runs the compiled tests, and ends with `N passed, N failed` on a line of its
 * own. `npm test -- wire compact` runs the files whose path holds one of the words.
 *
 * Usage: tsx tools/dev/test.ts [--suite unit|interop] [--no-build] [WORD...]
 */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { root } from "./repository.ts";
import { runFiles } from "./run-files.ts";
import { type Counts, summaryLine } from "./tap-results.ts";

const TESTS = join(root, "dist/test");
const INTEROP = "dist/test/interop/";
/** Long enough for a slow file on a busy machine; an interop file compiles its peer as well. */
const TIMEOUT_MS: Readonly<Record<string, number>> = { unit: 180_000, interop: 420_000 };

function testFiles(suite: string, words: readonly string[]): string[] {
  return (existsSync(TESTS) ? readdirSync(TESTS, { recursive: true, withFileTypes: true }) : [])
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.js"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path.startsWith(INTEROP) === (suite === "interop"))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort();
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { suite: { type: "string", default: "unit" }, "no-build": { type: "boolean", default: false } },
});
let counts: Counts = { passed: 0, failed: 1, skipped: 0 };
if (values["no-build"] || build()) {
  const files = testFiles(values.suite, positionals);
  if (files.length > 0) counts = await runFiles(files, TIMEOUT_MS[values.suite] ?? 180_000);
  else console.log(`no test file of suite ${values.suite} matches ${positionals.join(" ")}`);
}
if (process.env["CI"] === "true" && values.suite === "interop" && counts.skipped > 0) {
  console.log(`${counts.skipped} interop tests were skipped; in continuous integration every peer must be there`);
  counts.failed += counts.skipped;
  counts.skipped = 0;
}
console.log(summaryLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
