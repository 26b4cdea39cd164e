/** `scrimp check`: whether IDL files are valid, each judged on its own includes. The language and its rules are `idl/`'s. */
import { relative, resolve } from "node:path";
import type { Diagnostic } from "../idl/diagnostic.ts";
import { type Finding, renderGithub, renderJson, renderText } from "../idl/diagnostic-format.ts";
import { loadProgram } from "../idl/load-program.ts";
import { readConfig } from "./config.ts";
import { EXIT, type Run } from "./main.ts";
import type { Output } from "./output.ts";

interface CheckOptions {
  readonly include?: readonly string[];
  readonly format?: "text" | "json" | "github";
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
  show(diagnostics, options.format ?? "text", output);
  output.say(summary(files.length, diagnostics));
  return hasErrors ? EXIT.findings : EXIT.ok;
};

/** JSON and GitHub's annotations are results; text is for people. */
function show(findings: readonly Finding[], format: "text" | "json" | "github", output: Output): void {
  if (format === "json") output.result(renderJson(findings));
  else if (format === "github") output.result(renderGithub(findings));
  else if (findings.length > 0) output.error(renderText(findings, output.colors));
}

function summary(files: number, diagnostics: readonly Diagnostic[]): string {
  const count = (severity: string): number => diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return `${plural(files, "file")}: ${plural(count("error"), "error")}, ${plural(count("warning"), "warning")}`;
}

function plural(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}
