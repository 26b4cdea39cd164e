import { mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import t from "tap";
import { OutFolder } from "../../tools/out-folder.ts";

const LONG_AGO = new Date("2020-01-01");

t.test("writes what is new or another, makes its folders, and leaves the rest untouched", (t) => {
  const folder = t.testdir({ "same.ts": "abc é", "length.ts": "abc", "bytes.ts": "abc" });
  for (const name of ["same.ts", "length.ts", "bytes.ts"]) utimesSync(`${folder}/${name}`, LONG_AGO, LONG_AGO);
  const out = new OutFolder(folder, false);
  out.put("same.ts", "abc é");
  out.put("length.ts", "abcd");
  out.put("bytes.ts", "abd");
  out.put("a/b/new.ts", "x");
  out.put("a/b/newer.ts", "y");
  t.same(
    out.stale,
    ["length.ts", "bytes.ts", "a/b/new.ts", "a/b/newer.ts"].map((name) => `${folder}/${name}`),
  );
  t.equal(statSync(`${folder}/same.ts`).mtimeMs, LONG_AGO.getTime());
  t.same(
    ["length.ts", "bytes.ts", "a/b/new.ts", "a/b/newer.ts"].map((name) => readFileSync(`${folder}/${name}`, "utf8")),
    ["abcd", "abd", "x", "y"],
  );
  t.end();
});

t.test("only says what it would write, where it may not", (t) => {
  const folder = t.testdir({ "other.ts": "abc" });
  const out = new OutFolder(folder, true);
  out.put("other.ts", "abd");
  out.put("a/new.ts", "x");
  t.same(out.stale, [`${folder}/other.ts`, `${folder}/a/new.ts`]);
  t.equal(readFileSync(`${folder}/other.ts`, "utf8"), "abc");
  t.throws(() => statSync(`${folder}/a`), { code: "ENOENT" });
  t.end();
});

t.test("says which file it cannot write, and why", (t) => {
  const folder = t.testdir();
  writeFileSync(`${folder}/file`, "");
  mkdirSync(`${folder}/folder.ts`);
  const out = new OutFolder(folder, false);
  t.throws(() => out.put("file/x.ts", "x"), { code: "CONFIGURATION", message: /file\/x\.ts: .*; name another folder/ });
  t.throws(() => out.put("folder.ts", "x"), { code: "CONFIGURATION", message: /folder\.ts: EISDIR/ });
  t.end();
});
