import t from "tap";
import { trueType } from "../../../idl/program/program.ts";
import { typeText } from "../../../idl/program/type-text.ts";
import { load, moduleOf, places } from "../../helpers/idl.ts";

t.test("resolves names of other files by the include's name or its alias", async (t) => {
  const files = {
    "main.thrift": 'include "sub/b.thrift"\ninclude "c.thrift" as other\nstruct A { 1: b.B x, 2: other.E y, 3: b.T z }',
    "sub/b.thrift": "struct B {}\ntypedef list<B> T",
    "c.thrift": "enum E { X }",
  };
  const module = moduleOf(files);
  const types = module.structs[0]?.fields.map((field) => typeText(trueType(field.type)));
  t.same(types, ["B", "E", "list<B>"]);
  t.same(
    load(files)
      .program.modules.map((one) => one.name)
      .sort(),
    ["b", "c", "main"],
  );
  t.equal(load(files).program.modules.at(-1)?.name, "main", "what a file includes stands before it");
});

t.test("looks beside the including file first, then in the include paths in order", async (t) => {
  const files = {
    "main.thrift": 'include "b.thrift"\nstruct A { 1: b.B x }',
    "one/b.thrift": "struct B { 1: i32 one }",
    "two/b.thrift": "struct B {}",
  };
  const loaded = load(files, ["main.thrift"], { includePaths: ["/nowhere/one", "/nowhere/two"] });
  t.equal(loaded.program.modules[0]?.path, "one/b.thrift");
  t.equal(
    load({ ...files, "b.thrift": "struct B {}" }, undefined, { includePaths: ["/nowhere/one"] }).program.modules[0]
      ?.path,
    "b.thrift",
  );
});

t.test("judges each of several files on its own includes, and reads shared ones once", async (t) => {
  const files = {
    "one/a.thrift": 'include "s.thrift"\nstruct A { 1: s.One x }',
    "one/s.thrift": "struct One {}",
    "two/a.thrift": 'include "s.thrift"\ninclude "../one/s.thrift"\nstruct A { 1: s.Two x }',
    "two/s.thrift": "struct Two {}",
  };
  const loaded = load(files, ["one/a.thrift", "two/a.thrift"]);
  t.notOk(loaded.hasErrors);
  t.equal(loaded.program.modules.length, 4);
  t.same(
    loaded.program.roots.map((root) => root.path),
    ["one/a.thrift", "two/a.thrift"],
  );
});

t.test("minds a missing include only if one of its names is used", async (t) => {
  t.same(places(load('include "gone.thrift"\nstruct A {}')), ["1:9 unused-missing-include"]);
  const used = load(
    'include "gone.thrift"\nstruct A { 1: gone.X a, 2: gone.Y b }\nservice S extends gone.Z {}\nconst i32 C = gone.D',
  );
  t.same(places(used), ["1:9 include-not-found"], "one error for the file, not one for each name");
  t.ok(used.hasErrors);
});

t.test("finds cyclic includes at the include that leads back", async (t) => {
  const loaded = load({
    "main.thrift": 'include "b.thrift"',
    "b.thrift": 'include "c.thrift"',
    "c.thrift": 'include "b.thrift"',
  });
  t.same(places(loaded), ["b.thrift:1:9 cyclic-include"]);
  t.equal(loaded.diagnostics[0]?.message, "cyclic include: this file is included again from `c.thrift`");
  t.same(places(load('include "main.thrift"')), ["1:9 cyclic-include"]);
});

t.test("cuts typedefs that refer to each other, so that all types end", async (t) => {
  const loaded = load("typedef B A\ntypedef list<A> B\nstruct S { 1: A a }");
  t.same(places(loaded), ["1:9 typedef-cycle"]);
  const type = loaded.program.roots[0]?.structs[0]?.fields[0]?.type;
  t.equal(type && trueType(type).kind, "unknown");
});

t.test("gives fields without a positive id negative ones in order, as Apache's compiler does", async (t) => {
  const ids = (text: string): unknown =>
    load(text)
      .program.roots[0]?.structs.at(-1)
      ?.fields.map((field) => field.id);
  t.same(ids("struct A { i32 a, 5: i32 b, i32 c }"), [-1, 5, -2]);
  t.same(ids("struct A { 0: i32 a, -7: i32 b }"), [-1, -2]);
  t.same(ids("package;\nstruct A { -7: i32 a }"), [-7], "fbthrift keeps what is written");
});

t.test("counts enum members on from the one before", async (t) => {
  const module = moduleOf("enum E { A, B = 0x10, C, D = -2, F }");
  t.same(
    module.enums[0]?.members.map((member) => member.value),
    [0, 16, 17, -2, -1],
  );
});

t.test("knows which methods create an interaction", async (t) => {
  const module = moduleOf(
    "struct R {}\ninteraction I { void f() }\nservice S { I open() I, R start() I, stream<R> watch() }",
  );
  const methods = module.services.find((service) => service.name === "S")?.methods ?? [];
  t.same(
    methods.map((method) => [
      method.creates?.name,
      method.returns && typeText(method.returns),
      method.stream && "stream",
    ]),
    [
      ["I", undefined, undefined],
      ["I", "R", undefined],
      ["I", undefined, "stream"],
    ],
  );
});

t.test("takes methods for idempotent by their word or their annotation", async (t) => {
  const module = moduleOf(
    'service S { idempotent void a() readonly void b() void c() (idempotent) void d() (idempotent = "false") void e() }',
  );
  t.same(
    module.services[0]?.methods.map((method) => method.idempotent),
    [true, true, true, false, false],
  );
});

t.test("reads annotations as texts, structured ones as values of their struct", async (t) => {
  const module = moduleOf(
    'struct Note { 1: string text, 2: i32 level = 3 }\n@Note{text = "x"}\nstruct A { 1: i32 a (js.type = "number", flag) }',
  );
  const [annotation] = module.structs[1]?.annotations ?? [];
  t.match(annotation, {
    name: "Note",
    struct: { name: "Note" },
    fields: [{ name: "text", value: { kind: "string", value: "x" } }],
  });
  t.match(module.structs[1]?.fields[0]?.annotations, [
    { name: "js.type", text: "number" },
    { name: "flag", text: undefined },
  ]);
});

t.test("lets a file that declares float or uuid keep its own", async (t) => {
  const module = moduleOf("typedef double float\ntypedef string uuid\nstruct A { 1: float a, 2: uuid b }");
  t.same(
    module.structs[0]?.fields.map((field) => typeText(trueType(field.type))),
    ["double", "string"],
  );
});

t.test("reports a file that cannot be read", async (t) => {
  t.same(places(load({}, ["none.thrift"])), ["none.thrift:1:1 unreadable-file"]);
});

t.test("shows absolute paths below the working directory relative to it", async (t) => {
  t.same(places(load("struct A { 1: X x }", ["/nowhere/main.thrift"])), ["1:15 unknown-type"]);
});
