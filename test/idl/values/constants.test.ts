import t from "tap";
import type { Value } from "../../../idl/program/program.ts";
import { findings, load, moduleOf } from "../../helpers/idl.ts";

/** The value of the last constant, in plain JavaScript. */
function last(text: string): unknown {
  const value = moduleOf(text).constants.at(-1)?.value;
  return value && plain(value);
}

function plain(value: Value): unknown {
  switch (value.kind) {
    case "enum":
      return `${value.enum.name}.${value.member?.name ?? value.value}`;
    case "list":
    case "set":
      return value.elements.map(plain);
    case "map":
      return value.entries.map(({ key, value: of }) => [plain(key), plain(of)]);
    case "struct":
      return Object.fromEntries(value.fields.map(({ field, value: of }) => [field.name, plain(of)]));
    case "binary":
      return value.value.toString("latin1");
    default:
      return value.value;
  }
}

t.test("keeps 64-bit integers exact", async (t) => {
  t.equal(last("const i64 A = 9223372036854775807"), 2n ** 63n - 1n);
  t.equal(last("const i64 A = -9223372036854775808"), -(2n ** 63n));
});

t.test("gives values the form of their type", async (t) => {
  t.equal(last("const double A = 3"), 3);
  t.equal(last("const bool A = 1"), true);
  t.equal(last('const binary A = "é"'), "\xc3\xa9");
  t.equal(last('const uuid A = "{00000000-4444-CCCC-ffff-0123456789ab}"'), "00000000-4444-cccc-ffff-0123456789ab");
  t.equal(last("enum E { X = 7 }\nconst i32 A = E.X"), 7n);
  t.equal(last("enum E { X = 7 }\nconst E A = 7"), "E.X");
  t.equal(last("enum E { X = 7 }\nconst E A = 8"), "E.8");
  t.same(last("const set<i32> A = {}"), []);
});

t.test("follows names to constants and members, across files and typedefs", async (t) => {
  const files = {
    "main.thrift": 'include "b.thrift"\nconst map<b.E, list<double>> M = {b.E.X: [b.ONE, 2], b.T.Y: []}',
    "b.thrift": "enum E { X, Y }\ntypedef E T\nconst i32 ONE = 1",
  };
  const value = moduleOf(files).constants[0]?.value;
  t.same(value && plain(value), [
    ["E.X", [1, 2]],
    ["E.Y", []],
  ]);
});

t.test("takes a member of another enum for the wanted one's of the same name, with a warning", async (t) => {
  const enums = "enum F { A = 1, B = 5, Z = 9 }\nenum E { A = 1, B = 0 }\ntypedef F G\n";
  const other = { "other.thrift": enums };
  for (const [text, value] of [
    ["const E C = F.B", "E.B"],
    ["const E C = G.B", "E.B"],
    ["const list<E> C = [F.B, E.A]", ["E.B", "E.A"]],
    ["const map<E, set<E>> C = {F.A: [F.B]}", [["E.A", ["E.B"]]]],
    ["struct S { 1: E e = F.B }\nconst S C = {}", { e: "E.B" }],
    ["const i32 C = F.B", 5n],
  ] as const) {
    t.same(last(enums + text), value);
    t.same(
      findings(enums + text).map((one) => one.split(" ")[1]),
      text.includes("i32")
        ? []
        : text.includes("map")
          ? Array(2).fill("member-of-other-enum")
          : ["member-of-other-enum"],
    );
  }
  const apart = 'include "other.thrift"\nenum E { A = 1, B = 0 }\nconst E C = other.E.B\nconst other.E D = E.B';
  const loaded = load({ "main.thrift": apart, ...other });
  t.same(
    loaded.diagnostics.map(({ code, hint }) => [code, hint]),
    [
      ["member-of-other-enum", "write `E.B`"],
      ["member-of-other-enum", "write `other.E.B`"],
    ],
  );
  t.same(findings(`${enums}const E C = F.Z`), ["4:13 value-type"], "which must exist");
});

t.test("follows names forward, and says so", async (t) => {
  const text = "const i32 A = B\nconst i32 B = 1";
  t.same(findings(text), ["1:15 forward-reference"]);
  t.equal(load(text).program.roots[0]?.constants[0]?.value?.kind, "int");
});

t.test("fills struct constants with declared defaults, in order of the fields", async (t) => {
  const value = last(
    'struct P { 1: i32 x = 3, 2: i32 y, 3: optional list<i32> z = [1] }\nstruct Q { 1: P p = {"y": 9} }\nconst list<Q> A = [{}, {"p": {"x": 1}}]',
  );
  t.same(value, [{ p: { x: 3n, y: 9n, z: [1n] } }, { p: { x: 1n, z: [1n] } }]);
});

t.test("sets exactly the given field of a union", async (t) => {
  t.same(last('union U { 1: i32 a = 1, 2: string b }\nconst U A = {"b": "x"}'), { b: "x" });
});

t.test("reads fbthrift's struct values, bare keys and bare members", async (t) => {
  t.same(last("package;\nenum E { X }\nstruct P { 1: E e, 2: i32 n }\nconst P A = P{e = X, n = 2}"), {
    e: "E.X",
    n: 2n,
  });
  t.same(last("package;\nstruct P { 1: i32 n }\nconst P B = {n: 2}\nconst list<P> A = [B]"), [{ n: 2n }]);
});

t.test("keeps bytes that are no text for binary, and refuses them for string", async (t) => {
  t.equal(last('package;\nconst binary A = "\\xff\\xad"'), "\xff\xad");
  t.same(findings('package;\nconst string A = "\\xff\\xad"'), ["2:18 invalid-utf8"]);
});

t.test("ends constants and defaults that need themselves", async (t) => {
  t.same(
    findings("const i32 A = B\nconst i32 B = A").filter((one) => one.includes("cycle")),
    ["2:15 constant-cycle"],
  );
  t.same(findings("struct S { 1: S s = {} }"), ["1:21 constant-cycle"]);
});

t.test("refuses constants that would grow beyond all measure, in little time", async (t) => {
  const lines = ["typedef list<i32> T0", "const T0 L0 = [1, 1, 1, 1]"];
  for (let i = 1; i < 30; i++)
    lines.push(`typedef list<T${i - 1}> T${i}`, `const T${i} L${i} = [L${i - 1}, L${i - 1}, L${i - 1}, L${i - 1}]`);
  t.same([...new Set(findings(lines.join("\n")).map((one) => one.split(" ")[1]))], ["constant-too-large"]);
});

t.test("says which part of a value is wrong", async (t) => {
  const loaded = load(
    'struct P { 1: i32 x, 2: list<string> names }\nconst map<string, P> M = {\n  "a": {"x": "one"},\n  "b": {"name": []},\n  "c": {"names": [1]},\n}',
  );
  t.same(
    loaded.diagnostics.map(({ source, span, message, hint }) => [source.position(span.start).line, message, hint]),
    [
      [3, "string given for i32 (field `x` of `P`)", undefined],
      [4, "struct `P` has no field `name`", "did you mean `names`?"],
      [5, "integer given for string (inside list<string>)", undefined],
    ],
  );
});

t.test("leaves a constant with errors without a value", async (t) => {
  const loaded = load("const i8 A = 300\nconst i8 B = A");
  t.same(
    loaded.program.roots[0]?.constants.map((constant) => constant.value),
    [undefined, undefined],
  );
  t.equal(loaded.diagnostics.length, 1, "what names it is not blamed again");
});
