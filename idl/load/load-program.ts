/** From paths to a checked program: the one way in for every tool. */
import { checkProgram } from "../check/checker.ts";
import { type LoadedFile, Loader, type LoadOptions } from "../files/file-loader.ts";
import { orderByIncludes } from "../files/include-order.ts";
import { declareModule, type ModuleDraft } from "../names/declare.ts";
import { Resolver } from "../names/resolver.ts";
import { cutTypedefCycles } from "../names/typedef-cycles.ts";
import type { Include, Module, Program } from "../program/program.ts";
import { type Diagnostic, Diagnostics, type SeverityOverrides } from "../source/diagnostic.ts";
import { Evaluator } from "../values/constants.ts";

export interface LoadProgramOptions extends LoadOptions {
  /** How a project wants warnings treated, by code. */
  readonly severities?: SeverityOverrides;
}

export interface LoadedProgram {
  readonly program: Program;
  /** Findings in all modules, by file and place. */
  readonly diagnostics: readonly Diagnostic[];
  /** Then the program is incomplete: only an editor should go on with it. */
  readonly hasErrors: boolean;
}

/** Reads the files and all that they include, resolves every name, evaluates every constant and checks every rule. Never throws because of a file's contents. */
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
