import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { LINT_RULES, type LintId, lintModule } from "../../../idl/check/lint.ts";
import { loadProgram } from "../../../idl/load/load-program.ts";
import { root } from "../../helpers/shared.ts";

function lint(text: string, rule: LintId, files: Readonly<Record<string, string>> = {}): string[] {
  const all: Readonly<Record<string, string>> = { ...files, "x.thrift": text };
  const { program, diagnostics } = loadProgram(["/x.thrift"], {
    cwd: "/",
    read: (path) => all[path.replace(/^\//, "")],
  });
  if (diagnostics.some(({ severity }) => severity === "error")) throw new Error(diagnostics[0]?.message);
  const module = program.roots[0];
  return module === undefined
    ? []
    : lintModule(module, ({ id }) => id === rule).map(
        ({ span, message }) => `${text.slice(span.start, span.end)}: ${message}`,
      );
}

/** Of each rule: IDL that it finds fault with at one place, and IDL that it does not. */
const CASES: Readonly<Record<Exclude<LintId, "unused-include">, { readonly bad: string; readonly good: string }>> = {
  "identity-key": {
    bad: "struct S {}\nstruct T { 1: map<i32, set<S>> m }",
    good: "struct S { 1: set<string> a; 2: map<i64, list<S>> b }",
  },
  "type-name": { bad: "struct work_item {}", good: "struct WorkItem {}\ntypedef i32 Id\nenum E2 { A = 1 }" },
  "field-name": {
    bad: "struct S { 1: i32 first_one, 2: i32 secondOne }",
    good: "struct S { 1: i32 firstOne, 2: i32 x, 3: i32 secondOne }",
  },
  "method-name": { bad: "service S { void DoIt() }", good: "service S { void doIt(), void do_it() }" },
  "enum-member-name": { bad: "enum E { Red = 1 }", good: "enum E { RED_ISH = 1 }" },
  "constant-name": { bad: "const i32 maxSize = 1", good: "const i32 MAX_SIZE = 1" },
  "missing-doc": { bad: "struct S {}", good: "/** A thing. */\nstruct S {}" },
  "required-field": { bad: "struct S { 1: required i32 a }", good: "struct S { 1: i32 a, 2: optional i32 b }" },
  "field-order": { bad: "struct S { 2: i32 a, 1: i32 b }", good: "struct S { 1: i32 a, 7: i32 b }" },
  "implicit-enum-value": { bad: "enum E { A = 1, B }", good: "enum E { A = 1, B = 2 }" },
  "exception-message": { bad: "exception E { 1: i32 message }", good: "exception E { 1: string message }" },
  "optional-default": {
    bad: "struct S { 1: optional i32 a = 3 }",
    good: "struct S { 1: i32 a = 3, 2: optional i32 b }",
  },
};

for (const [rule, { bad, good }] of Object.entries(CASES)) {
  t.test(`${rule} finds what it is for, and no more`, async (t) => {
    t.equal(lint(bad, rule as LintId).length, 1);
    t.same(lint(good, rule as LintId), []);
  });
}

t.test("unused-include finds an include that no name leads through", async (t) => {
  const files = { "a.thrift": "struct A {}", "b.thrift": "const i32 B = 1" };
  const text = 'include "a.thrift"\ninclude "b.thrift"\nconst i32 C = b.B';
  t.same(lint(text, "unused-include", files), ['include "a.thrift": nothing in this file uses `a`']);
  t.same(lint('include "a.thrift"\nservice S { list<a.A> f() }', "unused-include", files), []);
});

t.test("a rule is silenced by an annotation at the thing, around it, or for the file", async (t) => {
  t.same(lint('struct bad_name {} (scrimp.ignore = "missing-doc type-name")', "type-name"), []);
  t.same(
    lint('struct S { 1: required i32 a (scrimp.ignore = "required-field"), 2: required i32 b }', "required-field")
      .length,
    1,
  );
  t.same(
    lint('struct S { 1: required i32 a, 2: required i32 b } (scrimp.ignore = "required-field")', "required-field"),
    [],
  );
  t.same(lint("namespace scrimp.ignore required_field\nstruct S { 1: required i32 a }", "required-field"), []);
});

t.test("every rule has an id of its own and a summary", async (t) => {
  t.equal(new Set(LINT_RULES.map(({ id }) => id)).size, LINT_RULES.length);
  t.same(new Set(LINT_RULES.map(({ id }) => id)), new Set([...Object.keys(CASES), "unused-include"]));
  t.ok(LINT_RULES.every(({ summary }) => summary.length > 10));
});

t.test("docs/lint.md lists every rule as it is", async (t) => {
  const text = readFileSync(join(root, "docs/lint.md"), "utf8");
  for (const { id, standard, summary } of LINT_RULES)
    t.ok(text.includes(`| \`${id}\` | ${standard ? "yes" : "no"} | ${summary} |`), id);
});
