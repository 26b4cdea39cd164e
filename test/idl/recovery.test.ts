import t from "tap";
import { findings, load } from "../helpers/idl.ts";

t.test("goes on after each broken field and reports them all", async (t) => {
  const text = `struct A {
  1 i32 a
  2: b;
  3: i32 c (x = "y"
  4: list d
  5: i32 good
}
struct B { 1: Missing m }
`;
  t.same(findings(text), [
    "2:4 unexpected-token",
    "3:6 unexpected-token",
    "4:20 unexpected-token",
    "5:11 unexpected-token",
    "8:15 unknown-type",
  ]);
  const [a, b] = load(text).program.roots[0]?.structs ?? [];
  t.same(
    a?.fields.map((field) => field.name),
    ["a", "good"],
    "what could be read is in the tree",
  );
  t.equal(b?.name, "B");
});

t.test("reports broken methods, members and values one by one", async (t) => {
  const text = `service S {
  i64 now,
  void good()
  void bad(1: i32 a
  void after()
}
enum E { A = , B = 2 }
const i32 C
const i32 D = 1
`;
  t.same(findings(text), [
    "2:10 unexpected-token",
    "4:20 unexpected-token",
    "7:14 unexpected-token",
    "8:12 unexpected-token",
  ]);
  const module = load(text).program.roots[0];
  t.same(
    module?.services[0]?.methods.map((method) => method.name),
    ["good", "after"],
  );
  t.same(
    module?.enums[0]?.members.map((member) => member.name),
    ["B"],
  );
  t.same(
    module?.constants.map((constant) => constant.name),
    ["D"],
  );
});

t.test("ends a body that lost its brace where the next definition begins", async (t) => {
  const loaded = load("struct A {\n  1: i32 a\n\nstruct B {\n  1: i32 b\n}\n");
  t.same(findings("struct A {\n  1: i32 a\n\nstruct B {\n  1: i32 b\n}\n"), ["2:11 unexpected-token"]);
  t.same(
    loaded.program.roots[0]?.structs.map((struct) => struct.fields.length),
    [1, 1],
  );
  t.equal(loaded.diagnostics[0]?.related[0]?.message, "opened here");
});

t.test("takes what begins no definition as one mistake", async (t) => {
  t.same(findings("struc A { 1: i32 a, 2: i32 b }\nstruct B {}\n"), ["1:1 unexpected-token"]);
  t.equal(load("struc A {}").diagnostics[0]?.hint, "did you mean `struct`?");
});

t.test("names the replacement of withdrawn words and goes on", async (t) => {
  const loaded = load('cpp_namespace a\nsenum S { "a", "b" }\nstruct A { 1: slist a, 2: Missing b }\n');
  t.same(
    loaded.diagnostics.map(({ code, hint }) => [code, hint]),
    [
      ["withdrawn-keyword", "use `namespace cpp` instead"],
      ["withdrawn-keyword", "use an enum, or a typedef of string instead"],
      ["withdrawn-keyword", "use `string` instead"],
      ["unknown-type", undefined],
    ],
  );
});

t.test("points behind the last word of a line where something is missing there", async (t) => {
  t.same(findings("const i32 NOTHING \nstruct A {}"), ["1:19 unexpected-token"]);
  t.same(findings("namespace js \nstruct A {}"), ["1:14 unexpected-token"]);
});

t.test("reports mistakes of included files at their own place", async (t) => {
  const loaded = load({
    "main.thrift": 'include "b.thrift"\nstruct A { 1: b.B b, 2: X x }',
    "b.thrift": "struct B { 1: Y y }",
  });
  t.same(
    loaded.diagnostics.map(({ source, code }) => [source.path, code]),
    [
      ["b.thrift", "unknown-type"],
      ["main.thrift", "unknown-type"],
    ],
  );
});

t.test("stops listing after a thousand findings in a file, and still counts as wrong", async (t) => {
  const loaded = load("struct A {}\n".repeat(3000));
  t.equal(loaded.diagnostics.length, 1000);
  t.ok(loaded.hasErrors);
});
