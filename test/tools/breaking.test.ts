import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { folderWith } from "../helpers/command-line.ts";

const OLD = "struct S {\n  1: i32 a\n  2: string b\n}\n";
const NEW = "struct S {\n  1: i64 a\n  2: string c\n}\n";

t.test("shows each change with both places and the reason, and exits 1", async (t) => {
  const folder = folderWith({ "old.thrift": OLD, "new.thrift": NEW });
  t.teardown(folder.remove);
  const { code, stderr } = await folder.run(["breaking", "old.thrift", "new.thrift"]);
  t.equal(code, 1);
  t.match(stderr, "new.thrift:2:10: error: a was i32 and is i64 now [field-type-changed]");
  t.match(stderr, "old.thrift:2:10: note: the old version");
  t.match(stderr, "breaks wire, json, source: ");
  t.match(stderr, "2 files: 2 breaking changes");
});

t.test("exits 0 where nothing breaks", async (t) => {
  const folder = folderWith({ "old.thrift": OLD, "new.thrift": `${OLD}struct T { 1: S s }` });
  t.teardown(folder.remove);
  t.equal((await folder.run(["breaking", "old.thrift", "new.thrift"])).code, 0);
});

t.test("--for leaves out what breaks other things", async (t) => {
  const folder = folderWith({ "old.thrift": OLD, "new.thrift": NEW });
  t.teardown(folder.remove);
  const { stdout } = await folder.run(["breaking", "old.thrift", "new.thrift", "--for", "wire", "--format", "json"]);
  t.same(
    (JSON.parse(stdout) as { code: string }[]).map(({ code }) => code),
    ["field-type-changed"],
  );
});

t.test("--against compares with a commit, includes as of then, and passes over new files", async (t) => {
  const folder = folderWith({ "idl/a.thrift": 'include "b.thrift"\nservice V { b.S f() }\n', "idl/b.thrift": OLD });
  t.teardown(folder.remove);
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      cwd: folder.path,
      stdio: "ignore",
    });
  git("init");
  git("add", ".");
  git("commit", "-m", "first");
  writeFileSync(join(folder.path, "idl/b.thrift"), NEW);
  writeFileSync(join(folder.path, "idl/c.thrift"), "struct C {}\n");
  const { code, stderr } = await folder.run(["breaking", "idl/a.thrift", "idl/c.thrift", "--against", "HEAD"]);
  t.equal(code, 1);
  t.match(stderr, /b\.thrift:2:10: error: a was i32 and is i64 now/);
  const wrong = await folder.run(["breaking", "idl/a.thrift", "--against", "no-such-commit"]);
  t.same([wrong.code, wrong.stderr], [3, 'error: git knows no commit "no-such-commit"\n']);
});

t.test("wants two files, and IDL without errors", async (t) => {
  const folder = folderWith({ "old.thrift": OLD, "bad.thrift": "struct S { 1: Unknown u }" });
  t.teardown(folder.remove);
  t.equal((await folder.run(["breaking", "old.thrift"])).code, 2);
  t.equal((await folder.run(["breaking", "old.thrift", "bad.thrift"])).code, 3);
});
