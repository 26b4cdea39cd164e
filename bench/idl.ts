/**
 * The compiler beside Debian's `thrift --gen js:ts`: the corpus of `../shared`, and its largest file alone. Every process is
 * measured whole, from its start; a slice is one compilation, however long it takes.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Case, type Profiling, type Runner, type Sample, Skipped } from "./case.ts";
import { coreOf, pinned } from "./processes.ts";
import { benchFile, root } from "./root.ts";

const SCRIMP = "scrimp compile";
const THRIFT = "thrift --gen js:ts";

/** A file to compile and the folders to search for what it includes. */
interface Input {
  readonly file: string;
  readonly includeRoots: readonly string[];
}

const idl = join(root, "../shared/data/idl");

export const idlCases: readonly Case[] = [
  createCase("idl/corpus", "the corpus: ours in one process, Debian's in one process a file", () => corpus()),
  createCase("idl/hive-metastore", "Hive's metastore, 1,814 lines", () =>
    corpus().filter(({ file }) => file.endsWith("ByConity+hivemetastore/hive_metastore.thrift")),
  ),
];

function createCase(name: string, title: string, inputs: () => readonly Input[]): Case {
  return {
    name,
    title,
    contenders: [THRIFT, SCRIMP],
    baseline: THRIFT,
    compared: ["time", "CPU"],
    sliceMs: 1000,
    wholeProcess: true,
    quick: name !== "idl/corpus",
    open: async (contender) => openCompiler(contender, inputs()),
    profile: async (_contender, profiling) => [profileCompiler(profiling, inputs())],
  };
}

/** What both compilers accept, so that both do the same work. */
function corpus(): Input[] {
  const manifest = join(idl, "MANIFEST.tsv");
  if (!existsSync(manifest)) throw new Skipped("../shared/data/idl is not there");
  const [head = [], ...rows] = readFileSync(manifest, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  const column = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? "";
  const accepted = rows.filter((row) => column(row, "thrift0.17_js:ts") === "accept");
  return accepted.map((row) => ({
    file: join(idl, "..", column(row, "path")),
    includeRoots: column(row, "include_roots")
      .split(" ")
      .filter((path) => path !== "")
      .map((path) => join(idl, "..", path)),
  }));
}

function openCompiler(contender: string, inputs: readonly Input[]): Runner {
  if (contender === THRIFT && spawnSync("thrift", ["--version"]).error !== undefined)
    throw new Skipped("no `thrift`: apt-get install thrift-compiler");
  const folder = mkdtempSync(join(tmpdir(), "scrimp-bench-idl-"));
  const command =
    contender === THRIFT ? writeThriftScript(inputs, folder) : [process.execPath, ...workerArgs(inputs, folder)];
  return {
    slice: async () => compileOnce(command),
    close: async () => rmSync(folder, { recursive: true }),
  };
}

/** Debian's compiler takes one file a process. */
function writeThriftScript(inputs: readonly Input[], folder: string): string[] {
  const lines = inputs.map(({ file, includeRoots }, i) => {
    mkdirSync(join(folder, String(i)));
    const include = includeRoots.map((path) => `-I ${quoted(path)} `).join("");
    return `thrift ${include}--gen js:ts -out ${quoted(join(folder, String(i)))} ${quoted(file)} >/dev/null 2>&1 || exit 1\n`;
  });
  const script = join(folder, "compile.sh");
  writeFileSync(script, lines.join(""));
  return ["/bin/sh", script];
}

/** Sources run through tsx would be measured with it: a bench runs from `dist`. */
function workerArgs(inputs: readonly Input[], folder: string): string[] {
  const list = join(folder, "inputs.json");
  writeFileSync(list, JSON.stringify(inputs));
  const flags = import.meta.url.endsWith(".ts") ? ["--import", "tsx"] : [];
  return [...flags, benchFile("idl/worker"), list, folder];
}

/** bash says what its children used; `times` prints user and system time of the shell, then of the children. */
function compileOnce(command: readonly string[]): Sample[] {
  const [program, args] = pinned(coreOf("client"), "/bin/bash", ["-c", `"$@" || exit 1; times`, "bash", ...command]);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const elapsedMs = performance.now() - started;
  if (status !== 0) throw new Error(`${command.join(" ")} failed: ${stderr.slice(0, 500)}`);
  const children = stdout.trimEnd().split("\n").at(-1) ?? "";
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  );
  return [
    { metric: "time", unit: "s", value: elapsedMs / 1000 },
    { metric: "CPU", unit: "s", value: seconds.reduce((sum, s) => sum + s, 0) },
  ];
}

function profileCompiler({ folder, stem }: Profiling, inputs: readonly Input[]): { file: string; text: string } {
  const out = mkdtempSync(join(tmpdir(), "scrimp-bench-idl-"));
  const name = `${stem}.cpuprofile`;
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}`];
  const { status } = spawnSync(process.execPath, [...flags, ...workerArgs(inputs, out)]);
  rmSync(out, { recursive: true });
  return { file: join(folder, name), text: status === 0 ? "" : `the compiler ended with ${status}` };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
