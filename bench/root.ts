/** Where the benchmarks' own files lie, seen from sources and from dist alike, and packages loaded without their types. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here: string = dirname(fileURLToPath(import.meta.url));

/** The clone's folder. */
export const root: string = existsSync(join(here, "../package.json")) ? join(here, "..") : join(here, "../..");

/** The folder of schemas, native sources and results: these are not compiled, so they stay out of dist. */
export const benchFolder: string = join(root, "bench");

/** Loads a package that has no types, or a CommonJS file of `bench/`; the caller says what it is. */
export const requirePackage = createRequire(join(root, "package.json")) as <T>(name: string) => T;

/** The compiled or source file `name` (without extension) of the folder that this file is in. */
export function benchFile(name: string): string {
  return join(here, name + (import.meta.url.endsWith(".ts") ? ".ts" : ".js"));
}
