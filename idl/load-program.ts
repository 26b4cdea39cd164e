/** From paths to a checked program: the one way in for every tool. */
import { checkProgram } from "./checker.ts";
import { Evaluator } from "./constants.ts";
import { declareModule, type ModuleDraft } from "./declare.ts";
import { type Diagnostic, Diagnostics, type SeverityOverrides } from "./diagnostic.ts";
import { orderByIncludes } from "./include-order.ts";
import { type LoadedFile, Loader, type LoadOptions } from "./loader.ts";
import type { Include, Module, Program } from "./program.ts";
import { Resolver } from "./resolver.ts";
import { cutTypedefCycles } from "./typedef-cycles.ts";

export interface LoadProgramOptions extends LoadOptions {
  /** How a project wants warnings treated, by code. */
  readonly severities?: SeverityOverrides;
}

export interface LoadedProgram {
  readonly program: Program;
  /** Of all modules, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Then the program is incomplete: only an editor should go on with it. */
  readonly hasErrors: boolean;
}

/** Reads the files and all that they include, resolves every name, evaluates every constant and checks every rule. Never throws for what stands in a file. */
export function loadProgram(paths: readonly string[], options: LoadProgramOptions = {}): LoadedProgram {
  const diagnostics = new Diagnostics(options.severities);
  const loader = new Loader(diagnostics, options);
  const roots = [...new Set(paths.flatMap((path) => loader.load(path) ?? []))];
  const files = orderByIncludes(roots, diagnostics);
  const byFile = new Map(files.map((file) => [file, declareModule(file, diagnostics)]));
  for (const [file, module] of byFile) module.includes = file.includes.map((include) => link(include, byFile));
  const modules = [...byFile.values()];
  resolveAll(modules, diagnostics);
  const program: Program = { modules, roots: roots.map((file) => byFile.get(file) as Module) };
  checkProgram(program, diagnostics);
  return { program, diagnostics: diagnostics.sorted(), hasErrors: diagnostics.hasErrors };
}

function link(include: LoadedFile["includes"][number], byFile: ReadonlyMap<LoadedFile, Module>): Include {
  const module = include.file === undefined ? undefined : byFile.get(include.file);
  return { alias: include.alias, node: include.node, ...(module === undefined ? {} : { module }) };
}

function resolveAll(modules: readonly ModuleDraft[], diagnostics: Diagnostics): void {
  const resolvers = modules.map((module) => new Resolver(module, diagnostics));
  for (const resolver of resolvers) resolver.resolveTypedefs();
  cutTypedefCycles(modules, diagnostics);
  for (const resolver of resolvers) resolver.resolveDefinitions();
  new Evaluator(resolvers, diagnostics).evaluateAll();
  for (const resolver of resolvers) resolver.names.reportMissingIncludes();
}
