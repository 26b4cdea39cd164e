import fc from "fast-check";
import t from "tap";
import { compile } from "../../../lib/codec/compiler.ts";
import { interpretedStruct } from "../../../lib/codec/interpreted-shapes.ts";
import { structCodec } from "../../../lib/codec/shapes.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { FieldSchema } from "../../../lib/schema/schema.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { sameValue } from "./same-value.ts";

const TYPES = ["i32", "string", "bool", "i64", { list: "i16" }, { struct: "Leaf" }] as const;
const VALUES = [-70000, "text", true, 2n ** 62n, [1, -1], { x: 1 }];

/** 500 fields whose ids are neither in order nor without gaps nor all positive. */
const fields = Array.from({ length: 500 }, (_, i): FieldSchema => {
  const field = { id: ((i * 37) % 500) * 3 - 40, name: `f${i}`, type: TYPES[i % TYPES.length]! };
  return i % 7 === 0 ? { ...field, need: "required" } : i % 3 === 0 ? field : { ...field, need: "optional" };
});
const leaf = { kind: "struct", name: "Leaf", fields: [{ id: 1, name: "x", type: "i32" }] } as const;
const type = new Module({ name: "wide", structs: [{ kind: "struct", name: "Wide", fields }, leaf] }).struct("Wide");
const shape = { kind: "struct", type, fields: type.fields } as const;

for (const protocol of [binary, compact]) {
  t.test(`${protocol.name}: a struct of 500 fields, compiled in parts, is as interpreted`, (t) => {
    const slow = interpretedStruct(protocol.encoding, type);
    const write = compile(shape, protocol, "write", (nested) => structCodec(nested, protocol));
    const read = compile(shape, protocol, "read", (nested) => structCodec(nested, protocol));
    const present = fc.uint8Array({ minLength: 500, maxLength: 500, max: 3 });
    fc.assert(
      fc.property(present, (choice) => {
        const set = fields.flatMap((field, i) =>
          field.need === "required" || choice[i]! > 1 ? [[field.name, VALUES[i % VALUES.length]]] : [],
        );
        const value = Object.fromEntries(set);
        const [fast, oracle] = [new ByteWriter(), new ByteWriter()];
        write(fast, value);
        slow.write(oracle, value);
        if (!fast.view(0).equals(oracle.view(0))) return false;
        const r = new ByteReader();
        r.reset(fast.buf, 0, fast.pos);
        const back = read(r, 64);
        r.pos = 0;
        return r.end === fast.pos && sameValue(back, slow.read(r, 64));
      }),
      { numRuns: 30 },
    );
    t.end();
  });
}
