import { spawnSync } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import t from "tap";
import { main } from "../../tools/main.ts";
import { root } from "../helpers/shared.ts";

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const code = await main(argv, {
    stdin: Readable.from([]),
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
    cwd: root,
    env: {},
  });
  return { code, out, err };
}

t.test("help begins with examples and ends with exit codes, for the program and each command", async (t) => {
  const program = await run("--help");
  t.equal(program.code, 0);
  t.match(program.out, /^Examples:\n {2}\$ scrimp compile/);
  t.match(program.out, /Exit codes:\n {2}0 ok · 1 findings/);
  const commands = [...program.out.matchAll(/^ {2}(\w+) \[options\]/gm)].map(([, name = ""]) => name);
  t.ok(commands.includes("compile") && commands.includes("check"));
  for (const command of commands) {
    const help = await run(command, "--help");
    t.match(help.out, new RegExp(`^Examples:\\n {2}\\$ scrimp ${command}`), command);
    t.match(help.out, "Exit codes:", command);
  }
});

t.test("no command, or one that does not exist, is a usage error", async (t) => {
  t.equal((await run()).code, 2);
  t.match(await run("compil"), { code: 2, err: /Did you mean compile/ });
});

t.test("says its version", async (t) => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  t.same(await run("--version"), { code: 0, out: `${version}\n`, err: "" });
});

t.test("runs as a program, with the exit code of its command", (t) => {
  const own = import.meta.url;
  const flags = own.endsWith(".ts") ? ["--import", "tsx"] : [];
  const entry = new URL(own.endsWith(".ts") ? "../../tools/main.ts" : "../../tools/main.js", own);
  const { status, stderr } = spawnSync(
    process.execPath,
    [...flags, entry.pathname, "check", join(root, "no-such.thrift")],
    { encoding: "utf8" },
  );
  t.equal(status, 1);
  t.match(stderr, "no-such.thrift");
  t.end();
});

t.test("the packed command says all that the sources say, and stops quietly when nobody reads on", async (t) => {
  const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { bin: { scrimp: string } };
  const command = join(root, bin.scrimp);
  const whole = spawnSync(command, ["compile", "--help"], { encoding: "utf8" });
  t.equal(whole.stdout, (await run("compile", "--help")).out);
  const cut = spawnSync("/bin/sh", ["-c", `"$0" --help | true`, command], { encoding: "utf8" });
  t.match(cut, { status: 0, stderr: "" });
});

t.test("a folder where a file should be is said in one line", async (t) => {
  const folder = t.testdir({ "a.thrift": "struct A {}", file: "" });
  t.match(await run("compile", `${folder}/a.thrift`, "--out", `${folder}/file`), {
    code: 3,
    err: /^error: cannot write [^\n]+; name another folder with --out\n$/,
  });
});

t.test("empty text in the place of a path is a usage error, and not the whole folder", async (t) => {
  for (const argv of [
    ["format", ""],
    ["check", ""],
    ["compile", "a.thrift", "--out", ""],
    ["check", "a.thrift", "-I", ""],
  ])
    t.match(await run(...argv), { code: 2, err: /is a variable unset/ });
});

t.test("results that cannot be written are a usage error, not findings", { skip: !existsSync("/dev/full") }, (t) => {
  const own = import.meta.url;
  const flags = own.endsWith(".ts") ? ["--import", "tsx"] : [];
  const entry = new URL(own.endsWith(".ts") ? "../../tools/main.ts" : "../../tools/main.js", own);
  const full = openSync("/dev/full", "w");
  const argv = [...flags, entry.pathname, "check", "--format", "json", "no-such.thrift"];
  const { status, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8", stdio: ["ignore", full, "pipe"] });
  t.equal(status, 2);
  t.match(stderr, /^error: cannot write the results: ENOSPC/m);
  const silent = spawnSync(process.execPath, argv, { stdio: ["ignore", "ignore", full] });
  t.equal(silent.status, 1, "where nothing can be said, the exit code says it");
  t.end();
});
