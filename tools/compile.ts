/**
 * `scrimp compile`: IDL files and what they include → TypeScript below one folder. Writes only what changed, so that nothing
 * that watches the output wakes up for nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { loadProgram } from "../idl/load-program.ts";
import type { Program } from "../idl/program.ts";
import { type GeneratedFile, type GenerateOptions, Generator } from "../idl/typescript/generator.ts";
import { EXIT, type Options, type Run, type Surroundings } from "./command.ts";
import { type Config, type ImportExtension, readConfig } from "./config.ts";
import type { Output } from "./output.ts";
import { type ReportFormat, reportDiagnostics } from "./report.ts";
import { watchFiles } from "./watch.ts";

/** One command line with the project's file, paths absolute. */
interface Job {
  readonly files: readonly string[];
  readonly out: string;
  readonly check: boolean;
  readonly format: ReportFormat;
  readonly config: Config;
  readonly generate: GenerateOptions;
}

/** What one round did. */
interface Outcome {
  readonly code: number;
  /** Every file that was read. */
  readonly sources: readonly string[];
}

export const compile: Run = async (args, options, output, around) => {
  const job = readJob(args, options, around);
  if (typeof job === "string") {
    output.error(`error: ${job}`);
    return EXIT.usage;
  }
  const { code, sources } = compileOnce(job, output, around);
  if (options.watch !== true) return code;
  output.say(`watching ${sources.length} files`);
  return watchFiles(sources, () => compileOnce(job, output, around).sources, around.signal);
};

/** A string says what is missing. */
function readJob(args: readonly string[], options: Options, around: Surroundings): Job | string {
  const config = readConfig(around.cwd, options.config as string | undefined);
  const absolute = (path: unknown): string => resolve(around.cwd, String(path));
  const files = args.length > 0 ? args.map(absolute) : config.files;
  const out = options.out === undefined ? config.out : absolute(options.out);
  if (files.length === 0) return "no file to compile: name one, or list them under `files` in scrimp.config.json";
  if (out === undefined) return "no folder for the output: say --out DIR, or `out` in scrimp.config.json";
  const include = [...((options.include as string[] | undefined) ?? []).map(absolute), ...config.include];
  const generate = {
    includeRoots: include,
    root: options.root === undefined ? config.root : absolute(options.root),
    annotations: config.annotations,
    docs: options.docs === true,
    importExtension: extensionOf(options.importExtension, config.importExtension),
  };
  return { files, out, check: options.check === true, format: options.format as ReportFormat, config, generate };
}

function extensionOf(option: unknown, configured: ImportExtension | undefined): ImportExtension {
  if (option === undefined) return configured ?? ".js";
  return option === "none" ? "" : (option as ImportExtension);
}

function compileOnce(job: Job, output: Output, around: Surroundings): Outcome {
  const started = performance.now();
  output.progress("reading …");
  const { includeRoots = [] } = job.generate;
  const loaded = loadProgram(job.files, {
    includePaths: includeRoots,
    severities: job.config.warnings,
    cwd: around.cwd,
  });
  reportDiagnostics(loaded.diagnostics, job.format, output);
  const sources = [...new Set([...job.files, ...loaded.program.modules.map((module) => module.key)])];
  if (loaded.hasErrors) return { code: EXIT.idl, sources };
  const stale = generateAll(loaded.program, job, output);
  const files = `${loaded.program.modules.length} files`;
  if (!job.check)
    output.say(
      `${files}, ${stale.length} written to ${shown(job.out, around)} in ${Math.round(performance.now() - started)} ms`,
    );
  for (const path of job.check ? stale : []) output.error(`${shown(path, around)} is not what ${files} compile to`);
  return { code: job.check && stale.length > 0 ? EXIT.findings : EXIT.ok, sources };
}

/** The paths whose content was another one. */
function generateAll(program: Program, job: Job, output: Output): string[] {
  const generator = new Generator(program, job.generate);
  const stale: string[] = [];
  program.modules.forEach((module, i) => {
    output.progress(`${i + 1} of ${program.modules.length}: ${module.path}`);
    const file = generator.file(module);
    const path = join(job.out, file.path);
    if (isOnDisk(path, file)) return;
    stale.push(path);
    if (!job.check) write(path, file);
  });
  return stale;
}

function isOnDisk(path: string, file: GeneratedFile): boolean {
  try {
    return readFileSync(path, "utf8") === file.text;
  } catch {
    return false;
  }
}

function write(path: string, file: GeneratedFile): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.text);
}

function shown(path: string, around: Surroundings): string {
  const short = relative(around.cwd, path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
