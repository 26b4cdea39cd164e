/** `scrimp breaking`: what a new version of IDL would break for users of the old one. The rules are `idl/compatibility/`'s. */
import { relative, resolve } from "node:path";
import { comparePrograms } from "../idl/compatibility/compare.ts";
import { type Location, Locator } from "../idl/compatibility/locate.ts";
import { type Breaks, type Change, RULES } from "../idl/compatibility/rules.ts";
import { loadProgram } from "../idl/load/load-program.ts";
import type { Program } from "../idl/program/program.ts";
import { programSchema } from "../idl/schema/program-schema.ts";
import type { Diagnostic } from "../idl/source/diagnostic.ts";
import type { Finding } from "../idl/source/diagnostic-format.ts";
import { Source } from "../idl/source/source.ts";
import { EXIT, type Run } from "./command.ts";
import { readConfig } from "./config.ts";
import { filesAt } from "./git-files.ts";
import { includeFolders } from "./include-folders.ts";
import { type ReportFormat, reportDiagnostics } from "./report.ts";

interface BreakingOptions {
  readonly against?: string;
  readonly for?: readonly Breaks[];
  readonly include?: readonly string[];
  readonly format?: ReportFormat;
  readonly config?: string;
}

type Read = (path: string) => Buffer | undefined;

/** One file before and after. */
interface Versions {
  readonly old: { readonly path: string; readonly read?: Read };
  readonly now: { readonly path: string };
}

/** Exit code 0 when nothing breaks, 1 when something does, 3 for IDL with errors. */
export const breaking: Run = async (args, options: BreakingOptions, output, around) => {
  const config = readConfig(around.cwd, options.config);
  const files = args.length > 0 ? args : config.files.map((file) => relative(around.cwd, file));
  const versions = versionsOf(files, options.against, around.cwd);
  if (typeof versions === "string") {
    output.error(`error: ${versions}`);
    return EXIT.usage;
  }
  const includePaths = includeFolders(options.include, config, around.cwd);
  const compared = versions.map((pair) => compare(pair, includePaths, around.cwd));
  const errors = compared.flatMap((result) => result.errors);
  if (errors.length > 0) {
    reportDiagnostics(errors, options.format ?? "text", output);
    return EXIT.idl;
  }
  const wanted = new Set<string>(options.for ?? ["wire", "json", "source"]);
  const findings = unique(
    compared.flatMap((result) =>
      result.findings.filter(({ change }) => RULES[change.rule].breaks.some((part) => wanted.has(part))),
    ),
  );
  reportDiagnostics(findings, options.format ?? "text", output);
  output.say(
    `${files.length} ${files.length === 1 ? "file" : "files"}: ${findings.length} breaking ${findings.length === 1 ? "change" : "changes"}`,
  );
  return findings.length > 0 ? EXIT.findings : EXIT.ok;
};

function versionsOf(files: readonly string[], against: string | undefined, cwd: string): Versions[] | string {
  if (against !== undefined) {
    if (files.length === 0) return "no files to compare: name some, or list them in scrimp.config.json";
    const read = filesAt(against, cwd);
    // A file that is new breaks nobody.
    return files.flatMap((path) =>
      read(resolve(cwd, path)) === undefined ? [] : [{ old: { path, read }, now: { path } }],
    );
  }
  const [old, now] = files;
  if (old === undefined || now === undefined || files.length > 2)
    return "name two files, old and new, or --against a commit";
  return [{ old: { path: old }, now: { path: now } }];
}

interface ChangeFinding extends Finding {
  readonly change: Change;
}

function compare(
  { old, now }: Versions,
  includePaths: readonly string[],
  cwd: string,
): { findings: ChangeFinding[]; errors: Diagnostic[] } {
  const before = loadProgram([old.path], { includePaths, cwd, ...(old.read && { read: old.read }) });
  const after = loadProgram([now.path], { includePaths, cwd });
  const errors = [before, after].flatMap(({ diagnostics, hasErrors }) =>
    hasErrors ? diagnostics.filter((one) => one.severity === "error") : [],
  );
  const [oldMain] = before.program.roots;
  const [newMain] = after.program.roots;
  if (errors.length > 0 || oldMain === undefined || newMain === undefined) return { findings: [], errors };
  const changes = comparePrograms(programSchema(before.program, oldMain), programSchema(after.program, newMain));
  return { findings: locate(changes, before.program, after.program), errors };
}

function locate(changes: readonly Change[], before: Program, after: Program): ChangeFinding[] {
  const oldPlaces = new Locator(before);
  const newPlaces = new Locator(after);
  return changes.map((change) => {
    const { rule, message } = change;
    const old = oldPlaces.locate(change.old) ?? nowhere();
    const related = [{ ...old, message: "the old version" }];
    const hint = `breaks ${RULES[rule].breaks.join(", ")}: ${RULES[rule].reason}`;
    return {
      code: rule,
      severity: "error",
      message,
      hint,
      related,
      change,
      ...(newPlaces.locate(change.new) ?? nowhere()),
    };
  });
}

function nowhere(): Location {
  return { source: new Source("(gone)", ""), span: { start: 0, end: 0 } };
}

/** Files that share includes find the same changes in them. */
function unique(findings: readonly ChangeFinding[]): ChangeFinding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, message, source, span }) => {
    const key = `${code} ${source.path} ${span.start} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
