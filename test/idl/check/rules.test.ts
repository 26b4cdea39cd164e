import t from "tap";
import { CODES, type Code } from "../../../idl/source/codes.ts";
import { load } from "../../helpers/idl.ts";

/** The shortest text for each code; what it reports besides does not matter here. `^` stands before the place. */
const EXAMPLES: Readonly<Record<Code, string>> = {
  "unreadable-file": "",
  "file-too-large": "",
  "nul-byte": "struct A ^\0{}",
  "invalid-utf8": "",
  "unexpected-character": "struct A ^$ {}",
  "merge-conflict": "^<<<<<<< HEAD\nstruct A {}\n=======\n>>>>>>> b",
  "wrong-encoding": "",
  "unterminated-comment": "struct A {}\n^/** open",
  "unterminated-string": "const string A = ^'open\nstruct B {}",
  "bad-escape": 'const string A = "a^\\x"',
  "bad-number": "const i32 A = 0^xZZ",
  "integer-too-big": "const i64 A = ^9223372036854775808",
  "identifier-too-long": `struct ^${"a".repeat(4097)} {}`,
  "nesting-too-deep": `struct A { 1: ${"list<".repeat(128)}^list<i32${">".repeat(129)} a }`,
  "type-too-large":
    Array.from({ length: 9 }, (_, i) => `typedef map<T${i}, T${i}> T${i + 1}\n`).join("") +
    "typedef i32 T0\ntypedef ^map<T9, T9> T10",
  "unexpected-token": "struct A { 1 ^i32 a }".replace("1 ^i32", "1^ i32"),
  "header-after-definition": 'struct A {}\n^include "x.thrift"',
  "withdrawn-keyword": "^php_namespace x",
  "dotted-name": "struct A { 1: i32 ^a.b }",
  "keyword-as-name": "struct ^i32 { 1: bool a }",
  "void-type": "struct A { 1: ^void a }",
  "fbthrift-syntax": "struct A {}^;",
  "include-not-found": 'include ^"x.thrift"\nstruct A { 1: x.X x }',
  "cyclic-include": 'include ^"main.thrift"',
  "unknown-scope": "struct A { 1: ^x.X x }",
  "unknown-type": "struct A { 1: ^X x }",
  "unknown-service": "service S extends ^T {}",
  "unknown-constant": "const i32 A = ^X",
  "unknown-member": "enum E { X }\nconst E A = ^E.Y",
  "unknown-field": 'struct S { 1: i32 a }\nconst S A = {^"b": 1}',
  "not-a-type": "const i32 C = 1\nstruct A { 1: ^C c }",
  "not-a-service": "struct T {}\nservice S extends ^T {}",
  "not-an-interaction": "struct T {}\nservice S { performs ^T; }",
  "unqualified-member": "enum E { X }\nconst E A = ^X",
  "typedef-cycle": "typedef ^B A\ntypedef A B",
  "service-cycle": "service S extends ^S {}",
  "constant-cycle": "const i32 A = ^A",
  "constant-too-large": "",
  "duplicate-definition": "struct A {}\nenum ^A {}",
  "duplicate-field-id": "struct A { 1: i32 a, ^1: i32 b }",
  "duplicate-field-name": "struct A { 1: i32 a, 2: i32 ^a }",
  "duplicate-method": "service S { void a() }\nservice T extends S { void ^a() }",
  "duplicate-member": "enum E { A = 1, ^A = 2 }",
  "field-id-range": "struct A { ^32768: i32 a }",
  "enum-value-range": "enum E { A = ^2147483648 }",
  "reserved-name": "struct ^lambda {}",
  "value-type": "const string A = ^9",
  "value-range": "const i8 A = ^128",
  "bool-number": "const bool A = ^2",
  "malformed-uuid": 'const uuid A = ^"no"',
  "struct-reference": "struct S {}\nconst S A = {}\nconst S B = ^A",
  "union-constant": 'union U { 1: i32 a, 2: i32 b }\nconst U A = ^{"a": 1, "b": 2}',
  "union-defaults": "union U { 1: i32 a = 1, 2: i32 b = ^2 }",
  "oneway-result": "exception E {}\nservice S { oneway void a() ^throws (1: E e) }",
  "throws-type": "service S { void a() throws (1: ^string e) }",
  "service-type": "service S {}\nstruct A { 1: ^S s }",
  "stream-misplaced": "service S { oneway ^stream<i32> a() }",
  "invalid-utf8-comment": "",
  "deprecated-syntax": "service S { ^async void a() }",
  "missing-required": "struct S { 1: required i32 a }\nconst S A = ^{}",
  "infinite-struct": "struct A { 1: required A ^a }",
  "member-of-other-enum": "enum E { X }\nenum F { Y }\nconst F A = ^E.Y",
  "bool-for-integer": "const i32 A = ^true",
  "empty-literal": "const list<i32> A = ^{}",
  "empty-union": "union U { 1: i32 a }\nconst U A = ^{}",
  "annotation-value": "struct A { 1: i32 a (b, c = ^true) }",
  "unknown-escape": 'package;\nconst string A = "^\\S"',
  "header-separator": "namespace js a^;",
  "leading-zero": "const i32 A = ^010",
  "unused-missing-include": 'include ^"x.thrift"',
  "duplicate-include": "",
  "unknown-annotation": "@^x.Note\nstruct A {}",
  "forward-reference": "service S extends ^T {}\nservice T {}",
  "duplicate-value": "enum E { A = 1, ^B = 1 }",
  "duplicate-key": "const map<i32, i32> A = {1: 1, ^1: 2}",
  "nonpositive-field-id": "struct A { ^0: i32 a }",
  "missing-field-id": "struct A { i32 ^a }",
  "inexact-value": "const double A = ^9007199254740993",
  "enum-number": "enum E { A }\nconst E B = ^7",
  "union-required": "union U { 1: required i32 ^a }",
  "argument-requiredness": "service S { void a(^1: optional i32 b) }",
  "argument-reference": "struct A {}\nservice S { void a(^1: A & b) }",
  "unknown-setting": 'struct A { 1: i64 a (^scrimp.type = "Number") }',
  "map-key-type": "struct A { 1: map<^list<i32>, i32> a }",
};

/** These take bytes, other files or much text: they are tested by name elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(
  Object.entries(EXAMPLES).flatMap(([code, text]) => (text === "" ? [code] : [])),
);

for (const [code, marked] of Object.entries(EXAMPLES)) {
  if (ELSEWHERE.has(code)) continue;
  t.test(`reports ${code} where it stands, with its severity`, async (t) => {
    const at = marked.indexOf("^");
    const text = marked.slice(0, at) + marked.slice(at + 1);
    const loaded = load(text);
    const found = loaded.diagnostics.filter((diagnostic) => diagnostic.code === code);
    t.equal(
      found[0]?.span.start,
      at,
      `among ${loaded.diagnostics.map((d) => `${d.code} at ${d.span.start}`).join(", ")}`,
    );
    t.equal(found.length, 1, "once");
    t.equal(found[0]?.severity, CODES[code as Code].severity);
    t.equal(
      loaded.hasErrors,
      loaded.diagnostics.some(({ severity }) => severity === "error"),
    );
  });
}

t.test("has an example for every code", async (t) => {
  t.same(Object.keys(EXAMPLES).sort(), Object.keys(CODES).sort());
  t.same([...ELSEWHERE].sort(), [
    "constant-too-large",
    "duplicate-include",
    "file-too-large",
    "invalid-utf8",
    "invalid-utf8-comment",
    "unreadable-file",
    "wrong-encoding",
  ]);
});

t.test("warns of two includes under one name", async (t) => {
  const loaded = load({
    "main.thrift": 'include "a/x.thrift"\ninclude "b/x.thrift"\nstruct A { 1: x.B b }',
    "a/x.thrift": "",
    "b/x.thrift": "struct B {}",
  });
  t.same(
    loaded.diagnostics.map(({ code, span }) => [code, span.start]),
    [["duplicate-include", 29]],
  );
});

t.test("finds bytes that are no UTF-8 in strings and in comments", async (t) => {
  const bytes = (text: string): Buffer => Buffer.from(text, "latin1");
  t.match(load({ "main.thrift": bytes('const string A = "caf\xe9"') }).diagnostics, [
    { code: "invalid-utf8", span: { start: 21 } },
  ]);
  t.match(load({ "main.thrift": bytes("// caf\xe9\nstruct A {}") }).diagnostics, [
    { code: "invalid-utf8-comment", severity: "warning" },
  ]);
});

t.test("refuses a file beyond 64 MiB without reading it", async (t) => {
  t.match(load({ "main.thrift": Buffer.alloc(64 * 1024 * 1024 + 1) }).diagnostics, [{ code: "file-too-large" }]);
});

t.test("lets a project silence warnings or take them for errors, but not errors", async (t) => {
  const text = "struct A { i32 a }\nconst i32 B = X";
  t.same(
    load(text, undefined, { severities: { "missing-field-id": "off", "unknown-constant": "off" } }).diagnostics.map(
      ({ code }) => code,
    ),
    ["unknown-constant"],
  );
  t.same(load("struct A { i32 a }", undefined, { severities: { "missing-field-id": "error" } }).hasErrors, true);
});
