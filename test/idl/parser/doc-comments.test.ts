import t from "tap";
import { cleanBlock } from "../../../idl/parser/doc.ts";
import { moduleOf } from "../../helpers/idl.ts";

t.test("gives each definition, field, member and method the comment before it", async (t) => {
  const module = moduleOf(`
    /** a struct */ struct A {
      /** a field */ 1: i32 a
      2: i32 b
    }
    /** an enum */ enum E { /** a member */ X }
    /** a service */ service S { /** a method */ void f(/** an argument */ 1: i32 a) }
    /** a constant */ const i32 C = 1
    /** a typedef */ typedef i32 T
  `);
  t.same(
    module.definitions.map((definition) => definition.doc),
    ["a struct", "an enum", "a service", "a constant", "a typedef"],
  );
  t.same(
    module.structs[0]?.fields.map((field) => field.doc),
    ["a field", undefined],
  );
  t.equal(module.enums[0]?.members[0]?.doc, "a member");
  t.equal(module.services[0]?.methods[0]?.doc, "a method");
  t.equal(module.services[0]?.methods[0]?.args[0]?.doc, "an argument");
});

t.test("takes the first doc comment for the file's when a header follows it", async (t) => {
  t.equal(moduleOf("/** the file */\nnamespace js a\nstruct A {}").tree.doc, "the file");
  t.equal(moduleOf("/** the struct */\nstruct A {}").tree.doc, undefined);
});

t.test("does not take other comments for documentation", async (t) => {
  t.equal(moduleOf("// no\n/* no */ # no\nstruct A {}").structs[0]?.doc, undefined);
  t.equal(moduleOf("/***/ struct A {}").structs[0]?.doc, undefined, "nor one that says nothing");
  t.equal(moduleOf("/** of B */ struct B {}\nstruct A {}").structs[1]?.doc, undefined);
});

t.test("reads fbthrift's triple slashes, before and behind", async (t) => {
  const module = moduleOf("/// one\n/// two\nstruct A {\n  1: i32 a, ///< behind\n  2: i32 b, /**< too */\n}");
  t.equal(module.structs[0]?.doc, "one\ntwo");
  t.same(
    module.structs[0]?.fields.map((field) => field.doc),
    ["behind", "too"],
  );
});

/** Names and texts of the members of the first definition. */
function documented(text: string): [string, string | undefined][] {
  const [first] = moduleOf(text).definitions;
  const members = first === undefined ? [] : "members" in first ? first.members : "fields" in first ? first.fields : [];
  return members.map(({ name, doc }) => [name, doc]);
}

t.test("gives a comment behind a member to that member, as its line says", async (t) => {
  t.same(documented("enum E {\n  A = 1, /** what A means */\n  B = 2\n}"), [
    ["A", "what A means"],
    ["B", undefined],
  ]);
  t.same(
    documented(
      "struct S {\n 1: i32 a /** a */,\n 2: i32 b; /** b\n   goes on */\n 3: i32 c /// c\n 4: i32 d /** d */ }",
    ),
    [
      ["a", "a"],
      ["b", "b\ngoes on"],
      ["c", "c"],
      ["d", "d"],
    ],
  );
});

t.test("leaves a comment to what follows it on its line, or begins on the next", async (t) => {
  t.same(documented("struct S { 1: i32 a, /** b */ 2: i32 b, /**\n  * c\n  */\n 3: i32 c }"), [
    ["a", undefined],
    ["b", "b"],
    ["c", "c"],
  ]);
});

t.test("gives nothing to the next member where the one on the line has its comment already", async (t) => {
  t.same(documented("enum E {\n  /** before */\n  A, /** behind */\n  B\n}"), [
    ["A", "before"],
    ["B", undefined],
  ]);
});

t.test("reads comments behind methods, arguments, constants and braces", async (t) => {
  const module = moduleOf(
    "service S { /** S */\n  void f(1: i32 a, /** a */\n    2: i32 b /** b */); /** f */\n  void g()\n}\nconst i32 C = 1 /** C */\ntypedef i32 T; /** T */\nstruct Last {}",
  );
  t.same(
    module.definitions.map(({ doc }) => doc),
    ["S", "C", "T", undefined],
  );
  const [f, g] = module.services[0]?.methods ?? [];
  t.same([f?.doc, g?.doc, ...(f?.args ?? []).map(({ doc }) => doc)], ["f", undefined, "a", "b"]);
});

t.test("takes a banner for no documentation", async (t) => {
  for (const banner of ["/*********** requests ***********/", "/*** requests */", "/*****\n * requests\n *****/"]) {
    t.equal(moduleOf(`${banner}\nstruct A {}`).structs[0]?.doc, undefined);
    t.equal(moduleOf(`${banner}\nnamespace js a\nstruct A {}`).tree.doc, undefined);
    t.equal(moduleOf(`/** of A */\n${banner}\nstruct A {}`).structs[0]?.doc, "of A");
  }
});

t.test("drops stars and the indentation that all lines share", async (t) => {
  t.equal(cleanBlock("/** one */"), "one");
  t.equal(cleanBlock("/** one **/"), "one");
  t.equal(cleanBlock("/**\n   * one\n   *   two\n   *\n   * three\n   */"), "one\n  two\n\nthree");
  t.equal(cleanBlock("/**\n  plain\n    indented\n*/"), "plain\n  indented");
  t.equal(cleanBlock("/** first\n * second */"), "first\nsecond");
});
