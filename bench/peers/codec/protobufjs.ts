/**
 * protobufjs with static code (made by its own `pbjs` from bench.proto). i64 are numbers: with `Long` objects, its
 * default, it is slower both ways.
 */
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName } from "../../fixtures/messages.ts";
import { requirePackage } from "../../root.ts";

interface Writer {
  finish(): Buffer;
}

export interface StaticType {
  new (fields?: object): object;
  encode(message: object): Writer;
  decode(bytes: Buffer): object;
}

interface Minimal {
  util: { Long: unknown };
  configure(): void;
}

/** The message classes of bench.proto, by name. */
export function staticTypes(): Record<string, StaticType> {
  const minimal = requirePackage<Minimal>("protobufjs/minimal");
  minimal.util.Long = undefined;
  minimal.configure();
  return requirePackage<{ bench: Record<string, StaticType> }>("./bench/schema/gen/bench_pb.js").bench;
}

function protobufjsCodec(shape: ShapeName): Codec {
  const Type = staticTypes()[shape]!;
  return codecOf({
    values: fixtures(shape, (n) => n).map((value) => new Type(objectMaps(value))),
    encode: (value) => Type.encode(value).finish().length,
    bytes: (value) => Buffer.from(Type.encode(value).finish()),
    decode: (bytes) => Type.decode(bytes),
  });
}

/** Protobuf's generated code holds a map as an object. */
export function objectMaps(value: object): Record<string, unknown> {
  return "entries" in value ? { entries: Object.fromEntries(value.entries as Map<string, string>) } : { ...value };
}

export const protobufjs: CodecContender = {
  name: "protobufjs static",
  packages: ["protobufjs"],
  open: protobufjsCodec,
};
