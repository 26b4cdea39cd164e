/**
 * `npm run check`: everything but the tests, each step by name with its duration. A failing step prints what its tool said.
 * Ends with `N passed, N failed`. `npm run check -- imports types` runs only those steps.
 *
 * Usage: tsx tools/dev/check.ts [STEP...]
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./repository.ts";
import { summaryLine } from "./tap-results.ts";

const node = (script: string, ...args: string[]): string[] => [
  process.execPath,
  join(root, "node_modules", script),
  ...args,
];
const own = (script: string): string[] => node("tsx/dist/cli.mjs", join(root, "tools/dev", script));

/** In the order of how soon they tell something. */
const STEPS: Readonly<Record<string, string[]>> = {
  imports: own("check-imports.ts"),
  style: node("@biomejs/biome/bin/biome", "ci", "--error-on-warnings", "--colors=off", "--max-diagnostics=200", "."),
  types: node("typescript/bin/tsc", "-p", root, "--noEmit"),
  generated: own("check-generated.ts"),
  api: own("api-report.ts"),
  size: own("check-size.ts"),
  unused: node("knip/bin/knip.js", "--treat-config-hints-as-errors"),
  package: own("check-pack.ts"),
};

/** Steps whose figures are worth a look when they pass, too. */
const TELLING = ["size"];

function passes(name: string, [command = "", ...args]: readonly string[]): boolean {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    timeout: 600_000,
    maxBuffer: 1 << 26,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok" : "FAILED"} ${name} (${seconds} s)`);
  if (status !== 0 || TELLING.includes(name)) console.log(`${stdout}${stderr}`.trimEnd());
  return status === 0;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => STEPS[name] === undefined);
if (unknown.length > 0) {
  console.error(`no step ${unknown.join(", ")}; there are ${Object.keys(STEPS).join(", ")}`);
  process.exitCode = 2;
} else {
  const results = Object.entries(STEPS)
    .filter(([name]) => wanted.length === 0 || wanted.includes(name))
    .map(([name, command]) => passes(name, command));
  const failed = results.filter((ok) => !ok).length;
  console.log(summaryLine({ passed: results.length - failed, failed, skipped: 0 }));
  process.exitCode = failed > 0 ? 1 : 0;
}
