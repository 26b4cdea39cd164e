import t from "tap";
import { findings, load } from "../../helpers/idl.ts";

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

/** What people write who know another language, or mistype: one finding each, and the next line is read. */
const SLIPS: Readonly<Record<string, readonly [text: string, message: RegExp, hint?: RegExp]>> = {
  "a misspelt word before a type": ["struct A { 1: requird i32 a }", /found `requird`$/, /`required`/],
  "a type of another language": ["struct A { 1: int a }", /unknown type `int`/, /`i32`/],
  "a container in capitals": ["struct A { 1: List<string> a }", /`List` takes no arguments/, /list<i32>/],
  "an array type": ["struct A { 1: string[] a }", /takes no arguments/, /list<i32>/],
  "a name before the type": ["struct A { a: i32 }", /field id must be an integer/],
  "a word before the id": ["struct A { optional 1: i32 a }", /`optional` stands after the id/, /1: optional i32/],
  "a constant without type": ["const A = 1", /constant has a type but no name/, /const i32 NAME = 1/],
  "a method without result": ["service S { ping() }", /method has a type but no name/, /void name\(\)/],
  "extends misspelt": ["service S extend T { void a() }", /found `extend`/, /`extends`/],
  "an include without quotes": ["include a.thrift", /path of a file in quotes/],
  "a list that is not closed": ["const list<i32> A = [1, 2", /expected `\]`/],
  "an annotation that is not closed": ['struct A {} (a = "b"', /expected `\)`/],
  "a brace too many": ["struct A {} }", /expected a definition, found `}`/],
};

for (const [name, [text, message, hint]] of Object.entries(SLIPS)) {
  t.test(`understands ${name}`, async (t) => {
    const { diagnostics } = load(`${text}\nstruct Next { 1: Missing m }\n`);
    t.equal(diagnostics.length, 2);
    t.match(diagnostics[0]?.message, message);
    if (hint !== undefined) t.match(diagnostics[0]?.hint, hint);
    t.match(diagnostics[1]?.message, "unknown type `Missing`");
  });
}

t.test("tells a method that lost its bracket from an argument", async (t) => {
  t.same(findings("service S {\n  void a(1: i32 x\n  i32 b(1: i32 y)\n}"), ["2:18 unexpected-token"]);
});
