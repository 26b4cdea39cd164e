/**
 * Annotations that a project adds to IDL it does not own, from `annotations` in `scrimp.config.json`:
 *
 *     { "vendor/hive_metastore.thrift": { "*": { "scrimp.type": "number" }, "Table.createTime": { "scrimp.name": "createdAt" } } }
 *
 * File patterns take `*` and `**`; `"*"` is the whole file, else a definition, or a field, method or enum member of it.
 */
import { resolve, sep } from "node:path";
import { type Asked, settingProblem } from "../program/settings.ts";

/** What a project asks of one file, by definition: `*`, `Work`, `Work.num1`. */
export type FileAnnotations = ReadonlyMap<string, readonly Asked[]>;

export class ProjectAnnotations {
  readonly #patterns: readonly (readonly [pattern: RegExp, annotations: FileAnnotations])[];

  constructor(patterns: readonly (readonly [pattern: RegExp, annotations: FileAnnotations])[] = []) {
    this.#patterns = patterns;
  }

  /** Annotations of later patterns come after those of earlier ones, and so override them. */
  of(path: string): FileAnnotations {
    const found = this.#patterns.filter(([pattern]) => pattern.test(path.split(sep).join("/")));
    if (found.length < 2) return found[0]?.[1] ?? new Map();
    const names = new Set(found.flatMap(([, annotations]) => [...annotations.keys()]));
    return new Map([...names].map((name) => [name, found.flatMap(([, annotations]) => annotations.get(name) ?? [])]));
  }
}

/** `folder` is where patterns start. `wrong` makes the error for a value that is not what it should be. */
export function parseProjectAnnotations(
  value: unknown,
  folder: string,
  wrong: (where: string, expected: string, value: unknown) => Error,
): ProjectAnnotations {
  return new ProjectAnnotations(
    entriesOf(value ?? {}, "", wrong).map(([pattern, definitions]) => {
      const where = `["${pattern}"]`;
      const asked = entriesOf(definitions, where, wrong).map(
        ([name, settings]) => [name, askedIn(settings, `${where}["${name}"]`, wrong)] as const,
      );
      return [toRegExp(pattern, folder), new Map(asked)] as const;
    }),
  );
}

function askedIn(
  settings: unknown,
  where: string,
  wrong: (where: string, expected: string, value: unknown) => Error,
): Asked[] {
  return entriesOf(settings, where, wrong).map(([name, value]) => {
    if (typeof value !== "string" && typeof value !== "boolean")
      throw wrong(`${where}["${name}"]`, "a string or boolean", value);
    const asked: Asked = [name, value === true ? "" : String(value)];
    if (settingProblem(asked) !== undefined)
      throw wrong(`${where}["${name}"]`, `something else: ${settingProblem(asked)}`, value);
    return asked;
  });
}

function entriesOf(
  value: unknown,
  where: string,
  wrong: (where: string, expected: string, value: unknown) => Error,
): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(where, "an object", value);
  return Object.entries(value);
}

function toRegExp(pattern: string, folder: string): RegExp {
  const path = resolve(folder, pattern).split(sep).join("/");
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/|\*\*|\*/g, (stars) => GLOBS.get(stars) ?? "");
  return new RegExp(`^${source}$`);
}

const GLOBS = new Map([
  ["**/", "(?:.*/)?"],
  ["**", ".*"],
  ["*", "[^/]*"],
]);
