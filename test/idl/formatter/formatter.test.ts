import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { formatSource } from "../../../idl/formatter/formatter.ts";
import { parseFile } from "../../../idl/parser/parser.ts";
import { Diagnostics } from "../../../idl/source/diagnostic.ts";
import { Source } from "../../../idl/source/source.ts";
import type { FileNode } from "../../../idl/syntax/ast.ts";
import { sharedPath } from "../../helpers/shared.ts";

function format(text: string | Buffer): string {
  const formatted = formatSource(new Source("x.thrift", text));
  if (formatted === undefined) throw new Error("does not parse");
  return formatted;
}

function parse(text: string | Buffer): FileNode {
  return parseFile(new Source("x.thrift", text), new Diagnostics());
}

/** All that the tree says but where: space at the ends of a comment's lines means nothing. */
function meaning(file: FileNode): string {
  const { comments, ...rest } = file;
  const words = comments.map((comment) => comment.text.split(/\r\n|\r|\n/).map((line) => line.trim()));
  return JSON.stringify([rest, words], (key, value) => {
    if (key.endsWith("pan") || key === "end" || key === "start") return undefined;
    if (key === "doc")
      return String(value)
        .split("\n")
        .map((line) => line.trim())
        .join("\n");
    return typeof value === "bigint" ? `${value}n` : value;
  });
}

t.test("puts each item on a line of its own, with two spaces", async (t) => {
  t.equal(
    format("struct A{1:i32 a;2:optional list < map<string,i32> >b=[ {} ] , }"),
    "struct A {\n  1: i32 a;\n  2: optional list<map<string, i32>> b = [{}],\n}\n",
  );
  t.equal(format("enum E{A,B=0x10;C=-3 (x)}"), "enum E {\n  A,\n  B = 0x10;\n  C = -3 (x)\n}\n");
  t.equal(
    format("service S extends a.T{oneway void f(),i32 g ( 1:i32 a )throws( 1:X x )}"),
    "service S extends a.T {\n  oneway void f(),\n  i32 g(1: i32 a) throws (1: X x)\n}\n",
  );
  t.equal(format("struct Empty{ }"), "struct Empty {}\n");
});

t.test("leaves doc comments to what they document, when it breaks lines and when it joins them", async (t) => {
  const texts = [
    "struct A { 1: i32 a, /** b */ 2: i32 b /** behind b */ }",
    "struct A { /** of A */\n 1: i32 a /** a */,\n 2: i32 b, /** b */ /** c */ 3: i32 c }",
    "enum E { A, /** a */\n B /// b\n , C /** c */ }\n/** of S */ struct S {} /** behind S */\nstruct T {}",
    "service S { void f(1: i32 a, /** b */ 2: i32 b), /** g */ void g(1: i32 a, /** a */\n 2: i32 b /** b */) }",
    "const i32 A = 1; /** A */ const i32 B = 2 /** B */\ntypedef i32 T, /** T */\n",
    "struct A { 1: i32 a /** a\n goes on */ 2: i32 b, /**\n * c\n */ 3: i32 c }",
  ];
  for (const text of texts) {
    const formatted = format(text);
    t.equal(meaning(parse(formatted)), meaning(parse(text)), text);
    t.equal(format(formatted), formatted, text);
  }
  t.equal(format(texts[0] ?? ""), "struct A {\n  1: i32 a,\n  /** b */ 2: i32 b /** behind b */\n}\n");
});

t.test("breaks arguments that do not fit on a line, an argument a line", async (t) => {
  const args = Array.from({ length: 8 }, (_, i) => `${i + 1}: string argument${i}`);
  const formatted = format(`service S { void f(${args.join(", ")}) }`);
  t.equal(formatted, `service S {\n  void f(\n${args.map((arg) => `    ${arg}`).join(",\n")}\n  )\n}\n`);
});

t.test("keeps the lines of a constant that the source broke", async (t) => {
  t.equal(format("const list<i32> L = [\n1, 2,\n3]"), "const list<i32> L = [\n  1, 2,\n  3\n]\n");
});

t.test("keeps comments where they belong", async (t) => {
  const text = [
    "# one",
    "struct A { // two",
    "  1: i32 a // three",
    "  , /* four */ 2: i32 b",
    "  // five",
    "}",
    "// six",
  ].join("\n");
  const expected = [
    "# one",
    "struct A { // two",
    "  1: i32 a, // three",
    "  /* four */ 2: i32 b",
    "  // five",
    "}",
    "",
    "// six",
    "",
  ].join("\n");
  t.equal(format(text), expected);
});

t.test("puts a structured annotation on a line of its own", async (t) => {
  t.equal(format('@a.B{c="d"} struct S { @x.Y 1: i32 a }'), '@a.B{c = "d"}\nstruct S {\n  @x.Y\n  1: i32 a\n}\n');
});

t.test("separates definitions by a blank line, and keeps at most one elsewhere", async (t) => {
  t.equal(
    format("typedef i32 A\ntypedef i32 B\n\n\n\nstruct C {}\nstruct D {}"),
    "typedef i32 A\ntypedef i32 B\n\nstruct C {}\n\nstruct D {}\n",
  );
});

t.test("refuses a file with syntax errors", async (t) => {
  const diagnostics = new Diagnostics();
  t.equal(formatSource(new Source("x.thrift", "struct {"), diagnostics), undefined);
  t.ok(diagnostics.hasErrors);
});

t.test("is idempotent and keeps the meaning however the space is torn", async (t) => {
  const words = [
    "struct",
    "A",
    "{",
    "1",
    ":",
    "i32",
    "a",
    "=",
    "3",
    "(",
    "x",
    "=",
    '"y"',
    ")",
    ",",
    "2",
    ":",
    "list",
    "<",
    "A",
    ">",
    "b",
    ";",
    "}",
  ];
  const gap = fc.constantFrom(
    " ",
    "\n",
    "\n\n\n",
    "  ",
    "\t",
    " /* c */ ",
    " // d\n",
    "\n# e\n",
    "\n/** f\n * g */\n",
    "\r\n",
  );
  fc.assert(
    fc.property(fc.array(gap, { minLength: words.length + 1, maxLength: words.length + 1 }), (gaps) => {
      const text = gaps[0] + words.map((word, i) => word + gaps[i + 1]).join("");
      const once = format(text);
      return once === format(once) && meaning(parse(text)) === meaning(parse(once));
    }),
    { numRuns: 300 },
  );
});

const corpus = sharedPath("data/idl");
t.test(
  "keeps every comment and the meaning of every file of the corpus, and is idempotent",
  { skip: corpus === undefined && "no ../shared" },
  async (t) => {
    let count = 0;
    for (const path of readdirSync(corpus as string, { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".thrift")) continue;
      const bytes = readFileSync(join(corpus as string, path));
      const once = formatSource(new Source(path, bytes));
      if (once === undefined) continue;
      count++;
      if (format(once) !== once) t.fail(`not idempotent: ${path}`);
      if (meaning(parse(bytes)) !== meaning(parse(once))) t.fail(`another meaning: ${path}`);
    }
    t.ok(count > 900, `${count} files`);
  },
);
