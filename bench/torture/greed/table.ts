/** Greed down, the ways it comes across: how many times longer others wait than in quiet, or what else became of them. */
import { markdownTable, terminalTable } from "../table.ts";
import type { GreedRow } from "./run.ts";
import type { GreedOutcome } from "./verdict.ts";
import type { Way } from "./ways.ts";

export function greedTable(rows: readonly GreedRow[], ways: readonly Way[], markdown: boolean): string {
  const lines = [...new Set(rows.map(({ greed }) => greed))].map((greed) => [
    greed,
    ...ways.map((way) => cell(rows.find((row) => row.greed === greed && row.way === way))),
  ]);
  const heads = ["greed", ...ways];
  if (markdown) return markdownTable(heads, lines, (text) => /^[a-z]/.test(text));
  return [terminalTable(heads, lines), "", ...notes(rows)].join("\n");
}

const times = (ratio: number): string => `${ratio < 10 ? ratio.toFixed(1) : Math.round(ratio)} ×`;

const cells: Readonly<Record<GreedOutcome, (row: GreedRow) => string>> = {
  fair: ({ ratio }) => times(ratio),
  slow: ({ ratio }) => `slow ${times(ratio)}`,
  refused: ({ failedShare }) => `refused ${Math.max(1, Math.round(100 * failedShare))} %`,
  swollen: ({ grownMiB }) => `swollen ${Math.round(grownMiB)} MiB`,
  died: () => "the server died",
};

const cell = (row: GreedRow | undefined): string => (row === undefined ? "–" : cells[row.outcome](row));

function notes(rows: readonly GreedRow[]): string[] {
  return rows
    .filter(({ outcome }) => outcome !== "fair")
    .map(({ greed, way, outcome, detail }) => `${outcome}: ${way}, ${greed}: ${detail}`);
}
