/** avsc with schemas that say what bench.thrift says; it writes into a buffer that is used again, its fastest way. */
import avro, { type Type as AvroType } from "avsc";
import { type Codec, type CodecContender, codecOf } from "../../codec/codec.ts";
import { fixtures, type ShapeName } from "../../fixtures/messages.ts";

type AvroSchema = Parameters<typeof AvroType.forSchema>[0];
type Fields = Record<string, unknown>;

const array = (items: unknown): unknown => ({ type: "array", items });
const record = (name: string, fields: Fields): AvroSchema =>
  ({
    type: "record",
    name,
    fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
  }) as AvroSchema;

const point = record("Point", { x: "double", y: "double", z: "int" });
const rec = record("Rec", {
  id: "long",
  name: "string",
  active: "boolean",
  count: "int",
  score: "double",
  nums: array("int"),
  pt: point,
  tags: array("string"),
  email: "string",
  created: "long",
});

const SPARSE_TYPES = ["int", "string", "double", "boolean", "long"];
const sparse = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i + 1}`, ["null", SPARSE_TYPES[i % 5]]]));

const schemas: { readonly [N in ShapeName]: AvroSchema } = {
  Msg: record("Msg", { id: "long", name: "string", score: "double", tags: array("string"), flags: "int" }),
  Rec: rec,
  Records: record("Records", { items: array(rec) }),
  StringMap: record("StringMap", { entries: { type: "map", values: "string" } }),
  Blob: record("Blob", { bytes: "bytes" }),
  Text: record("Text", { title: "string", body: "string", words: array("string") }),
  Sparse: record("Sparse", sparse),
};

function avscCodec(shape: ShapeName): Codec {
  const type = avro.Type.forSchema(schemas[shape]);
  const out = Buffer.allocUnsafeSlow(1 << 20);
  return codecOf({
    values: fixtures(shape, (n) => n).map((value) => avroValue(shape, value)),
    encode: (value) => type.encode(value, out, 0),
    bytes: (value) => type.toBuffer(value),
    decode: (bytes) => type.fromBuffer(bytes),
  });
}

/** Avro's maps are objects, and an unset union is null: absent fields are filled in before the clock runs. */
function avroValue(shape: ShapeName, value: object): object {
  if (shape === "StringMap")
    return { entries: Object.fromEntries((value as { entries: Map<string, string> }).entries) };
  if (shape !== "Sparse") return value;
  return Object.fromEntries(Object.keys(sparse).map((key) => [key, (value as Fields)[key] ?? null]));
}

export const avsc: CodecContender = { name: "avsc", packages: ["avsc"], open: avscCodec };
