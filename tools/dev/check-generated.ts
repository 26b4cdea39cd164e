/**
 * Fails when checked-in generated code is not what the compiler makes today of its IDL. `--write` brings it up to date.
 *
 * Usage: tsx tools/dev/check-generated.ts [--write]
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./repository.ts";

/** Every folder of generated TypeScript in the repository, and what it is made of. */
const GENERATED: readonly { readonly idl: readonly string[]; readonly out: string }[] = [
  {
    idl: ["examples/calculator/calculator.thrift", "examples/calculator/counter.thrift"],
    out: "examples/calculator/gen",
  },
  { idl: ["examples/jaeger-agent/agent.thrift"], out: "examples/jaeger-agent/gen" },
  { idl: ["examples/jaeger-agent/agent.thrift"], out: "examples/jaeger-agent/gen" },
  { idl: ["test/interop/idl/interop.thrift", "test/interop/idl/thrifttest.thrift"], out: "test/interop/gen" },
];

/** Runs this clone's `scrimp compile`, from its sources; true when it ended well. */
function compile(idl: readonly string[], ...options: readonly string[]): boolean {
  const command = [
    join(root, "node_modules/tsx/dist/cli.mjs"),
    join(root, "tools/main.ts"),
    "compile",
    ...idl,
    ...options,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  if (status !== 0) console.error(`${stdout}${stderr}`.trimEnd());
  return status === 0;
}

const options = process.argv.includes("--write") ? [] : ["--check"];
const stale = GENERATED.filter(({ idl, out }) => !compile(idl, "--out", out, ...options));
if (stale.length > 0) {
  console.error(`out of date: ${stale.map(({ out }) => out).join(", ")}; npm run generate writes it`);
  process.exitCode = 1;
}
