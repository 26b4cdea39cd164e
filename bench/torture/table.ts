/** Outcomes as a table, faults down and systems across, and what was seen wherever something else than settling came of it. */
import Table from "cli-table3";
import type { Verdict } from "./verdict.ts";

export interface Row extends Verdict {
  readonly fault: string;
  readonly system: string;
}

export function tortureTable(rows: readonly Row[], systems: readonly string[], markdown: boolean): string {
  const lines = [...new Set(rows.map(({ fault }) => fault))].map((fault) => [
    fault,
    ...systems.map((system) => cell(rows.find((row) => row.fault === fault && row.system === system))),
  ]);
  const heads = ["fault", ...systems];
  return markdown ? markdownTable(heads, lines, isBad) : [terminalTable(heads, lines), "", ...notes(rows)].join("\n");
}

function cell(row: Row | undefined): string {
  if (row === undefined) return "–";
  return row.outcome === "settled" ? `settled ${(row.settledMs / 1000).toFixed(1)} s` : row.outcome;
}

const isBad = (text: string): boolean => ["hung", "died", "wrong"].includes(text);

export function terminalTable(heads: string[], lines: string[][]): string {
  const table = new Table({ head: heads, style: { head: [], border: [], compact: true } });
  table.push(...lines);
  return table.toString();
}

/** `isStrong`: whether a cell, of all but the first column, is to stand out. */
export function markdownTable(
  heads: readonly string[],
  lines: readonly (readonly string[])[],
  isStrong: (text: string) => boolean,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const strong = lines.map(([first, ...cells]) => [
    first!,
    ...cells.map((text) => (isStrong(text) ? `**${text}**` : text)),
  ]);
  return [line(heads), line(heads.map(() => "---")), ...strong.map(line)].join("\n");
}

function notes(rows: readonly Row[]): string[] {
  return rows
    .filter(({ outcome }) => outcome !== "settled")
    .map(({ fault, system, outcome, detail }) => `${outcome}: ${system}, ${fault}: ${detail}`);
}
