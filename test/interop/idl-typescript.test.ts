/**
 * The whole corpus as TypeScript: every file that our compiler accepts is generated in this process, and all of it passes one run
 * of tsc under the strictest flags. Then the same programs at run time: every type links, every constant equals the generated one.
 */
import { join } from "node:path";
import t from "tap";
import { loadProgram } from "../../idl/load/load-program.ts";
import type { Module } from "../../idl/program/program.ts";
import { programSchema } from "../../idl/schema/program-schema.ts";
import { generate } from "../../idl/typescript/generator.ts";
import { linkProgram } from "../../lib/schema/link.ts";
import { type CorpusFile, corpus } from "../helpers/corpus.ts";
import { TypeScriptProject } from "../helpers/typescript.ts";

t.setTimeout(300_000);

const files = corpus();
const accepted = new Map<CorpusFile, boolean>();
const skip = files === undefined ? "../shared/data/idl is not there" : false;

t.test("the corpus passes tsc", { skip, timeout: 180_000 }, (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  const groups = group(files ?? []);
  let modules = 0;
  for (const [i, { paths, includeRoots }] of groups.entries()) {
    const { program } = loadProgram(paths, { includePaths: includeRoots });
    for (const { path, text } of generate(program, { includeRoots })) project.add({ [join(`g${i}`, path)]: text });
    modules += program.modules.length;
  }
  t.ok(modules > 900, `${modules} files generated`);
  t.equal(project.check(), "");
  t.end();
});

t.test("every file that Apache's compiler accepts is among them", { skip }, (t) => {
  const refused = (files ?? []).filter((file) => file.acceptedNow && !isAccepted(file)).map((file) => file.name);
  t.same(refused, []);
  t.end();
});

t.test("every type and constant of the corpus links at run time", { skip, timeout: 120_000 }, (t) => {
  let linked = 0;
  const problems: string[] = [];
  for (const { paths, includeRoots } of group(files ?? [])) {
    const { program } = loadProgram(paths, { includePaths: includeRoots });
    for (const root of program.roots) {
      try {
        linked += linkAll(root, program.modules, includeRoots);
      } catch (error) {
        problems.push(`${root.path}: ${(error as Error).message}`);
      }
    }
  }
  t.ok(linked > 9000, `${linked} definitions linked`);
  t.same(problems, []);
  t.end();
});

function linkAll(main: Module, modules: readonly Module[], includeRoots: readonly string[]): number {
  const schema = programSchema({ modules, roots: [main] }, main, { includeRoots });
  const linked = linkProgram(schema).get(schema.main);
  if (linked === undefined) throw new Error("the main module is not linked");
  for (const type of linked.structs) for (const field of type.fields) field.default?.();
  for (const service of linked.services)
    for (const method of service.methods.values()) void [method.args, method.result, method.stream, method.sink];
  for (const constant of linked.schema.constants ?? []) linked.constant(constant.name);
  return [...linked.structs, ...linked.services].length + (linked.schema.constants?.length ?? 0);
}

function isAccepted(file: CorpusFile): boolean {
  let known = accepted.get(file);
  if (known === undefined)
    accepted.set(file, (known = !loadProgram([file.path], { includePaths: file.includeRoots }).hasErrors));
  return known;
}

/** Files with the same include roots make one program. */
function group(all: readonly CorpusFile[]): { paths: string[]; includeRoots: readonly string[] }[] {
  const groups = new Map<string, { paths: string[]; includeRoots: readonly string[] }>();
  for (const file of all.filter(isAccepted)) {
    const key = file.includeRoots.join("\n");
    const found = groups.get(key) ?? { paths: [], includeRoots: file.includeRoots };
    found.paths.push(file.path);
    groups.set(key, found);
  }
  return [...groups.values()];
}
