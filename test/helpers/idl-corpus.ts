/** The public IDL files of the shared data, as their manifest lists them. */
import { readFileSync } from "node:fs";
import { sharedPath } from "./shared.ts";

export interface CorpusFile {
  /** Relative to the data's folder, as are the include paths. */
  readonly path: string;
  readonly dialect: "apache" | "fbthrift";
  /** Whether Apache's development version takes it. */
  readonly accepted: boolean;
  readonly includePaths: readonly string[];
  readonly missingIncludes: boolean;
}

/** A table of the shared data: one record a line, by the names in its first line. */
export function readTable(path: string): readonly Readonly<Record<string, string>>[] {
  const file = sharedPath(`data/${path}`);
  if (file === undefined) return [];
  const [head = "", ...lines] = readFileSync(file, "utf8").split("\n");
  const names = head.split("\t");
  return lines
    .filter((line) => line !== "")
    .map((line) => Object.fromEntries(line.split("\t").map((cell, i) => [names[i] ?? "", cell])));
}

/** Empty where the shared data is missing. */
export function readCorpus(): readonly CorpusFile[] {
  return readTable("idl/MANIFEST.tsv").map((row) => ({
    path: row.path ?? "",
    dialect: row.dialect === "fbthrift" ? "fbthrift" : "apache",
    accepted: row["thrift0.25dev_json"] === "accept",
    includePaths: (row.include_roots ?? "").split(" ").filter((path) => path !== ""),
    missingIncludes: (row.includes_missing ?? "") !== "",
  }));
}
