/** `scrimp check`: whether IDL files are valid, each judged on its own includes. The language and its rules are `idl/`'s. */
import { relative, resolve } from "node:path";
import type { Diagnostic } from "../idl/diagnostic.ts";
import { loadProgram } from "../idl/load-program.ts";
import { EXIT, type Run } from "./command.ts";
import { readConfig } from "./config.ts";
import { type ReportFormat, reportDiagnostics } from "./report.ts";

interface CheckOptions {
  readonly include?: readonly string[];
  readonly format?: ReportFormat;
  readonly config?: string;
}

/** Exit code 0 for valid files, warnings allowed, 1 for errors, 2 where no file is named. */
export const check: Run = async (args, options: CheckOptions, output, around) => {
  const config = readConfig(around.cwd, options.config);
  const files = args.length > 0 ? args : config.files.map((file) => relative(around.cwd, file));
  if (files.length === 0) {
    output.error("error: no files to check: name some, or list them in scrimp.config.json");
    return EXIT.usage;
  }
  const includePaths = [...(options.include ?? []).map((path) => resolve(around.cwd, path)), ...config.include];
  const { diagnostics, hasErrors } = loadProgram(files, { includePaths, severities: config.warnings, cwd: around.cwd });
  reportDiagnostics(diagnostics, options.format ?? "text", output);
  output.say(summary(files.length, diagnostics));
  return hasErrors ? EXIT.findings : EXIT.ok;
};

function summary(files: number, diagnostics: readonly Diagnostic[]): string {
  const count = (severity: string): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return `${plural(files, "file")}: ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
