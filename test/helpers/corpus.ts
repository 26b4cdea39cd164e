/** The files of the shared corpus with what its manifest says of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedPath } from "./shared.ts";

export interface CorpusFile {
  /** As the manifest has it. */
  readonly name: string;
  readonly path: string;
  readonly dialect: string;
  readonly includeRoots: readonly string[];
  /** Verdicts of Apache's compiler 0.17 and of its development version. */
  readonly accepted017: boolean;
  readonly acceptedNow: boolean;
}

/** Undefined where `../shared` is not there. */
export function corpus(): readonly CorpusFile[] | undefined {
  const folder = sharedPath("data/idl");
  if (folder === undefined) return undefined;
  const data = join(folder, "..");
  const [head = [], ...rows] = readFileSync(join(folder, "MANIFEST.tsv"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  const column = (row: readonly string[], name: string): string => row[head.indexOf(name)] ?? "";
  return rows.map((row) => ({
    name: column(row, "path"),
    path: join(data, column(row, "path")),
    dialect: column(row, "dialect"),
    includeRoots: column(row, "include_roots")
      .split(" ")
      .filter((path) => path !== "")
      .map((path) => join(data, path)),
    accepted017: column(row, "thrift0.17_json") === "accept",
    acceptedNow: column(row, "thrift0.25dev_json") === "accept",
  }));
}
