/** Where the project's shared data lies, if it is there: beside the repository, never inside it. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function repositoryRoot(from: string): string {
  return existsSync(join(from, "package.json")) && existsSync(join(from, "lib")) && !from.endsWith("dist")
    ? from
    : repositoryRoot(dirname(from));
}

/** The clone's folder, from sources and from dist alike. */
export const root: string = repositoryRoot(dirname(fileURLToPath(import.meta.url)));

/** `sharedPath("data/vectors")`, or undefined where the shared folder is missing: skip the test by name then. */
export function sharedPath(path: string): string | undefined {
  const full = join(root, "..", "shared", path);
  return existsSync(full) ? full : undefined;
}
