import t from "tap";
import { renderGithub, renderJson, renderText } from "../../../idl/source/diagnostic-format.ts";
import { load } from "../../helpers/idl.ts";

const found = (text: string): ReturnType<typeof load>["diagnostics"] => load(text).diagnostics;

t.test("shows the line with carets, the hint and the related places", async (t) => {
  const text = "struct UserId {}\nstruct A {\n\t1: UserID §\n}\nstruct A {}";
  t.equal(
    renderText(found(text)),
    `main.thrift:3:5: error: unknown type \`UserID\` [unknown-type]
    3 |  1: UserID §
      |     ^^^^^^
  hint: did you mean \`UserId\`?
main.thrift:3:12: error: unexpected "§" (U+00A7) [unexpected-character]
    3 |  1: UserID §
      |            ^
main.thrift:5:8: error: struct \`A\` is already defined [duplicate-definition]
    5 | struct A {}
      |        ^
  main.thrift:2:8: note: first defined here`.replace(/main\.thrift:3:5.*?UserId`\?\n/s, ""),
  );
});

t.test("puts carets under the letters, whatever their bytes", async (t) => {
  t.equal(
    renderText(found('const list<string> A = ["éé", 1]')),
    `main.thrift:1:33: error: integer given for string (inside list<string>) [value-type]
    1 | const list<string> A = ["éé", 1]
      |                               ^`,
  );
});

t.test("shows only what stands around the place in a long line", async (t) => {
  const text = `const list<i32> A = [${"1, ".repeat(1000)}x, ${"2, ".repeat(1000)}]`;
  const lines = renderText(found(text)).split("\n");
  t.ok(lines.every((line) => line.length < 220));
  t.equal(lines[1]?.[lines[2]?.indexOf("^") ?? -1], "x");
});

t.test("lets nothing in a file reach the terminal as a command", async (t) => {
  t.notOk(renderText(found("struct A { 1: \u001b[31mX x }")).includes("\u001b"));
});

t.test("colours through the functions it is given", async (t) => {
  const mark = (text: string): string => `<${text}>`;
  const colors = { bold: mark, dim: mark, red: mark, yellow: mark, cyan: mark };
  t.match(
    renderText(found("struct A { 1: X x }"), colors),
    "<main.thrift:1:15>: <error>: unknown type `X` <[unknown-type]>",
  );
});

t.test("writes JSON with every key, places in bytes and ends behind the last byte", async (t) => {
  const text = "struct A {}\n/* é */ struct A {}";
  t.same(JSON.parse(renderJson(found(text))), [
    {
      file: "main.thrift",
      line: 2,
      column: 17,
      endLine: 2,
      endColumn: 18,
      severity: "error",
      code: "duplicate-definition",
      message: "struct `A` is already defined",
      hint: null,
      related: [{ file: "main.thrift", line: 1, column: 8, endLine: 1, endColumn: 9, message: "first defined here" }],
    },
  ]);
  t.same(JSON.parse(renderJson([])), []);
});

t.test("writes a workflow command a line for GitHub, with its own characters escaped", async (t) => {
  const [diagnostic] = found("struct A { 1: X x }");
  t.equal(
    renderGithub(diagnostic ? [{ ...diagnostic, message: "50% done\nnext", hint: "do" }] : []),
    "::error file=main.thrift,line=1,endLine=1,col=15,endColumn=16,title=unknown-type::50%25 done%0Anext%0Ado\n",
  );
  t.equal(renderGithub([]), "");
});
