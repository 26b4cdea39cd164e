/** From the place of a change back to the IDL: file and span. */
import type { Definition, Field, Method, Program } from "../program/program.ts";
import { type ModuleScope, ProgramScope, type ScopeOptions } from "../schema/module-scope.ts";
import type { Source } from "../source/source.ts";
import type { Span } from "../syntax/ast.ts";
import type { Place } from "./rules.ts";

export interface Location {
  readonly source: Source;
  readonly span: Span;
}

/** Finds places in one program; `options` are those that its schema was made with. */
export class Locator {
  readonly #scopes: ReadonlyMap<string, ModuleScope>;

  constructor(program: Program, options: ScopeOptions = {}) {
    const scope = new ProgramScope(program, options);
    this.#scopes = new Map(program.modules.map((module) => [scope.of(module).key, scope.of(module)]));
  }

  /** The name of the innermost part that is there; the beginning of the file for a module, undefined for an unknown one. */
  locate(place: Place): Location | undefined {
    const module = this.#scopes.get(place.module)?.module;
    if (module === undefined) return undefined;
    const [name, part, inner] = place.names;
    const definition = module.definitions.find((one) => one.name === name);
    const found = definition && (findPart(definition, part, inner) ?? definition);
    return {
      source: module.source,
      span: found?.node.name.span ?? { start: module.source.begin, end: module.source.begin },
    };
  }
}

type Located = { readonly name: string; readonly node: { readonly name: { readonly span: Span } } };

function findPart(definition: Definition, part: string | undefined, inner: string | undefined): Located | undefined {
  if (part === undefined) return undefined;
  if ("fields" in definition) return byName(definition.fields, part);
  if (definition.kind === "enum") return byName(definition.members, part);
  if (!("methods" in definition)) return undefined;
  const method = byName(definition.methods, part);
  return (method && inner !== undefined && byName(parts(method), inner)) || method;
}

function parts(method: Method): readonly Field[] {
  const { args, throws, stream, sink } = method;
  return [...args, ...throws, ...(stream?.throws ?? []), ...(sink?.throws ?? []), ...(sink?.final?.throws ?? [])];
}

function byName<T extends { readonly name: string }>(list: readonly T[], name: string): T | undefined {
  return list.find((item) => item.name === name);
}
