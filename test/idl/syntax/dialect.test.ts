import t from "tap";
import { findings, moduleOf } from "../../helpers/idl.ts";

const STRAY = "struct A {};\n";

t.test("refuses fbthrift's freedoms in a file of Apache's dialect", async (t) => {
  t.same(findings(STRAY), ["1:12 fbthrift-syntax"]);
  t.same(findings('namespace py "a.b"\n'), ["1:14 fbthrift-syntax"]);
  t.same(findings('const string S = "\\x41"\n'), ["1:19 fbthrift-syntax"]);
});

for (const sign of [
  'package "a.b/c"',
  "package;",
  "namespace cpp2 a.b",
  "@Sign\nstruct Sign {}",
  "interaction I {}",
  "service S { stream<i32> f() }",
  "service S { sink<i32, i32> f() }",
  "safe exception E {}",
  'include "thrift/annotation/cpp.thrift"',
  "struct B { 1: i32 a (b = true) }",
]) {
  t.test(`knows a file of fbthrift by ${sign.split("\n")[0]}`, async (t) => {
    const found = findings(`${sign}\n${STRAY}`).filter((one) => !one.includes("missing-include"));
    t.same(found, []);
  });
}

t.test("lets strings of fbthrift span lines, and Apache's not", async (t) => {
  t.same(findings('package "a/b"\nconst string S = "one\ntwo"\n'), []);
  t.same(findings('const string S = "one\ntwo"\n'), [
    "1:18 unterminated-string",
    "2:1 unexpected-token",
    "2:4 unterminated-string",
  ]);
});

t.test("reads leading zeros as octal in fbthrift, as decimal with a warning elsewhere", async (t) => {
  t.match(moduleOf('package "a/b"\nconst i32 A = 010').constants[0]?.value, { value: 8n });
  t.match(moduleOf("const i32 A = 010").constants[0]?.value, { value: 10n });
  t.same(findings("const i32 A = 010"), ["1:15 leading-zero"]);
});
