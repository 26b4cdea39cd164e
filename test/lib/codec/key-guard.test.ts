import t from "tap";
import type { Codec } from "../../../lib/codec/codec.ts";
import { decode, encode } from "../../../lib/codec/index.ts";
import { interpretedStruct } from "../../../lib/codec/interpreted-shapes.ts";
import { GUARDED_FROM, KeyGuard } from "../../../lib/codec/key-guard.ts";
import { structCodec } from "../../../lib/codec/shapes.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { defineModule } from "../../../lib/schema/codegen-v1.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";

const module = defineModule({
  name: "guarded",
  structs: [
    {
      kind: "struct",
      name: "Maps",
      fields: [
        { id: 1, name: "ints", type: { map: ["i32", "bool"] }, need: "optional" },
        { id: 2, name: "longs", type: { map: ["i64", "bool"] }, need: "optional" },
        { id: 3, name: "numbers", type: { set: "i64/number" }, need: "optional" },
        { id: 4, name: "doubles", type: { set: "double" }, need: "optional" },
        { id: 5, name: "strings", type: { map: ["string", "bool"] }, need: "optional" },
      ],
    },
  ],
});
const Maps = module.struct("Maps") as StructType<Record<string, unknown>>;

/** V8's hash of a 32-bit integer, and its inverse: numbers that fall into the same place are made from hashes. */
function unhash(hash: number): number {
  let x = hash | 0;
  x ^= x >>> 16;
  x = Math.imul(x, INVERSE_2057);
  x = x ^ (x >>> 4) ^ (x >>> 8) ^ (x >>> 12) ^ (x >>> 16) ^ (x >>> 20) ^ (x >>> 24) ^ (x >>> 28);
  x = Math.imul(x, INVERSE_5);
  x = x ^ (x >>> 12) ^ (x >>> 24);
  return Math.imul(x + 1, INVERSE_32767);
}

/** Of an odd number modulo 2^32. */
function inverse(odd: number): number {
  let x = odd;
  for (let i = 0; i < 5; i++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
const INVERSE_2057 = inverse(2057);
const INVERSE_5 = inverse(5);
const INVERSE_32767 = inverse(32767);

const COUNT = 20_000;
const colliding = Array.from({ length: COUNT }, (_, i) => unhash(i << 15));
const fair = (i: number): number => Math.imul(i, 7);

t.test("the keys of this test do collide in this V8: they take a long walk", async (t) => {
  t.equal(new Set(colliding).size, COUNT, "all different");
  const time = (keys: readonly number[]): number => {
    const begin = process.cpuUsage().user;
    new Set(keys);
    return process.cpuUsage().user - begin;
  };
  const small = colliding.slice(0, COUNT / 4);
  time(small);
  const [quarter, whole, honest] = [time(small), time(colliding), time(colliding.map((_, i) => fair(i)))];
  t.comment(`${quarter} µs for ${COUNT / 4}, ${whole} µs for ${COUNT}; honest keys ${honest} µs`);
});

for (const protocol of [compact, binary, json]) {
  const codecs: Readonly<Record<string, Codec>> = {
    compiled: structCodec(Maps, protocol),
    interpreted: interpretedStruct(protocol.encoding, Maps),
  };
  for (const [kind, codec] of Object.entries(codecs)) {
    const read = (value: Record<string, unknown>): Record<string, unknown> => {
      const bytes = encode(Maps, value, protocol);
      const r = new ByteReader();
      r.reset(bytes, 0, bytes.length);
      return codec.read(r, 64) as Record<string, unknown>;
    };

    t.test(`${protocol.name}, ${kind}: a map of colliding integers is refused, one of others is not`, async (t) => {
      const limit = { code: "LIMIT_EXCEEDED", message: /keys of a map or set collide, limit \d+/ };
      t.throws(() => read({ ints: new Map(colliding.map((key) => [key, true])) }), limit);
      t.throws(() => read({ numbers: new Set(colliding) }), limit);
      const ints = new Map(colliding.map((_, i) => [fair(i), true]));
      t.same(read({ ints }), { ints });
      const longs = new Map(colliding.map((_, i) => [BigInt(i) << 20n, true]));
      t.same(read({ longs }), { longs });
      const doubles = new Set(colliding.map((_, i) => i / 8));
      t.same(read({ doubles }), { doubles });
      const strings = new Map(colliding.map((key) => [`${key}`, true]));
      t.same(read({ strings }), { strings });
    });
  }
}

/** V8's hash of a `bigint`, by the formula in one piece. */
function longHash(key: bigint): number {
  const word = (value: bigint): bigint => BigInt.asUintN(64, value);
  let hash = word(~key + (key << 18n));
  hash ^= hash >> 31n;
  hash = word(hash * 21n);
  hash ^= hash >> 11n;
  hash = word(hash + (hash << 6n));
  hash ^= hash >> 22n;
  return Number(hash & 0x3fff_ffffn);
}

t.test("a map of colliding bigints is refused, whatever their sign", async (t) => {
  const keys: bigint[] = [];
  for (let key = 1n; keys.length < 1_500; key++) if ((longHash(key) & 511) === 0) keys.push(key);
  const map = (sign: bigint) => ({ longs: new Map(keys.map((key) => [sign * key, true])) });
  for (const sign of [1n, -1n]) t.throws(() => decode(Maps, encode(Maps, map(sign))), { code: "LIMIT_EXCEEDED" });
});

t.test("small maps are not looked at", async (t) => {
  const ints = new Map(colliding.slice(0, GUARDED_FROM).map((key) => [key, true]));
  t.same(decode(Maps, encode(Maps, { ints })), { ints });
});

t.test("no usual pattern of keys is taken for an attack", async (t) => {
  const patterns: Readonly<Record<string, (i: number) => number | bigint>> = {
    "one after another": (i) => i,
    hundreds: (i) => i * 100,
    "powers of two apart": (i) => i * 4096,
    downwards: (i) => -i,
    "milliseconds of a clock": (i) => 1_790_000_000_000 + i * 1000,
    snowflakes: (i) => (BigInt(1_790_000_000_000 + i) << 22n) | 7n,
    "small bigints": (i) => BigInt(i),
    "bigints 2^32 apart": (i) => BigInt(i) << 32n,
    fractions: (i) => i / 100,
  };
  for (const [name, key] of Object.entries(patterns))
    for (const count of [1_025, 10_000, 300_000]) {
      const guard = new KeyGuard(count);
      t.doesNotThrow(() => {
        for (let i = 0; i < count; i++) guard.add(key(i));
      }, `${count} keys: ${name}`);
    }
});
