/** Inputs that once did harm, kept as `found/<target>.<hash>.bin`, stories as `found/api.<hash>.json`, so that they never do again. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../helpers/shared.ts";

const folder = join(root, "test/fuzz/found");

const fileName = (target: string): string => target.replaceAll(/[^\w]+/g, "-");

/** Where it is kept. */
export function keep(target: string, bytes: Buffer): string {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const path = join(folder, `${fileName(target)}.${hash}.${target === "api" ? "json" : "bin"}`);
  writeFileSync(path, bytes);
  return path;
}

export function keptFor(target: string): { readonly name: string; readonly bytes: Buffer }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${fileName(target)}.`))
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}
