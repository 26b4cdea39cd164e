/** What is small on the wire and large in memory is refused before it is made, whoever reads it: walked or compiled, in each protocol. */
import { Buffer } from "node:buffer";
import t from "tap";
import { decode, encode } from "../../../lib/codec/index.ts";
import { compiling } from "../../../lib/codec/lazy-codec.ts";
import { structCodec } from "../../../lib/codec/shapes.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { TypeSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";

compiling.afterUses = 4;

function holder(type: TypeSchema): StructType {
  return new Module({
    name: "m",
    structs: [
      { kind: "struct", name: "Empty", fields: [] },
      { kind: "union", name: "Either", fields: [{ id: 1, name: "x", type: "i32" }] },
      { kind: "exception", name: "Oops", fields: [] },
      {
        kind: "struct",
        name: "Filled",
        fields: [
          { id: 1, name: "list", type: { list: "i32" } },
          { id: 2, name: "map", type: { map: ["string", "i32"] } },
          { id: 3, name: "set", type: { set: "string" } },
          { id: 4, name: "many", type: { list: "i32" }, default: Array.from({ length: 100 }, (_, i) => i) },
        ],
      },
      {
        kind: "struct",
        name: "Tree",
        fields: [
          { id: 1, name: "left", type: { struct: "Tree" }, need: "optional" },
          { id: 2, name: "right", type: { struct: "Tree" }, need: "optional" },
        ],
      },
      { kind: "struct", name: "Holder", fields: [{ id: 1, name: "x", type, need: "required" }] },
    ],
  }).struct("Holder");
}

const COUNT = 1_000;
const all = <T>(value: (i: number) => T): T[] => Array.from({ length: COUNT }, (_, i) => value(i));

/** Each is a thousand of something; and the least that one of them takes in memory. */
const crowds: readonly (readonly [string, TypeSchema, unknown, number])[] = [
  ["empty structs", { list: { struct: "Empty" } }, all(() => ({})), 56],
  ["structs with containers by default", { list: { struct: "Filled" } }, all(() => ({})), 1_200],
  ["unions", { list: { struct: "Either" } }, all(() => ({ kind: undefined })), 56],
  ["exceptions", { list: { struct: "Oops" } }, all(() => new Error()), 1_000],
  ["empty lists", { list: { list: "i32" } }, all(() => []), 48],
  ["empty sets", { list: { set: "i32" } }, all(() => new Set()), 136],
  ["empty maps", { list: { map: ["i32", "i32"] } }, all(() => new Map()), 200],
  ["binaries", { list: "binary" }, all(() => Buffer.alloc(0)), 128],
  ["bigints", { list: "i64" }, all(() => 1n), 32],
  ["strings", { list: "string" }, all(() => ""), 32],
  ["keys", { map: ["i32", "bool"] }, new Map(all((i) => [i, true] as const)), 56],
  ["members", { set: "i32" }, new Set(all((i) => i)), 40],
];

for (const [name, type, value, least] of crowds) {
  t.test(`${name} are counted by the memory that they take`, async (t) => {
    const holding = holder(type);
    for (const protocol of [binary, compact, json]) {
      if (name === "exceptions" && protocol === json) continue;
      const bytes = encode(holding, { x: value }, protocol);
      for (let use = 0; use < compiling.afterUses + 2; use++) {
        const reader = new ByteReader();
        reader.reset(bytes, 0, bytes.length);
        structCodec(holding, protocol).read(reader, 64);
        t.ok(reader.taken >= COUNT * least, `${protocol.name}: ${reader.taken} bytes`);
        t.ok(reader.taken < 4 * COUNT * (least + 8), `${protocol.name}: not far too much, ${reader.taken}`);
        const refused = () => decode(holding, bytes, protocol, { maxValueBytes: (COUNT / 2) * least });
        t.throws(refused, {
          name: "DecodeError",
          problem: "limit",
          code: "LIMIT_EXCEEDED",
          message: /bytes of memory/,
        });
        t.doesNotThrow(() => decode(holding, bytes, protocol, { maxValueBytes: reader.taken }));
      }
    }
  });
}

t.test("structs in structs are counted, though no container announces them", async (t) => {
  const tree = (depth: number): object => (depth === 0 ? {} : { left: tree(depth - 1), right: tree(depth - 1) });
  const holding = holder({ struct: "Tree" });
  for (const protocol of [binary, compact, json]) {
    const bytes = encode(holding, { x: tree(10) }, protocol);
    for (let use = 0; use < compiling.afterUses + 2; use++)
      t.throws(() => decode(holding, bytes, protocol, { maxValueBytes: 100_000 }), {
        name: "DecodeError",
        problem: "limit",
      });
  }
});

t.test("unknown fields are counted where they are kept, and cost nothing where they are passed over", async (t) => {
  const many = Buffer.concat([...all((i) => Buffer.of(8, (i >> 8) + 1, i & 255, 0, 0, 0, 0)), Buffer.alloc(1)]);
  const bytes = Buffer.concat([Buffer.from("0c0001", "hex"), many, Buffer.alloc(1)]);
  const holding = holder({ struct: "Empty" });
  for (let use = 0; use < compiling.afterUses + 2; use++) {
    t.doesNotThrow(() => decode(holding, bytes, binary, { maxValueBytes: 10_000 }));
    t.throws(() => decode(holding, bytes, binary, { maxValueBytes: 10_000, keepUnknown: true }), {
      name: "DecodeError",
      problem: "limit",
    });
  }
});
