import t, { type Test } from "tap";
import { loadIdl } from "../../../idl/load/load-idl.ts";
import { parseProjectAnnotations } from "../../../idl/schema/project-annotations.ts";
import { type GenerateOptions, generate } from "../../../idl/typescript/generator.ts";
import { decode, encode, make } from "../../../lib/codec/index.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { type Files, load, places } from "../../helpers/idl.ts";
import { TypeScriptProject } from "../../helpers/typescript.ts";

function compile(files: Files | string, options: GenerateOptions = {}): Record<string, string> {
  const loaded = load(files);
  if (loaded.hasErrors) throw new Error(places(loaded).join("\n"));
  return Object.fromEntries(generate(loaded.program, options).map(({ path, text }) => [path, text]));
}

/** What stands between the head of the file and the schema. */
function body(files: Files | string, options: GenerateOptions = {}): string {
  const text = compile(files, options)["main.ts"] ?? "";
  return text.slice(text.indexOf("$schema()"), text.indexOf("\nfunction $schema")).replace(/^.*\n\n/, "");
}

async function run(t: Test, files: Files | string): Promise<Record<string, unknown>> {
  const project = new TypeScriptProject(compile(files));
  t.teardown(() => project.remove());
  return project.load("main.ts");
}

const CALCULATOR = `namespace js demo
/** A division to carry out. */
struct Work {
  1: required i32 dividend
  /** Not zero. */
  2: required i32 divisor = 1
  3: optional string note (deprecated = "nobody reads it")
  4: list<Shade> shades
}
enum Shade { DARK = -1, LIGHT }
/** Nobody can do that. */
exception DivideByZero { 1: string message }
union Answer { 1: i64 whole; 2: double part }
service Calculator {
  /** Divides. @see Work */
  Answer divide(1: Work work) throws (1: DivideByZero zero) (idempotent)
  oneway void log(1: string line)
}
const Work HALF = { "dividend": 1, "divisor": 2 }
`;

t.test("writes what one would write by hand", async (t) => {
  t.equal(
    body(CALCULATOR),
    `/**
 * A division to carry out.
 *
 * main.thrift:3
 */
export interface Work {
  /** 1: required i32 */
  dividend: number;
  /**
   * Not zero.
   *
   * 2: required i32 = 1
   */
  divisor: number;
  /**
   * 3: optional string
   *
   * @deprecated nobody reads it
   */
  note?: string | undefined;
  /** 4: list<Shade> */
  shades: Shade[];
}
export const Work: StructType<Work> = $module.struct("Work");

/** main.thrift:10 */
export const Shade = {
  DARK: -1,
  LIGHT: 0,
} as const;
export type Shade = (typeof Shade)[keyof typeof Shade];

/**
 * Nobody can do that.
 *
 * main.thrift:12
 */
export class DivideByZero extends ThriftException {
  static readonly type: StructType<DivideByZero> = $module.exception("DivideByZero", DivideByZero);
  /** 1: string */
  declare message: string;
  constructor(fields: ExceptionFields<DivideByZero, "message">) {
    super(fields);
  }
}

/** main.thrift:13 */
export type Answer =
  /** 1: i64 */
  | { kind: "whole"; value: bigint }
  /** 2: double */
  | { kind: "part"; value: number }
  /** None of the fields above, such as one that a newer peer knows. */
  | { kind: undefined; value?: undefined };
export const Answer: StructType<Answer> = $module.struct("Answer");

export interface CalculatorMethods {
  /**
   * Divides. @see Work
   *
   * main.thrift:16
   *
   * @throws {@link DivideByZero}
   */
  divide: UnaryMethod<[work: Work], Answer>;
  /** main.thrift:17 */
  log: OnewayMethod<[line: string]>;
}
/** main.thrift:14 */
export const Calculator: Service<CalculatorMethods> = $module.service("Calculator");

/** main.thrift:19 */
export const HALF: Work = { dividend: 1, divisor: 2, shades: [] };
`,
  );
});

t.test("imports one entry point and the files that are included, by the extension that is asked for", async (t) => {
  const files = {
    "main.thrift": 'include "lib/base.thrift"\nstruct A { 1: base.B b }',
    "lib/base.thrift": "struct B {}",
  };
  const imports = (text = ""): string[] =>
    [...text.matchAll(/^(?:import|export) .* from "(.*)";$/gm)].map(([, from = ""]) => from);
  t.same(imports(compile(files)["main.ts"]?.replace(/\{\n[^}]*\n\} from/, "{} from")), [
    "scrimp/codegen/v1",
    "./lib/base.js",
  ]);
  t.match(compile(files, { importExtension: ".ts" })["main.ts"], '"./lib/base.ts"');
  t.match(compile(files, { importExtension: "" })["main.ts"], '"./lib/base"');
});

t.test("gives the same text for the same program, and a definition the same text wherever it stands", async (t) => {
  const parts = CALCULATOR.split("\n")
    .slice(1)
    .join("\n")
    .split(/\n(?=\/\*\*|enum|union|const|service)/)
    .filter((part) => part.trim() !== "");
  const doc = (text: string): string[] =>
    text
      .replace(/ ?main\.thrift:\d+/g, "")
      .split(/\n\n/)
      .sort();
  t.equal(body(CALCULATOR), body(CALCULATOR));
  t.same(doc(body([...parts].reverse().join("\n"))), doc(body(parts.join("\n"))));
});

t.test("nothing in a doc comment ends it or speaks to the compiler", async (t) => {
  const text =
    compile(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the doc comment that holds it
      "# x\n/**\n * a *\\/ b\n * @ts-expect-error\n * @deprecated since ever\n * ` ${x}\n */\nstruct A {}\n",
    )["main.ts"] ?? "";
  const project = new TypeScriptProject({ "main.ts": text });
  t.teardown(() => project.remove());
  t.equal(project.check(), "");
  t.equal(text.match(/@deprecated/g)?.length, 1, "a tag of its own is not doubled");
});

t.test("evaluates constants", async (t) => {
  const main = await run(t, {
    "other.thrift":
      "enum Colour { RED = 1, BLUE = 2 }\nconst i64 BIG = 9223372036854775807\nstruct Item { 1: required string name; 2: Colour colour = Colour.BLUE; 3: optional i32 n = 7; 4: set<i16> s; 5: Item next }\n",
    "main.thrift": `include "other.thrift"
const i64 MAX = other.BIG
const i64 MIN = -9223372036854775808
const double TINY = -0.0
const map<string, list<other.Colour>> NESTED = { "a": [other.Colour.RED, 2], "__proto__": [] }
const other.Item ITEM = { "name": "x" }
const list<other.Item> ITEMS = [{ "name": "y", "colour": 1, "n": 0, "s": [1, 2], "next": { "name": "z" } }]
const binary BYTES = "\\x41\\n\`\${"
const uuid ID = "00000000-4444-CCCC-ffff-0123456789ab"
union U { 1: i32 a; 2: other.Item b }
const U CHOICE = { "b": { "name": "u" } }
exception E { 1: string message; 2: i32 code }
const E ERROR = { "message": "m" }
const bool YES = 1
const i64 (scrimp.type = "string") TEXT = 5
`.replace("\\x41", "A"),
  });
  const item = { colour: 2, n: 7, s: new Set() };
  t.equal(main["MAX"], 9223372036854775807n);
  t.equal(main["MIN"], -9223372036854775808n);
  t.ok(Object.is(main["TINY"], -0));
  t.same(
    main["NESTED"],
    new Map([
      ["a", [1, 2]],
      ["__proto__", []],
    ]),
  );
  t.strictSame(main["ITEM"], { name: "x", ...item });
  t.strictSame(main["ITEMS"], [{ name: "y", colour: 1, n: 0, s: new Set([1, 2]), next: { name: "z", ...item } }]);
  t.same(main["BYTES"], Buffer.from("A\n`${"));
  t.equal(main["ID"], "00000000-4444-cccc-ffff-0123456789ab");
  t.strictSame(main["CHOICE"], { kind: "b", value: { name: "u", ...item } });
  t.match(main["ERROR"], { message: "m", code: 0 });
  t.ok(main["ERROR"] instanceof Error);
  t.equal(main["YES"], true);
  t.equal(main["TEXT"], "5");
});

t.test("constants are equal to those of the schema", async (t) => {
  const main = (await run(t, CALCULATOR)) as { HALF: unknown; $module: { constant(name: string): unknown } };
  t.strictSame(main.$module.constant("HALF"), main.HALF);
});

t.test("settings choose the form of i64 and binary: the nearest one counts", async (t) => {
  const text = body(`namespace scrimp.type number
typedef i64 Id (scrimp.type = "string")
struct A {
  1: i64 file
  2: i64 own (scrimp.type = "bigint")
  3: Id id
  4: Id otherId (scrimp.type = "bigint")
  5: map<i64 (scrimp.type = "string"), i64> mixed
  6: binary copy
  7: binary view (scrimp.binary = "view")
  8: i64 js (js.type = "BigInt")
}
struct B { 1: i64 far; 2: Id id } (scrimp.type = "bigint")
service S { i64 f(1: i64 a) (scrimp.type = "string")  i64 g(1: i64 a (scrimp.type = "bigint")) }
`);
  const properties = Object.fromEntries(
    [...text.matchAll(/^ {2}(\w+)\??: (.*);$/gm)].map(([, key = "", type]) => [key, type]),
  );
  t.match(properties, {
    file: "number",
    own: "bigint",
    otherId: "bigint",
    mixed: "Map<string, number>",
    copy: "Buffer",
    view: "Buffer",
    js: "bigint",
    far: "bigint",
  });
  t.match(properties, { id: "Id", f: "UnaryMethod<[a: string], string>", g: "UnaryMethod<[a: bigint], number>" });
  t.match(text, "export type Id = string;");
});

t.test("settings rename, make readonly and brand", async (t) => {
  const main = await run(
    t,
    `namespace scrimp.names camelCase
typedef i64 UserId (scrimp.brand)
struct user_row { 1: UserId user_id; 2: string user_name (scrimp.name = "label"); 3: list<string> all_tags } (scrimp.readonly, scrimp.name = "User")
const UserId ROOT = 1
const user_row ADMIN = { "user_id": 2 }
enum Level { LOW_LEVEL = 1 (scrimp.name = "Low") }
service Users { user_row find_one(1: UserId user_id) }
`,
  );
  t.equal(main["ROOT"], 1n);
  t.strictSame(main["ADMIN"], { userId: 2n, label: "", allTags: [] });
  t.strictSame(main["Level"], { Low: 1 });
  const { methods } = main["Users"] as { methods: Map<string, { name: string }> };
  t.equal(methods.get("findOne")?.name, "find_one");
});

t.test("keys that would meet stay apart, whatever their order", async (t) => {
  const fields = ["1: i32 foo_bar", "2: i32 fooBar", "3: i32 foo__bar"];
  const keys = (order: readonly string[]): string[] =>
    [...body(`struct A { ${order.join("; ")} } (scrimp.names = "camelCase")`).matchAll(/\/\*\* (\d).*\n {2}([\w$]+):/g)]
      .map(([, id, key]) => `${id} ${key}`)
      .sort();
  t.same(keys(fields), ["1 fooBar$3", "2 fooBar", "3 fooBar$2"]);
  t.same(keys([...fields].reverse()), keys(fields));
});

t.test("a project sets what the IDL does not", async (t) => {
  const annotations = parseProjectAnnotations(
    {
      "*.thrift": {
        "*": { "scrimp.type": "number" },
        "A.big": { "scrimp.type": "bigint" },
        "S.get": { idempotent: true },
        A: { deprecated: "use B" },
      },
    },
    "/nowhere",
    (where, expected) => new Error(`${where} ${expected}`),
  );
  const loaded = load("struct A { 1: i64 small; 2: i64 big }\nservice S { void get() }");
  const [file] = generate(loaded.program, { annotations });
  t.match(file?.text, /small: number;[\s\S]*big: bigint;/);
  t.match(file?.text, "@deprecated use B");
  t.match(file?.text, /"idempotent":true/);
});

t.test("a number that a constant cannot hold exactly is refused", async (t) => {
  t.throws(() => compile('const i64 (scrimp.type = "number") A = 9223372036854775807'), {
    code: "CONFIGURATION",
    message: /main\.thrift: A: 9223372036854775807 is no safe integer/,
  });
});

t.test("streams, sinks and interactions are in the types", async (t) => {
  const files = {
    "main.thrift": `package "scrimp.dev/test"
interaction Session { stream<i32> events() ; void end() }
exception Stop {}
service S {
  performs Session;
  stream<i32 throws (1: Stop stop)> count(1: i32 last)
  string, stream<i64> named()
  sink<string, i32> upload()
  sink<string>, stream<i32> chat()
  Session, i32 open()
}
`,
  };
  const text = body(files);
  for (const type of [
    "StreamMethod<[last: number], number>",
    "StreamMethod<[], bigint, string>",
    "SinkMethod<[], string, number>",
    "BidiMethod<[], string, number>",
    "UnaryMethod<[], Created<SessionMethods, number>>",
    "createSession: Performs<SessionMethods>;",
  ])
    t.match(text, type);
  t.match(text, "export const Session: Service<SessionMethods>");
  await run(t, files);
});

t.test("a method with the key of another one of its parent replaces it", async (t) => {
  const main = await run(
    t,
    "namespace scrimp.names camelCase\nservice A { void do_it(1: i32 x); void g() }\nservice B extends A { i64 doIt() }",
  );
  const { methods } = main["B"] as { methods: Map<string, { name: string }> };
  t.equal(methods.get("doIt")?.name, "doIt");
});

t.test("callers may leave out arguments with a default, which handlers always get", async (t) => {
  const files = {
    "main.thrift": `package "scrimp.dev/test"
service S {
  list<string> find(1: string name, 2: i16 limit = -1, 3: list<i32> parts = [1])
  void both(1: i32 a = 1, 2: string b)
  void maybe(1: i32 a, 2: optional i32 b = 3)
  oneway void log(1: string line = "")
  stream<i32> count(1: i32 last = 9)
  sink<string, i32> upload(1: bool fast = 1)
  i64, sink<string>, stream<i32> chat(1: double rate = 2)
}
`,
  };
  const text = body(files);
  for (const type of [
    "find: UnaryMethod<[name: string, limit: number, parts: number[]], string[], [name: string, limit?: number | undefined, parts?: number[] | undefined]>;",
    "both: UnaryMethod<[a: number, b: string], void, [a: number | undefined, b: string]>;",
    "maybe: UnaryMethod<[a: number, b?: number | undefined], void>;",
    "log: OnewayMethod<[line: string], [line?: string | undefined]>;",
    "count: StreamMethod<[last: number], number, void, [last?: number | undefined]>;",
    "upload: SinkMethod<[fast: boolean], string, number, void, [fast?: boolean | undefined]>;",
    "chat: BidiMethod<[rate: number], string, number, bigint, [rate?: number | undefined]>;",
  ])
    t.match(text, type);
  await run(t, files);
});

t.test("a typedef of a struct is the struct under another name, as value and type", async (t) => {
  const main = await run(t, {
    "other.thrift": "struct A { 1: i32 x }",
    "main.thrift": 'include "other.thrift"\ntypedef other.A B\ntypedef B C\nstruct D { 1: C c }',
  });
  t.equal(main["B"], main["C"]);
  t.match(main["B"], { name: "A", kind: "struct" });
});

t.test("a field named as what every object has can be left out, and is what it was on the wire", async (t) => {
  const idl = "struct Season { 1: string name, 2: optional string constructor, 3: optional i32 toString }\n";
  const files = {
    ...compile(`${idl}union Either { 1: i32 valueOf }\nservice S { void constructor(1: i32 hasOwnProperty) }`),
    "use.ts": `import { Either, Season, type SMethods } from "./main.js";
export const season: Season = { name: "x" };
export const full: Season = { name: "x", constructor$: "y", toString$: 7 };
export const either: Either = { kind: "valueOf$", value: 1 };
export type Method = SMethods["constructor$"];
`,
  };
  const project = new TypeScriptProject(files);
  t.teardown(() => project.remove());
  const { full } = await project.load("use.ts");
  const { Season, S } = (await project.load("main.ts")) as {
    Season: StructType;
    S: { methods: Map<string, { name: string }> };
  };
  const { structs } = await loadIdl("/season.thrift", {
    read: () => idl.replace("constructor", "a").replace("toString", "b"),
  });
  t.same(encode(Season, full), encode(structs["Season"] as StructType, { name: "x", a: "y", b: 7 }));
  t.same(decode(Season, encode(Season, full)), full);
  t.same(make(Season, { name: "x" }), { name: "x" });
  t.equal(S.methods.get("constructor$")?.name, "constructor");
});
