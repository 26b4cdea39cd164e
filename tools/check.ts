/** `scrimp check`: whether IDL files are valid, each judged on its own includes. The language and its rules are `idl/`'s. */
import { relative } from "node:path";
import { type LintRule, lintModule } from "../idl/check/lint.ts";
import { loadProgram } from "../idl/load/load-program.ts";
import type { Program } from "../idl/program/program.ts";
import type { Severity } from "../idl/source/diagnostic.ts";
import type { Finding } from "../idl/source/diagnostic-format.ts";
import { EXIT, type Run } from "./command.ts";
import { type LintSettings, readConfig } from "./config.ts";
import { expandFolders } from "./idl-files.ts";
import { includeFolders } from "./include-folders.ts";
import { type ReportFormat, reportDiagnostics } from "./report.ts";

interface CheckOptions {
  readonly lint?: boolean;
  readonly include?: readonly string[];
  readonly format?: ReportFormat;
  readonly config?: string;
}

/** Exit code 0 for valid files, warnings allowed, 1 for errors, 2 where no file is named. */
export const check: Run = async (args, options: CheckOptions, output, around) => {
  const config = readConfig(around.cwd, options.config);
  const named = args.length > 0 ? args : config.files.map((file) => relative(around.cwd, file));
  const files = expandFolders(named, around.cwd);
  if (files.length === 0) {
    output.error("error: no files to check: name some, or list them in scrimp.config.json");
    return EXIT.usage;
  }
  const includePaths = includeFolders(options.include, config, around.cwd);
  const { program, diagnostics, hasErrors } = loadProgram(files, {
    includePaths,
    severities: config.warnings,
    cwd: around.cwd,
  });
  // What cannot be read is not to be judged by its style.
  const findings = hasErrors ? diagnostics : [...diagnostics, ...lint(program, config.lint, options.lint ?? false)];
  reportDiagnostics(findings, options.format ?? "text", output);
  output.say(summary(files.length, findings));
  return findings.some(({ severity }) => severity === "error") ? EXIT.findings : EXIT.ok;
};

/** Of the files that were named, not of those that they include. */
function lint(program: Program, settings: LintSettings, all: boolean): Finding[] {
  const severityOf = (rule: LintRule): "off" | Severity =>
    settings.rules.get(rule.id) ?? (all || settings.all || rule.standard ? "warning" : "off");
  return program.roots.flatMap((module) =>
    lintModule(module, (rule) => severityOf(rule) !== "off").map(({ rule, span, message, hint }) => ({
      code: rule.id,
      severity: severityOf(rule) as Severity,
      message,
      source: module.source,
      span,
      related: [],
      ...(hint !== undefined && { hint }),
    })),
  );
}

function summary(files: number, diagnostics: readonly Finding[]): string {
  const count = (severity: string): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return `${plural(files, "file")}: ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
