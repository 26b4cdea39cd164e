/**
 * Program → the run-time schema of `lib/schema/schema.ts`: names resolved, typedefs gone, constants and defaults evaluated. The
 * same for generated code and for a program loaded at run time. Knows nothing of TypeScript but the names of properties.
 */
import type {
  AnnotationSchema,
  ConstantSchema,
  EnumSchema,
  FieldSchema,
  MethodSchema,
  ModuleSchema,
  ProgramSchema,
  ServiceSchema,
  SinkSchema,
  StreamSchema,
  StructSchema,
  TypeSchema,
  ValueSchema,
} from "../../lib/schema/schema.ts";
import type {
  Constant,
  Enum,
  Field,
  Method,
  Module,
  Program,
  ResolvedAnnotation,
  Service,
  Stream,
  Struct,
  Type,
  Value,
} from "../program/program.ts";
import { NO_SETTINGS, type Settings } from "../program/settings.ts";
import { type ModuleScope, nameIn, ProgramScope, type ScopeOptions } from "./module-scope.ts";
import { fieldKeys, methodKeys } from "./property-keys.ts";
import { type TypeUse, targetOf } from "./type-use.ts";

export interface SchemaOptions extends ScopeOptions {
  /** Keep doc comments. Default: false. */
  readonly docs?: boolean;
}

/** The schema of a program without errors; `main` is one of its roots. */
export function programSchema(program: Program, main: Module, options: SchemaOptions = {}): ProgramSchema {
  const scopes = new ProgramScope(program, options);
  const modules = reachable(main).map((module) => ({
    key: scopes.of(module).key,
    module: moduleSchema(scopes.of(module), options),
  }));
  return { scrimp: 1, main: scopes.of(main).key, modules };
}

/** A module and all that it includes, itself last. */
export function reachable(main: Module): Module[] {
  const found = new Set<Module>();
  const visit = (module: Module): void => {
    if (found.has(module)) return;
    for (const include of module.includes) if (include.module) visit(include.module);
    found.add(module);
  };
  visit(main);
  return [...found];
}

export function moduleSchema(scope: ModuleScope, options: SchemaOptions = {}): ModuleSchema {
  return new SchemaMaker(scope, options.docs ?? false).module();
}

/** A decimal string where a number would not be exact. */
export function integerValue(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

class SchemaMaker {
  readonly #scope: ModuleScope;
  readonly #docs: boolean;

  constructor(scope: ModuleScope, docs: boolean) {
    this.#scope = scope;
    this.#docs = docs;
  }

  module(): ModuleSchema {
    const { module } = this.#scope;
    const body = {
      ...nonEmpty(
        "enums",
        module.enums.map((e) => this.#enum(e)),
      ),
      ...nonEmpty(
        "structs",
        module.structs.map((s) => this.#struct(s)),
      ),
      ...nonEmpty(
        "services",
        module.services.map((s) => this.#service(s)),
      ),
      ...nonEmpty(
        "constants",
        module.constants.flatMap((c) => this.#constant(c)),
      ),
    };
    // After the body: a typedef may have led to modules that are not included.
    const includes = [...this.#scope.aliases].map(([included, alias]) => ({
      alias,
      module: this.#scope.of(included).key,
    }));
    return {
      name: module.name,
      ...this.#doc(module.tree.doc),
      ...this.#headers(),
      ...nonEmpty("includes", includes),
      ...body,
    };
  }

  #headers(): Pick<ModuleSchema, "package" | "namespaces"> {
    const { headers } = this.#scope.module.tree;
    const named = headers.find((header) => header.kind === "package" && header.name !== "");
    const namespaces = headers.flatMap((h) =>
      h.kind === "namespace" ? [{ scope: h.scope.text, name: h.name.text }] : [],
    );
    return { ...(named?.kind === "package" ? { package: named.name } : {}), ...nonEmpty("namespaces", namespaces) };
  }

  #enum(definition: Enum): EnumSchema {
    const members = definition.members.map((member) => ({
      name: member.name,
      value: member.value,
      ...this.#named(`${definition.name}.${member.name}`, member),
    }));
    return { name: definition.name, ...this.#named(definition.name, definition), members };
  }

  #struct(struct: Struct): StructSchema {
    const far = this.#scope.settingsOf(struct.name, struct);
    const keys = fieldKeys(this.#scope, struct);
    // Codecs write fields in the order of the schema; Apache's compilers write them in the order of their ids.
    const sorted = [...struct.fields].sort((a, b) => a.id - b.id);
    const fields = sorted.map((field) =>
      this.#field(field, struct.name, far, struct.kind !== "union", keys.get(field)),
    );
    return { kind: struct.kind, name: struct.name, ...this.#named(struct.name, struct), fields };
  }

  #field(field: Field, path: string, far: Settings, withNeed: boolean, key?: string): FieldSchema {
    const own = `${path}.${field.name}`;
    const use = this.#scope.use(field.type, this.#scope.settingsOf(own, field), far);
    const schema: Writable<FieldSchema> = { id: field.id, name: field.name };
    if (key !== undefined) schema.key = key;
    schema.type = this.type(use);
    if (field.need !== undefined && withNeed) schema.need = field.need;
    if (field.default !== undefined) schema.default = valueSchema(field.default);
    return this.#isPlain(own, field)
      ? (schema as FieldSchema)
      : ({ ...schema, ...this.#named(own, field) } as FieldSchema);
  }

  #constant(constant: Constant): ConstantSchema[] {
    if (constant.value === undefined) return [];
    const use = this.#scope.use(constant.type, this.#scope.settingsOf(constant.name, constant));
    return [
      {
        name: constant.name,
        type: this.type(use),
        value: valueSchema(constant.value),
        ...this.#named(constant.name, constant),
      },
    ];
  }

  #service(service: Service): ServiceSchema {
    const keys = methodKeys(this.#scope, service);
    return {
      kind: service.kind,
      name: service.name,
      ...this.#named(service.name, service),
      ...(service.extends === undefined ? {} : { extends: nameIn(this.#scope, service.extends) }),
      ...nonEmpty(
        "performs",
        service.performs.map((interaction) => nameIn(this.#scope, interaction)),
      ),
      methods: service.methods.map((method) => this.#method(method, service, keys.get(method) ?? method.name)),
    };
  }

  #method(method: Method, service: Service, key: string): MethodSchema {
    const path = `${service.name}.${method.name}`;
    const far = methodSettings(this.#scope, service, method);
    const fields = (list: readonly Field[]): FieldSchema[] => list.map((field) => this.#field(field, path, far, true));
    const added = this.#scope.added(path).some(([name]) => name === "idempotent");
    const schema: Writable<MethodSchema> = { name: method.name };
    if (key !== method.name) schema.key = key;
    if (!this.#isPlain(path, method)) Object.assign(schema, this.#named(path, method));
    if (method.oneway) schema.oneway = true;
    if (method.idempotent || added) schema.idempotent = true;
    schema.args = fields(method.args);
    if (method.returns !== undefined) schema.returns = this.#typeOf(method.returns, far);
    if (method.throws.length > 0) schema.throws = fields(method.throws);
    if (method.stream !== undefined) schema.stream = this.#stream(method.stream, path, far);
    if (method.sink !== undefined) schema.sink = this.#sink(method.sink, path, far);
    if (method.creates !== undefined) schema.creates = nameIn(this.#scope, method.creates);
    return schema as MethodSchema;
  }

  #stream(stream: Stream, path: string, far: Settings): StreamSchema {
    const throws = stream.throws.map((field) => this.#field(field, path, far, true));
    return { type: this.#typeOf(stream.type, far), ...nonEmpty("throws", throws) };
  }

  #sink(sink: NonNullable<Method["sink"]>, path: string, far: Settings): SinkSchema {
    return {
      ...this.#stream(sink, path, far),
      ...(sink.final === undefined ? {} : { final: this.#stream(sink.final, path, far) }),
    };
  }

  #typeOf(type: Type, far: Settings): TypeSchema {
    return this.type(this.#scope.use(type, NO_SETTINGS, far));
  }

  type(use: TypeUse): TypeSchema {
    const target = targetOf(use);
    switch (target.kind) {
      case "base":
        return target.schema;
      case "list":
        return { list: this.type(target.element) };
      case "set":
        return { set: this.type(target.element) };
      case "map":
        return { map: [this.type(target.key), this.type(target.value)] };
      case "enum":
        return { enum: nameIn(this.#scope, target.definition) };
      case "struct":
        return { struct: nameIn(this.#scope, target.definition) };
    }
  }

  /** Whether it has nothing that `#named` would add. */
  #isPlain(path: string, thing: { readonly doc?: string; readonly annotations: readonly unknown[] }): boolean {
    const silent = thing.doc === undefined || !this.#docs;
    return silent && thing.annotations.length === 0 && this.#scope.added(path).length === 0;
  }

  #doc(doc: string | undefined): { doc?: string } {
    return doc === undefined || !this.#docs ? {} : { doc };
  }

  #named(
    path: string,
    thing: { readonly doc?: string; readonly annotations: readonly ResolvedAnnotation[] },
  ): { doc?: string; annotations?: readonly AnnotationSchema[] } {
    if (this.#isPlain(path, thing)) return NOTHING;
    const added = this.#scope.added(path).map(([name, value]) => (value === "" ? { name } : { name, value }));
    return {
      ...this.#doc(thing.doc),
      ...nonEmpty("annotations", [...thing.annotations.map(annotationSchema), ...added]),
    };
  }
}

/** What holds for the arguments and results of a method: its own settings before its service's. */
export function methodSettings(scope: ModuleScope, service: Service, method: Method): Settings {
  const ofService = scope.settingsOf(service.name, service);
  const own = scope.settingsOf(`${service.name}.${method.name}`, method);
  return own === NO_SETTINGS ? ofService : { ...ofService, ...own };
}

const NOTHING = {};

/** While it is made, in the order that its properties are to have. */
type Writable<T> = { -readonly [K in keyof T]?: T[K] };

export function valueSchema(value: Value): ValueSchema {
  switch (value.kind) {
    case "int":
      return integerValue(value.value);
    case "double":
      return Number.isFinite(value.value) && !Object.is(value.value, -0) ? value.value : doubleText(value.value);
    case "binary":
      return value.value.toString("base64");
    case "list":
    case "set":
      return value.elements.map(valueSchema);
    case "map":
      return value.entries.map((entry) => [valueSchema(entry.key), valueSchema(entry.value)]);
    case "struct":
      return value.fields.map(({ field, value: set }) => [field.name, valueSchema(set)]);
    default:
      return value.value;
  }
}

/** What JSON has no number for. */
function doubleText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function annotationSchema(annotation: ResolvedAnnotation): AnnotationSchema {
  const { name, text, fields } = annotation;
  if (fields !== undefined)
    return { name, value: fields.map((field) => [field.name, valueSchema(field.value)] as const) };
  return text === undefined ? { name } : { name, value: text };
}

function nonEmpty<K extends string, T>(key: K, list: readonly T[]): { [P in K]?: readonly T[] } {
  return list.length === 0 ? {} : ({ [key]: list } as { [P in K]: readonly T[] });
}
