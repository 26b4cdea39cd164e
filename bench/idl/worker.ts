/**
 * Compiles each file of a list on its own, as Debian's compiler does, but all in one process: `worker.js LIST.json FOLDER`.
 * Writes what stands in the file itself, not what it includes: that is what Debian's does too.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { loadProgram } from "../../idl/load-program.ts";
import { Generator } from "../../idl/typescript/generator.ts";
import { tuneForShortRun } from "../../tools/short-run.ts";

const [, , list = "", folder = ""] = process.argv;
const inputs = JSON.parse(readFileSync(list, "utf8")) as { file: string; includeRoots: string[] }[];

for (const [i, { file, includeRoots }] of inputs.entries()) {
  const { program, hasErrors } = loadProgram([file], { includePaths: includeRoots });
  if (hasErrors) throw new Error(`${file} has errors`);
  const generator = new Generator(program, { includeRoots });
  for (const root of program.roots) {
    const { path, text } = generator.file(root);
    const target = join(folder, String(i), path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}
