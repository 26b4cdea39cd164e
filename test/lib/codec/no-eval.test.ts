import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import t from "tap";
import { codecModuleSource } from "../../../lib/codec/module-source.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { Module } from "../../../lib/schema/link.ts";
import { sample } from "./sample.ts";

t.test(
  "where code generation is forbidden, codecs written at build time are used and other schemas are interpreted",
  async (t) => {
    const file = join(t.testdir(), "sample.codec.mjs");
    await writeFile(file, codecModuleSource(new Module(sample), [compact, binary]));
    const child = fileURLToPath(new URL(`no-eval-child${extname(import.meta.url)}`, import.meta.url));
    const args = ["--disallow-code-generation-from-strings", ...process.execArgv, child, file];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    t.equal(stdout.trim(), "done");
  },
);
