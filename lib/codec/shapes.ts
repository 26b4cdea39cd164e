/** The codec of each struct, argument list and result, made once for each protocol and kept with the type. */
import type { Protocol } from "../protocol/protocol.ts";
import type { Method, ResultShape } from "../schema/service.ts";
import type { StructType } from "../schema/types.ts";
import type { Codec } from "./codec.ts";
import { interpretedArgs, interpretedResult, interpretedStruct } from "./interpreted-shapes.ts";

/** The one codec of a struct in a protocol: recursive types find themselves through it. */
export function structCodec(type: StructType, protocol: Protocol): Codec {
  const slots = type.codecSlots as (Codec | undefined)[];
  slots[protocol.index] ??= interpretedStruct(protocol.encoding, type);
  return slots[protocol.index] as Codec;
}

export function argsCodec(method: Method, protocol: Protocol): Codec<readonly unknown[]> {
  return interpretedArgs(protocol.encoding, method.args);
}

export function resultCodec(shape: ResultShape, protocol: Protocol): Codec {
  return interpretedResult(protocol.encoding, shape);
}
