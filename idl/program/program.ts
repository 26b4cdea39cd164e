/**
 * A program: the files asked for and all that they include, with every name resolved and every constant evaluated. This is what
 * generators read. It says what the IDL means; how it was written is in each thing's `node`.
 *
 * What could not be resolved stays in the program as a type of kind "unknown" or as an absent value, and has its diagnostic.
 */
import type { Source } from "../source/source.ts";
import type {
  Annotation,
  BaseTypeName,
  ConstDefinition,
  EnumDefinition,
  EnumMember as EnumMemberNode,
  Field as FieldNode,
  FileNode,
  Include as IncludeNode,
  MethodDefinition,
  ServiceDefinition,
  StructDefinition,
  TypedefDefinition,
  TypeNode,
} from "../syntax/ast.ts";

export interface Program {
  /** Each once; what a module includes stands before it, unless includes are cyclic, which is an error. */
  readonly modules: readonly Module[];
  /** The files that were asked for, in that order; a file that cannot be read is missing. */
  readonly roots: readonly Module[];
}

/** One file. */
export interface Module {
  /** As given, or as found through an include: for messages and for relative output paths. */
  readonly path: string;
  /** The absolute path: unique in a program. */
  readonly key: string;
  /** The file's name without `.thrift`: what its includers call it. */
  readonly name: string;
  readonly source: Source;
  readonly tree: FileNode;
  readonly includes: readonly Include[];
  /** In order of appearance; of two with one name only the first. */
  readonly definitions: readonly Definition[];
  readonly structs: readonly Struct[];
  readonly enums: readonly Enum[];
  readonly typedefs: readonly Typedef[];
  readonly constants: readonly Constant[];
  readonly services: readonly Service[];
  /** Types, services and interactions share one space of names, constants have their own. */
  readonly types: ReadonlyMap<string, Struct | Enum | Typedef | Service>;
  readonly constantsByName: ReadonlyMap<string, Constant>;
}

export interface Include {
  /** The name before the dot in `alias.Type`. */
  readonly alias: string;
  /** Absent: not found. */
  readonly module?: Module;
  readonly node: IncludeNode;
}

export type Definition = Struct | Enum | Typedef | Constant | Service;

interface Defined {
  readonly name: string;
  readonly module: Module;
  readonly doc?: string;
  readonly annotations: readonly ResolvedAnnotation[];
}

/** An annotation with its value read: a text, or for a structured one what its struct's fields are set to. */
export interface ResolvedAnnotation {
  /** As written; the dotted name of the struct for a structured one. */
  readonly name: string;
  /** The text in `(name = "text")`; absent for a flag and for structured ones. */
  readonly text?: string;
  /** Of `@scope.Name{…}`: the struct, where it is known, and the fields that are set. */
  readonly struct?: Struct;
  readonly fields?: readonly { readonly name: string; readonly value: Value }[];
  readonly node: Annotation;
}

export interface Struct extends Defined {
  readonly kind: "struct" | "union" | "exception";
  readonly fields: readonly Field[];
  readonly node: StructDefinition;
}

/** A field of a struct, an argument, or an exception in a throws clause. */
export interface Field {
  readonly name: string;
  /** −32768 to 32767; without one in the IDL (or, as Apache's compiler does, with one that is not positive) from −1 downwards. */
  readonly id: number;
  /** Absent: Thrift's default requiredness. */
  readonly need?: "required" | "optional";
  readonly type: Type;
  /** The declared default, evaluated. */
  readonly default?: Value;
  readonly doc?: string;
  readonly annotations: readonly ResolvedAnnotation[];
  readonly node: FieldNode;
}

export interface Enum extends Defined {
  readonly kind: "enum";
  readonly members: readonly EnumMember[];
  readonly node: EnumDefinition;
}

export interface EnumMember {
  readonly name: string;
  readonly value: number;
  readonly doc?: string;
  readonly annotations: readonly ResolvedAnnotation[];
  readonly node: EnumMemberNode;
}

export interface Typedef extends Defined {
  readonly kind: "typedef";
  readonly type: Type;
  readonly node: TypedefDefinition;
}

export interface Constant extends Defined {
  readonly kind: "const";
  readonly type: Type;
  /** Absent: it has errors. */
  readonly value?: Value;
  readonly node: ConstDefinition;
}

export interface Service extends Defined {
  readonly kind: "service" | "interaction";
  readonly extends?: Service;
  /** Its own; those of its parents are with them. */
  readonly methods: readonly Method[];
  readonly performs: readonly Service[];
  readonly node: ServiceDefinition;
}

export interface Method {
  readonly name: string;
  readonly oneway: boolean;
  /** By fbthrift's `idempotent` or `readonly`, or by an annotation `idempotent`. */
  readonly idempotent: boolean;
  /** The interaction that a call creates. */
  readonly creates?: Service;
  /** Absent: void, or nothing before the stream or sink. */
  readonly returns?: Type;
  readonly stream?: Stream;
  /** With `stream`: a bidirectional call, and without `final`. */
  readonly sink?: Stream & { readonly final?: Stream };
  readonly args: readonly Field[];
  readonly throws: readonly Field[];
  readonly doc?: string;
  readonly annotations: readonly ResolvedAnnotation[];
  readonly node: MethodDefinition;
}

export interface Stream {
  readonly type: Type;
  readonly throws: readonly Field[];
}

/** A type where it is used; `node` has the annotations that stand there. A typedef stays one: see `trueType`. */
export type Type = (
  | { readonly kind: "base"; readonly base: BaseTypeName }
  | { readonly kind: "list" | "set"; readonly element: Type }
  | { readonly kind: "map"; readonly key: Type; readonly value: Type }
  | { readonly kind: "struct"; readonly struct: Struct }
  | { readonly kind: "enum"; readonly enum: Enum }
  | { readonly kind: "typedef"; readonly typedef: Typedef }
  | { readonly kind: "unknown"; readonly name: string }
) & { readonly node: TypeNode };

/** A type with all typedefs followed. */
export type TrueType = Exclude<Type, { kind: "typedef" }>;

export function trueType(type: Type): TrueType {
  let at = type;
  while (at.kind === "typedef") at = at.typedef.type;
  return at;
}

/** An evaluated constant or default. It has the form of its type: an integer for a double is a double here. */
export type Value =
  | { readonly kind: "bool"; readonly value: boolean }
  /** byte to i64. */
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "double"; readonly value: number }
  /** `member` is absent for a number that the enum does not name. */
  | { readonly kind: "enum"; readonly enum: Enum; readonly value: number; readonly member?: EnumMember }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "binary"; readonly value: Buffer }
  /** Lower case, with hyphens, without braces. */
  | { readonly kind: "uuid"; readonly value: string }
  | { readonly kind: "list" | "set"; readonly elements: readonly Value[] }
  | { readonly kind: "map"; readonly entries: readonly { readonly key: Value; readonly value: Value }[] }
  /** In order of the struct's fields: those that are set, and those not set that declare a default; of a union the one that is set. */
  | {
      readonly kind: "struct";
      readonly struct: Struct;
      readonly fields: readonly { readonly field: Field; readonly value: Value }[];
    };
