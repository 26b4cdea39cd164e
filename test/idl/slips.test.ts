/**
 * What people write who come from another language, paste from a web page or mistype: one fault is one finding, at its place,
 * which says what is there and what to write instead.
 */
import t from "tap";
import { renderText } from "../../idl/source/diagnostic-format.ts";
import { type Files, load, places } from "../helpers/idl.ts";

type Slip = readonly [text: string | Buffer | Files, place: string, hint: RegExp, message?: RegExp];

const SHARED = {
  "shared.thrift":
    "struct Thing { 1: i32 x }\nconst i32 MAX = 1\nenum Color { RED }\nservice Base {}\nexception Bad { 1: string m }",
};

/** `main.thrift` beside `shared.thrift`. */
const beside = (text: string): Files => ({ ...SHARED, "main.thrift": text });

const SLIPS: Readonly<Record<string, Readonly<Record<string, Slip>>>> = {
  characters: {
    "a no-break space": ["struct A {\n\u00a0 1: i32 x\n}", "2:1", /plain space/, /no-break space \(U\+00A0\)/],
    "no-break spaces all over": [
      "struct A {\n\u00a0\u00a01:\u00a0i32\u00a0x\n}",
      "2:1",
      /plain space; 2 more/,
      /U\+00A0/,
    ],
    "an ideographic space": ["struct\u3000A {}", "1:7", /plain space/, /ideographic space \(U\+3000\)/],
    "a zero-width space": ["struct A {\u200b}", "1:11", /remove it/, /zero-width space \(U\+200B\)/],
    "a byte order mark in the middle": [
      "struct A {}\n\ufeffstruct B {}",
      "2:1",
      /remove it/,
      /byte order mark \(U\+FEFF\)/,
    ],
    "a full-width colon": ["struct A {\n  1： i32 x\n}", "2:4", /write `:`/, /full-width `:` \(U\+FF1A\)/],
    "full-width braces": ["struct A ｛｝\nstruct B { 1: A a }", "1:10", /write `\{`; 1 more/, /U\+FF5B/],
    "an ideographic comma": ["struct A { 1: i32 a、 2: i32 b }", "1:20", /write `,`/, /U\+3001/],
    "a Greek question mark": [
      "struct A { 1: i32 a\u037e 2: i32 b }",
      "1:20",
      /write `;`/,
      /Greek question mark \(U\+037E\)/,
    ],
    "curly quotes": ["const string A = “hi”", "1:18", /write `"`/, /curly quote \(U\+201C\)/],
    "single curly quotes": ["const string A = ‘hi’", "1:18", /write `'`/, /U\+2018/],
    "a string closed by a curly quote": ['const string A = "hi”', "1:21", /write `"`/, /U\+201D/],
    "an include in curly quotes": [
      beside("include “shared.thrift”\nstruct A { 1: shared.Thing t }"),
      "1:9",
      /write `"`/,
    ],
    "a letter of another alphabet": [
      "struct A { 1: i32 n\u0430me }\nconst A B = {'name': 1}",
      "1:20",
      /write `name`/,
      /U\+0430/,
    ],
    "a keyword with such a letter": ["\u0455truct A {}\nstruct B { 1: A a }", "1:1", /write `struct`/, /no `s`/],
    "an umlaut": ["struct A { 1: i32 größe }", "1:21", /write `grosse`/, /U\+00F6/],
    "a name in another script": ["struct 名 { 1: i32 a }", "1:8", /letters a to z/, /U\+540D/],
    "a hyphen in a field": ["struct A {\n  1: i32 user-id\n}", "2:14", /write `user_id`/, /has a hyphen/],
    "a hyphen in a type": [
      "struct my-struct { 1: i32 a }\nstruct B { 1: my-struct s }",
      "1:10",
      /write `my_struct`; 1 more/,
    ],
    "a dash in a name": ["struct A { 1: i32 user–id }", "1:23", /write `user_id`/, /dash \(U\+2013\)/],
    "a dollar": ["struct A { 1: i32 $a }", "1:19", /letters, digits and `_`/],
    "a question mark": ["struct A {\n  1: string? name\n}", "2:12", /1: optional string name/],
    "GraphQL's exclamation mark": ["struct A { 1: string! name }", "1:21", /1: required string name/],
    "a union in a line": ["struct A { 1: string | null x }", "1:22", /union Name \{/],
    "a backtick": ["const string A = `x`", "1:18", /strings stand in/],
    "a comment of SQL": ["struct A {\n  1: i32 a -- first\n}", "2:12", /comments begin with/],
    "Latin-1": [Buffer.from("struct A { 1: i32 gr\xf6sse }", "latin1"), "1:21", /UTF-8/, /0xf6/],
    "triple quotes": ['"""\nof A\n"""\nstruct A {}', "1:1", /\/\*\* … \*\//],
  },
  files: {
    "UTF-16": [Buffer.from("\ufeffstruct A { 1: i32 x }\n", "utf16le"), "1:1", /UTF-8/, /UTF-16LE/],
    "UTF-16, the other way round": [Buffer.from("\ufeffstruct A {}\n", "utf16le").swap16(), "1:1", /UTF-8/, /UTF-16BE/],
    "UTF-16 without a mark": [Buffer.from("struct A { 1: i32 x }", "utf16le"), "1:1", /UTF-8/, /UTF-16LE/],
    "a merge conflict": [
      "struct A {\n<<<<<<< HEAD\n  1: i32 x\n=======\n  1: i64 x\n>>>>>>> b\n}\nconst A B = {'x': 1}",
      "2:1",
      /keep what is right/,
      /could not merge/,
    ],
    "a merge conflict with its base": [
      "<<<<<<< HEAD\nstruct A {}\n||||||| base\nstruct C {}\n=======\nstruct B {}\n>>>>>>> b\nstruct D { 1: A a }",
      "1:1",
      /keep what is right/,
    ],
    "half a merge conflict": ["struct A {\n  1: i32 x\n=======\n  1: i64 x\n>>>>>>> b\n}", "3:1", /keep what is right/],
    "the end of a merge conflict": ["struct A {}\n>>>>>>> b\nstruct B {}", "2:1", /keep what is right/],
    JSON: ['{ "type": "record" }', "1:1", /definitions are/],
  },
  places: {
    "a struct in a struct": [
      "struct Outer {\n  struct Inner { 1: i32 a }\n}",
      "2:3",
      /top of the file/,
      /struct inside/,
    ],
    "one that is used": ["struct A {\n  enum E { X }\n  1: E e\n}\nstruct B { 1: E e }", "2:3", /top of the file/],
    "one on the same line": ["struct A { union U { 1: i32 a } 1: U u }", "1:12", /top of the file/],
    "a struct in a service": ["service S {\n  struct R { 1: i32 a }\n  R get()\n}", "2:3", /top of the file/],
    "a semicolon behind a struct": ["struct A {\n  1: i32 a\n};\nstruct B {}", "3:2", /leave it out/],
    "the type behind the name": ["struct A { 1: name string }", "1:15", /write `string name`/],
    "required behind the type": ["struct A { 1: i32 required x }", "1:19", /1: required i32 x/],
    "a colon behind required": ["struct A { 1: required: i32 x }", "1:15", /1: required i32/],
    "another sign for the colon": ["struct A { 1; i32 x }", "1:13", /`1: i32 name`/],
    "a struct that extends": ["struct A extends B { 1: i32 x }", "1:10", /1: B base/],
    "a service with a colon": ["service T {}\nservice S : T { void a() }", "2:11", /extends/],
    "a body of a method": ["service S { void a() {} void b() }", "1:22", /leave the braces out/],
    "throws without brackets": ["exception E {}\nservice S { void a() throws E }", "2:29", /throws \(1: E/],
    raises: ["exception E {}\nservice S { void a() raises (1: E e) }", "2:22", /`throws`/],
    "two element types": ["struct A { 1: set<string, i32> a, 2: i32 b }", "1:25", /one element type/],
    "a typedef the wrong way round": ["typedef Id = string\nstruct A { 1: Id id }", "1:12", /typedef i32 Id/],
    "a union of types": ["struct B {}\nunion U = A | B;\nstruct C { 1: U u }", "2:9", /union U \{/],
  },
  enums: {
    colons: ["enum E {\n  A: 1,\n  B: 2\n}\nconst E C = E.B", "2:4", /write `A = …`/],
    ids: ["enum E {\n  1: A\n}", "2:3", /NAME = 1/],
    texts: ['enum E { A = "a" }', "1:14", /is an integer/],
    "Java's brackets": ["enum E { A(1) }", "1:12", /after `=`/],
    "C++'s class": ["enum class E { A }\nconst E C = E.A", "1:6", /leave `class` out/],
  },
  protobuf: {
    "a field": ["struct A {\n  string name = 1;\n}", "2:17", /write `1: string name`/],
    "a map": ["struct A { map<string, i32> m = 4 }", "1:33", /write `4: map<string, i32> m`/],
    "a field that may have a default": [
      "struct A { i32 age = 2 }",
      "1:16",
      /if 2 is meant as its id, write `2: i32 age`/,
    ],
    repeated: ["struct A { repeated string tags = 3; 1: i32 b }", "1:12", /list<string>/],
    reserved: ["struct A {\n  reserved 2, 15;\n  1: i32 b\n}", "2:3", /leave it out/],
    oneof: ["struct A {\n  oneof x { string a = 1; i32 b = 2; }\n  1: i32 c\n}", "2:3", /a union is written/],
    "a message": [
      "message A {\n  string name = 1;\n  A next = 2;\n}\nstruct B { 1: A a }",
      "1:1",
      /a struct is written/,
    ],
    "a message with another": [
      "message A { message B { string x = 1; } }\nstruct C { 1: B b, 2: A a }",
      "1:1",
      /a struct/,
    ],
    syntax: ['syntax = "proto3";\nstruct A {}', "1:1", /leave it out/],
    "a package": ["package foo.bar;\nstruct A {}", "1:9", /namespace \* foo\.bar/],
    "an import": [beside('import "shared.thrift"\nstruct A { 1: shared.Thing t }'), "1:1", /include/],
    rpc: ["struct A {}\nservice S {\n  rpc Get(A) returns (A);\n  A put(1: A a)\n}", "3:3", /Result Get\(1: Request/],
    "a stream": ["struct A {}\nservice S { stream A list() }", "2:13", /stream<A>/],
  },
  "GraphQL, Avro, TypeScript, C++": {
    type: ["type User {\n  id: ID!\n  names: [String!]\n}\nstruct A { 1: User u }", "1:1", /a struct is written/],
    "a list in brackets": ["struct A { 1: [string] a, 2: i32 b }", "1:15", /list<i32>/],
    record: ["record R { string name; union { null, string } x; }\nstruct A { 1: R r }", "1:1", /a struct is written/],
    protocol: [
      "protocol P {\n  record R { string a; }\n  string hi(string a);\n}\nstruct A { 1: R r }",
      "1:1",
      /a service/,
    ],
    "an interface": [
      "export interface User {\n  name?: string;\n}\nstruct A { 1: User u }",
      "1:8",
      /a struct is written/,
    ],
    export: ["export struct A {}\nstruct B { 1: A a }", "1:1", /leave `export` out/],
    "type =": ["type Id = string;\nstruct A { 1: Id id }", "1:1", /typedef i32 Name/],
    "const with a colon": ['const NAME: string = "x"', "1:7", /const i32 NAME = 1/],
    null: ["struct A { 1: optional string a = null }", "1:35", /no null|quotes/],
    "null for a number": ["struct A { 1: i32 a = null }", "1:23", /no null/],
    "text without quotes": ["const string A = hello", "1:18", /write `"hello"`/],
    "a suffix": ["const i64 A = 5L\nstruct B {}", "1:15", /write 5/],
    "a float's suffix": ["const double A = 1.5f", "1:18", /write 1\.5/],
    "underscores in a number": ["const i64 A = 1_000_000", "1:15", /write 1000000/],
    "a sum": ["const i32 A = 1 + 2\nstruct B {}", "1:17", /no operators/],
    "a tuple for a list": ["const list<i32> A = (1, 2)\nstruct B {}", "1:21", /\[1, 2\]/],
    "unsigned int": ["struct A { 1: unsigned int x, 2: i32 b }", "1:15", /no unsigned/],
    "#include": [
      beside('#include "shared.thrift"\nstruct A { 1: shared.Thing t, 2: shared.Thing u }'),
      "2:15",
      /without `#`/,
    ],
    "std::string, nearly": ["struct A { 1: std.string s }", "1:15", /`string`/],
    "struct before a type": ["struct B {}\nstruct A { 1: struct B b }", "2:15", /leave `struct` out/],
    "a private field": ["struct A { 1: private string b, 2: i32 c }", "1:15", /leave `private` out/],
  },
  types: Object.fromEntries(
    (
      [
        ["float64", /`double`/],
        ["float32", /`double`/],
        ["uint64", /no unsigned.*`i64`/],
        ["uint32", /no unsigned.*`i64`/],
        ["uint8", /no unsigned.*`i32`/],
        ["blob", /`binary`/],
        ["bytes", /`binary`/],
        ["Strng", /`string`/],
        ["String", /`string`/],
        ["strnig", /`string`/],
        ["integer", /`i32`/],
        ["Boolean", /`bool`/],
        ["datetime", /for times/],
        ["timestamp", /for times/],
        ["any", /union/],
        ["decimal", /`string`/],
        ["guid", /`uuid`/],
        ["dict", /map<string, i32>/],
      ] as const
    ).map(([name, hint]) => [name, [`struct A { 1: ${name} x }`, "1:15", hint] as Slip]),
  ),
  names: {
    "a misspelt include": [
      'include "shraed.thrift"\nstruct A {\n  1: shared.Thing t\n  2: shared.Thing u\n}',
      "1:9",
      /`shared\.thrift`/,
    ],
    "a misspelt scope": [
      beside('include "shared.thrift"\nstruct A { 1: shared.Thing t, 2: shard.Thing u }'),
      "2:34",
      /`shared`/,
    ],
    "an include forgotten": ["struct A { 1: x.Y a, 2: x.Y b, 3: x.Z c }", "1:15", /include "x\.thrift"/],
    "a type without its file": [beside('include "shared.thrift"\nstruct A { 1: Thing t }'), "2:15", /`shared\.Thing`/],
    "one that is misspelt too": [beside('include "shared.thrift"\nstruct A { 1: Thng t }'), "2:15", /`shared\.Thing`/],
    "an exception without its file": [
      beside('include "shared.thrift"\nservice S { void a() throws (1: Bad b) }'),
      "2:33",
      /`shared\.Bad`/,
    ],
    "a parent without its file": [
      beside('include "shared.thrift"\nservice S extends Base {}'),
      "2:19",
      /`shared\.Base`/,
    ],
    "a constant without its file": [beside('include "shared.thrift"\nconst i32 A = MAX'), "2:15", /`shared\.MAX`/],
    "a type of a file behind the next": [
      {
        ...beside('include "b.thrift"\nstruct A { 1: b.B b, 2: Thing t }'),
        "b.thrift": 'include "shared.thrift"\nstruct B { 1: shared.Thing t }',
      },
      "2:25",
      /write `shared\.Thing`/,
    ],
    "a keyword in capitals": ["Struct A { 1: i32 a }\nstruct B { 1: A a }", "1:1", /`struct`/],
    "a misspelt keyword": ["strcut A { 1: i32 a }\nstruct B { 1: A a }", "1:1", /`struct`/],
    "a misspelt throws": ["exception E {}\nservice S { void a() throw (1: E e) }", "2:22", /`throws`/],
    "a name with a digit first": ["struct 1st { 1: i32 a }", "1:8", /begin with a letter/],
  },
};

for (const [kind, slips] of Object.entries(SLIPS)) {
  for (const [name, [text, place, hint, message]] of Object.entries(slips)) {
    t.test(`${kind}, ${name}: one finding that says what to write`, async (t) => {
      const files = typeof text === "string" || Buffer.isBuffer(text) ? { "main.thrift": text } : text;
      const loaded = load(files);
      t.same(
        places(loaded).map((one) => one.split(" ")[0]),
        [place],
        renderText(loaded.diagnostics),
      );
      t.match(loaded.diagnostics[0]?.hint, hint);
      if (message !== undefined) t.match(loaded.diagnostics[0]?.message, message);
    });
  }
}

t.test("what looks like a slip and is none is read", async (t) => {
  for (const text of [
    "struct type {}\nstruct A { 1: type type, 2: list<type> message }",
    "struct A { 1: i32 record; 2: string oneof; 3: i32 reserved; 4: bool repeated }",
    "struct rpc {}\nservice S { rpc get(1: i32 a) }",
    "struct option {}\nstruct A { 1: option x }",
    "struct string_ {}\nstruct name { 1: i32 x }\nstruct A { 1: name string }",
    `typedef list<list<list<list<list<list<list<i32\n>>>>>>> T`,
    'const list<string> A = ["" "a"]',
    "enum E { A = 1 B = 2 }",
    "const list<i32> A = [1 -2 +3]",
    "// “no-break\u00a0space”, user-id\nconst string A = '“\u00a0” – größe'",
    "service S { void get(1: i32 raises) void put() }",
    'struct A {\n  // <<<<<<< HEAD\n  1: string a = "======="\n}',
  ])
    t.same(places(load(text)), [], text);
});

t.test("a file full of slips is read in little time", async (t) => {
  const line = "  ? user-id größe “ ” \u00a0 struct B { message C { } } 5L <<<<<<< \n<<<<<<< a\n=======\n";
  const { diagnostics, hasErrors } = load(line.repeat(20_000));
  t.ok(hasErrors);
  t.ok(diagnostics.length <= 1000);
});
