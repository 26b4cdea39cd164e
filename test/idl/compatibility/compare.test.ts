import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { comparePrograms } from "../../../idl/compatibility/compare.ts";
import { RULES, type RuleId } from "../../../idl/compatibility/rules.ts";
import { loadProgram } from "../../../idl/load/load-program.ts";
import { programSchema } from "../../../idl/schema/program-schema.ts";
import type {
  FieldSchema,
  MethodSchema,
  ModuleSchema,
  ProgramSchema,
  StructSchema,
} from "../../../lib/schema/schema.ts";
import { root, sharedPath } from "../../helpers/shared.ts";

function schemaOf(text: string): ProgramSchema {
  const { program, diagnostics } = loadProgram(["/x.thrift"], {
    cwd: "/",
    read: (path) => (path === "/x.thrift" ? text : undefined),
  });
  const error = diagnostics.find(({ severity }) => severity === "error");
  const main = program.roots[0];
  if (error !== undefined || main === undefined) throw new Error(error?.message);
  return programSchema(program, main);
}

function rules(old: string, now: string): string[] {
  return comparePrograms(schemaOf(old), schemaOf(now)).map(
    ({ rule, old: place }) => `${rule} ${place.names.join(".")}`,
  );
}

const X = "exception X { 1: string message }\n";

/** What was, what is, and what that breaks. */
const CASES: readonly [old: string, now: string, expected: readonly string[]][] = [
  ["struct S { 1: i32 a }", "struct S { 1: i32 a, 2: i32 b, 3: optional S c }", []],
  ["struct S { 1: i32 a }", "struct T { 1: i32 a }", ["definition-removed S"]],
  ["struct S {}", "union S {}", ["definition-kind-changed S"]],
  ["struct S {}", "enum S { A = 1 }", ["definition-kind-changed S"]],
  ["struct S { 1: i32 a }", "struct S {}", ["field-removed S.a"]],
  ["struct S { 1: required i32 a }", "struct S {}", ["required-field-removed S.a"]],
  ["struct S { 1: i32 a }", "struct S { 1: i32 b }", ["field-renamed S.a"]],
  ["struct S { 1: i32 a }", "struct S { 2: i32 a }", ["field-id-changed S.a"]],
  ["struct S { 1: i32 a }", "struct S { 1: string b }", ["field-id-reused S.a"]],
  ["struct S { 1: i32 a }", "struct S { 1: i64 a }", ["field-type-changed S.a"]],
  ["struct S { 1: list<i32> a }", "struct S { 1: set<i32> a }", ["field-type-changed S.a"]],
  ["struct S { 1: map<i32, string> a }", "struct S { 1: map<i32, i32> a }", ["field-type-changed S.a"]],
  ["struct S { 1: i64 a }", 'struct S { 1: i64 a (scrimp.type = "number") }', ["field-form-changed S.a"]],
  ["struct S { 1: string a }", "struct S { 1: binary a }", ["field-form-changed S.a"]],
  ["enum E { A = 1 }\nstruct S { 1: i32 a }", "enum E { A = 1 }\nstruct S { 1: E a }", ["field-form-changed S.a"]],
  ["struct S { 1: i32 a }", "struct S { 1: i32 a, 2: required i32 b }", ["required-field-added S"]],
  ["struct S { 1: i32 a }", "struct S { 1: required i32 a }", ["field-became-required S.a"]],
  ["struct S { 1: required i32 a }", "struct S { 1: i32 a }", ["field-no-longer-required S.a"]],
  ["struct S { 1: i32 a }", "struct S { 1: optional i32 a }", ["field-became-optional S.a"]],
  ["struct S { 1: i32 a = 1 }", "struct S { 1: i32 a = 2 }", ["field-default-changed S.a"]],
  ["enum E { A = 1, B = 2 }", "enum E { A = 1 }", ["enum-member-removed E.B"]],
  ["enum E { A = 1, B = 2 }", "enum E { A = 1, C = 2 }", ["enum-member-renamed E.B"]],
  ["enum E { A = 1, B = 2 }", "enum E { A = 1, B = 3 }", ["enum-value-changed E.B"]],
  ["enum E { A = 1 }", "enum E { A = 1, B = 2 }", []],
  ["const i32 C = 1", "const i32 C = 2", ["constant-changed C"]],
  ["service V { void f(), void g() }", "service V { void g() }", ["method-removed V.f"]],
  ["service B { void f() }\nservice V extends B {}", "service V { void f() }", ["definition-removed B"]],
  ["service V { void f() }", "service V { oneway void f() }", ["method-kind-changed V.f"]],
  ["service V { i32 f() }", "service V { stream<i32> f() }", ["method-kind-changed V.f"]],
  ["service V { stream<i32> f() }", "service V { stream<string> f() }", ["method-result-changed V.f"]],
  ["service V { i32 f() }", "service V { void f() }", ["method-result-changed V.f"]],
  ["service V { string f() }", "service V { binary f() }", ["method-result-form-changed V.f"]],
  ["service V { void f() }", "service V { void f(1: i32 a) }", ["argument-added V.f"]],
  ["service V { void f(1: i32 a) }", "service V { void f() }", ["argument-removed V.f.a"]],
  ["service V { void f(1: i32 a) }", "service V { void f(1: i32 b) }", ["argument-renamed V.f.a"]],
  ["service V { void f(1: i32 a) }", "service V { void f(1: i64 a) }", ["field-type-changed V.f.a"]],
  ["service V { void f(1: i32 a, 2: i32 b) }", "service V { void f(2: i32 b, 1: i32 a) }", ["arguments-reordered V.f"]],
  [`${X}service V { void f() }`, `${X}service V { void f() throws (1: X x) }`, ["exception-added V.f"]],
  [`${X}service V { void f() throws (1: X x) }`, `${X}service V { void f() }`, ["exception-removed V.f.x"]],
];

for (const [old, now, expected] of CASES) {
  const name = expected.length === 0 ? `lets ${old} become ${now}` : `${expected.join(", ")}: ${old} becomes ${now}`;
  t.test(name.replaceAll("\n", " "), async (t) => {
    t.same(rules(old, now), expected);
    t.same(rules(old, old), []);
  });
}

t.test("every rule has a case", async (t) => {
  const seen = new Set(CASES.flatMap(([, , expected]) => expected.map((one) => one.split(" ")[0])));
  t.same(
    Object.keys(RULES).filter((rule) => !seen.has(rule)),
    [],
  );
});

t.test("docs/breaking.md lists every rule as it is", async (t) => {
  const text = readFileSync(join(root, "docs/breaking.md"), "utf8");
  for (const [id, { breaks, reason }] of Object.entries(RULES))
    t.ok(text.includes(`| \`${id}\` | ${breaks.join(", ")} | ${reason} |`), id);
});

/** A change to a module of the corpus and the rule that must notice it; undefined where the module has nothing of the kind. */
type Mutation = readonly [rule: RuleId, change: (module: ModuleSchema) => ModuleSchema | undefined];

function withField(
  module: ModuleSchema,
  need: FieldSchema["need"],
  change: (field: FieldSchema) => FieldSchema | undefined,
): ModuleSchema | undefined {
  const at = (module.structs ?? []).findIndex(
    (one) => one.kind === "struct" && one.fields.some((field) => field.need === need),
  );
  const struct = module.structs?.[at];
  const field = struct?.fields.find((one) => one.need === need);
  if (struct === undefined || field === undefined) return undefined;
  const changed = change(field);
  const fields = struct.fields.flatMap((one) => (one === field ? (changed ?? []) : one));
  return withStruct(module, at, { ...struct, fields });
}

function withStruct(module: ModuleSchema, at: number, struct: StructSchema): ModuleSchema {
  return { ...module, structs: (module.structs ?? []).with(at, struct) };
}

function withMethod(
  module: ModuleSchema,
  change: (method: MethodSchema) => MethodSchema | undefined,
): ModuleSchema | undefined {
  const service = module.services?.[0];
  const method = service?.methods[0];
  if (service === undefined || method === undefined) return undefined;
  const changed = change(method);
  if (changed === method) return undefined;
  const methods = changed === undefined ? service.methods.slice(1) : service.methods.with(0, changed);
  return { ...module, services: (module.services ?? []).with(0, { ...service, methods }) };
}

const other = (field: FieldSchema): FieldSchema => ({ ...field, type: field.type === "double" ? "bool" : "double" });

const MUTATIONS: readonly Mutation[] = [
  ["field-removed", (module) => withField(module, undefined, () => undefined)],
  ["required-field-removed", (module) => withField(module, "required", () => undefined)],
  ["field-type-changed", (module) => withField(module, "optional", other)],
  [
    "field-id-reused",
    (module) => withField(module, "optional", (field) => ({ ...other(field), name: "somethingElse" })),
  ],
  ["field-renamed", (module) => withField(module, "optional", (field) => ({ ...field, name: "somethingElse" }))],
  ["field-became-required", (module) => withField(module, "optional", (field) => ({ ...field, need: "required" }))],
  ["method-removed", (module) => withMethod(module, () => undefined)],
  [
    "method-kind-changed",
    (module) =>
      withMethod(module, (method) =>
        method.oneway || method.stream || method.sink ? method : { ...method, oneway: true },
      ),
  ],
  [
    "argument-added",
    (module) =>
      withMethod(module, (method) => ({
        ...method,
        args: [...method.args, { id: 30_000, name: "more", type: "i32" }],
      })),
  ],
];

const corpus = sharedPath("data/idl");
t.test(
  "notices every change made to files of the corpus, and nothing in a file that stays",
  { skip: corpus === undefined && "no ../shared" },
  async (t) => {
    const counts = new Map<string, number>();
    const paths = readdirSync(corpus as string, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".thrift"),
    );
    for (const path of paths.filter((_, i) => i % 4 === 0)) {
      const { program, hasErrors } = loadProgram([join(corpus as string, path)]);
      const main = program.roots[0];
      if (hasErrors || main === undefined) continue;
      const old = programSchema(program, main);
      if (comparePrograms(old, structuredClone(old)).length > 0) t.fail(`sees changes where there are none: ${path}`);
      for (const [rule, change] of MUTATIONS) {
        const module = old.modules.find(({ key }) => key === old.main)?.module as ModuleSchema;
        const mutated = change(module);
        if (mutated === undefined) continue;
        const now = {
          ...old,
          modules: old.modules.map((one) => (one.key === old.main ? { ...one, module: mutated } : one)),
        };
        if (!comparePrograms(old, now).some((found) => found.rule === rule)) t.fail(`${rule} not seen in ${path}`);
        counts.set(rule, (counts.get(rule) ?? 0) + 1);
      }
    }
    for (const [rule] of MUTATIONS) t.ok((counts.get(rule) ?? 0) > 5, `${rule}: ${counts.get(rule)} files`);
  },
);
