import fc from "fast-check";
import t from "tap";
import { generate } from "../../idl/typescript/generator.ts";
import { checkPlaces, load } from "../helpers/idl.ts";
import { SAMPLE } from "../helpers/idl-sample.ts";

t.setTimeout(300_000);

const N = 10_000;

/** Big inputs on which a careless compiler crashes, hangs or eats the memory. What takes time beyond all measure fails by tap's own limit. */
const HOSTILE: Readonly<Record<string, string | Buffer>> = {
  "lists nested 10,000 deep": `struct A { 1: ${"list<".repeat(N)}i32${">".repeat(N)} a }`,
  "maps nested 10,000 deep": `struct A { 1: ${"map<i32,".repeat(N)}i32${">".repeat(N)} a }`,
  "values nested 20,000 deep": `const list<i32> A = ${"[".repeat(N * 2)}${"]".repeat(N * 2)}`,
  "maps as keys nested 20,000 deep": `const map<i32, i32> A = ${"{".repeat(N * 2)}`,
  "struct values nested 10,000 deep": `const A B = ${"A{a=".repeat(N)}1${"}".repeat(N)}`,
  "xsd_attrs nested 10,000 deep": `struct A {${"1: i32 a xsd_attrs {".repeat(N)}`,
  "streams nested 10,000 deep": `service A {${"stream<i32 throws (1: ".repeat(N)}`,
  "nothing but braces": "{".repeat(1 << 20),
  "nothing but structs": "struct A {\n".repeat(N),
  "a name of 1 MiB": `struct A { 1: i32 ${"a".repeat(1 << 20)} }`,
  "an unknown type of 1 MiB": `struct A { 1: ${"a".repeat(1 << 20)} b }`,
  "an integer of 1 MiB": `const i64 A = ${"9".repeat(1 << 20)}`,
  "an octal integer of 1 MiB": `package;\nconst i64 A = 0${"7".repeat(1 << 20)}`,
  "1 MiB of quotes": '"'.repeat(1 << 20),
  "1 MiB of backslashes": `"${"\\".repeat(1 << 20)}`,
  "1 MiB of comment openings": "/*".repeat(1 << 19),
  "1 MiB of slashes": "/ ".repeat(1 << 19),
  "1 MiB of NUL": "\0".repeat(1 << 20),
  "1 MiB of 0xFF": Buffer.alloc(1 << 20, 0xff),
  "1 MiB of bad UTF-8 in a string": Buffer.concat([
    Buffer.from('const string A = "'),
    Buffer.alloc(1 << 20, 0xe9),
    Buffer.from('"'),
  ]),
  "20,000 doc comments": "/** a */".repeat(N * 2),
  "20,000 annotations": "@a\n".repeat(N * 2),
  "20,000 fields with one id": `struct A {${"1: i32 a\n".repeat(N * 2)}}`,
  "10,000 fields without ids": `struct A {${Array.from({ length: N }, (_, i) => `i32 a${i}\n`).join("")}}`,
  "10,000 unknown types near known ones": Array.from(
    { length: N },
    (_, i) => `struct Type${i} { 1: Typ${i} a }\n`,
  ).join(""),
  "a chain of 20,000 typedefs": `${Array.from({ length: N * 2 }, (_, i) => `typedef T${i + 1} T${i}\n`).join("")}typedef i32 T${N * 2}`,
  "a ring of 20,000 typedefs": Array.from({ length: N * 2 }, (_, i) => `typedef T${(i + 1) % (N * 2)} T${i}\n`).join(
    "",
  ),
  "a typedef of 2^60 parts":
    Array.from({ length: 60 }, (_, i) => `typedef map<T${i}, T${i}> T${i + 1}\n`).join("") +
    "typedef i32 T0\nconst T60 A = {}",
  "a chain of 10,000 constants": `${Array.from({ length: N }, (_, i) => `const i32 C${i} = C${i + 1}\n`).join("")}const i32 C${N} = 1`,
  "defaults that double 40 times":
    "struct S0 { 1: i32 a = 1 }\n" +
    Array.from({ length: 40 }, (_, i) => `struct S${i + 1} { 1: S${i} a = {}, 2: S${i} b = {} }\n`).join(""),
  "a chain of 10,000 lists of typedefs": `typedef i32 T0\n${Array.from({ length: N }, (_, i) => `typedef list<T${i}> T${i + 1}\n`).join("")}struct A { 1: T${N} a }`,
  "a field of 2^60 parts":
    Array.from({ length: 60 }, (_, i) => `typedef map<T${i}, T${i}> T${i + 1}\n`).join("") +
    "typedef i32 T0\nstruct A { 1: T60 a }",
  "a chain of 5,000 services": `service S0 {}\n${Array.from({ length: 5000 }, (_, i) => `service S${i + 1} extends S${i} { void m${i}() }\n`).join("")}`,
  "a chain of 5,000 services, the first first": `${Array.from({ length: 5000 }, (_, i) => `service S${i} extends S${i + 1} { void m${i}() }\n`).join("")}service S5000 {}`,
  "128 parents with 100 methods each": `service S0 {}\n${Array.from({ length: 128 }, (_, i) => `service S${i + 1} extends S${i} {${Array.from({ length: 100 }, (_, j) => ` void m${i}_${j}()`).join("")} }\n`).join("")}`,
  "10,000 structs, each of which requires the next": `${Array.from({ length: N }, (_, i) => `struct S${i} { 1: required S${i + 1} a }\n`).join("")}struct S${N} {}`,
  "32,767 fields": `struct A {${Array.from({ length: 32_767 }, (_, i) => ` ${i + 1}: i32 f${i}`).join("")} }`,
  "100,000 enum members": `enum E {${Array.from({ length: 100_000 }, (_, i) => ` M${i}`).join("")} }`,
  "a ring of 3,000 services": Array.from(
    { length: 3000 },
    (_, i) => `service S${i} extends S${(i + 1) % 3000} { void m() }\n`,
  ).join(""),
  "a ring of 10,000 required structs": Array.from(
    { length: N },
    (_, i) => `struct S${i} { 1: required S${(i + 1) % N} a }\n`,
  ).join(""),
  "1,000 missing includes": `${Array.from({ length: 1000 }, (_, i) => `include "a${i}.thrift"\n`).join("")}struct A { 1: a0.X a }`,
  "10,000 unknown members": `enum E {${Array.from({ length: N }, (_, i) => `A${i} `).join("")}}\nconst list<E> L = [${Array.from({ length: N }, (_, i) => `E.B${i}`).join(",")}]`,
};

for (const [name, text] of Object.entries(HOSTILE)) {
  t.test(`takes ${name} calmly`, async (t) => {
    const { diagnostics, hasErrors, program } = load({ "main.thrift": text });
    if (!hasErrors) t.ok(generate(program).length > 0, "and makes code of it");
    t.ok(diagnostics.length <= 1000);
    t.ok(
      diagnostics.every((found) => found.message.length < 1000),
      "messages stay short",
    );
    checkPlaces(diagnostics);
  });
}

const pieces = fc.constantFrom(
  "{",
  "}",
  "(",
  ")",
  "<",
  ">",
  "[",
  "]",
  ",",
  ";",
  ":",
  "=",
  "&",
  "@",
  '"',
  "'",
  "/*",
  "*/",
  "//",
  "#",
  "\n",
  "\0",
  "é",
  "\ud800",
  "struct ",
  "service ",
  "list<",
  "1:",
  "0x",
  "-",
  "E.",
  "throws ",
  "optional ",
  "const ",
  "include ",
);

/** Cuts, repeats and inserts at random places of the seed. */
const mutations = fc.array(
  fc.record({ at: fc.nat(SAMPLE.length), cut: fc.nat(12), text: fc.oneof(pieces, fc.string({ maxLength: 4 })) }),
  { minLength: 1, maxLength: 12 },
);

function mutate(edits: readonly { at: number; cut: number; text: string }[]): string {
  return edits.reduce(
    (text, { at, cut, text: inserted }) => text.slice(0, at) + inserted + text.slice(at + cut),
    SAMPLE,
  );
}

t.test("finds something to say about any mutation, and never fails itself", async (t) => {
  fc.assert(
    fc.property(mutations, (edits) => {
      const loaded = load(mutate(edits));
      checkPlaces(loaded.diagnostics);
    }),
    { numRuns: 400 },
  );
  t.pass();
});

t.test("takes any bytes for a file", async (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
      checkPlaces(load({ "main.thrift": Buffer.from(bytes) }).diagnostics),
    ),
    { numRuns: 500 },
  );
  t.pass();
});
