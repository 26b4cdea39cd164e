/**
 * Runs `scrimp compile`, as it is packed, in this process, once for each set of include roots: `worker.js LIST.json FOLDER`. Its output goes to a
 * folder that is not there yet, so that every file is written.
 */
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type * as scrimp from "../../tools/main.ts";
import { root } from "../root.ts";

const { main } = (await import(join(root, "dist/bin/scrimp.js"))) as typeof scrimp;
const [, , list = "", folder = ""] = process.argv;
const inputs = JSON.parse(readFileSync(list, "utf8")) as { file: string; includeRoots: string[] }[];
const out = mkdtempSync(join(folder, "out-"));

const groups = new Map<string, typeof inputs>();
for (const input of inputs) {
  const key = input.includeRoots.join("\n");
  groups.set(key, [...(groups.get(key) ?? []), input]);
}

for (const [i, group] of [...groups.values()].entries()) {
  const include = (group[0]?.includeRoots ?? []).flatMap((path) => ["-I", path]);
  const files = group.map(({ file }) => file);
  const argv = ["compile", "--quiet", ...include, "--out", join(out, String(i)), ...files];
  const { stdin, stdout, stderr, env } = process;
  const code = await main(argv, { stdin, stdout, stderr, env, cwd: process.cwd() });
  if (code !== 0) process.exitCode = code;
}
