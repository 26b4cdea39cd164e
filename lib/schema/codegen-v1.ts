/**
 * All that generated code imports, as version 1 of that contract: published as `scrimp/codegen/v1`. What stands here keeps
 * its meaning as long as there is code that was generated against it.
 */
import { type Includes, Module, type ModuleCodecs } from "./link.ts";
import type { ModuleSchema } from "./schema.ts";

export { type ExceptionFields, ThriftException } from "./exception.ts";
export type { Module, ModuleCodecs } from "./link.ts";
export type { ModuleSchema } from "./schema.ts";
export type {
  BidiMethod,
  Created,
  OnewayMethod,
  Performs,
  Service,
  SinkMethod,
  StreamMethod,
  UnaryMethod,
} from "./service.ts";
export type { EnumType, StructType } from "./types.ts";

declare const brand: unique symbol;

/** A `T` that no other `T` fits: for typedefs with the annotation `scrimp.brand`. The mark does not exist at run time. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * The linked module of a schema. `includes` maps each alias to the other file's module; a function where files include one
 * another. `codecs` is the default export of the file that `scrimp compile --codec module` wrote, for processes that forbid
 * code generation from strings.
 */
export function defineModule(schema: ModuleSchema, includes: Includes = {}, codecs: ModuleCodecs = []): Module {
  return new Module(schema, includes, codecs);
}
