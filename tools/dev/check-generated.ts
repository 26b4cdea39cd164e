/**
 * Fails when checked-in generated code is not what the compiler makes today of its IDL. `--write` brings it up to date.
 *
 * Usage: tsx tools/dev/check-generated.ts [--write]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./repository.ts";

/** Every folder of generated TypeScript in the repository, and what it is made of. */
const GENERATED: readonly { readonly idl: readonly string[]; readonly out: string }[] = [
  { idl: ["examples/calculator/calculator.thrift"], out: "examples/calculator/gen" },
];

/** Runs this clone's `scrimp compile`, from its sources. */
export function compile(idl: readonly string[], out: string): void {
  const command = [
    join(root, "node_modules/tsx/dist/cli.mjs"),
    join(root, "tools/main.ts"),
    "compile",
    ...idl,
    "--out",
    out,
  ];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`scrimp compile ${idl.join(" ")} ended with ${status}\n${stderr}`);
}

function contents(folder: string): Map<string, string> {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : [];
  return new Map(
    names.filter((name) => name.endsWith(".ts")).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

/** One line for each file in which the two folders differ. */
export function differences(checkedIn: string, fresh: string): string[] {
  const [was, is] = [contents(checkedIn), contents(fresh)];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((name) => {
    if (was.get(name) === is.get(name)) return [];
    return [`${name}: ${is.has(name) ? (was.has(name) ? "out of date" : "missing") : "no longer generated"}`];
  });
}

function check(idl: readonly string[], out: string): string[] {
  const fresh = mkdtempSync(join(tmpdir(), "scrimp-generated-"));
  try {
    compile(idl, fresh);
    return differences(join(root, out), fresh).map((difference) => `${out}/${difference}`);
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--write")) {
    for (const { idl, out } of GENERATED) {
      rmSync(join(root, out), { recursive: true, force: true });
      compile(idl, join(root, out));
    }
  }
  const problems = GENERATED.flatMap(({ idl, out }) => check(idl, out));
  for (const problem of problems) console.error(`${problem}; run npm run generate`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
