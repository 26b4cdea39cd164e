/** Finds definitions by name across the modules of one program. Knows nothing of what changed. */
import type {
  EnumSchema,
  MethodSchema,
  ModuleSchema,
  ProgramSchema,
  ServiceSchema,
  StructSchema,
} from "../../lib/schema/schema.ts";
import type { Place } from "./rules.ts";

export interface Found<T> {
  readonly place: Place;
  readonly schema: T;
}

/** The modules of a program by key, and the names that they see through their includes. */
export class Names {
  readonly main: string;
  readonly #modules: ReadonlyMap<string, ModuleSchema>;

  constructor(program: ProgramSchema) {
    this.main = program.main;
    this.#modules = new Map(program.modules.map(({ key, module }) => [key, module]));
  }

  keys(): Iterable<string> {
    return this.#modules.keys();
  }

  module(key: string): ModuleSchema | undefined {
    return this.#modules.get(key);
  }

  struct(from: string, name: string): Found<StructSchema> | undefined {
    return this.#find(from, name, (module) => module.structs);
  }

  enum(from: string, name: string): Found<EnumSchema> | undefined {
    return this.#find(from, name, (module) => module.enums);
  }

  service(from: string, name: string): Found<ServiceSchema> | undefined {
    return this.#find(from, name, (module) => module.services);
  }

  /** Own and inherited methods of a service, the most derived first. */
  methods(from: string, name: string): Map<string, Found<MethodSchema>> {
    const methods = new Map<string, Found<MethodSchema>>();
    const seen = new Set<ServiceSchema>();
    for (let service = this.service(from, name); service !== undefined && !seen.has(service.schema); ) {
      const { place, schema } = service;
      seen.add(schema);
      for (const method of schema.methods) {
        if (methods.has(method.name)) continue;
        methods.set(method.name, {
          place: { module: place.module, names: [schema.name, method.name] },
          schema: method,
        });
      }
      service = schema.extends === undefined ? undefined : this.service(place.module, schema.extends);
    }
    return methods;
  }

  #find<T extends { readonly name: string }>(
    from: string,
    name: string,
    list: (module: ModuleSchema) => readonly T[] | undefined,
  ): Found<T> | undefined {
    const dot = name.lastIndexOf(".");
    const key = dot < 0 ? from : this.#included(from, name.slice(0, dot));
    const module = key === undefined ? undefined : this.#modules.get(key);
    const schema = module && list(module)?.find((item) => item.name === name.slice(dot + 1));
    return schema && key !== undefined ? { place: { module: key, names: [schema.name] }, schema } : undefined;
  }

  #included(from: string, alias: string): string | undefined {
    return this.#modules.get(from)?.includes?.find((include) => include.alias === alias)?.module;
  }
}
