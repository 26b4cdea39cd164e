/**
 * `npm run build`: sources to dist/, and the command once more to dist/bin, in few files. Removes what an older build left of
 * sources that are gone: tests run from dist/, and the package is made of it.
 *
 * Usage: tsx tools/dev/build.ts
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleCommand } from "./bundle-command.ts";
import { root } from "./repository.ts";

const MADE_BY_TSC = /\.(js|d\.ts)(\.map)?$/;

/** Removes from `built` what tsc made of a file that `sources` no longer has; the paths removed, relative to `built`. */
export function sweep(built: string, sources: string): string[] {
  const entries = existsSync(built) ? readdirSync(built, { recursive: true, withFileTypes: true }) : [];
  const stale = entries
    .filter((entry) => entry.isFile() && MADE_BY_TSC.test(entry.name))
    .map((entry) => relative(built, join(entry.parentPath, entry.name)))
    .filter((path) => !existsSync(join(sources, path.replace(MADE_BY_TSC, ".ts"))));
  for (const path of stale) rmSync(join(built, path));
  return stale;
}

/** Compiles everything; false, with tsc's messages printed, when it does not compile. */
export function build(): boolean {
  const dist = join(root, "dist");
  sweep(dist, root);
  const tsc = spawnSync(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", root], {
    stdio: "inherit",
  });
  if (tsc.status === 0) bundleCommand(join(dist, "bin"));
  return tsc.status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = build() ? 0 : 1;
