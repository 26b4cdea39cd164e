/**
 * Our view of a program beside that of Debian's compiler (`thrift --gen json`), for every file of the corpus that both accept:
 * definitions, field ids, types, requiredness, defaults and constants, services and their methods.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import t from "tap";
import { loadProgram } from "../../idl/load/load-program.ts";
import { programSchema } from "../../idl/schema/program-schema.ts";
import type {
  FieldSchema,
  MethodSchema,
  ModuleSchema,
  ProgramSchema,
  TypeSchema,
  ValueSchema,
} from "../../lib/schema/schema.ts";
import { type CorpusFile, corpus } from "../helpers/corpus.ts";

/** Both sides are brought to this form: plain text, compared as such. */
type View = Record<string, string>;

// biome-ignore lint/suspicious/noExplicitAny: JSON of another program
type Json = any;

/** For map constants with keys that are no text it writes what is no JSON. */
const UNREADABLE = Symbol("unreadable");

t.setTimeout(300_000);

const files = corpus();
const thrift = spawnSync("thrift", ["--version"]);
const skip =
  files === undefined ? "../shared/data/idl is not there" : thrift.error ? "no thrift compiler on this machine" : false;

t.test("Debian's compiler sees the same in every file that both accept", { skip }, (t) => {
  const out = mkdtempSync(join(tmpdir(), "scrimp-idl-json-"));
  t.teardown(() => rmSync(out, { recursive: true }));
  let compared = 0;
  const unreadable: string[] = [];
  const differences: string[] = [];
  for (const file of files ?? []) {
    const [ours, theirs] = file.accepted017 ? [ourSchema(file), theirJson(file, out)] : [];
    if (ours === undefined || theirs === undefined) continue;
    if (theirs === UNREADABLE) {
      unreadable.push(file.name);
      continue;
    }
    compared++;
    differences.push(...differencesOf(ourView(ours), theirView(theirs)).map((text) => `${file.name}: ${text}`));
  }
  t.ok(compared > 500, `${compared} files compared`);
  t.ok(unreadable.length < 10, `${unreadable.length} files of which Debian's compiler writes no JSON`);
  t.same(differences, []);
  t.end();
});

function ourSchema(file: CorpusFile): ProgramSchema | undefined {
  const { program, hasErrors } = loadProgram([file.path], { includePaths: file.includeRoots });
  const [main] = program.roots;
  return hasErrors || main === undefined ? undefined : programSchema(program, main);
}

/** Integers that JSON.parse would round stay text. */
function theirJson(file: CorpusFile, out: string): Json | undefined {
  const include = file.includeRoots.flatMap((root) => ["-I", root]);
  const { status } = spawnSync("thrift", [...include, "--gen", "json", "-out", out, file.path], { stdio: "ignore" });
  if (status !== 0) return undefined;
  const text = readFileSync(join(out, `${basename(file.path, ".thrift")}.json`), "utf8");
  const exact = text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/gs, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
  try {
    return JSON.parse(exact);
  } catch {
    return UNREADABLE;
  }
}

function differencesOf(ours: View, theirs: View): string[] {
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const same = (key: string): boolean => ours[key] === theirs[key] || rounded(ours[key]) === rounded(theirs[key]);
  return keys.filter((key) => !same(key)).map((key) => `${key}: ours ${ours[key]}, theirs ${theirs[key]}`);
}

/** Debian's compiler writes 15 digits of a double. */
function rounded(facts = ""): string {
  return facts.includes("double")
    ? facts.replace(/"-?\d[\d.e+-]*"/g, (n) => Number(n.slice(1, -1)).toPrecision(14))
    : facts;
}

/** A line of facts for each definition and member, by path. */
function ourView(program: ProgramSchema): View {
  const module = mainModule(program);
  const view: View = {};
  for (const { name, members } of module.enums ?? [])
    view[name] = `enum ${members.map((m) => `${m.name}=${m.value}`).join(" ")}`;
  for (const { name, kind, fields } of module.structs ?? []) {
    view[name] = kind;
    for (const field of fields)
      view[`${name}.${field.name}`] = ourField(field, program, kind === "union" ? "optional" : undefined);
  }
  for (const { name, type, value } of module.constants ?? [])
    view[`const ${name}`] = `${typeText(type, program)} = ${ourValue(value, type, program)}`;
  for (const { name, extends: parent, methods } of module.services ?? []) {
    view[name] = `service ${parent === undefined ? "" : qualified(parent, program)}`;
    for (const method of methods) view[`${name}.${method.name}`] = ourMethod(method, program);
  }
  return view;
}

function ourField(field: FieldSchema, program: ProgramSchema, need: string = field.need ?? "req_out"): string {
  const value = field.default === undefined ? "" : ` = ${ourValue(field.default, field.type, program)}`;
  return `${field.id} ${need} ${typeText(field.type, program)}${value}`;
}

/** Apache's compiler ignores `optional` on an argument. */
function ourMethod(method: MethodSchema, program: ProgramSchema): string {
  const list = (fields: readonly FieldSchema[] = []): string =>
    fields.map((f) => `${f.name} ${ourField(f, program, f.need === "required" ? f.need : "req_out")}`).join(", ");
  const returns = method.returns === undefined ? "void" : typeText(method.returns, program);
  return `${method.oneway ? "oneway " : ""}${returns} (${list(method.args)}) throws (${list(method.throws)})`;
}

function mainModule(program: ProgramSchema): ModuleSchema {
  return program.modules.find(({ key }) => key === program.main)?.module as ModuleSchema;
}

/** `alias.Name` with the file's name for the alias, as Apache's compiler has it. */
function qualified(name: string, program: ProgramSchema): string {
  const [alias, own] = name.split(".") as [string, string?];
  if (own === undefined) return name;
  const key = mainModule(program).includes?.find((include) => include.alias === alias)?.module;
  return `${program.modules.find((m) => m.key === key)?.module.name}.${own}`;
}

/** Enums are i32 and typedefs gone on both sides. */
function typeText(type: TypeSchema, program: ProgramSchema): string {
  if (typeof type === "string") return type;
  if ("list" in type) return `list<${typeText(type.list, program)}>`;
  if ("set" in type) return `set<${typeText(type.set, program)}>`;
  if ("map" in type) return `map<${type.map.map((t) => typeText(t, program)).join(",")}>`;
  return "enum" in type ? "i32" : qualified(type.struct, program);
}

function ourValue(value: ValueSchema, type: TypeSchema, program: ProgramSchema): string {
  return JSON.stringify(plain(value, type, program));
}

/** Maps and structs as sorted entries; numbers and bools as text; only the fields of a struct that the IDL sets. */
function plain(
  value: ValueSchema,
  type: TypeSchema,
  program: ProgramSchema,
  module: ModuleSchema = mainModule(program),
): unknown {
  if (typeof type === "string")
    return type === "binary" ? Buffer.from(String(value), "base64").toString() : scalar(value);
  if ("list" in type || "set" in type)
    return (value as ValueSchema[]).map((v) => plain(v, "list" in type ? type.list : type.set, program, module));
  if ("map" in type)
    return sorted(
      (value as [ValueSchema, ValueSchema][]).map(([k, v]) => [scalar(k), plain(v, type.map[1], program, module)]),
    );
  if ("enum" in type) return scalar(value);
  const [struct, home] = findStruct(type.struct, program, module);
  const fields = (value as [string, ValueSchema][]).map(
    ([name, v]) => [name, v, struct?.fields.find((f) => f.name === name)] as const,
  );
  return sorted(
    fields.flatMap(([name, v, field]) =>
      field === undefined || JSON.stringify(field.default) === JSON.stringify(v)
        ? []
        : [[name, plain(v, field.type, program, home)]],
    ),
  );
}

function findStruct(
  name: string,
  program: ProgramSchema,
  module: ModuleSchema,
): [{ fields: readonly FieldSchema[] } | undefined, ModuleSchema] {
  const [alias, own] = name.includes(".") ? (name.split(".") as [string, string]) : ["", name];
  const key = module.includes?.find((include) => include.alias === alias)?.module;
  const home = alias === "" ? module : (program.modules.find((m) => m.key === key)?.module ?? module);
  return [home.structs?.find((s) => s.name === own), home];
}

function scalar(value: unknown): string {
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value);
}

/** Of a key that stands there twice the last value counts, as in every language's map. */
function sorted(entries: readonly (readonly unknown[])[]): unknown {
  const last = new Map(entries.map(([k, v]) => [String(k), v]));
  return [...last].sort(([a], [b]) => (a < b ? -1 : 1));
}

function theirView(json: Json): View {
  const view: View = {};
  for (const { name, members } of json.enums)
    view[name] = `enum ${members.map((m: Json) => `${m.name}=${m.value}`).join(" ")}`;
  for (const struct of json.structs) {
    view[struct.name] = struct.isUnion ? "union" : struct.isException ? "exception" : "struct";
    for (const field of struct.fields) view[`${struct.name}.${field.name}`] = theirField(field);
  }
  for (const c of json.constants)
    view[`const ${c.name}`] = `${theirType(c.typeId, c.type)} = ${JSON.stringify(theirPlain(c.value))}`;
  for (const service of json.services) {
    view[service.name] = `service ${service.extends ?? ""}`;
    for (const method of service.functions) view[`${service.name}.${method.name}`] = theirMethod(method);
  }
  return view;
}

function theirField(field: Json): string {
  const value = field.default === undefined ? "" : ` = ${JSON.stringify(theirPlain(field.default))}`;
  return `${field.key} ${field.required} ${theirType(field.typeId, field.type)}${value}`;
}

function theirMethod(method: Json): string {
  const list = (fields: readonly Json[]): string => fields.map((f) => `${f.name} ${theirField(f)}`).join(", ");
  return `${method.oneway ? "oneway " : ""}${theirType(method.returnTypeId, method.returnType)} (${list(method.arguments)}) throws (${list(method.exceptions)})`;
}

function theirType(id: string, type: Json): string {
  if (id === "list" || id === "set") return `${id}<${theirType(type.elemTypeId, type.elemType)}>`;
  if (id === "map")
    return `map<${theirType(type.keyTypeId, type.keyType)},${theirType(type.valueTypeId, type.valueType)}>`;
  return type?.class ?? id;
}

function theirPlain(value: Json): unknown {
  if (Array.isArray(value)) return value.map(theirPlain);
  if (typeof value === "object" && value !== null)
    return sorted(Object.entries(value).map(([k, v]) => [k, theirPlain(v)]));
  return scalar(value);
}
