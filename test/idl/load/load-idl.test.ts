import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t, { type Test } from "tap";
import { linkIdl, loadIdl, readSchema } from "../../../idl/load/load-idl.ts";
import { loadProgram } from "../../../idl/load/load-program.ts";
import { generate } from "../../../idl/typescript/generator.ts";
import { decode, encode } from "../../../lib/codec/index.ts";
import type { Module } from "../../../lib/schema/link.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { RandomValues } from "../../helpers/random-value.ts";
import { TypeScriptProject } from "../../helpers/typescript.ts";

const FILES = {
  "shared.thrift":
    "namespace js shared\nenum Colour { RED = 1, BLUE = 2 }\nstruct Item { 1: required string name; 2: Colour colour = Colour.BLUE; 3: optional Item next }\nexception Lost { 1: string message; 2: i32 code }\nservice Base { Item find(1: string name) throws (1: Lost lost) }\n",
  "main.thrift": `include "shared.thrift"
typedef i64 Id (scrimp.type = "number")
union Choice { 1: shared.Item item; 2: list<Id> ids; 3: string constructor }
struct All {
  1: map<string, set<shared.Colour>> m; 2: Choice choice; 3: binary b; 4: double d = 1.5; 5: optional bool yes = 1; 6: i64 big
  7: list<list<shared.Item>> grid; 8: i8 small; 9: string __proto__; 10: string toString
}
const All NONE = {}
const i64 MAX = 9223372036854775807
service Store extends shared.Base { All put(1: All all, 2: Id id); oneway void then(1: string word) }
`,
};

function folderOf(t: Test, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "scrimp-load-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

t.test("gives services, types, exceptions and constants by their names", async (t) => {
  const idl = await loadIdl(join(folderOf(t, FILES), "main.thrift"));
  t.same([...(idl.services["Store"]?.methods.keys() ?? [])], ["find", "put", "then$"]);
  t.same(Object.keys(idl.structs), ["Choice", "All"]);
  t.equal(idl.constants["MAX"], 9223372036854775807n);
  t.equal(idl.service("shared.Base").name, "Base");
  t.equal(idl.struct("shared.Item").name, "Item");
  t.throws(() => idl.service("None"), { code: "CONFIGURATION" });
  t.throws(() => idl.struct("none.Item"), { code: "CONFIGURATION" });
});

t.test("makes exception classes", async (t) => {
  const { exceptions } = await loadIdl(join(folderOf(t, FILES), "shared.thrift"));
  const Lost = exceptions["Lost"]!;
  const lost = new Lost({ message: "gone", code: 3 });
  t.ok(lost instanceof Error);
  t.match(lost, { message: "gone", code: 3, name: "Lost" });
});

t.test("values are those of generated code", async (t) => {
  const folder = folderOf(t, FILES);
  const idl = await loadIdl(join(folder, "main.thrift"));
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  for (const { path, text } of generate(loadProgram([join(folder, "main.thrift")]).program))
    project.add({ [path]: text });
  const main = (await project.load("main.ts")) as {
    $module: Module;
    NONE: unknown;
    All: StructType;
    Choice: StructType;
  };
  t.strictSame(idl.constants["NONE"], main.NONE);
  const random = new RandomValues(4);
  for (const name of ["All", "Choice"] as const) {
    for (let i = 0; i < 50; i++) {
      const value = random.struct(main[name]);
      const bytes = encode(main[name], value);
      t.same(encode(idl.structs[name]!, value), bytes);
      t.strictSame(decode(idl.structs[name]!, bytes), decode(main[name], bytes));
    }
  }
});

t.test("the schema in generated code is the one that is loaded, doc comments apart", async (t) => {
  const folder = folderOf(t, {
    "a.thrift": '/** Doc. */\nstruct A { 1: i32 x = 3 (k = "v") }\nconst A C = {}\nenum E { X }\n',
  });
  const [file] = generate(loadProgram([join(folder, "a.thrift")]).program);
  const project = new TypeScriptProject({ "a.ts": file?.text ?? "" });
  t.teardown(() => project.remove());
  const { $module } = (await project.load("a.ts")) as { $module: Module };
  const loaded = readSchema(join(folder, "a.thrift"));
  t.match(loaded.modules[0]?.module.structs?.[0], { doc: /^Doc\./ });
  t.strictSame(
    $module.schema,
    JSON.parse(JSON.stringify(loaded.modules[0]?.module, (key, value) => (key === "doc" ? undefined : value))),
  );
});

t.test("a schema survives JSON", async (t) => {
  const schema = readSchema(join(folderOf(t, FILES), "main.thrift"));
  const again = linkIdl(JSON.parse(JSON.stringify(schema)));
  t.same(again.constants["NONE"], linkIdl(schema).constants["NONE"]);
  t.throws(() => linkIdl({ ...schema, main: "other" }), { code: "CONFIGURATION" });
});

t.test("shows every error of the IDL, with its place", async (t) => {
  const folder = folderOf(t, { "bad.thrift": "struct A { 1: Nope x; 2: Neither y }\n" });
  await t.rejects(loadIdl(join(folder, "bad.thrift")), {
    code: "CONFIGURATION",
    message: /bad\.thrift:1:15[\s\S]*Nope[\s\S]*Neither/,
  });
  await t.rejects(loadIdl(join(folder, "none.thrift")), { code: "CONFIGURATION", message: /none\.thrift/ });
});

t.test("searches include folders, reads from where it is told, and applies annotations", async (t) => {
  const sources = new Map([
    ["/idl/main.thrift", 'include "types.thrift"\nstruct B { 1: types.A a }'],
    ["/vendor/types.thrift", "struct A { 1: i64 x }"],
  ]);
  const idl = await loadIdl("/idl/main.thrift", {
    include: ["/vendor"],
    read: (path) => sources.get(path),
    annotations: { "/vendor/*.thrift": { A: { "scrimp.type": "number" } } },
  });
  t.strictSame(decode(idl.structs["B"]!, encode(idl.structs["B"]!, { a: { x: 5 } })), { a: { x: 5 } });
  await t.rejects(
    loadIdl("/idl/main.thrift", {
      read: (path) => sources.get(path),
      annotations: { "*": { A: { "scrimp.type": "big" } } },
    }),
    { code: "CONFIGURATION" },
  );
});

t.test("says what it takes where something else is given for a path, a file or a schema", async (t) => {
  for (const path of [undefined, null, 5, "", new URL("file:///a.thrift")] as never[])
    await t.rejects(loadIdl(path), { code: "CONFIGURATION", message: /loadIdl: expected the path of a file/ });
  for (const content of [5, null, Promise.resolve("struct A {}"), ["struct A {}"]] as never[])
    await t.rejects(loadIdl("a.thrift", { read: () => content }), {
      code: "CONFIGURATION",
      message: /a\.thrift: expected a Buffer/,
    });
  for (const schema of [undefined, null, 5, {}, { scrimp: 1 }] as never[])
    t.throws(() => linkIdl(schema), { code: "CONFIGURATION", message: /linkIdl: expected a schema/ });
});
