import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { folderWith } from "../helpers/command-line.ts";

const TORN = "struct A{1:i32 a}";
const LAID_OUT = "struct A {\n  1: i32 a\n}\n";

t.test("lays out files and folders in place, and says how many", async (t) => {
  const folder = folderWith({ "a.thrift": TORN, "sub/b.thrift": LAID_OUT, "sub/c.txt": TORN });
  t.teardown(folder.remove);
  const { code, stdout, stderr } = await folder.run(["format", "a.thrift", "sub"]);
  t.same([code, stdout, stderr], [0, "", "2 files: 1 formatted, 1 unchanged\n"]);
  t.equal(readFileSync(join(folder.path, "a.thrift"), "utf8"), LAID_OUT);
  t.equal(readFileSync(join(folder.path, "sub/c.txt"), "utf8"), TORN);
});

t.test("--check writes nothing, names what would change and exits 1", async (t) => {
  const folder = folderWith({ "a.thrift": TORN, "b.thrift": LAID_OUT });
  t.teardown(folder.remove);
  const { code, stdout } = await folder.run(["format", "--check", "a.thrift", "b.thrift"]);
  t.same([code, stdout], [1, "a.thrift\n"]);
  t.equal(readFileSync(join(folder.path, "a.thrift"), "utf8"), TORN);
  t.equal((await folder.run(["format", "--check", "b.thrift"])).code, 0);
});

t.test("--diff prints a patch and writes nothing", async (t) => {
  const folder = folderWith({ "a.thrift": TORN });
  t.teardown(folder.remove);
  const { code, stdout } = await folder.run(["format", "--diff", "a.thrift"]);
  t.equal(code, 0);
  t.match(stdout, /^--- a\.thrift.*\n\+\+\+ a\.thrift/m);
  t.match(stdout, "\n-struct A{1:i32 a}\n");
  t.match(stdout, "\n+  1: i32 a\n");
  t.equal(readFileSync(join(folder.path, "a.thrift"), "utf8"), TORN);
});

t.test("reads stdin and writes stdout where no file is named", async (t) => {
  const folder = folderWith({});
  t.teardown(folder.remove);
  t.equal((await folder.run(["format"], TORN)).stdout, LAID_OUT);
  t.equal((await folder.run(["format", "-"], TORN)).stdout, LAID_OUT);
  t.same(await folder.run(["format", "--check"], TORN), { code: 1, stdout: "", stderr: "" });
});

t.test("leaves a file with syntax errors alone, shows them, formats the others and exits 3", async (t) => {
  const folder = folderWith({ "bad.thrift": "struct {", "good.thrift": TORN });
  t.teardown(folder.remove);
  const { code, stderr } = await folder.run(["format", "bad.thrift", "good.thrift", "none.thrift"]);
  t.equal(code, 3);
  t.match(stderr, "bad.thrift:1:8: error:");
  t.match(stderr, "none.thrift cannot be read");
  t.equal(readFileSync(join(folder.path, "bad.thrift"), "utf8"), "struct {");
  t.equal(readFileSync(join(folder.path, "good.thrift"), "utf8"), LAID_OUT);
});

t.test("a pipe is no file: it is not waited for", { skip: process.platform === "win32" }, async (t) => {
  const folder = folderWith({});
  t.teardown(folder.remove);
  execFileSync("/bin/sh", ["-c", `mkfifo "$0"`, join(folder.path, "pipe.thrift")]);
  const { code, stderr } = await folder.run(["format", "pipe.thrift"]);
  t.equal(code, 3);
  t.match(stderr, "pipe.thrift cannot be read");
});
