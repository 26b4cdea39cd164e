import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import t, { type Test } from "tap";
import { decode, encode } from "../../lib/codec/index.ts";
import type { StructType } from "../../lib/schema/types.ts";
import { main } from "../../tools/main.ts";
import { TypeScriptProject } from "../helpers/typescript.ts";

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder with files, and the command run in it. */
class Place {
  readonly folder: string = mkdtempSync(join(tmpdir(), "scrimp-compile-"));
  err = "";

  constructor(t: Test, files: Readonly<Record<string, string>>) {
    t.teardown(() => rmSync(this.folder, { recursive: true }));
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true });
      writeFileSync(join(this.folder, name), text);
    }
  }

  async run(line: string, signal?: AbortSignal): Promise<Said> {
    let out = "";
    this.err = "";
    const code = await main(["--color=never", ...line.split(" ")], {
      stdin: Readable.from([]),
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (this.err += text) },
      cwd: this.folder,
      env: {},
      ...(signal === undefined ? {} : { signal }),
    });
    return { code, out, err: this.err };
  }

  files(folder: string): string[] {
    const entries = readdirSync(join(this.folder, folder), { recursive: true, withFileTypes: true });
    return entries
      .filter((e) => e.isFile())
      .map((e) => join(e.parentPath, e.name).slice(join(this.folder, folder).length + 1))
      .sort();
  }

  /** Sets a time long ago, and says whether it is still there. */
  age(name: string): () => boolean {
    const long = new Date(2001, 1, 1);
    utimesSync(join(this.folder, name), long, long);
    return () => statSync(join(this.folder, name)).mtimeMs === long.getTime();
  }
}

const TWO = {
  "idl/main.thrift": 'include "lib/shared.thrift"\nstruct A { 1: shared.B b }\n',
  "idl/lib/shared.thrift": "struct B { 1: i32 x }\n",
};

t.test("writes one file for each file, in folders as the IDL has them", async (t) => {
  const place = new Place(t, TWO);
  const { code, err } = await place.run("compile idl/main.thrift --out gen");
  t.equal(code, 0);
  t.match(err, /^2 files, 2 written to gen in \d+ ms\n$/);
  t.same(place.files("gen"), ["lib/shared.ts", "main.ts"]);
});

t.test("leaves alone what would not change, and writes again what does", async (t) => {
  const place = new Place(t, TWO);
  await place.run("compile idl/main.thrift --out gen");
  const isOld = place.age("gen/main.ts");
  const isOldToo = place.age("gen/lib/shared.ts");
  t.match(await place.run("compile idl/main.thrift --out gen"), { code: 0, err: /2 files, 0 written/ });
  t.ok(isOld() && isOldToo());
  place.write({ "idl/lib/shared.thrift": "struct B { 1: i64 x }\n" });
  await place.run("compile idl/main.thrift --out gen");
  t.ok(isOld() && !isOldToo());
});

t.test("--check writes nothing, names what is stale and exits 1", async (t) => {
  const place = new Place(t, TWO);
  t.match(await place.run("compile idl/main.thrift --out gen --check"), {
    code: 1,
    err: /gen\/lib\/shared\.ts is not what/,
  });
  t.throws(() => place.files("gen"));
  await place.run("compile idl/main.thrift --out gen");
  t.match(await place.run("compile idl/main.thrift --out gen --check"), { code: 0, err: "" });
  place.write({ "gen/main.ts": "// edited\n" });
  t.match(await place.run("compile idl/main.thrift --out gen --check"), {
    code: 1,
    err: "gen/main.ts is not what 2 files compile to\nrun the same command without --check, and commit what it writes\n",
  });
});

t.test("writes nothing where the IDL has errors, says where, and exits 3", async (t) => {
  const place = new Place(t, { ...TWO, "idl/bad.thrift": "struct A { 1: Nope x }\n" });
  const { code, err, out } = await place.run("compile idl/main.thrift idl/bad.thrift --out gen");
  t.equal(code, 3);
  t.match(err, /idl\/bad\.thrift:1:15/);
  t.equal(out, "");
  t.throws(() => place.files("gen"));
});

t.test("--format json prints one array on stdout", async (t) => {
  const place = new Place(t, { "a.thrift": "struct A { 1: Nope x }\n" });
  const { code, out } = await place.run("compile a.thrift --out gen --format json");
  t.equal(code, 3);
  t.match(JSON.parse(out), [{ file: "a.thrift", line: 1, column: 15, severity: "error", code: "unknown-type" }]);
});

t.test("--quiet drops warnings and the summary, not errors", async (t) => {
  const place = new Place(t, {
    "warn.thrift": "struct A { i32 x }\n",
    "bad.thrift": "struct A { i32 x; 1: Nope y }\n",
  });
  t.match(await place.run("compile warn.thrift --out gen --quiet"), { code: 0, err: "", out: "" });
  const { code, err } = await place.run("compile bad.thrift --out gen --quiet");
  t.equal(code, 3);
  t.match(err, /Nope/);
  t.notMatch(err, /warning/);
});

t.test("-I folders are searched, and stand for the output folder", async (t) => {
  const place = new Place(t, {
    "app/main.thrift": 'include "base/types.thrift"\nstruct A { 1: types.B b }',
    "vendor/base/types.thrift": "struct B {}",
  });
  t.match(await place.run("compile app/main.thrift -I vendor --out gen"), { code: 0 });
  t.same(place.files("gen"), ["base/types.ts", "main.ts"]);
});

t.test("a folder stands for the files in it and below it", async (t) => {
  const place = new Place(t, { ...TWO, "idl/notes.txt": "" });
  t.match(await place.run("compile idl --out gen"), { code: 0, err: /2 files, 2 written/ });
  t.match(await place.run("check idl"), { code: 0, err: /2 files/ });
  place.write({ "none/notes.txt": "" });
  t.match(await place.run("compile none --out gen"), { code: 2, err: /no file to compile/ });
});

t.test("--root keeps a file where it stands below that folder", async (t) => {
  const place = new Place(t, { "idl/deep/a.thrift": "struct A {}" });
  await place.run("compile idl/deep/a.thrift --root idl --out gen");
  t.same(place.files("gen"), ["deep/a.ts"]);
});

t.test("--import-extension and --docs change the output", async (t) => {
  const place = new Place(t, {
    ...TWO,
    "idl/main.thrift": `/** Says so. */\n${TWO["idl/main.thrift"].replace("struct", "/** Doc. */ struct")}`,
  });
  await place.run("compile idl/main.thrift --out gen --import-extension .ts --docs");
  const text = readFileSync(join(place.folder, "gen/main.ts"), "utf8");
  t.match(text, 'from "./lib/shared.ts"');
  t.match(text, '"doc":"Doc.');
});

t.test(
  "files, folders and settings come from scrimp.config.json, found upward; its paths are its own folder's",
  async (t) => {
    const config = {
      files: ["idl/main.thrift"],
      out: "gen",
      importExtension: "",
      annotations: { "idl/**/*.thrift": { B: { "scrimp.type": "string" }, "*": { "scrimp.readonly": true } } },
    };
    const place = new Place(t, {
      ...TWO,
      "idl/lib/shared.thrift": "struct B { 1: i64 x }",
      "scrimp.config.json": JSON.stringify(config),
      "sub/x": "",
    });
    const inSub = Object.assign(Object.create(place) as Place, { folder: join(place.folder, "sub") });
    t.match(await inSub.run("compile"), { code: 0 });
    t.match(readFileSync(join(place.folder, "gen/lib/shared.ts"), "utf8"), "readonly x: string;");
    t.match(readFileSync(join(place.folder, "gen/main.ts"), "utf8"), 'from "./lib/shared"');
  },
);

t.test("a config that makes no sense is an error with its place and exits 3", async (t) => {
  for (const [config, message] of [
    ["{", /scrimp\.config\.json: .*JSON/],
    ["[]", /expected an object/],
    ['{"file":[]}', /unknown key "file"/],
    ['{"files":"a"}', /files: expected an array of strings, got "a"/],
    ['{"importExtension":".mjs"}', /importExtension: expected/],
    ['{"warnings":{"nope":"off"}}', /there is no diagnostic "nope"/],
    [
      '{"annotations":{"a":{"A":{"scrimp.typo":"x"}}}}',
      /annotations\["a"\]\["A"\]\["scrimp\.typo"\].*there is no setting/,
    ],
    ['{"annotations":{"a":{"A":{"scrimp.type":"long"}}}}', /can be "bigint" or "number" or "string"/],
  ] as const) {
    const place = new Place(t, { ...TWO, "scrimp.config.json": config });
    t.match(await place.run("compile idl/main.thrift --out gen"), { code: 3, err: message }, config);
  }
});

t.test("says what is missing on the command line and exits 2", async (t) => {
  const place = new Place(t, TWO);
  t.match(await place.run("compile --out gen"), { code: 2, err: /no file to compile/ });
  t.match(await place.run("compile idl/main.thrift"), { code: 2, err: /no folder for the output/ });
  t.match(await place.run("compile idl/main.thrift --out gen --fromat json"), {
    code: 2,
    err: /Did you mean --format/,
  });
  t.match(await place.run("complie"), { code: 2, err: /Did you mean compile/ });
});

t.test("--codec module writes the codecs beside the files, which use them", async (t) => {
  const place = new Place(t, {
    ...TWO,
    "idl/main.thrift": `${TWO["idl/main.thrift"]}service S { A f(1: uuid u, 2: A a) }\n`,
  });
  t.match(await place.run("compile idl/main.thrift --out gen --codec module"), { code: 0 });
  t.same(place.files("gen"), ["lib/shared.codec.ts", "lib/shared.ts", "main.codec.ts", "main.ts"]);
  const project = new TypeScriptProject(
    Object.fromEntries(place.files("gen").map((name) => [name, readFileSync(join(place.folder, "gen", name), "utf8")])),
  );
  t.teardown(() => project.remove());
  const main = (await project.load("main.ts")) as { A: StructType };
  t.type(main.A.codecs?.["compact"]?.write, "function");
  t.same(decode(main.A, encode(main.A, { b: { x: 5 } })), { b: { x: 5 } });
});

t.test("--watch compiles again when a file, an include, or a missing include changes", async (t) => {
  const place = new Place(t, TWO);
  const stop = new AbortController();
  const ended = place.run("compile idl/main.thrift --out gen --watch", stop.signal);
  const says = async (pattern: RegExp): Promise<void> => {
    for (let i = 0; i < 400 && !pattern.test(place.err); i++) await sleep(25);
    t.match(place.err, pattern);
    place.err = "";
  };
  await says(/watching 2 files/);
  place.write({ "idl/lib/shared.thrift": "struct B { 1: string x }\n" });
  await says(/2 files, 1 written/);
  place.write({ "idl/main.thrift": 'include "more.thrift"\nstruct A { 1: more.C c }\n' });
  await says(/cannot find/);
  place.write({ "idl/more.thrift": "struct C {}\n" });
  await says(/2 files, 2 written/);
  t.match(readFileSync(join(place.folder, "gen/main.ts"), "utf8"), "c?: more.C");
  stop.abort();
  t.match(await ended, { code: 130 });
});

t.test("--check beside --watch is a usage error", async (t) => {
  const place = new Place(t, { "a.thrift": "struct A { 1: i32 a }" });
  const { code, err } = await place.run("compile a.thrift --out gen --check --watch");
  t.equal(code, 2);
  t.match(err, /say one of them/);
});
