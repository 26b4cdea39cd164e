/**
 * IDL at run time: a `.thrift` file → the services, types and constants that generated code would have, without generating any.
 * The same codecs serve both. Knows nothing of files but through `load-program.ts`.
 */
import { ThriftError } from "../../lib/errors/errors.ts";
import { func, kind, list, text, thing } from "../../lib/options/kinds.ts";
import { type OptionTable, readOptions } from "../../lib/options/options.ts";
import type { Module as LinkedModule } from "../../lib/schema/link.ts";
import { linkProgram } from "../../lib/schema/link.ts";
import type { ProgramSchema } from "../../lib/schema/schema.ts";
import type { Service, UnaryMethod } from "../../lib/schema/service.ts";
import type { EnumType, ExceptionClass, StructType } from "../../lib/schema/types.ts";
import { programSchema } from "../schema/program-schema.ts";
import { parseProjectAnnotations } from "../schema/project-annotations.ts";
import type { Diagnostic } from "../source/diagnostic.ts";
import { renderText } from "../source/diagnostic-format.ts";

import { loadProgram } from "./load-program.ts";

export interface LoadIdlOptions {
  /** Folders to search for included files, after the including file's own. */
  readonly include?: readonly string[];
  /** As `annotations` in `scrimp.config.json`; file patterns start at the working directory. */
  readonly annotations?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string | boolean>>>>>>;
  /** The content of a file by its absolute path, or undefined if there is none. Default: from disk. */
  readonly read?: (path: string) => Buffer | string | undefined;
}

/** What each may be. */
export const LOAD_IDL_OPTIONS: OptionTable<LoadIdlOptions> = {
  include: list(text("the path of a folder")),
  annotations: thing<Exclude<LoadIdlOptions["annotations"], undefined>>("an object, as in scrimp.config.json", {}),
  read: func(),
};

const PATH = text("the path of a file");
const SCHEMA = thing<ProgramSchema>("a schema, as `readSchema` gives it", { modules: "object", main: "string" });
type Content = Buffer | string | undefined;
const CONTENT = kind<Content>(
  "a Buffer or text, or undefined where there is no file",
  (value) => value === undefined || typeof value === "string" || Buffer.isBuffer(value),
);

/** Methods of a service that TypeScript has not seen. */
// biome-ignore lint/suspicious/noExplicitAny: what a method takes and gives is known at run time only
export type DynamicMethods = { readonly [method: string]: UnaryMethod<any[], any> };

/** A program at run time. Definitions of the main file stand under their names in the IDL. */
export interface Idl {
  /** Plain JSON: may be stored, sent, and given to `linkIdl`. */
  readonly schema: ProgramSchema;
  /** Services and interactions: for `createClient`, `serve` and `Registry.add`. */
  readonly services: Readonly<Record<string, Service<DynamicMethods>>>;
  /** Structs, unions and exceptions: for `encode` and `decode`. */
  readonly structs: Readonly<Record<string, StructType>>;
  /** Classes of the exceptions: made with their fields, thrown by handlers, caught by callers. */
  readonly exceptions: Readonly<Record<string, ExceptionClass>>;
  readonly enums: Readonly<Record<string, EnumType>>;
  readonly constants: Readonly<Record<string, unknown>>;
  /** The service of that name; `key.Name` for one of an included file. Throws ThriftError CONFIGURATION where there is none. */
  service(name: string): Service<DynamicMethods>;
  /** Likewise a struct, union or exception. */
  struct(name: string): StructType;
}

/** Loads a file and all that it includes. Rejects with ThriftError CONFIGURATION whose text shows every error of the IDL. */
export async function loadIdl(path: string, options: LoadIdlOptions = {}): Promise<Idl> {
  return linkIdl(readSchema(path, options));
}

/** The schema of a file and all that it includes, with doc comments. Throws as `loadIdl` rejects. */
export function readSchema(path: string, options: LoadIdlOptions = {}): ProgramSchema {
  const { include = [], annotations, read } = readOptions("loadIdl", options, LOAD_IDL_OPTIONS);
  const { program, diagnostics, hasErrors } = loadProgram([PATH.read(path, "loadIdl")], {
    includePaths: include,
    ...(read && { read: (file) => CONTENT.read(read(file), `read of ${file}`) as Content }),
  });
  const [main] = program.roots;
  if (hasErrors || main === undefined) throw unusable(path, diagnostics);
  const project = parseProjectAnnotations(annotations, process.cwd(), (where, expected) => {
    return new ThriftError("CONFIGURATION", `annotations${where}: expected ${expected}`);
  });
  return programSchema(program, main, { includeRoots: include, annotations: project, docs: true });
}

/** Services, types and constants of a schema, however it came here. Throws ThriftError CONFIGURATION for one that makes no sense. */
export function linkIdl(schema: ProgramSchema): Idl {
  const modules = linkProgram(SCHEMA.read(schema, "linkIdl"));
  const main = modules.get(schema.main);
  if (main === undefined)
    throw new ThriftError("CONFIGURATION", `schema: its main module "${schema.main}" is not in it`);
  return new LinkedIdl(schema, main, modules);
}

class LinkedIdl implements Idl {
  readonly schema: ProgramSchema;
  readonly services: Idl["services"];
  readonly structs: Idl["structs"];
  readonly exceptions: Idl["exceptions"];
  readonly enums: Idl["enums"];
  readonly constants: Idl["constants"];
  readonly #main: LinkedModule;
  readonly #modules: ReadonlyMap<string, LinkedModule>;

  constructor(schema: ProgramSchema, main: LinkedModule, modules: ReadonlyMap<string, LinkedModule>) {
    const { structs = [], services = [], enums = [], constants = [] } = main.schema;
    const exceptions = structs.filter((struct) => struct.kind === "exception");
    this.schema = schema;
    this.#main = main;
    this.#modules = modules;
    this.services = table(services, (name) => main.service<DynamicMethods>(name));
    this.structs = table(structs, (name) => main.struct(name));
    this.exceptions = table(exceptions, (name) => main.struct(name).exceptionClass as ExceptionClass);
    this.enums = table(enums, (name) => main.enum(name));
    this.constants = table(constants, (name) => main.constant(name));
  }

  service(name: string): Service<DynamicMethods> {
    const [module, own] = this.#locate(name);
    return module.service(own);
  }

  struct(name: string): StructType {
    const [module, own] = this.#locate(name);
    return module.struct(own);
  }

  #locate(name: string): [module: LinkedModule, own: string] {
    const dot = name.lastIndexOf(".");
    const module = dot < 0 ? this.#main : this.#modules.get(name.slice(0, dot));
    if (module === undefined)
      throw new ThriftError("CONFIGURATION", `no module "${name.slice(0, dot)}" in this program`);
    return [module, name.slice(dot + 1)];
  }
}

/** Without a prototype: a definition may be called `constructor`. Each value is made when it is asked for. */
function table<T>(
  definitions: readonly { readonly name: string }[],
  make: (name: string) => T,
): Readonly<Record<string, T>> {
  const values = Object.create(null) as Record<string, T>;
  for (const { name } of definitions) {
    let made: { readonly value: T } | undefined;
    const get = (): T => (made ??= { value: make(name) }).value;
    Object.defineProperty(values, name, { enumerable: true, get });
  }
  return values;
}

function unusable(path: string, diagnostics: readonly Diagnostic[]): ThriftError {
  const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
  return new ThriftError("CONFIGURATION", `${path} cannot be used\n${renderText(errors)}`.trimEnd());
}
