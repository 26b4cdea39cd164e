/** Where the clone lies, for the repository's own scripts: the same from sources and from dist. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function rootFrom(folder: string): string {
  return existsSync(join(folder, "package.json")) && basename(folder) !== "dist" ? folder : rootFrom(dirname(folder));
}

/** The clone's folder: absolute, no slash at the end. */
export const root: string = rootFrom(dirname(fileURLToPath(import.meta.url)));
