/** `scrimp compile`: IDL files and what they include → TypeScript below one folder, once or whenever they change. */
import { dirname, relative, resolve } from "node:path";
import { loadProgram } from "../idl/load/load-program.ts";
import type { Program } from "../idl/program/program.ts";
import { type GenerateOptions, Generator } from "../idl/typescript/generator.ts";
import { EXIT, type Options, type Run, type Surroundings } from "./command.ts";
import { type Config, type ImportExtension, readConfig } from "./config.ts";
import { expandFolders } from "./idl-files.ts";
import { includeFolders } from "./include-folders.ts";
import { OutFolder } from "./out-folder.ts";
import type { Output } from "./output.ts";
import { type ReportFormat, reportDiagnostics } from "./report.ts";
import { tuneForShortRun } from "./short-run.ts";
import type { Contents } from "./watch.ts";

/** One command line with the project's file, paths absolute. */
interface Job {
  readonly files: readonly string[];
  readonly out: string;
  readonly check: boolean;
  readonly watch: boolean;
  /** `--quiet`, where it is people who read. */
  readonly errorsOnly: boolean;
  readonly format: ReportFormat;
  readonly config: Config;
  readonly generate: GenerateOptions;
}

/** What one round did. */
interface Outcome {
  readonly code: number;
  /** What to watch, where it is to be watched. */
  readonly sources: Contents;
}

const NO_SOURCES: Contents = new Map();

export const compile: Run = async (args, options, output, around) => {
  const job = readJob(args, options, around);
  if (typeof job === "string") {
    output.error(`error: ${job}`);
    return EXIT.usage;
  }
  if (options.watch !== true) tuneForShortRun();
  const { code, sources } = await compileOnce(job, output, around);
  if (options.watch !== true) return code;
  const { watchFiles } = await import("./watch.ts");
  await watchFiles(sources, {
    signal: around.signal,
    ready: (files) => output.say(`watching ${files} files`),
    again: async () => (await compileAgain(job, output, around)) ?? sources,
  });
  return EXIT.interrupted;
};

/** What goes wrong now may be right after the next change. */
async function compileAgain(job: Job, output: Output, around: Surroundings): Promise<Contents | undefined> {
  try {
    return (await compileOnce(job, output, around)).sources;
  } catch (error) {
    output.error(`error: ${(error as Error).message}`);
    return undefined;
  }
}

/** A string says what is missing. */
function readJob(args: readonly string[], options: Options, around: Surroundings): Job | string {
  const config = readConfig(around.cwd, options.config as string | undefined);
  const absolute = (path: unknown): string => resolve(around.cwd, String(path));
  const files = expandFolders(args.length > 0 ? args.map(absolute) : config.files, around.cwd);
  const out = options.out === undefined ? config.out : absolute(options.out);
  if (options.check === true && options.watch === true)
    return "--check writes nothing and --watch goes on writing: say one of them";
  if (files.length === 0) return "no file to compile: name one, or list them under `files` in scrimp.config.json";
  if (out === undefined) return "no folder for the output: pass --out DIR, or `out` in scrimp.config.json";
  const generate = {
    includeRoots: includeFolders(options.include as string[] | undefined, config, around.cwd),
    root: options.root === undefined ? config.root : absolute(options.root),
    annotations: config.annotations,
    docs: options.docs === true,
    codecs: options.codec === "module",
    importExtension: extensionOf(options.importExtension, config.importExtension),
  };
  const format = options.format as ReportFormat;
  const errorsOnly = options.quiet === true && format === "text";
  return {
    files,
    out,
    check: options.check === true,
    watch: options.watch === true,
    errorsOnly,
    format,
    config,
    generate,
  };
}

function extensionOf(option: unknown, configured: ImportExtension | undefined): ImportExtension {
  if (option === undefined) return configured ?? ".js";
  return option === "none" ? "" : (option as ImportExtension);
}

async function compileOnce(job: Job, output: Output, around: Surroundings): Promise<Outcome> {
  const started = performance.now();
  output.progress("reading …");
  const { includeRoots = [] } = job.generate;
  const loaded = loadProgram(job.files, {
    includePaths: includeRoots,
    severities: job.config.warnings,
    cwd: around.cwd,
  });
  const shownOnes = job.errorsOnly
    ? loaded.diagnostics.filter(({ severity }) => severity === "error")
    : loaded.diagnostics;
  reportDiagnostics(shownOnes, job.format, output);
  const sources = job.watch ? sourcesOf(loaded.program, job) : NO_SOURCES;
  if (loaded.hasErrors) return { code: EXIT.idl, sources };
  const stale = await generateAll(loaded.program, job, output);
  const count = loaded.program.modules.length;
  const files = count === 1 ? "1 file" : `${count} files`;
  if (!job.check)
    output.say(
      `${files}, ${stale.length} written to ${shown(job.out, around)} in ${Math.round(performance.now() - started)} ms`,
    );
  const compiles = `${files} ${count === 1 ? "compiles" : "compile"} to`;
  for (const path of job.check ? stale : []) output.error(`${shown(path, around)} is not what ${compiles}`);
  if (job.check && stale.length > 0) output.say("run the same command without --check, and commit what it writes");
  return { code: job.check && stale.length > 0 ? EXIT.findings : EXIT.ok, sources };
}

/** Every file that the outcome depends on: also the places where a missing include would be found. */
function sourcesOf(program: Program, job: Job): Contents {
  const { includeRoots = [] } = job.generate;
  const missing = program.modules.flatMap((module) =>
    module.includes
      .filter((include) => include.module === undefined)
      .flatMap(({ node }) => [dirname(module.key), ...includeRoots].map((folder) => resolve(folder, node.path))),
  );
  const read = program.modules.map((module) => [module.key, module.source.bytes] as const);
  return new Map([...[...job.files, ...missing].map((path) => [path, undefined] as const), ...read]);
}

/** The paths whose content was another one. */
async function generateAll(program: Program, job: Job, output: Output): Promise<readonly string[]> {
  const generator = new Generator(program, job.generate);
  const folder = new OutFolder(job.out, job.check);
  const files = program.modules.map((module, i) => {
    output.progress(`${i + 1} of ${program.modules.length}: ${module.path}`);
    const file = generator.file(module);
    folder.put(file.path, file.text);
    return file;
  });
  if (job.generate.codecs) {
    const { codecFiles } = await import("./codec-files.ts");
    for (const [path, text] of codecFiles(files)) folder.put(path, text);
  }
  return folder.stale;
}

function shown(path: string, around: Surroundings): string {
  const short = relative(around.cwd, path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
