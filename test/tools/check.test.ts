import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { main } from "../../tools/main.ts";

/** Runs a command line in a folder with these files. */
async function run(
  t: Tap,
  files: Readonly<Record<string, string>>,
  ...argv: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const cwd = t.testdir();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const written = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr"): { write(text: string): void } => ({
    write: (text) => void (written[name] += text),
  });
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {})();
  const code = await main(argv, { stdin, stdout: stream("stdout"), stderr: stream("stderr"), cwd, env: {} });
  return { code, ...written };
}

type Tap = { testdir(): string };

const GOOD = "struct A { 1: i32 a }\n";
const BAD = "struct A { 1: X a }\n";
const WARNS = "struct A { i32 a }\n";

t.test("exits 0 for valid files, warnings or not, and 1 for errors", async (t) => {
  const files = { "good.thrift": GOOD, "bad.thrift": BAD, "warns.thrift": WARNS };
  t.match(await run(t, files, "check", "good.thrift"), {
    code: 0,
    stdout: "",
    stderr: "1 file: 0 errors, 0 warnings\n",
  });
  t.match(await run(t, files, "check", "warns.thrift"), { code: 0, stderr: /warning: .*\[missing-field-id\]/ });
  t.match(await run(t, files, "check", "good.thrift", "bad.thrift"), {
    code: 1,
    stderr: /bad\.thrift:1:15: error: unknown type `X`/,
  });
  t.match(await run(t, files, "check", "none.thrift"), { code: 1, stderr: /cannot read/ });
});

t.test("exits 2 when there is nothing to check", async (t) => {
  t.equal((await run(t, {}, "check")).code, 2);
});

t.test("finds includes below the folders given with -I", async (t) => {
  const files = { "a.thrift": 'include "lib/b.thrift"\nstruct A { 1: b.B b }', "vendor/lib/b.thrift": "struct B {}" };
  t.equal((await run(t, files, "check", "a.thrift")).code, 1);
  t.equal((await run(t, files, "check", "a.thrift", "-I", "vendor")).code, 0);
});

t.test("says which folder for includes is none", async (t) => {
  const { code, stderr } = await run(t, { "a.thrift": GOOD }, "check", "-I", "nowhere", "a.thrift");
  t.equal(code, 3);
  t.match(stderr, /no folder .*nowhere to search for included files/);
});

t.test("prints JSON on stdout, also when there is nothing to say", async (t) => {
  const files = { "good.thrift": GOOD, "bad.thrift": BAD };
  t.same(JSON.parse((await run(t, files, "check", "good.thrift", "--format", "json")).stdout), []);
  const { code, stdout } = await run(t, files, "check", "bad.thrift", "--format", "json");
  t.equal(code, 1);
  t.match(JSON.parse(stdout), [
    { file: "bad.thrift", line: 1, column: 15, endLine: 1, endColumn: 16, severity: "error", code: "unknown-type" },
  ]);
  t.same(Object.keys(JSON.parse(stdout)[0]), [
    "file",
    "line",
    "column",
    "endLine",
    "endColumn",
    "severity",
    "code",
    "message",
    "hint",
    "related",
  ]);
});

t.test("prints workflow commands for GitHub on stdout", async (t) => {
  const { stdout } = await run(t, { "bad.thrift": BAD }, "check", "bad.thrift", "--format", "github");
  t.match(stdout, /^::error file=bad\.thrift,line=1,/);
});

t.test("takes files, include folders and severities from the project file", async (t) => {
  const files = {
    "scrimp.config.json": JSON.stringify({
      files: ["idl/a.thrift"],
      include: ["vendor"],
      warnings: { "missing-field-id": "error" },
    }),
    "idl/a.thrift": `include "b.thrift"\nstruct C { 1: b.B b }\n${WARNS}`,
    "vendor/b.thrift": "struct B {}",
  };
  const { code, stderr } = await run(t, files, "check");
  t.equal(code, 1);
  t.match(stderr, /idl\/a\.thrift:3:16: error: .*\[missing-field-id\]/);
});
