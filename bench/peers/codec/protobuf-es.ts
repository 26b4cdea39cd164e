/** \@bufbuild/protobuf with code that its own generator made from bench.proto. */
import { create, type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName } from "../../fixtures/messages.ts";
import { file_bench } from "../../schema/gen-es/bench_pb.ts";
import { objectMaps } from "./protobufjs.ts";

function protobufEsCodec(shape: ShapeName): Codec {
  const schema: DescMessage = file_bench.messages.find((message) => message.name === shape)!;
  return codecOf({
    values: fixtures(shape, BigInt).map((value) => create(schema, objectMaps(value))),
    encode: (value) => toBinary(schema, value).length,
    bytes: (value) => Buffer.from(toBinary(schema, value)),
    decode: (bytes) => fromBinary(schema, bytes),
  });
}

export const protobufEs: CodecContender = {
  name: "@bufbuild/protobuf",
  packages: ["@bufbuild/protobuf"],
  open: protobufEsCodec,
};
