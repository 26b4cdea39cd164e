/**
 * From schema to live types: a module's names, its own and those of the modules it includes. Everything is resolved when it
 * is first used, so modules may refer to one another in any order. It knows nothing of bytes.
 */
import { ThriftError } from "../errors/errors.ts";
import { ThriftException } from "./exception.ts";
import type { ConstantSchema, EnumSchema, FieldSchema, ModuleSchema, ProgramSchema, StructSchema } from "./schema.ts";
import { linkService, type Service, type ServiceLinks } from "./service.ts";
import {
  type EnumType,
  type ExceptionClass,
  type Field,
  linkType,
  StructType,
  type TypeScope,
  type WrittenCodecs,
} from "./types.ts";
import { liveValue } from "./value.ts";

/** Included modules by alias, or a function that gives them: needed where modules include one another. */
export type Includes = Readonly<Record<string, Module>> | (() => Readonly<Record<string, Module>>);

/** What `scrimp compile --codec module` writes: codecs of `Struct`, `Service.method args`, `Service.method result` and so on. */
export type ModuleCodecs = readonly (readonly [name: string, codecs: WrittenCodecs])[];

/** A linked module: gives the live type, service or constant of each name. Equal names give the same object. */
export class Module implements TypeScope {
  readonly name: string;
  readonly schema: ModuleSchema;
  readonly #includes: Includes;
  readonly #codecs: ReadonlyMap<string, WrittenCodecs>;
  readonly #enums: Map<string, EnumType>;
  readonly #structs: Map<string, StructType>;
  readonly #services: Map<string, Service>;

  /** Checks nothing but that names are unique; the rest when it is used. */
  constructor(schema: ModuleSchema, includes: Includes = {}, codecs: ModuleCodecs = []) {
    this.name = schema.name;
    this.schema = schema;
    this.#includes = includes;
    this.#codecs = new Map(codecs);
    this.#enums = byName(schema.enums, (e) => linkEnum(e));
    this.#structs = byName(schema.structs, (s) => this.#linkStruct(s));
    this.#services = byName(schema.services, (s) => linkService(schema.name, s, this.#serviceLinks()));
  }

  /** The struct, union or exception `Name` or `alias.Name`. Throws ThriftError CONFIGURATION when there is none, like the others. */
  struct<T>(name: string): StructType<T> {
    return this.#find("struct", name, (module) => module.#structs) as StructType<T>;
  }

  enum(name: string): EnumType {
    return this.#find("enum", name, (module) => module.#enums);
  }

  service<M>(name: string): Service<M> {
    return this.#find("service", name, (module) => module.#services) as Service<M>;
  }

  /** Decoded exceptions of this name will be instances of `exceptionClass`. Returns the live type. */
  exception<T>(name: string, exceptionClass: ExceptionClass): StructType<T> {
    const type = this.struct<T>(name);
    type.exceptionClass = exceptionClass;
    nameClass(exceptionClass, name);
    return type;
  }

  /** A fresh value of the constant `name`. */
  constant(name: string): unknown {
    const constant = this.schema.constants?.find((c: ConstantSchema) => c.name === name);
    if (constant === undefined) throw missing("constant", name, this.name);
    return liveValue(linkType(constant.type, this), constant.value, name);
  }

  /** All structs, unions and exceptions of this module, in the order of the IDL. */
  get structs(): Iterable<StructType> {
    return this.#structs.values();
  }

  get enums(): Iterable<EnumType> {
    return this.#enums.values();
  }

  get services(): Iterable<Service> {
    return this.#services.values();
  }

  /** The modules that it includes, by their keys in its program. */
  get includes(): ReadonlyMap<string, Module> {
    const { includes = [] } = this.schema;
    return new Map(includes.map(({ alias, module }) => [module, this.#included(alias, alias)]));
  }

  #find<T>(kind: string, name: string, table: (module: Module) => ReadonlyMap<string, T>): T {
    const dot = name.indexOf(".");
    const module = dot < 0 ? this : this.#included(name.slice(0, dot), name);
    const found = table(module).get(name.slice(dot + 1));
    if (found === undefined) throw missing(kind, name, this.name);
    return found;
  }

  #included(alias: string, name: string): Module {
    const includes = typeof this.#includes === "function" ? this.#includes() : this.#includes;
    const module = Object.hasOwn(includes, alias) ? includes[alias] : undefined;
    if (module === undefined) throw missing("module", name, this.name);
    return module;
  }

  #linkStruct(schema: StructSchema): StructType {
    const link = () => linkFields(schema.fields, schema.name, this);
    const type = new StructType(this.name, schema, link, this.#codecs.get(schema.name));
    if (schema.kind === "exception") type.exceptionClass = makeExceptionClass(schema.name);
    return type;
  }

  #serviceLinks(): ServiceLinks {
    return {
      service: (name) => this.service(name),
      type: (type) => linkType(type, this),
      fields: (fields, where) => linkFields(fields, where, this),
      codecs: (name) => this.#codecs.get(name),
    };
  }
}

/** Links each module of a program; the result is keyed as the program is. */
export function linkProgram(program: ProgramSchema): ReadonlyMap<string, Module> {
  const modules = new Map<string, Module>();
  for (const { key, module } of program.modules) {
    modules.set(key, new Module(module, () => includesOf(module, modules)));
  }
  return modules;
}

/** The schema of a module and all that it includes, as it was linked: of generated code, its exported `$module`. */
export function programOf(main: Module): ProgramSchema {
  const modules = new Map<string, ModuleSchema>();
  const visit = (key: string, module: Module): void => {
    if (modules.has(key)) return;
    for (const [included, one] of module.includes) visit(included, one);
    modules.set(key, module.schema);
  };
  visit(main.name, main);
  return { scrimp: 1, main: main.name, modules: [...modules].map(([key, module]) => ({ key, module })) };
}

function includesOf(schema: ModuleSchema, modules: ReadonlyMap<string, Module>): Record<string, Module> {
  const includes: Record<string, Module> = Object.create(null);
  for (const { alias, module } of schema.includes ?? []) {
    const linked = modules.get(module);
    if (linked !== undefined) includes[alias] = linked;
  }
  return includes;
}

function linkEnum(schema: EnumSchema): EnumType {
  const names = new Map<number, string>();
  for (const { name, value } of schema.members) if (!names.has(value)) names.set(value, name);
  return { kind: "enum", name: schema.name, members: new Map(schema.members.map((m) => [m.name, m.value])), names };
}

function linkFields(schemas: readonly FieldSchema[], where: string, scope: TypeScope): readonly Field[] {
  const ids = new Set<number>();
  const keys = new Set<string>();
  return schemas.map((schema) => {
    const field = linkField(schema, where, scope);
    if (field.id !== (field.id << 16) >> 16) throw wrong(`${where}.${field.name}: field id ${field.id} is not an i16`);
    if (ids.has(field.id)) throw wrong(`${where}.${field.name}: field id ${field.id} is taken`);
    if (keys.has(field.key)) throw wrong(`${where}.${field.name}: the name is taken`);
    ids.add(field.id);
    keys.add(field.key);
    return field;
  });
}

function linkField(schema: FieldSchema, where: string, scope: TypeScope): Field {
  const type = linkType(schema.type, scope);
  const value = schema.default;
  return {
    id: schema.id,
    name: schema.name,
    key: schema.key ?? schema.name,
    type,
    need: schema.need ?? "default",
    default: value === undefined ? undefined : () => liveValue(type, value, `${where}.${schema.name}`),
  };
}

function makeExceptionClass(name: string): ExceptionClass {
  const exceptionClass = class extends ThriftException {};
  nameClass(exceptionClass, name);
  return exceptionClass;
}

/** On the prototype: a field called `name` may shadow it. */
function nameClass(exceptionClass: ExceptionClass, name: string): void {
  const property = { value: name, configurable: true, writable: true };
  Object.defineProperty(exceptionClass.prototype, "name", property);
  if (exceptionClass.name !== name) Object.defineProperty(exceptionClass, "name", property);
}

function byName<S extends { readonly name: string }, T>(
  schemas: readonly S[] | undefined,
  link: (schema: S) => T,
): Map<string, T> {
  const linked = new Map<string, T>();
  for (const schema of schemas ?? []) {
    if (linked.has(schema.name)) throw wrong(`${schema.name}: the name is taken`);
    linked.set(schema.name, link(schema));
  }
  return linked;
}

function missing(kind: string, name: string, module: string): ThriftError {
  return wrong(`module ${module}: no ${kind} ${JSON.stringify(name)}`);
}

function wrong(problem: string): ThriftError {
  return new ThriftError("CONFIGURATION", problem);
}
