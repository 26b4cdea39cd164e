/**
 * Reads `scrimp.config.json`: what a project says once instead of on every command line. Knows what may stand there, not
 * what it is used for. Paths in it are relative to its own folder.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LINT_RULES } from "../idl/check/lint.ts";
import type { ProjectAnnotations } from "../idl/schema/project-annotations.ts";
import { parseProjectAnnotations } from "../idl/schema/project-annotations.ts";
import { CODES, type Severity } from "../idl/source/codes.ts";
import type { SeverityOverrides } from "../idl/source/diagnostic.ts";
import { ThriftError } from "../lib/errors/errors.ts";

export const CONFIG_NAME = "scrimp.config.json";

/** What a project says of lint rules: a severity for each that it names, and for the rest, with `all`, that they are wanted. */
export interface LintSettings {
  readonly all: boolean;
  readonly rules: ReadonlyMap<string, "off" | Severity>;
}

export type ImportExtension = ".js" | ".ts" | "";

export interface Config {
  /** Absolute path of the file; undefined where there is none. */
  readonly path: string | undefined;
  /** Compiled where the command line names no file. Absolute, like all paths here. */
  readonly files: readonly string[];
  readonly out: string | undefined;
  readonly include: readonly string[];
  readonly root: string | undefined;
  readonly importExtension: ImportExtension | undefined;
  readonly warnings: SeverityOverrides;
  readonly lint: LintSettings;
  readonly annotations: ProjectAnnotations;
}

/** The nearest config at or above `folder`, or the one at `path`. Throws ThriftError CONFIGURATION naming file and key. */
export function readConfig(folder: string, path?: string): Config {
  const file = path === undefined ? findUpward(resolve(folder)) : resolve(folder, path);
  if (file === undefined) return readObject({}, undefined);
  return readObject(parse(file), file);
}

function findUpward(folder: string): string | undefined {
  const file = join(folder, CONFIG_NAME);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : findUpward(parent);
}

function parse(file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new ThriftError("CONFIGURATION", `${file}: ${(cause as Error).message}`, { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(file, "", "an object", value);
  return value;
}

const KEYS = ["$schema", "files", "out", "include", "root", "importExtension", "warnings", "lint", "annotations"];

function readObject(object: object, file: string | undefined): Config {
  const path = file ?? "";
  const given = new Map(Object.entries(object));
  for (const key of given.keys())
    if (!KEYS.includes(key))
      throw new ThriftError("CONFIGURATION", `${path}: unknown key "${key}", known are ${KEYS.slice(1).join(", ")}`);
  const folder = dirname(path);
  const text = (key: string): string | undefined => readText(path, key, given.get(key));
  const paths = (key: string): string[] => readTexts(path, key, given.get(key)).map((p) => resolve(folder, p));
  const at = (p: string | undefined): string | undefined => (p === undefined ? undefined : resolve(folder, p));
  return {
    path: file,
    files: paths("files"),
    out: at(text("out")),
    include: paths("include"),
    root: at(text("root")),
    importExtension: readExtension(path, text("importExtension")),
    warnings: readWarnings(path, given.get("warnings")),
    lint: readLint(path, given.get("lint")),
    annotations: parseProjectAnnotations(given.get("annotations"), folder, (where, expected, value) =>
      wrong(path, `annotations${where}`, expected, value),
    ),
  };
}

function readText(file: string, key: string, value: unknown): string | undefined {
  if (value !== undefined && typeof value !== "string") throw wrong(file, key, "a string", value);
  return value;
}

function readTexts(file: string, key: string, value: unknown = []): string[] {
  if (!Array.isArray(value) || !value.every((v) => typeof v === "string"))
    throw wrong(file, key, "an array of strings", value);
  return value;
}

function readExtension(file: string, value: string | undefined): ImportExtension | undefined {
  if (value === undefined || value === ".js" || value === ".ts" || value === "") return value;
  throw wrong(file, "importExtension", '".js", ".ts" or ""', value);
}

function readWarnings(file: string, value: unknown = {}): SeverityOverrides {
  if (typeof value !== "object" || value === null) throw wrong(file, "warnings", "an object", value);
  for (const [code, severity] of Object.entries(value)) {
    if (!Object.hasOwn(CODES, code))
      throw new ThriftError("CONFIGURATION", `${file}: warnings: there is no diagnostic "${code}"`);
    if (severity !== "off" && severity !== "warning" && severity !== "error")
      throw wrong(file, `warnings.${code}`, '"off", "warning" or "error"', severity);
  }
  return value;
}

function readLint(file: string, value: unknown = {}): LintSettings {
  if (typeof value === "boolean") return { all: value, rules: new Map() };
  if (typeof value !== "object" || value === null) throw wrong(file, "lint", "true or an object", value);
  const rules = new Map<string, "off" | Severity>();
  for (const [rule, severity] of Object.entries(value)) {
    if (!LINT_RULES.some(({ id }) => id === rule))
      throw new ThriftError("CONFIGURATION", `${file}: lint: there is no rule "${rule}"`);
    if (severity !== "off" && severity !== "warning" && severity !== "error")
      throw wrong(file, `lint.${rule}`, '"off", "warning" or "error"', severity);
    rules.set(rule, severity);
  }
  return { all: false, rules };
}

function wrong(file: string, key: string, expected: string, value: unknown): ThriftError {
  return new ThriftError(
    "CONFIGURATION",
    `${file}: ${key === "" ? "" : `${key}: `}expected ${expected}, got ${JSON.stringify(value)}`,
  );
}
