/** The compiler: whatever the text, it gives a tree and findings that lie within it; what it accepts becomes TypeScript. */
import { Buffer } from "node:buffer";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { generate } from "../../../idl/typescript/generator.ts";
import { checkPlaces, load } from "../../helpers/idl.ts";
import { SAMPLE } from "../../helpers/idl-sample.ts";
import { sharedPath } from "../../helpers/shared.ts";
import type { Target } from "../target.ts";

const MAX_SEED_BYTES = 20_000;
const MAX_SEEDS = 60;

function seeds(): Buffer[] {
  const folder = sharedPath("data/idl");
  if (folder === undefined) return [Buffer.from(SAMPLE)];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".thrift"))
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).size <= MAX_SEED_BYTES)
    .sort();
  const step = Math.max(1, Math.floor(files.length / MAX_SEEDS));
  return [Buffer.from(SAMPLE), ...files.filter((_, i) => i % step === 0).map((path) => readFileSync(path))];
}

export const idlTarget: Target = {
  name: "idl",
  seeds: seeds(),
  run(bytes) {
    const loaded = load({ "main.thrift": bytes });
    checkPlaces(loaded.diagnostics);
    if (!loaded.hasErrors) generate(loaded.program);
  },
};
