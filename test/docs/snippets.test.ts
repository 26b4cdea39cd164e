/**
 * Every code block of README.md and docs/ compiles as strictly as we ask users to, and those marked so run. How blocks are
 * marked stands in tools/dev/snippets.ts.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import t from "tap";
import { filesOf, snippetsOf } from "../../tools/dev/snippets.ts";
import { freePort } from "../helpers/free-port.ts";
import { root } from "../helpers/shared.ts";

const COMPILER_OPTIONS = {
  target: "es2023",
  lib: ["es2023", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  isolatedDeclarations: false,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  rewriteRelativeImportExtensions: true,
  skipLibCheck: true,
  outDir: "out",
  rootDir: ".",
};

function documents(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return [
    "README.md",
    ...docs
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name))
      .sort(),
  ];
}

function run(cwd: string, command: string, args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", timeout: 60_000 });
  return { status, output: `${stdout}${stderr}` };
}

/** Documents say port 9090; another is free here. */
const withPort = (text: string, port: number): string => text.replaceAll(/\b9090\b/g, `${port}`);

/** A folder in which `scrimp` is this clone, as built. */
function lay(folder: string, files: ReadonlyMap<string, string>, port: number): void {
  mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
  symlinkSync(root, join(folder, "node_modules/scrimp"));
  symlinkSync(join(root, "dist/bin/scrimp.js"), join(folder, "node_modules/.bin/scrimp"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ["**/*.ts"] }),
  );
  for (const [name, text] of files) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), withPort(text, port));
  }
}

for (const document of documents()) {
  const snippets = snippetsOf(readFileSync(join(root, document), "utf8"));
  if (snippets.length === 0) continue;
  t.test(`the snippets of ${document} compile and run as it says`, async (t) => {
    const folder = t.testdir();
    const files = filesOf(snippets);
    const port = await freePort();
    lay(folder, files, port);
    for (const idl of [...files.keys()].filter((name) => name.endsWith(".thrift"))) {
      const compiled = run(folder, process.execPath, [
        join(root, "dist/bin/scrimp.js"),
        "compile",
        idl,
        "--out",
        "gen",
      ]);
      t.equal(compiled.status, 0, `${idl} compiles\n${compiled.output}`);
    }
    if ([...files.keys()].some((name) => name.endsWith(".ts"))) {
      const checked = run(folder, process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."]);
      t.equal(checked.status, 0, `compiles under strict flags\n${checked.output}`);
    }
    for (const { file, run: runs, language, line, prints } of snippets) {
      if (!runs) continue;
      const command =
        language === "sh" ? ["bash", "-eu", file] : [process.execPath, join("out", file.replace(/\.ts$/, ".js"))];
      const { status, output } = run(folder, command[0] ?? "", command.slice(1));
      t.equal(status, 0, `${relative(root, document)}:${line} runs\n${output}`);
      if (prints !== undefined) t.equal(output, withPort(prints, port), `${document}:${line} prints what it says`);
    }
  });
}
