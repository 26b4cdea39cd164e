import t from "tap";
import { cleanBlock } from "../../idl/parser/doc.ts";
import { moduleOf } from "../helpers/idl.ts";

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

t.test("drops stars and the indentation that all lines share", async (t) => {
  t.equal(cleanBlock("/** one */"), "one");
  t.equal(cleanBlock("/**\n   * one\n   *   two\n   *\n   * three\n   */"), "one\n  two\n\nthree");
  t.equal(cleanBlock("/**\n  plain\n    indented\n*/"), "plain\n  indented");
  t.equal(cleanBlock("/** first\n * second */"), "first\nsecond");
});
