/** How grpc-js is told of a method whose request and response are of one type of protobufjs' static code. */
import type { MethodDefinition } from "@grpc/grpc-js";
import type { StaticType } from "../codec/protobufjs.ts";

/** `name` of the service `bench.Echo`. */
export function unaryMethod(name: string, type: StaticType): MethodDefinition<object, object> {
  const serialize = (value: object): Buffer => type.encode(value).finish();
  const deserialize = (bytes: Buffer): object => type.decode(bytes);
  return {
    path: `/bench.Echo/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  };
}
