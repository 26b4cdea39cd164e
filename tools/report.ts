/** Shows findings in the format that was asked for: for people on stderr, for machines on stdout. */
import { type Finding, renderGithub, renderJson, renderText } from "../idl/source/diagnostic-format.ts";
import type { Output } from "./output.ts";

export type ReportFormat = "text" | "json" | "github";

/** JSON is printed even where nothing was found: an empty array. */
export function reportDiagnostics(findings: readonly Finding[], format: ReportFormat, output: Output): void {
  if (format === "json") output.result(renderJson(findings));
  else if (format === "github") output.result(renderGithub(findings));
  else if (findings.length > 0) output.error(renderText(findings, output.colors));
}
