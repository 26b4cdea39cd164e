/**
 * npm thrift with code from Apache's compiler: one transport and one protocol are kept for all messages, which is kinder
 * to it than its own connection, which makes both anew for each.
 */
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName } from "../../fixtures/messages.ts";
import { requirePackage } from "../../root.ts";

interface Protocol {
  flush(): void;
}

/** Its framed transport as far as we touch it. */
interface FramedTransport {
  inBuf: Buffer;
  readPos: number;
}

interface GeneratedStruct {
  write(protocol: Protocol): void;
  read(protocol: Protocol): void;
}

interface Thrift {
  TFramedTransport: new (input: Buffer | undefined, onFlush?: (frame: Buffer) => void) => FramedTransport;
  TCompactProtocol: ProtocolClass;
  TBinaryProtocol: ProtocolClass;
}
type ProtocolClass = new (transport: FramedTransport) => Protocol;
type GeneratedClass = new (fields?: object) => GeneratedStruct;

const FRAME_HEADER = 4;

function thriftCodec(shape: ShapeName, protocol: "TCompactProtocol" | "TBinaryProtocol"): Codec {
  const thrift = requirePackage<Thrift>("thrift");
  const Int64 = requirePackage<new (value: number) => object>("node-int64");
  const types = requirePackage<Record<string, GeneratedClass>>("./bench/schema/gen/bench_types.js");
  const Struct = types[shape]!;

  let frame: Buffer = Buffer.alloc(0);
  const output = new thrift[protocol](new thrift.TFramedTransport(undefined, (bytes) => (frame = bytes)));
  const source = new thrift.TFramedTransport(Buffer.alloc(0));
  const input = new thrift[protocol](source);

  const write = (value: GeneratedStruct): Buffer => {
    value.write(output);
    output.flush();
    return frame;
  };
  return codecOf({
    values: fixtures(shape, (n) => new Int64(n)).map((value) => new Struct(generatedFields(value, types))),
    encode: (value) => write(value).length - FRAME_HEADER,
    bytes: (value) => Buffer.from(write(value).subarray(FRAME_HEADER)),
    decode: (bytes) => {
      source.inBuf = bytes;
      source.readPos = 0;
      const value = new Struct();
      value.read(input);
      return value;
    },
  });
}

/** The fields as generated code wants them: nested structs are instances, a map is an object. */
function generatedFields(value: object, types: Record<string, GeneratedClass>): object {
  const convert = (key: string, field: unknown): unknown => {
    if (key === "items") return (field as object[]).map((record) => new types["Rec"]!(generatedFields(record, types)));
    if (key === "pt") return new types["Point"]!(field as object);
    return field instanceof Map ? Object.fromEntries(field) : field;
  };
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, convert(key, field)]));
}

const packages: readonly string[] = ["thrift"];

export const thriftCompact: CodecContender = {
  name: "npm thrift compact",
  packages,
  open: (shape) => thriftCodec(shape, "TCompactProtocol"),
};
export const thriftBinary: CodecContender = {
  name: "npm thrift binary",
  packages,
  open: (shape) => thriftCodec(shape, "TBinaryProtocol"),
};
