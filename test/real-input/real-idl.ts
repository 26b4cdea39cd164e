/**
 * Real IDL, compiled and loaded: every test runs once with what generated code declares and once with what the same file gives
 * at run time. The generated code is written below dist, type-checked and compiled as a user would. Knows no wire format.
 */
import { execFile } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Test } from "tap";
import { loadIdl } from "../../idl/index.ts";
import type { Service } from "../../lib/schema/service.ts";
import type { StructType } from "../../lib/schema/types.ts";
import { main } from "../../tools/main.ts";
import { root, sharedPath } from "../helpers/shared.ts";

/** Definitions of one IDL file, by name, from generated code or from the file itself. */
export interface Definitions {
  readonly origin: "generated code" | "the loaded IDL";
  readonly struct: (name: string) => StructType;
  readonly service: (name: string) => Service;
}

/** An IDL file below data/idl and what it needs. */
export interface RealIdl {
  readonly path: string;
  readonly include?: readonly string[];
  /** Included files that nobody has: their text by name. */
  readonly standIns?: Readonly<Record<string, string>>;
}

const fromSources = import.meta.url.endsWith(".ts");

const made = new Map<string, Promise<readonly Definitions[]>>();

/** The definitions of `idl` both ways, made once a process; what is generated goes to a folder called `name`. */
export function bothWays(name: string, idl: RealIdl): Promise<readonly Definitions[]> {
  const definitions = made.get(name) ?? make(name, idl);
  made.set(name, definitions);
  return definitions;
}

async function make(name: string, idl: RealIdl): Promise<readonly Definitions[]> {
  const folder = join(root, "dist/test/real-input", `gen-${name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, "idl"), { recursive: true });
  for (const [file, text] of Object.entries(idl.standIns ?? {})) writeFileSync(join(folder, "idl", file), text);
  const path = sharedPath(`data/idl/${idl.path}`)!;
  const include = [...(idl.include ?? []).map((part) => sharedPath(`data/idl/${part}`)!), join(folder, "idl")];
  return [await generated(path, include, folder), await loaded(path, include)];
}

async function generated(path: string, include: readonly string[], folder: string): Promise<Definitions> {
  await compileIdl([path, "--out", join(folder, "src"), "--root", "/", ...include.flatMap((dir) => ["-I", dir])]);
  const file = join(
    folder,
    fromSources ? "src" : "js",
    path.slice(1).replace(/\.thrift$/, fromSources ? ".ts" : ".js"),
  );
  if (!fromSources) await compileTypeScript(folder);
  const module = (await import(pathToFileURL(file).href)) as Record<string, never>;
  return { origin: "generated code", struct: (name) => module[name]!, service: (name) => module[name]! };
}

/** Runs `scrimp compile`. */
async function compileIdl(args: readonly string[]): Promise<void> {
  const texts: string[] = [];
  const stream = { write: (text: string) => texts.push(text) };
  const code = await main(["compile", ...args], {
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    cwd: root,
    env: {},
  });
  if (code !== 0) throw new Error(`scrimp compile ended with ${code}\n${texts.join("")}`);
}

/** Type-checks and compiles the generated code with the strictest flags that it promises to bear. */
async function compileTypeScript(folder: string): Promise<void> {
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    types: ["node"],
    rootDir: "src",
    outDir: "js",
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    isolatedDeclarations: true,
    declaration: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    noUnusedLocals: true,
    rewriteRelativeImportExtensions: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["src"] }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, "-p", folder]).catch((error: { stdout: string }) => {
    throw new Error(`generated code does not compile\n${error.stdout}`);
  });
}

async function loaded(path: string, include: readonly string[]): Promise<Definitions> {
  const idl = await loadIdl(path, { include });
  return { origin: "the loaded IDL", struct: (name) => idl.struct(name), service: (name) => idl.service(name) };
}

/** `t.test`, skipped by name where the shared data is missing. */
export async function realInputTest(t: Test, name: string, run: (t: Test) => Promise<void>): Promise<void> {
  const there = sharedPath("data/wire") !== undefined;
  await t.test(name, { skip: there ? false : `needs ../shared/data/wire (${basename(root)} stands alone)` }, run);
}
