/** The codec of each struct, argument list and result, made once for each protocol and kept with the type. */
import type { Protocol } from "../protocol/protocol.ts";
import type { Method, ResultShape } from "../schema/service.ts";
import type { StructType } from "../schema/types.ts";
import type { Codec } from "./codec.ts";
import type { Shape } from "./compiler.ts";
import { interpretedArgs, interpretedResult, interpretedStruct, successField } from "./interpreted-shapes.ts";
import { fillCodec } from "./lazy-codec.ts";

/** The one codec of a struct in a protocol: recursive types find themselves through it. */
export function structCodec(type: StructType, protocol: Protocol): Codec {
  const slots = type.codecSlots as (Codec | undefined)[];
  return slots[protocol.index] ?? makeStructCodec(type, protocol, slots);
}

function makeStructCodec(type: StructType, protocol: Protocol, slots: (Codec | undefined)[]): Codec {
  // In the slot before its nested structs are looked for: one of them may be itself.
  const codec = {} as Codec;
  slots[protocol.index] = codec;
  const shape = { kind: "struct", type, fields: type.fields } as const;
  const codecOf = finder(protocol);
  const interpreted = interpretedStruct(protocol.encoding, type, codecOf);
  return fillCodec(codec, {
    shape,
    protocol,
    interpreted,
    codecOf,
    made: type.codecs?.[protocol.name],
  });
}

/** The codec of a method's arguments. */
export function argsCodec(method: Method, protocol: Protocol): Codec<readonly unknown[]> {
  const shape = { kind: "args", fields: method.args } as const;
  const codecOf = finder(protocol);
  const interpreted = interpretedArgs(protocol.encoding, method.args, codecOf);
  const made = method.argsCodecs?.[protocol.name];
  return fillCodec<readonly unknown[]>({} as Codec<readonly unknown[]>, {
    shape,
    protocol,
    interpreted,
    codecOf,
    made,
  });
}

/** The codec of a result or of a stream's elements. */
export function resultCodec(shape: ResultShape, protocol: Protocol): Codec {
  const codecOf = finder(protocol);
  const interpreted = interpretedResult(protocol.encoding, shape, codecOf);
  const made = shape.codecs?.[protocol.name];
  return fillCodec({} as Codec, { shape: resultShape(shape), protocol, interpreted, codecOf, made });
}

/** A result as what texts are made for. */
export function resultShape(shape: ResultShape): Shape {
  const success = successField(shape);
  return { kind: "result", success, fields: success === undefined ? shape.throws : [success, ...shape.throws] };
}

function finder(protocol: Protocol): (type: StructType) => Codec {
  return (type) => structCodec(type, protocol);
}
