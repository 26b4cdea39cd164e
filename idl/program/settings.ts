/**
 * What the annotations `scrimp.*` ask of the TypeScript that a definition becomes. They are attached to a type, a field, a definition,
 * or for a whole file (`namespace scrimp.type number`, which every Thrift compiler accepts); the nearest one counts. Knows
 * annotations as name and value, not where they came from.
 */
import { annotationText } from "../syntax/annotation-text.ts";
import type { Annotation, FileNode } from "../syntax/ast.ts";
import type { ResolvedAnnotation } from "./program.ts";

export interface Settings {
  /** `scrimp.type`: what an i64 is in JavaScript. */
  readonly i64?: "bigint" | "number" | "string";
  /** `scrimp.binary`: a Buffer of its own, or a view of the received bytes that dies with them. */
  readonly binary?: "copy" | "view";
  /** `scrimp.names`: properties as the IDL writes them, or user_name as userName. */
  readonly names?: "idl" | "camelCase";
  /** `scrimp.readonly`: properties that TypeScript lets nobody assign. */
  readonly readonly?: boolean;
}

/** Settings that say something of one definition only. */
export interface OwnSettings {
  /** `scrimp.name`: the name in TypeScript; on the wire and in the schema nothing changes. */
  readonly name?: string;
  /** `scrimp.brand`: a typedef that no other value of its base type fits. */
  readonly brand?: string;
}

/** An annotation that asks for something: without value it reads "". */
export type Asked = readonly [name: string, value: string];

/** Why a setting cannot be followed; undefined where it can, or is none of ours. */
export function settingProblem([name, value]: Asked): string | undefined {
  if (!name.startsWith(PREFIX)) return undefined;
  const rule = RULES.get(name.slice(PREFIX.length));
  if (rule === undefined)
    return `there is no setting \`${name}\`; there are ${[...RULES.keys()].map((known) => PREFIX + known).join(", ")}`;
  return rule.test(value) ? undefined : `\`${name}\` cannot be "${value}"; it can be ${rule.says}`;
}

/** Where nothing is asked for: always this object. */
export const NO_SETTINGS: Settings & OwnSettings = {};

/** Later ones override earlier ones; what cannot be followed counts as not said. */
export function readSettings(asked: readonly Asked[]): Settings & OwnSettings {
  let settings: Settings & OwnSettings = NO_SETTINGS;
  for (const [name, value] of asked) {
    const setting = readSetting(name, value);
    if (setting !== undefined) settings = { ...settings, ...setting };
  }
  return settings;
}

/** The annotations of a definition in the form that `readSettings` takes. */
export function askedBy(annotations: readonly ResolvedAnnotation[]): readonly Asked[] {
  if (annotations.length === 0) return NOTHING;
  return annotations.filter((a) => a.fields === undefined).map((a) => [a.name, a.text ?? ""]);
}

/** The annotations of a node of the tree, likewise. */
export function askedByNode(annotations: readonly Annotation[]): readonly Asked[] {
  if (annotations.length === 0) return NOTHING;
  return annotations.filter((a) => !a.structured).map((a) => [a.name.text, annotationText(a)]);
}

/** What a whole file asks for, by its `namespace scrimp.*` and by annotations on its namespaces and package. */
export function askedByFile(file: FileNode): readonly Asked[] {
  return file.headers.flatMap((header): readonly Asked[] => {
    if (header.kind === "include") return NOTHING;
    const asked = askedByNode(header.annotations);
    const named = header.kind === "namespace" && header.scope.text.startsWith(PREFIX);
    return named ? [...asked, [header.scope.text, header.name.text]] : asked;
  });
}

const PREFIX = "scrimp.";
const NOTHING: readonly Asked[] = [];

const oneOf = (...words: string[]): { test(value: string): boolean; says: string } => ({
  test: (value) => words.includes(value),
  says: words
    .filter((word) => word !== "")
    .map((word) => `"${word}"`)
    .join(" or "),
});
const identifier = { test: (value: string) => /^[A-Za-z_]\w*$/.test(value), says: "a name" };

const RULES = new Map([
  ["type", oneOf("bigint", "number", "string")],
  ["binary", oneOf("copy", "view")],
  ["names", oneOf("idl", "camelCase")],
  ["readonly", oneOf("true", "false", "")],
  ["name", identifier],
  // Read by the lint rules, which know their own ids.
  ["ignore", { test: () => true, says: "the id of a rule" }],
  ["brand", { test: (value: string) => value === "" || identifier.test(value), says: "a name, or nothing" }],
]);

const JS_TYPES = new Map<string, "bigint" | "number" | "string">([
  ["bigint", "bigint"],
  ["long", "bigint"],
  ["number", "number"],
  ["string", "string"],
]);

function readSetting(name: string, value: string): (Settings & OwnSettings) | undefined {
  if (name === "js.type") return readJsType(value);
  if (settingProblem([name, value]) !== undefined) return undefined;
  switch (name) {
    case "scrimp.type":
      return { i64: value as NonNullable<Settings["i64"]> };
    case "scrimp.binary":
      return { binary: value as NonNullable<Settings["binary"]> };
    case "scrimp.names":
      return { names: value as NonNullable<Settings["names"]> };
    case "scrimp.readonly":
      return { readonly: value !== "false" };
    case "scrimp.name":
      return { name: value };
    case "scrimp.brand":
      return { brand: value };
    default:
      return undefined;
  }
}

/** Other compilers' name for the form of an i64; their `Long` is what a bigint is for. */
function readJsType(value: string): Settings | undefined {
  const i64 = JS_TYPES.get(value.toLowerCase());
  return i64 === undefined ? undefined : { i64 };
}
