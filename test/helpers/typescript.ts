/**
 * TypeScript that a test makes: type-checked by the real compiler under the strictest flags, and run. Imports of
 * `scrimp/codegen/v1` go to the library that the test itself runs on.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./shared.ts";

/** Every flag that a strict project may have on. */
const STRICT = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  isolatedDeclarations: true,
  declaration: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  forceConsistentCasingInFileNames: true,
};

const CODEGEN = join(root, "lib/schema/codegen-v1.ts");

/** Files in a folder of their own; gone after `remove`. */
export class TypeScriptProject {
  /** Where the JavaScript is, once the files were compiled as they are. */
  #compiled: string | undefined;
  readonly folder: string = mkdtempSync(join(tmpdir(), "scrimp-test-"));

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.add(files);
    this.add({ "package.json": JSON.stringify({ type: "module" }) });
  }

  /** Paths are relative to the folder. */
  add(files: Readonly<Record<string, string>>): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), text);
    }
    return this;
  }

  /** What tsc says of all files; empty where it is content. Writes JavaScript beside them where `emit` is set. */
  check(emit = false): string {
    const tsconfig = {
      compilerOptions: {
        ...STRICT,
        target: "es2023",
        module: "nodenext",
        types: ["node"],
        typeRoots: [join(root, "node_modules/@types")],
        skipLibCheck: true,
        rewriteRelativeImportExtensions: true,
        paths: { "scrimp/codegen/v1": [CODEGEN] },
        ...(emit ? { rootDir: "/", outDir: join(this.folder, "js") } : { noEmit: true }),
      },
      include: [`${this.folder}/**/*.ts`],
      exclude: [join(this.folder, "js")],
    };
    this.add({ "tsconfig.json": JSON.stringify(tsconfig) });
    const tsc = join(root, "node_modules/typescript/lib/tsc.js");
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", this.folder, "--pretty", "false"], {
      encoding: "utf8",
      cwd: this.folder,
      maxBuffer: 1 << 28,
    });
    return stdout + stderr;
  }

  /** Imports a file of the project, compiled. Throws what tsc says where it is not content. */
  async load(path: string): Promise<Record<string, unknown>> {
    this.#compiled ??= this.#compile();
    return import(pathToFileURL(join(this.#compiled, path.replace(/\.ts$/, ".js"))).href);
  }

  #compile(): string {
    const problems = this.check(true);
    if (problems !== "") throw new Error(problems);
    const compiled = join(this.folder, "js", relative("/", this.folder));
    for (const file of readdirSync(compiled, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".js")) redirect(join(compiled, file));
    }
    return compiled;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The library that this test runs on: sources or compiled, one copy of it. */
const own = import.meta.url;
const library = new URL(`../../lib/schema/codegen-v1${own.endsWith(".ts") ? ".ts" : ".js"}`, own).href;

function redirect(file: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replaceAll('"scrimp/codegen/v1"', JSON.stringify(library)));
}
