/** Findings as text for people, as JSON for programs, and as annotations for GitHub's logs. Does not know where they came from. */
import type { Severity } from "./codes.ts";
import type { Related } from "./diagnostic.ts";
import type { Source, Span } from "./source.ts";

/** What can be shown: a Diagnostic is one, and so is whatever else finds something at a place. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly source: Source;
  readonly span: Span;
  readonly hint?: string;
  readonly related: readonly Related[];
}

type Paint = (text: string) => string;

/** The colours that `renderText` uses; picocolors' own object will do. */
export interface Colors {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

const same: Paint = (text) => text;
const PLAIN: Colors = { bold: same, dim: same, red: same, yellow: same, cyan: same };

/** `file:line:column: error: message [code]`, the line with carets below it, the hint, the related places. Ends without a line end. */
export function renderText(findings: readonly Finding[], colors: Colors = PLAIN): string {
  return findings.map((finding) => renderOne(finding, colors)).join("\n");
}

function renderOne(finding: Finding, colors: Colors): string {
  const { source, span, severity } = finding;
  const paint = severity === "error" ? colors.red : colors.yellow;
  const head = `${colors.bold(place(source, span))}: ${paint(severity)}: ${printable(finding.message)} ${colors.dim(`[${finding.code}]`)}`;
  const lines = [head, ...snippet(source, span, paint, colors)];
  if (finding.hint !== undefined) lines.push(`  ${colors.cyan("hint")}: ${printable(finding.hint)}`);
  for (const related of finding.related) {
    lines.push(`  ${place(related.source, related.span)}: ${colors.cyan("note")}: ${printable(related.message)}`);
  }
  return lines.join("\n");
}

function place(source: Source, span: Span): string {
  const { line, column } = source.position(span.start);
  return `${printable(source.path)}:${line}:${column}`;
}

/** A terminal must not obey the contents of a file. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}

const CONTEXT_BEFORE = 80;
const CONTEXT_BEHIND = 60;

/** The first line of the span; of a long line only the text around it. */
function snippet(source: Source, span: Span, paint: Paint, colors: Colors): string[] {
  const { line } = source.position(span.start);
  const whole = source.lineSpan(line);
  if (whole.start === whole.end) return [];
  const start = Math.min(span.start, whole.end);
  const end = Math.min(Math.max(span.end, start), whole.end, start + CONTEXT_BEHIND);
  const from = cut(source, Math.max(whole.start, start - CONTEXT_BEFORE));
  const to = cut(source, Math.min(whole.end, end + CONTEXT_BEHIND));
  const number = String(line).padStart(5);
  const shown = `${from > whole.start ? "…" : ""}${toLine(source, from, to)}${to < whole.end ? "…" : ""}`;
  const indent = " ".repeat((from > whole.start ? 1 : 0) + width(toLine(source, from, start)));
  const carets = "^".repeat(Math.max(1, width(toLine(source, start, end))));
  return [`${colors.dim(`${number} |`)} ${shown}`, `${colors.dim("      |")} ${indent}${paint(carets)}`];
}

/** Never in the middle of a letter. */
function cut(source: Source, offset: number): number {
  let at = offset;
  while (((source.bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}

function toLine(source: Source, start: number, end: number): string {
  return printable(
    source
      .decode(start, end)
      .replaceAll("\t", " ")
      .replace(/[\r\n]/g, " "),
  );
}

function width(text: string): number {
  return [...text].length;
}

/** One array; columns count bytes of UTF-8 from 1, the end is just past the last byte. Ends with a line end. */
export function renderJson(findings: readonly Finding[]): string {
  return `${JSON.stringify(findings.map(toJson), null, 2)}\n`;
}

function toJson({ source, span, severity, code, message, hint, related }: Finding): object {
  return {
    ...jsonPlace(source, span),
    severity,
    code,
    message,
    hint: hint ?? null,
    related: related.map((other) => ({ ...jsonPlace(other.source, other.span), message: other.message })),
  };
}

function jsonPlace(source: Source, span: Span): object {
  const start = source.position(span.start);
  const end = source.position(Math.max(span.start, span.end));
  return { file: source.path, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

/** A workflow command a line: GitHub shows them beside the changed lines. Empty for no finding. */
export function renderGithub(findings: readonly Finding[]): string {
  return findings.map((finding) => `${toGithub(finding)}\n`).join("");
}

function toGithub({ source, span, severity, code, message, hint }: Finding): string {
  const start = source.position(span.start);
  const end = source.position(Math.max(span.start, span.end));
  const places = `file=${property(source.path)},line=${start.line},endLine=${end.line},col=${start.column},endColumn=${end.column}`;
  const text = hint === undefined ? message : `${message}\n${hint}`;
  return `::${severity} ${places},title=${property(code)}::${escape(text)}`;
}

function escape(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return escape(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
