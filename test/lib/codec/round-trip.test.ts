import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import type { Codec } from "../../../lib/codec/codec.ts";
import { compile, isCompilable } from "../../../lib/codec/compiler.ts";
import { interpretedStruct } from "../../../lib/codec/interpreted-shapes.ts";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import type { BaseTypeSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { ByteReader, type ReaderOptions } from "../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { structType, valueOf } from "./arbitraries.ts";
import { sameValue } from "./same-value.ts";

t.setTimeout(240_000);

const cases: readonly (readonly [Protocol, readonly BaseTypeSchema[]])[] = [
  [binary, ["uuid", "float"]],
  [compact, ["uuid"]],
  [compactFb, ["float"]],
  [json, ["uuid"]],
];

/** Compiled all the way down, whatever was used before; interpreted where the protocol has no emitter. */
function compiled(type: StructType, protocol: Protocol, made = new Map<StructType, Codec>()): Codec {
  if (!isCompilable(protocol)) return interpretedStruct(protocol.encoding, type);
  const known = made.get(type);
  if (known !== undefined) return known;
  const codec = {} as Codec;
  made.set(type, codec);
  const shape = { kind: "struct", type, fields: type.fields } as const;
  const codecOf = (nested: StructType) => compiled(nested, protocol, made);
  codec.write = compile(shape, protocol, "write", codecOf);
  codec.read = compile(shape, protocol, "read", codecOf);
  return codec;
}

function write(codec: Codec, value: unknown): Buffer {
  const w = new ByteWriter(16);
  codec.write(w, value);
  return Buffer.from(w.view(0));
}

function read(codec: Codec, bytes: Buffer, options: ReaderOptions = {}): unknown {
  const r = new ByteReader(options);
  r.reset(bytes, 0, bytes.length);
  const value = codec.read(r, r.maxDepth);
  if (r.pos !== bytes.length) throw new Error(`stopped at ${r.pos} of ${bytes.length}`);
  return value;
}

/** The value, or a word for the DecodeError that came instead; any other error goes through. */
function outcome(codec: Codec, bytes: Buffer, options: ReaderOptions = {}): unknown {
  const r = new ByteReader(options);
  r.reset(bytes, 0, bytes.length);
  try {
    return { value: codec.read(r, r.maxDepth), pos: r.pos };
  } catch (error) {
    if (error instanceof DecodeError) return "DecodeError";
    throw error;
  }
}

for (const [protocol, extra] of cases) {
  const typed = structType(extra).chain((type) => fc.tuple(fc.constant(type), valueOf(type)));

  t.test(`${protocol.name}: every value of every type comes back`, (t) => {
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const fast = compiled(type, protocol);
        const slow = interpretedStruct(protocol.encoding, type);
        const bytes = write(slow, value);
        if (!bytes.equals(write(fast, value)))
          throw new Error(`compiled writes ${write(fast, value).toString("hex")}, not ${bytes.toString("hex")}`);
        const back = read(fast, bytes);
        if (!sameValue(back, value)) throw new Error("comes back another");
        return sameValue(read(slow, bytes), back);
      }),
      { numRuns: 120 },
    );
    t.end();
  });

  t.test(`${protocol.name}: no prefix of a value is a value`, (t) => {
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const fast = compiled(type, protocol);
        const slow = interpretedStruct(protocol.encoding, type);
        const bytes = write(fast, value);
        for (let end = 0; end < bytes.length; end++) {
          const prefix = bytes.subarray(0, end);
          for (const codec of [fast, slow]) if (typeof outcome(codec, prefix) !== "string") return false;
        }
        return true;
      }),
      { numRuns: 40 },
    );
    t.end();
  });

  t.test(`${protocol.name}: damaged bytes give a value or a DecodeError, the same in both codecs`, (t) => {
    const damaged = fc.tuple(
      typed,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(damaged, ([[type, value], changes, keepUnknown]) => {
        const bytes = write(interpretedStruct(protocol.encoding, type), value);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const options = { keepUnknown };
        const slow = outcome(interpretedStruct(protocol.encoding, type), bytes, options);
        return sameValue(outcome(compiled(type, protocol), bytes, options), slow);
      }),
      { numRuns: 250 },
    );
    t.end();
  });

  t.test(`${protocol.name}: garbage gives a value or a DecodeError, the same in both codecs`, (t) => {
    const garbage = fc.tuple(structType(extra), fc.uint8Array({ maxLength: 200 }));
    fc.assert(
      fc.property(garbage, ([type, bytes]) => {
        const slow = outcome(interpretedStruct(protocol.encoding, type), Buffer.from(bytes));
        return sameValue(outcome(compiled(type, protocol), Buffer.from(bytes)), slow);
      }),
      { numRuns: 250 },
    );
    t.end();
  });
}
