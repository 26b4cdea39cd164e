/**
 * What the text of one generated file may call things: its own exports, what it imports, and the globals that a definition of
 * the same name would hide. Collects the imports that were used.
 */
import { posix } from "node:path";
import type { Definition, Module, Service } from "../program/program.ts";
import type { ModuleScope } from "../schema/module-scope.ts";
import { declarationName, identifier, takeName } from "../schema/typescript-names.ts";

/** What generated code takes from `scrimp/codegen/v1`. */
export type CodegenName = keyof typeof CODEGEN;

/** Whether it is a type only. */
const CODEGEN = {
  BidiMethod: "type",
  Performs: "type",
  Brand: "type",
  Created: "type",
  defineModule: "value",
  ExceptionFields: "type",
  Module: "type",
  ModuleSchema: "type",
  OnewayMethod: "type",
  Service: "type",
  SinkMethod: "type",
  StreamMethod: "type",
  StructType: "type",
  ThriftException: "value",
  UnaryMethod: "type",
} as const;

/** What generated code takes from the language. */
const GLOBALS: readonly string[] = [
  "Buffer",
  "JSON",
  "Map",
  "Omit",
  "ReadonlyMap",
  "ReadonlySet",
  "Set",
] satisfies Global[];
export type Global = "Buffer" | "JSON" | "Map" | "Omit" | "ReadonlyMap" | "ReadonlySet" | "Set";

export type ImportExtension = ".js" | ".ts" | "";

/** The names of one module's exports; the same for the file itself and for those that import it. */
export class ExportNames {
  readonly all: Set<string> = new Set(["$module", "$schema"]);
  readonly #names = new Map<Definition, string>();
  readonly #methodTables = new Map<Service, string>();

  constructor(scope: ModuleScope) {
    const { structs, enums, typedefs, services, constants } = scope.module;
    for (const definition of [...structs, ...enums, ...typedefs, ...services, ...constants]) {
      const { name = definition.name } = scope.settingsOf(definition.name, definition);
      this.#names.set(definition, takeName(declarationName(name), this.all));
    }
    for (const service of services) this.#methodTables.set(service, takeName(`${this.of(service)}Methods`, this.all));
  }

  of(definition: Definition): string {
    return this.#names.get(definition) ?? declarationName(definition.name);
  }

  /** The interface of a service's methods. */
  methodTable(service: Service): string {
    return this.#methodTables.get(service) ?? `${this.of(service)}Methods`;
  }
}

export class FileScope {
  readonly scope: ModuleScope;
  readonly names: ExportNames;
  readonly #namesOf: (module: Module) => ExportNames;
  readonly #extension: ImportExtension;
  readonly #used = new Set<CodegenName>();
  readonly #modules = new Map<Module, string>();
  readonly #taken: Set<string>;

  constructor(scope: ModuleScope, namesOf: (module: Module) => ExportNames, extension: ImportExtension) {
    this.scope = scope;
    this.names = namesOf(scope.module);
    this.#namesOf = namesOf;
    this.#extension = extension;
    this.#taken = new Set([...this.names.all, ...Object.keys(CODEGEN).map((name) => `$${name}`)]);
    for (const module of scope.aliases.keys()) this.moduleName(module);
  }

  /** A name from `scrimp/codegen/v1`. */
  codegen(name: CodegenName): string {
    this.#used.add(name);
    return this.names.all.has(name) ? `$${name}` : name;
  }

  global(name: Global): string {
    return this.names.all.has(name) ? `globalThis.${name}` : name;
  }

  /** The identifier of an imported file. */
  moduleName(module: Module): string {
    let name = this.#modules.get(module);
    if (name === undefined) {
      const wanted = identifier(this.scope.aliasOf(module));
      const hidden = this.names.all.has(wanted) || Object.hasOwn(CODEGEN, wanted) || GLOBALS.includes(wanted);
      this.#modules.set(module, (name = takeName(hidden ? `$${wanted}` : wanted, this.#taken)));
    }
    return name;
  }

  reference(definition: Definition): string {
    if (definition.module === this.scope.module) return this.names.of(definition);
    return `${this.moduleName(definition.module)}.${this.#namesOf(definition.module).of(definition)}`;
  }

  methodTable(service: Service): string {
    if (service.module === this.scope.module) return this.names.methodTable(service);
    return `${this.moduleName(service.module)}.${this.#namesOf(service.module).methodTable(service)}`;
  }

  /** How this file imports another one. */
  specifier(module: Module): string {
    const path = posix.relative(posix.dirname(`/${this.scope.key}`), `/${this.scope.of(module).key}`);
    return `${path.startsWith(".") ? path : `./${path}`}${this.#extension}`;
  }

  /** How this file imports the one that has its name with `suffix`. */
  besideSpecifier(suffix: string): string {
    return `./${posix.basename(this.scope.key)}${suffix}${this.#extension}`;
  }

  /** The export's name in the file that has it. */
  exportName(definition: Definition): string {
    return this.#namesOf(definition.module).of(definition);
  }

  /** To be asked when all else is printed. */
  importLines(): string[] {
    const names = [...this.#used].sort(compareNames).map((name) => {
      const local = this.codegen(name);
      return `${CODEGEN[name] === "type" ? "type " : ""}${local === name ? name : `${name} as ${local}`}`;
    });
    const files = [...this.#modules].map(
      ([module, name]) => `import * as ${name} from ${JSON.stringify(this.specifier(module))};`,
    );
    return [...namedImport(names, "scrimp/codegen/v1"), ...files.sort()];
  }
}

function namedImport(names: readonly string[], from: string): string[] {
  const flat = `import { ${names.join(", ")} } from "${from}";`;
  return flat.length <= 120 ? [flat] : ["import {", ...names.map((name) => `  ${name},`), `} from "${from}";`];
}

function compareNames(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  return x < y ? -1 : x > y ? 1 : 0;
}
