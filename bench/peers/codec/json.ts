/** JSON by the engine itself, to and from UTF-8 bytes, into a buffer kept for it; binary travels as base64. */
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName, type Shapes } from "../../fixtures/messages.ts";
import { objectMaps } from "./protobufjs.ts";

function jsonCodec(shape: ShapeName): Codec {
  return shape === "Blob" ? blobCodec() : textCodec(shape);
}

function textCodec(shape: ShapeName): Codec {
  const out = Buffer.allocUnsafeSlow(1 << 20);
  return codecOf({
    values: fixtures(shape, (n) => n).map(objectMaps),
    encode: (value) => out.write(JSON.stringify(value), 0, "utf8"),
    bytes: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse(bytes.toString("utf8")),
  });
}

function blobCodec(): Codec {
  const out = Buffer.allocUnsafeSlow(1 << 20);
  const stringify = (value: Shapes<number>["Blob"]): string =>
    JSON.stringify({ bytes: value.bytes.toString("base64") });
  return codecOf({
    values: fixtures("Blob", (n) => n),
    encode: (value) => out.write(stringify(value), 0, "latin1"),
    bytes: (value) => Buffer.from(stringify(value)),
    decode: (bytes) => {
      const value = JSON.parse(bytes.toString("latin1")) as { bytes: string };
      return { bytes: Buffer.from(value.bytes, "base64") };
    },
  });
}

export const json: CodecContender = { name: "JSON", packages: [], open: jsonCodec };
