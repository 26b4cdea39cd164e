/**
 * The one run-time schema: what a Thrift program says, as plain JSON data. The compiler makes it, generated code embeds
 * it, `loadIdl` and reflection hand it over; `link.ts` turns it into live types. It knows nothing of bytes.
 *
 * Everything is arrays of named objects, never objects keyed by a user's names, so that `__proto__` is a name like any other.
 */

/** Base types as IDL spells them; `i64` is a bigint, `binary` a copy. After the slash stands another JavaScript form of the same wire type. */
export type BaseTypeSchema =
  | "bool"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "i64/number"
  | "i64/string"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "binary/view"
  | "uuid";

/** A type; typedefs are already resolved. Names are `Name` in the same module or `alias.Name` through its includes. */
export type TypeSchema =
  | BaseTypeSchema
  | { readonly list: TypeSchema }
  | { readonly set: TypeSchema }
  | { readonly map: readonly [key: TypeSchema, value: TypeSchema] }
  | { readonly enum: string }
  /** A struct, union or exception. */
  | { readonly struct: string };

/**
 * A constant or default, evaluated, in JSON: i64 and enum values as decimal strings or numbers, NaN and the infinities as
 * strings, binary as base64, uuid as text, list and set as arrays, map as arrays of [key, value], struct as arrays of
 * [field name, value].
 */
export type ValueSchema = string | number | boolean | readonly ValueSchema[];

export interface AnnotationSchema {
  readonly name: string;
  /** "" is not the same as absent: `(deprecated)` has none. Structured annotations carry their fields. */
  readonly value?: string | readonly (readonly [string, ValueSchema])[];
}

interface Named {
  readonly name: string;
  readonly doc?: string;
  readonly annotations?: readonly AnnotationSchema[];
}

export interface FieldSchema extends Named {
  readonly id: number;
  readonly type: TypeSchema;
  /** Absent: Thrift's default requiredness. */
  readonly need?: "required" | "optional";
  readonly default?: ValueSchema;
  /** The property in JavaScript where it is not `name`. */
  readonly key?: string;
}

export interface StructSchema extends Named {
  readonly kind: "struct" | "union" | "exception";
  readonly fields: readonly FieldSchema[];
}

export interface EnumSchema extends Named {
  readonly members: readonly (Named & { readonly value: number })[];
}

export interface ConstantSchema extends Named {
  readonly type: TypeSchema;
  readonly value: ValueSchema;
}

export interface StreamSchema {
  readonly type: TypeSchema;
  readonly throws?: readonly FieldSchema[];
}

export interface SinkSchema extends StreamSchema {
  /** The final response of a sink; absent for a bidirectional call. */
  readonly final?: StreamSchema;
}

export interface MethodSchema extends Named {
  /** The property in JavaScript where it is not `name`. */
  readonly key?: string;
  /** Absent: unary, or a stream, sink or bidirectional call where `stream` or `sink` stand. */
  readonly oneway?: true;
  readonly idempotent?: true;
  readonly args: readonly FieldSchema[];
  /** Absent: void. With `stream` or `sink`: the first response. */
  readonly returns?: TypeSchema;
  readonly throws?: readonly FieldSchema[];
  readonly stream?: StreamSchema;
  readonly sink?: SinkSchema;
  /** `Name` or `alias.Name` of the interaction that this method creates. */
  readonly creates?: string;
}

export interface ServiceSchema extends Named {
  readonly kind: "service" | "interaction";
  readonly extends?: string;
  readonly methods: readonly MethodSchema[];
  /** Interactions that this service performs. */
  readonly performs?: readonly string[];
}

export interface ModuleSchema {
  /** The file's name without `.thrift`. */
  readonly name: string;
  readonly doc?: string;
  readonly package?: string;
  readonly namespaces?: readonly { readonly scope: string; readonly name: string }[];
  /** `module` is the key of the included module in the program. */
  readonly includes?: readonly { readonly alias: string; readonly module: string }[];
  readonly enums?: readonly EnumSchema[];
  readonly structs?: readonly StructSchema[];
  readonly services?: readonly ServiceSchema[];
  readonly constants?: readonly ConstantSchema[];
}

/** A module and all that it includes: serialisable, hashable, complete. */
export interface ProgramSchema {
  /** Version of this format. */
  readonly scrimp: 1;
  /** Key of the module that was asked for. */
  readonly main: string;
  readonly modules: readonly { readonly key: string; readonly module: ModuleSchema }[];
}
