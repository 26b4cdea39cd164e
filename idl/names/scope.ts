/** What a name means in a module: its own definitions, and those of its includes after `alias.`. Reports nothing. */
import type { Include, Module } from "../program/program.ts";

export type Outcome<T> =
  | { readonly kind: "found"; readonly value: T; readonly module: Module }
  /** The alias is known, its file could not be found. */
  | { readonly kind: "missing-include"; readonly include: Include }
  /** No include has this alias. */
  | { readonly kind: "unknown-scope"; readonly scope: string }
  | { readonly kind: "unknown-name"; readonly name: string; readonly module: Module };

/** Looks a dotted name up in the names that `pick` selects of a module. The last dot parts the alias from the name: an alias may have dots. */
export function lookUp<T>(module: Module, name: string, pick: (module: Module) => ReadonlyMap<string, T>): Outcome<T> {
  const dot = name.lastIndexOf(".");
  if (dot < 0) return lookIn(module, name, pick);
  const alias = name.slice(0, dot);
  const rest = name.slice(dot + 1);
  const includes = module.includes.filter((include) => include.alias === alias);
  if (includes.length === 0)
    return alias === module.name ? lookIn(module, rest, pick) : { kind: "unknown-scope", scope: alias };
  return lookInIncludes(includes, module, rest, pick);
}

/** Two includes may have one name; and fbthrift lets a module call itself by its own, even beside an include of that name. */
function lookInIncludes<T>(
  includes: readonly Include[],
  own: Module,
  name: string,
  pick: (module: Module) => ReadonlyMap<string, T>,
): Outcome<T> {
  let missing: Outcome<T> | undefined;
  for (const include of includes) {
    const outcome: Outcome<T> =
      include.module === undefined ? { kind: "missing-include", include } : lookIn(include.module, name, pick);
    if (outcome.kind === "found") return outcome;
    missing ??= outcome;
  }
  const inOwn = includes[0]?.alias === own.name ? lookIn(own, name, pick) : undefined;
  return inOwn?.kind === "found" ? inOwn : (missing as Outcome<T>);
}

function lookIn<T>(module: Module, name: string, pick: (module: Module) => ReadonlyMap<string, T>): Outcome<T> {
  const value = pick(module).get(name);
  return value === undefined ? { kind: "unknown-name", name, module } : { kind: "found", value, module };
}

/** Names that could have been meant: a module's own, and those of its includes with their alias. */
export function* namesInScope<T>(module: Module, pick: (module: Module) => ReadonlyMap<string, T>): Generator<string> {
  yield* pick(module).keys();
  for (const include of module.includes) {
    if (include.module === undefined) continue;
    for (const name of pick(include.module).keys()) yield `${include.alias}.${name}`;
  }
}
