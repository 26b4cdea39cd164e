/**
 * The syntax tree of one `.thrift` file, as written: names unresolved, comments kept, every node with its place in bytes.
 * An error-tolerant parse yields a tree too; what could not be read is missing from it.
 */
import type { Span } from "../source/source.ts";

export type { Span };

export interface Node {
  readonly span: Span;
}
export interface Name extends Node {
  readonly text: string;
}
export interface Comment extends Node {
  readonly style: "#" | "//" | "/*" | "/**";
  readonly text: string;
}
/** An integer as it was written, where only an integer may be: field ids and enum values. */
export interface IntNode extends Node {
  readonly value: bigint;
  readonly text: string;
}
/** `(name = "value", flag)` or `@scope.Name{field = value}`. */
export interface Annotation extends Node {
  readonly structured: boolean;
  readonly name: Name;
  readonly value?: ConstValue;
}
interface Annotated extends Node {
  readonly annotations: readonly Annotation[];
}
interface Definition extends Annotated {
  readonly name: Name;
  /** The doc comment before it, without its stars. */
  readonly doc?: string;
}

export type ConstValue =
  | (Node & { readonly kind: "int"; readonly value: bigint; readonly text: string })
  | (Node & { readonly kind: "double"; readonly value: number; readonly text: string })
  /** `bytes` only where escapes made some that are no UTF-8. */
  | (Node & { readonly kind: "string"; readonly value: string; readonly quote: '"' | "'"; readonly bytes?: Buffer })
  | (Node & { readonly kind: "bool"; readonly value: boolean })
  /** An enum member or a constant, dotted. */
  | (Node & { readonly kind: "name"; readonly text: string })
  | (Node & { readonly kind: "list"; readonly elements: readonly ConstValue[] })
  | (Node & {
      readonly kind: "map";
      readonly entries: readonly { readonly key: ConstValue; readonly value: ConstValue }[];
    })
  /** fbthrift: `Name{field = value}`. */
  | (Node & {
      readonly kind: "struct";
      readonly name: Name;
      readonly entries: readonly { readonly key: ConstValue; readonly value: ConstValue }[];
    });

export type BaseTypeName =
  | "bool"
  | "byte"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "float"
  | "double"
  | "string"
  | "binary"
  | "uuid";

export type TypeNode =
  | (Annotated & { readonly kind: "base"; readonly base: BaseTypeName })
  | (Annotated & { readonly kind: "name"; readonly text: string; readonly nameSpan: Span })
  | (Annotated & { readonly kind: "list" | "set"; readonly element: TypeNode; readonly cppType?: string })
  | (Annotated & { readonly kind: "map"; readonly key: TypeNode; readonly value: TypeNode; readonly cppType?: string });

export interface Field extends Definition {
  /** Absent: given from -1 downwards, as Apache does. */
  readonly id?: IntNode;
  readonly requiredness?: "required" | "optional";
  readonly type: TypeNode;
  /** `T & name`. */
  readonly reference: boolean;
  readonly value?: ConstValue;
  /** XML Schema's words after the field, kept for the formatter only. */
  readonly xsd?: XsdWords;
}
export interface XsdWords {
  readonly optional: boolean;
  readonly nillable: boolean;
  readonly attributes?: readonly Field[];
}
export interface StructDefinition extends Definition {
  readonly kind: "struct" | "union" | "exception";
  readonly fields: readonly Field[];
  /** fbthrift's exception qualifiers: safe, transient, permanent, stateful, client, server. */
  readonly qualifiers: readonly Name[];
  /** `xsd_all`, kept for the formatter only. */
  readonly xsdAll: boolean;
}
export interface EnumMember extends Definition {
  readonly value?: IntNode;
}
export interface EnumDefinition extends Definition {
  readonly kind: "enum";
  readonly members: readonly EnumMember[];
}
export interface TypedefDefinition extends Definition {
  readonly kind: "typedef";
  readonly type: TypeNode;
}
export interface ConstDefinition extends Definition {
  readonly kind: "const";
  readonly type: TypeNode;
  readonly value: ConstValue;
}
export interface StreamType extends Node {
  readonly type: TypeNode;
  readonly throws: readonly Field[];
}
export interface MethodDefinition extends Definition {
  readonly kind: "method";
  readonly oneway: boolean;
  /** fbthrift's `idempotent` and `readonly`. */
  readonly qualifiers: readonly Name[];
  /** Absent: void. */
  readonly returns?: TypeNode;
  readonly stream?: StreamType;
  readonly sink?: StreamType & { readonly final?: StreamType };
  /** fbthrift: `MyInteraction, i32 start()` creates one. */
  readonly creates?: Name;
  readonly args: readonly Field[];
  readonly throws: readonly Field[];
  /** From the word `throws` to its `)`; absent without a throws clause. */
  readonly throwsSpan?: Span;
}
export interface ServiceDefinition extends Definition {
  readonly kind: "service" | "interaction";
  readonly extends?: Name;
  readonly methods: readonly MethodDefinition[];
  readonly performs: readonly Name[];
}
export type TopLevel = StructDefinition | EnumDefinition | TypedefDefinition | ConstDefinition | ServiceDefinition;

export interface Include extends Annotated {
  readonly kind: "include";
  readonly path: string;
  readonly pathSpan: Span;
  /** `include "x.thrift" as y`. */
  readonly alias?: Name;
  /** `cpp_include`, `hs_include`: kept, never followed. */
  readonly language?: string;
}
export interface Namespace extends Annotated {
  readonly kind: "namespace";
  /** `js`, `py.twisted`, `*`. */
  readonly scope: Name;
  readonly name: Name;
}
export interface Package extends Annotated {
  readonly kind: "package";
  /** Empty for `package;`: none, on purpose. */
  readonly name: string;
}
export type Header = Include | Namespace | Package;

/** A whole file. `dialect` is what its syntax shows it to be. */
export interface FileNode extends Node {
  readonly dialect: "apache" | "fbthrift";
  readonly headers: readonly Header[];
  readonly definitions: readonly TopLevel[];
  /** In order of appearance, doc comments too. */
  readonly comments: readonly Comment[];
  readonly doc?: string;
}
