/**
 * Live types: what a value of the schema is, with names resolved to objects. A struct resolves its fields when they are first
 * asked for, so types may be recursive and modules may include one another. It knows nothing of bytes.
 */
import { ThriftError } from "../errors/errors.ts";
import type { StructSchema, TypeSchema } from "./schema.ts";

/** Types without parameters, by their form in JavaScript. */
export type BaseType =
  | { readonly kind: "bool" | "i8" | "i16" | "i32" | "float" | "double" | "string" | "uuid" }
  | { readonly kind: "i64"; readonly form: "bigint" | "number" | "string" }
  /** `copy`: a Buffer of its own. `view`: a window on the received frame, valid as long as that is. */
  | { readonly kind: "binary"; readonly form: "copy" | "view" };

export interface ListType {
  readonly kind: "list";
  readonly element: Type;
}

export interface SetType {
  readonly kind: "set";
  readonly element: Type;
}

export interface MapType {
  readonly kind: "map";
  readonly key: Type;
  readonly value: Type;
}

/** Values are numbers; those without a name survive. */
export interface EnumType {
  readonly kind: "enum";
  readonly name: string;
  /** Numbers by name, in the order of the IDL. */
  readonly members: ReadonlyMap<string, number>;
  /** Names by number: the first where several share it. */
  readonly names: ReadonlyMap<number, string>;
}

export type Type = BaseType | ListType | SetType | MapType | EnumType | StructType;

/** A field of a struct, an argument of a method, or one of its declared exceptions. */
export interface Field {
  readonly id: number;
  readonly name: string;
  /** The property in JavaScript. */
  readonly key: string;
  readonly type: Type;
  /** `default` is Thrift's name for a field that is neither. */
  readonly need: "required" | "optional" | "default";
  /** Makes the declared default, a fresh one each time; undefined where none is declared. */
  readonly default: (() => unknown) | undefined;
}

/** The class of an exception: made from its fields. */
// biome-ignore lint/suspicious/noExplicitAny: each generated class has a fields type of its own
export type ExceptionClass = new (fields: any) => Error;

/** A struct, union or exception; `T` is its value's type in TypeScript and does not exist at run time. */
export class StructType<T = unknown> {
  declare readonly $value?: T;
  readonly kind = "struct";
  readonly category: "struct" | "union" | "exception";
  readonly name: string;
  /** Name of the module that declares it. */
  readonly module: string;
  readonly schema: StructSchema;
  /** Set by the module when generated code registers a class; a class is made up for an exception that has none. */
  exceptionClass: ExceptionClass | undefined;
  /** Functions written at build time, by protocol; see `defineModule`. */
  readonly codecs: WrittenCodecs | undefined;
  /** Where lib/codec keeps what it made of this type, by `Protocol.index`; nobody else looks into it. */
  readonly codecSlots: unknown[] = [];
  readonly #link: () => readonly Field[];
  #fields: readonly Field[] | undefined;
  #byId: ReadonlyMap<number, Field> | undefined;

  /** `link` is called once, at the first use of `fields`. */
  constructor(module: string, schema: StructSchema, link: () => readonly Field[], codecs?: WrittenCodecs) {
    this.category = schema.kind;
    this.name = schema.name;
    this.module = module;
    this.schema = schema;
    this.#link = link;
    this.codecs = codecs;
  }

  /** In the order of the schema, which is the order on the wire. Throws ThriftError CONFIGURATION when the schema is wrong. */
  get fields(): readonly Field[] {
    this.#fields ??= this.#link();
    return this.#fields;
  }

  /** The field with this id. */
  field(id: number): Field | undefined {
    this.#byId ??= new Map(this.fields.map((field) => [field.id, field]));
    return this.#byId.get(id);
  }
}

/** What `scrimp compile --codec module` wrote for one struct, argument list or result: by protocol, functions that make its codec. */
export type WrittenCodecs = Readonly<Record<string, CodecMakers>>;

// biome-ignore lint/complexity/noBannedTypes: only lib/codec calls them, with arguments that it alone knows
export type CodecMakers = Readonly<Record<"write" | "read", Function>>;

/** The type as IDL spells it, for messages: `map<string,i32>`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
      return `${type.kind}<${typeText(type.element)}>`;
    case "map":
      return `map<${typeText(type.key)},${typeText(type.value)}>`;
    case "enum":
    case "struct":
      return type.name;
    default:
      return type.kind;
  }
}

/** Makes live types of a module's own and included names. */
export interface TypeScope {
  enum(name: string): EnumType;
  struct(name: string): StructType;
}

const BASE_TYPES: ReadonlyMap<string, BaseType> = new Map<string, BaseType>([
  ["bool", { kind: "bool" }],
  ["i8", { kind: "i8" }],
  ["i16", { kind: "i16" }],
  ["i32", { kind: "i32" }],
  ["i64", { kind: "i64", form: "bigint" }],
  ["i64/number", { kind: "i64", form: "number" }],
  ["i64/string", { kind: "i64", form: "string" }],
  ["float", { kind: "float" }],
  ["double", { kind: "double" }],
  ["string", { kind: "string" }],
  ["binary", { kind: "binary", form: "copy" }],
  ["binary/view", { kind: "binary", form: "view" }],
  ["uuid", { kind: "uuid" }],
]);

/** The live type that `schema` names. Throws ThriftError CONFIGURATION for a name that does not exist. */
export function linkType(schema: TypeSchema, scope: TypeScope): Type {
  if (typeof schema === "string") return baseType(schema);
  if ("list" in schema) return { kind: "list", element: linkType(schema.list, scope) };
  if ("set" in schema) return { kind: "set", element: linkType(schema.set, scope) };
  if ("map" in schema)
    return { kind: "map", key: linkType(schema.map[0], scope), value: linkType(schema.map[1], scope) };
  return "enum" in schema ? scope.enum(schema.enum) : scope.struct(schema.struct);
}

function baseType(name: string): BaseType {
  const type = BASE_TYPES.get(name);
  if (type === undefined) throw new ThriftError("CONFIGURATION", `unknown type ${JSON.stringify(name)} in a schema`);
  return type;
}
