/** Values of each protocol, compiled and interpreted: both must take the same bytes for the same value, and write it so that it comes back. */
import type { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import type { Codec } from "../../../lib/codec/codec.ts";
import { compile, isCompilable } from "../../../lib/codec/compiler.ts";
import { decode, encode } from "../../../lib/codec/index.ts";
import { interpretedStruct } from "../../../lib/codec/interpreted-shapes.ts";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import { defineModule } from "../../../lib/schema/codegen-v1.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { RandomValues } from "../../helpers/random-value.ts";
import { sample } from "../../lib/codec/sample.ts";
import { refusable, type Target } from "../target.ts";

const Record = defineModule(sample).struct("Record") as StructType;

function compiled(type: StructType, protocol: Protocol, made = new Map<StructType, Codec>()): Codec {
  const known = made.get(type);
  if (known !== undefined) return known;
  const codec = {} as Codec;
  made.set(type, codec);
  const shape = { kind: "struct", type, fields: type.fields } as const;
  codec.read = compile(shape, protocol, "read", (nested) => compiled(nested, protocol, made));
  return codec;
}

/** The value and where it ends, or the word that stands for a refusal. */
function outcomeOf(codec: Codec, bytes: Buffer): unknown {
  const r = new ByteReader();
  r.reset(bytes, 0, bytes.length);
  try {
    return { value: codec.read(r, r.maxDepth), pos: r.pos };
  } catch (error) {
    if (error instanceof DecodeError) return "refused";
    throw error;
  }
}

function codecTarget(protocol: Protocol): Target {
  const slow = interpretedStruct(protocol.encoding, Record);
  const fast = isCompilable(protocol) ? compiled(Record, protocol) : undefined;
  return {
    name: `codec/${protocol.name}`,
    seeds: Array.from({ length: 12 }, (_, seed) => encode(Record, new RandomValues(seed).struct(Record), protocol)),
    run(bytes) {
      const interpreted = outcomeOf(slow, bytes);
      if (fast !== undefined && !isDeepStrictEqual(outcomeOf(fast, bytes), interpreted))
        throw new Error("compiled and interpreted do not agree");
      const value = refusable(() => decode(Record, bytes, protocol, { keepUnknown: true }));
      if (value === undefined) return;
      const again = refusable(() => encode(Record, value, protocol));
      if (again !== undefined && !isDeepStrictEqual(decode(Record, again, protocol, { keepUnknown: true }), value))
        throw new Error("the value does not come back");
      scanned(protocol, bytes);
    },
  };
}

function scanned(protocol: Protocol, bytes: Buffer): void {
  const limits = { maxFrameBytes: 1 << 20, maxStringBytes: 1 << 20, maxDepth: 64, maxValueBytes: 1 << 28 };
  refusable(() => protocol.createScanner(limits).scan(bytes, 0, bytes.length));
}

export const codecTargets: readonly Target[] = [binary, compact, compactFb, json].map(codecTarget);
