import t from "tap";
import { parseFile } from "../../../idl/parser/parser.ts";
import { Diagnostics } from "../../../idl/source/diagnostic.ts";
import { Source } from "../../../idl/source/source.ts";
import type { Field, FileNode, ServiceDefinition, StructDefinition } from "../../../idl/syntax/ast.ts";

function parse(text: string): FileNode {
  const diagnostics = new Diagnostics();
  const tree = parseFile(new Source("x", text), diagnostics);
  const errors = diagnostics.list.filter((found) => found.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((found) => found.message).join("; "));
  return tree;
}

const structOf = (text: string): StructDefinition => parse(text).definitions[0] as StructDefinition;
const fieldOf = (text: string): Field => structOf(`struct S { ${text} }`).fields[0] as Field;
const serviceOf = (text: string): ServiceDefinition => parse(text).definitions[0] as ServiceDefinition;

t.test("takes commas, semicolons or nothing between items", async (t) => {
  const names = (text: string): string[] => structOf(text).fields.map((field) => field.name.text);
  t.same(names("struct A { 1: i32 a 2: i32 b; 3: i32 c, }"), ["a", "b", "c"]);
  t.equal(parse("typedef i32 T,\nconst i32 C = 1;\nconst list<i32> L = [1, 2; 3 4]\n").definitions.length, 3);
});

t.test("takes words of the language as names of fields", async (t) => {
  const { fields } = structOf("struct A { 1: i32 list, 2: string map, 3: bool optional, 4: optional i32 required }");
  t.same(
    fields.map((field) => [field.name.text, field.requiredness]),
    [
      ["list", undefined],
      ["map", undefined],
      ["optional", undefined],
      ["required", "optional"],
    ],
  );
});

t.test("reads every kind of value", async (t) => {
  const kinds = (text: string): unknown =>
    (parse(`const i32 A = ${text}`).definitions[0] as { value?: { kind: string } }).value?.kind;
  t.same(["1", "-0x1F", "+1", ".5", "1e3", "-1.5E-3", '"a"', "'a'", "true", "a.B", "[1]", "{1: 2}"].map(kinds), [
    "int",
    "int",
    "int",
    "double",
    "double",
    "double",
    "string",
    "string",
    "bool",
    "name",
    "list",
    "map",
  ]);
});

t.test("reads integers of 64 bits exactly", async (t) => {
  const value = (text: string): unknown =>
    (parse(`const i64 A = ${text}`).definitions[0] as { value?: { value: bigint } }).value?.value;
  t.equal(value("9223372036854775807"), 2n ** 63n - 1n);
  t.equal(value("-9223372036854775808"), -(2n ** 63n));
  t.equal(value("0x7FFFFFFFFFFFFFFF"), 2n ** 63n - 1n);
});

t.test("reads escapes, and other quotes inside quotes", async (t) => {
  const value = (text: string): unknown => fieldOf(`1: string a = ${text}`).value;
  t.match(value('"\\n\\t\\r\\\\ \\" \\\'"'), { value: "\n\t\r\\ \" '" });
  t.match(value("'a \"q\"'"), { value: 'a "q"', quote: "'" });
  t.match(value('"é"'), { value: "é" });
});

t.test("keeps annotations with and without values, on types, fields and definitions", async (t) => {
  const struct = structOf('struct A { 1: list<string (k="v")> (x, y="z") a (q) } (b="1", c)');
  const names = (things: readonly { name: { text: string } }[] | undefined): unknown =>
    things?.map((thing) => thing.name.text);
  const field = struct.fields[0];
  t.same(names(struct.annotations), ["b", "c"]);
  t.same(names(field?.annotations), ["q"]);
  t.same(names(field?.type.annotations), ["x", "y"]);
  t.same(field?.type.kind === "list" && names(field.type.element.annotations), ["k"]);
});

t.test("keeps cpp_type, references and XML Schema's words", async (t) => {
  t.match(fieldOf('1: list cpp_type "foo" <i32> a'), { type: { kind: "list", cppType: "foo" } });
  t.match(fieldOf('1: map<i32, i32> cpp_type "foo" a'), { type: { kind: "map", cppType: "foo" } });
  t.match(fieldOf("1: optional T & next"), { reference: true });
  t.match(fieldOf("1: i32 a xsd_optional xsd_nillable xsd_attrs { 1: i32 q }"), {
    xsd: { optional: true, nillable: true, attributes: [{}] },
  });
  t.equal(structOf("struct A xsd_all {}").xsdAll, true);
});

t.test("reads headers of every kind", async (t) => {
  const { headers } = parse(
    'include "a.thrift"\ninclude "b.thrift" as c\ncpp_include <x>'.replace("<x>", '"x"') +
      '\nnamespace * a.b\nnamespace py.twisted c\npackage "a/b"\n',
  );
  t.match(headers, [
    { kind: "include", path: "a.thrift" },
    { kind: "include", alias: { text: "c" } },
    { kind: "include", language: "cpp" },
    { kind: "namespace", scope: { text: "*" }, name: { text: "a.b" } },
    { kind: "namespace", scope: { text: "py.twisted" } },
    { kind: "package", name: "a/b" },
  ]);
});

t.test("reads what methods may return, streams and sinks included", async (t) => {
  const method = (text: string): unknown => serviceOf(`service S { ${text} m(1: i32 a) throws (1: E e) }`).methods[0];
  t.match(method("oneway void"), { oneway: true, returns: undefined, throws: [{}] });
  t.match(method("async void"), { oneway: true });
  t.match(method("idempotent i32"), { qualifiers: [{ text: "idempotent" }], returns: { base: "i32" } });
  t.match(method("stream<i32 throws (1: E e)>"), {
    returns: undefined,
    stream: { type: { base: "i32" }, throws: [{}] },
  });
  t.match(method("R, stream<T>"), { returns: { text: "R" }, stream: { type: { text: "T" } } });
  t.match(method("R, sink<A throws (1: E e), B throws (1: E e)>"), {
    returns: {},
    sink: { type: { text: "A" }, throws: [{}], final: { type: { text: "B" }, throws: [{}] } },
  });
  t.match(method("sink<A>, stream<B>"), {
    returns: undefined,
    sink: { final: undefined },
    stream: { type: { text: "B" } },
  });
  t.match(method("I, R, stream<T>"), { creates: { text: "I" }, returns: { text: "R" }, stream: {} });
});

t.test("reads interactions, structured annotations and qualified exceptions", async (t) => {
  const tree = parse(
    '@cpp.Name{value = "x"}\ninteraction I { void f() }\nservice S { performs I; }\nsafe client exception E {}\n',
  );
  t.match(tree.definitions, [
    { kind: "interaction", annotations: [{ structured: true, name: { text: "cpp.Name" }, value: { kind: "struct" } }] },
    { kind: "service", performs: [{ text: "I" }] },
    { kind: "exception", qualifiers: [{ text: "safe" }, { text: "client" }] },
  ]);
});

t.test("reads an empty file, and one of comments only", async (t) => {
  t.equal(parse("").definitions.length, 0);
  t.equal(parse("# a\n// b\n/* c */ /**/").comments.length, 4);
});

t.test("gives spans in bytes, also behind letters of several bytes", async (t) => {
  const tree = parse("// é\nstruct A {}");
  t.same(tree.definitions[0]?.span, { start: 6, end: 17 });
  t.same(tree.definitions[0]?.name.span, { start: 13, end: 14 });
});

t.test("keeps every comment with its style and place", async (t) => {
  const { comments } = parse("# a\nstruct A { // b\n /** c */ 1: i32 x /* d */ }");
  t.same(
    comments.map(({ style, text }) => [style, text]),
    [
      ["#", "# a"],
      ["//", "// b"],
      ["/**", "/** c */"],
      ["/*", "/* d */"],
    ],
  );
});
