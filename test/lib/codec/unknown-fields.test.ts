import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { decode, encode, unknownFields } from "../../../lib/codec/index.ts";
import { compiling } from "../../../lib/codec/lazy-codec.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { StructSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { structType, valueOf } from "./arbitraries.ts";
import { sample, sampleRecord } from "./sample.ts";

compiling.afterUses = 4;

const protocols = [binary, compact, json];

/** The same struct to a program that knows only some of its fields. */
function older(type: StructType, known: (id: number) => boolean): StructType {
  const fields = type.schema.fields
    .filter((field) => known(field.id))
    .map(({ need, ...field }) => ({ ...field, need: "optional" as const }));
  const structs: StructSchema[] = [
    { ...type.schema, fields },
    ...(sample.structs ?? []).filter((s) => s.name !== type.name),
  ];
  return new Module({ name: "older", structs, enums: sample.enums! }).struct(type.name);
}

function often(run: () => void): void {
  for (let i = 0; i < compiling.afterUses + 2; i++) run();
}

t.test("fields that the schema does not know are dropped unless they are asked for", (t) => {
  const type = new Module(sample).struct("Record");
  for (const protocol of protocols) {
    const old = older(type, (id) => id === 2);
    const bytes = encode(type, sampleRecord, protocol);
    often(() => t.strictSame(decode(old, bytes, protocol), { name: "né" }));
  }
  t.end();
});

t.test("kept fields are written again, in each protocol", (t) => {
  const type = new Module(sample).struct("Record");
  // JSON cannot tell text from base64 where the schema does not say which, so binary is left out.
  const { raw: _, ...value } = sampleRecord as { raw: unknown };
  for (const from of protocols) {
    for (const to of protocols) {
      const old = older(type, (id) => id === 2 || id === 22);
      const bytes = encode(type, value, from);
      often(() => {
        const seen = decode(old, bytes, from, { keepUnknown: true }) as { [unknownFields]: unknown[] };
        t.equal(seen[unknownFields].length, 6);
        t.strictSame(
          decode(type, encode(old, { ...seen, name: "new" }, to), to),
          { ...value, name: "new" },
          `${from.name} to ${to.name}`,
        );
      });
    }
  }
  t.end();
});

t.test("a field of another type than the schema's is kept as unknown", (t) => {
  const texts = new Module({
    name: "m",
    structs: [{ kind: "struct", name: "S", fields: [{ id: 1, name: "x", type: { list: "string" } }] }],
  });
  const numbers = new Module({
    name: "m",
    structs: [{ kind: "struct", name: "S", fields: [{ id: 1, name: "x", type: { list: "i32" }, need: "optional" }] }],
  });
  for (const protocol of protocols) {
    const bytes = encode(texts.struct("S"), { x: ["a"] }, protocol);
    often(() => {
      const seen = decode(numbers.struct("S"), bytes, protocol, { keepUnknown: true });
      t.strictSame(encode(numbers.struct("S"), seen, protocol), bytes);
    });
  }
  t.end();
});

t.test("a union and an exception keep what they do not know", (t) => {
  const type = new Module(sample).struct("Shape");
  const error = new Module(sample).struct("NotFound");
  for (const protocol of protocols) {
    const bytes = encode(type, { kind: "text", value: "x" }, protocol);
    const old = older(type, (id) => id === 1);
    often(() => {
      const seen = decode(old, bytes, protocol, { keepUnknown: true });
      t.match(seen, { kind: undefined });
      t.strictSame(encode(old, seen, protocol), bytes);
    });
    const thrown = encode(error, new error.exceptionClass!({ message: "m", code: 3 }), protocol);
    const oldError = older(error, (id) => id === 1);
    often(() =>
      t.strictSame(encode(oldError, decode(oldError, thrown, protocol, { keepUnknown: true }), protocol), thrown),
    );
  }
  t.end();
});

t.test("any struct survives a program that knows none of its fields", (t) => {
  const typed = structType().chain((type) => fc.tuple(fc.constant(type), valueOf(type)));
  fc.assert(
    fc.property(
      typed,
      fc.constantFrom(binary, compact),
      fc.constantFrom(binary, compact),
      ([type, value], from, to) => {
        const blind = new Module({ name: "blind", structs: [{ kind: "struct", name: "Blind", fields: [] }] }).struct(
          "Blind",
        );
        const seen = decode(blind, encode(type, value, from), from, { keepUnknown: true });
        return (
          Buffer.compare(encode(type, decode(type, encode(blind, seen, to), to), from), encode(type, value, from)) === 0
        );
      },
    ),
    { numRuns: 200 },
  );
  t.end();
});
