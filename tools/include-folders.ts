/** The folders that a command searches for included files: those of its options, then the project's. Knows no IDL. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { ThriftError } from "../lib/errors/errors.ts";
import type { Config } from "./config.ts";

/** Absolute paths, `-I` before the project's. CONFIGURATION: one of them is no folder, which nobody would notice by a missing include. */
export function includeFolders(named: readonly string[] | undefined, config: Config, cwd: string): string[] {
  const folders = [...(named ?? []).map((path) => resolve(cwd, path)), ...config.include];
  for (const folder of folders) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) continue;
    throw new ThriftError("CONFIGURATION", `no folder ${folder} to search for included files: see -I and \`include\``);
  }
  return folders;
}
