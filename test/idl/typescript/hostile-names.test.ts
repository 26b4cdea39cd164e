/** No name of the IDL can break the TypeScript: every word that means something somewhere, in every place that takes a name. */
import { transformSync } from "esbuild";
import t from "tap";
import { generate } from "../../../idl/typescript/generator.ts";
import { type Files, load, places } from "../../helpers/idl.ts";
import { TypeScriptProject } from "../../helpers/typescript.ts";

const WORDS = [
  ...new Set(
    `break case catch class const continue debugger default delete do else enum export extends false finally for
  function if import in instanceof new null return super switch this throw true try typeof var void while with implements
  interface let package private protected public static yield await abstract accessor any as asserts async assert bigint boolean
  constructor declare from get global infer intrinsic is keyof module namespace never number object of out override readonly
  require satisfies set string symbol type undefined unique unknown using defer arguments eval NaN Infinity globalThis exports
  __dirname __filename __esModule __proto__ Object Map Set Promise Error Buffer Array Function String Number Boolean BigInt Symbol
  Date JSON Omit Readonly ReadonlyMap ReadonlySet Record hasOwnProperty toString toLocaleString
  valueOf isPrototypeOf propertyIsEnumerable __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ prototype name length then close catch
  message stack cause kind value fields Client Service Module ModuleSchema StructType ThriftException UnaryMethod OnewayMethod
  StreamMethod SinkMethod BidiMethod Created Brand ExceptionFields defineModule schema Methods`.split(/\s+/),
  ),
];

/** A definition for each word in a file of its own kind; `W` stands for the word. */
const DEFINITIONS = {
  structs: "struct W { 1: optional W W; 2: map<string, set<i64>> m; 3: binary b }",
  unions: "union W { 1: W W; 2: list<i64> l }",
  exceptions: "exception W { 1: string W; 2: i64 other }",
  "number-exceptions": "exception W { 1: i32 W; 2: i64 other }",
  "optional-exceptions": "exception W { 1: optional string W; 2: optional W cause_of }",
  enums: "enum W { W = 1, A = 0 }\nstruct in_W { 1: W x = W.W }",
  typedefs: "typedef i64 W\nstruct in_W { 1: W x; 2: list<W> y }",
  aliases: "typedef Target W\nconst W of_W = {}",
  constants: "const map<i64, set<string>> W = { 1: ['W'] }",
  services: "service W { i64 W(1: i32 W) }",
};

/** All words in one definition. */
const MEMBERS = {
  fields: ["struct All {", "  1: i32 W,", "}"],
  "exception-fields": ["exception All {", "  1: string W,", "}"],
  arms: ["union All {", "  1: i32 W,", "}"],
  members: ["enum All {", "  W,", "}"],
  methods: ["service All {", "  map<i32, binary> W(1: string W, 2: optional i32 b),", "}"],
} as const;

function compile(files: Files): Record<string, string> {
  const loaded = load(files, Object.keys(files));
  if (loaded.hasErrors) throw new Error(places(loaded).join("\n"));
  return Object.fromEntries(generate(loaded.program).map(({ path, text }) => [path, text]));
}

/** A word that our own front refuses as a name cannot break what it is compiled to. */
function accepted(pattern: string): string[] {
  return WORDS.map((word) => pattern.replace(/\bW\b|(?<=in_|of_)W/g, word)).filter(
    (text) => !load(`struct Target {}\n${text}`).hasErrors,
  );
}

/** What esbuild, and so tsx and vite, says: it stops at some words that tsc does not mind. */
function esbuild(files: Record<string, string>): string {
  const complaints = Object.entries(files).map(([path, text]) => {
    try {
      transformSync(text, { loader: "ts", sourcefile: path, logLevel: "silent" });
      return "";
    } catch (error) {
      return String(error);
    }
  });
  return complaints.join("");
}

function numbered(lines: readonly string[]): string[] {
  return lines.map((line, i) => line.replace(/^ {2}1:/, `  ${i + 1}:`));
}

t.test("every word, in every place, passes the strictest compiler, and esbuild", async (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  for (const [name, pattern] of Object.entries(DEFINITIONS)) {
    const definitions = accepted(pattern);
    t.ok(definitions.length > WORDS.length / 2, `${definitions.length} words can name ${name}`);
    const files = compile({ [`${name}.thrift`]: ["struct Target {}", ...definitions].join("\n") });
    t.equal(esbuild(files), "");
    project.add(files);
  }
  for (const [name, [open, pattern, close]] of Object.entries(MEMBERS)) {
    const lines = accepted(`${open}\n${pattern}\n${close}`).map((text) => text.split("\n")[1] ?? "");
    t.ok(lines.length > WORDS.length / 2, `${lines.length} words can name ${name}`);
    const files = compile({ [`${name}.thrift`]: [open, ...numbered(lines), close].join("\n") });
    t.equal(esbuild(files), "");
    project.add(files);
  }
  t.equal(project.check(), "");
});

t.test("an include may have the name of anything", async (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  const words = WORDS.filter(
    (word) =>
      !load({
        "main.thrift": `include "${word}.thrift"\nstruct A { 1: ${word}.Item x }`,
        [`${word}.thrift`]: "struct Item {}",
      }).hasErrors,
  );
  const names = [...words, "shared-types", "1st", "v1.0", "a b", "x.d"];
  const files: Record<string, string> = {};
  for (const name of names)
    files[`${name}.thrift`] = "struct Item { 1: i32 x }\nenum Colour { RED = 1 }\nservice Base { Item get() }\n";
  const includes = names.map((name) => `include "${name}.thrift"`).join("\n");
  const fields = words.map((name, i) => `  ${i + 1}: ${name}.Item f${i}\n`).join("");
  files["main.thrift"] =
    `${includes}\nstruct Map {\n${fields}}\nstruct Service {}\nservice Mine extends Service.Base {}\n`;
  const compiled = compile(files);
  t.equal(esbuild(compiled), "");
  t.equal(project.add(compiled).check(), "");
});

t.test("equal names from two includes of the same name in different folders do not meet", async (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  const files = compile({
    "a/types.thrift": "struct Item { 1: i32 x }",
    "b/types.thrift": "struct Item { 1: string y }",
    "b/both.thrift": 'include "types.thrift"\nstruct Pair { 1: types.Item item }',
    "main.thrift": 'include "a/types.thrift"\ninclude "b/both.thrift"\nstruct All { 1: types.Item a; 2: both.Pair b }',
  });
  t.same(Object.keys(files).sort(), ["a/types.ts", "b/both.ts", "b/types.ts", "main.ts"]);
  t.equal(project.add(files).check(), "");
});

t.test("names that differ by case only stay apart", async (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  const files = compile({
    "item.thrift":
      "struct Item { 1: i32 x; 2: i32 X }\nstruct item { 1: Item Item; 2: i32 item }\nenum ITEM { a = 1, A = 2 }",
  });
  t.equal(project.add(files).check(), "");
});

t.test("a struct of 500 fields and structs that hold one another compile", async (t) => {
  const project = new TypeScriptProject();
  t.teardown(() => project.remove());
  const fields = Array.from({ length: 500 }, (_, i) => `${i + 1}: optional list<B> f${i}`).join("; ");
  const files = compile({
    "wide.thrift": `struct A { ${fields} }\nunion B { 1: A a; 2: list<B> b; 3: M m }\ntypedef map<string, B> M\n`,
  });
  t.equal(project.add(files).check(), "");
});
