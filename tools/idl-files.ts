/** Paths of a command line → IDL files: a folder stands for the `.thrift` files in it and below it. */
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** In the order given, those of a folder by name. A path that does not exist stays: whoever reads it says so. Relative paths stay relative. */
export function expandFolders(paths: readonly string[], cwd: string): string[] {
  return paths.flatMap((path) => (isFolder(resolve(cwd, path)) ? filesIn(path, resolve(cwd, path)) : [path]));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function filesIn(path: string, absolute: string): string[] {
  const inside = readdirSync(absolute, { recursive: true, encoding: "utf8" });
  return inside
    .filter((name) => name.endsWith(".thrift"))
    .sort()
    .map((name) => join(path, name));
}
