import t from "tap";
import { filesOf, snippetsOf } from "../../../tools/dev/snippets.ts";

const fence = "```";
const document = `# Title
${fence}thrift echo.thrift
service Echo {}
${fence}
Reading only:
${fence}sh
rm -rf everything
${fence}
${fence}ts server.ts
const a = 1;
${fence}
${fence}ts server.ts run
console.log(a);
${fence}

${fence}text
1
${fence}
${fence}ts
export {};
${fence}
${fence}json
{}
${fence}
`;

t.test("finds the blocks that are checked, with their lines and what they print", async (t) => {
  t.same(snippetsOf(document), [
    { language: "thrift", file: "echo.thrift", run: false, text: "service Echo {}\n", line: 3 },
    { language: "ts", file: "server.ts", run: false, text: "const a = 1;\n", line: 10 },
    { language: "ts", file: "server.ts", run: true, text: "console.log(a);\n", line: 13, prints: "1\n" },
    { language: "ts", file: "snippet-20.ts", run: false, text: "export {};\n", line: 20 },
  ]);
});

t.test("joins blocks of one name", async (t) => {
  t.equal(filesOf(snippetsOf(document)).get("server.ts"), "const a = 1;\nconsole.log(a);\n");
});

t.test("takes a text block for output only right behind a block that runs", async (t) => {
  const apart = `${fence}ts a.ts run\n1;\n${fence}\nwords\n${fence}text\nnot output\n${fence}\n`;
  t.equal(snippetsOf(apart)[0]?.prints, undefined);
});
