import fc from "fast-check";
import { Packr } from "msgpackr";
import t from "tap";
import { connect } from "../../../lib/client/connect.ts";
import { checkPacked } from "../../../lib/packed/bounds.ts";
import { unpackValue } from "../../../lib/packed/reader.ts";
import { writePacked } from "../../../lib/packed/writer.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { binaryMessage, frame, RawClient, say } from "../../helpers/raw-client.ts";

/** As it was, to the last bit; bytes come back as a Buffer. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array) return Buffer.isBuffer(b) && b.equals(a);
  if (typeof a !== "object" || a === null) return Object.is(a, b);
  if (typeof b !== "object" || b === null) return false;
  if (a instanceof Date) return b instanceof Date && a.getTime() === b.getTime();
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key)))
  );
}

class Point {
  x = 1;
}
class Tuple extends Array {}
const throwing = (): never => {
  throw new Error("boom");
};
const cycle: unknown[] = [];
cycle.push({ cycle });

/** What would not come back as it is, and what is said of it. */
const REFUSED: readonly [string, unknown, RegExp][] = [
  ["a Float64Array", new Float64Array([1.5]), /no Uint8Array/],
  ["an Int8Array", new Int8Array(3), /no Uint8Array/],
  ["a Uint8ClampedArray", new Uint8ClampedArray(3), /no Uint8Array/],
  ["a BigInt64Array", new BigInt64Array(1), /no Uint8Array/],
  ["an ArrayBuffer", new ArrayBuffer(8), /no Uint8Array/],
  ["a SharedArrayBuffer", new SharedArrayBuffer(8), /no Uint8Array/],
  ["a DataView", new DataView(new ArrayBuffer(8)), /no Uint8Array/],
  ["a function", () => 1, /a function/],
  ["a symbol", Symbol("x"), /a symbol/],
  ["a Map", new Map([[1, 2]]), /a Map/],
  ["a Set", new Set([1]), /a Set/],
  ["an Error", new Error("x"), /a Error/],
  ["a RegExp", /x/, /a RegExp/],
  ["a promise", Promise.resolve(1), /a Promise/],
  ["a boxed number", Object(1), /a Number/],
  ["an instance", new Point(), /an instance of a class/],
  ["an array of a subclass", new Tuple(), /an instance of a class/],
  ["an object that inherits", Object.create({ a: 1 }), /an instance of a class/],
  ["an object with toJSON", { toJSON: () => 1 }, /a function/],
  ["an invalid Date", new Date(Number.NaN), /an invalid Date/],
  ["a bigint of 65 bits", 2n ** 64n, /64 bits/],
  ["a bigint below 64 bits", -(2n ** 63n) - 1n, /64 bits/],
  ["a lone surrogate", "a\ud800", /lone surrogate/],
  ["a key with a lone surrogate", { "\udfff": 1 }, /lone surrogate/],
  ["a key __proto__", JSON.parse('{"__proto__":1}'), /no reader/],
  ["a symbol for a key", { [Symbol("x")]: 1 }, /symbol for a key/],
  // biome-ignore lint/suspicious/noSparseArray: it is what is tested.
  ["a hole", [1, , 2], /a hole/],
  ["four billion holes", new Array(2 ** 32 - 1), /a hole/],
  ["a cycle", cycle, /within itself/],
  ["a getter that throws", Object.defineProperty({}, "x", { enumerable: true, get: throwing }), /cannot be read/],
  ["a proxy that answers nothing", new Proxy({}, { ownKeys: throwing, getPrototypeOf: throwing }), /cannot be read/],
  [
    "layers that share their parts",
    Array.from({ length: 60 }).reduce<unknown>((part) => [part, part], "x"),
    /more than 4194304 values/,
  ],
];

t.test("what would not come back as it is, is refused with its path, and nothing of it leaves", async (t) => {
  for (const [what, value, says] of REFUSED) {
    for (const inside of [value, [{ a: value }]])
      t.throws(() => writePacked(inside, "arguments"), { name: "EncodeError", message: says }, what);
  }
  t.throws(() => writePacked([1, { a: [Symbol("x")] }], "arguments"), { message: /^arguments\[1\]\.a\[0\]: / });
  t.throws(() => writePacked([{ b: [], a: { c: REFUSED[0]?.[1] } }], "arguments"), {
    message: /^arguments\[0\]\.a\.c: /,
  });
  const megabyte = "x".repeat(1 << 20);
  t.throws(
    () =>
      writePacked(
        Array.from({ length: 200 }, () => megabyte),
        "value",
      ),
    { message: /134217728 bytes/ },
  );
});

t.test("bytes leave as they are, whatever lies around them or is said of them", async (t) => {
  const slab = Buffer.from("secret-here-secret");
  const lying = Object.defineProperties(slab.subarray(7, 11), { length: { value: 18 }, byteLength: { value: 18 } });
  class Bytes extends Uint8Array {
    override get length(): number {
      return 1_000;
    }
  }
  for (const bytes of [
    slab.subarray(7, 11),
    lying,
    new Bytes(Buffer.from("here")),
    new Uint8Array(slab.buffer, slab.byteOffset + 7, 4),
  ]) {
    const packed = writePacked([bytes], "value");
    t.equal(packed.toString("hex"), "91c40468657265");
    t.equal(String(unpackValue(packed)), "here");
  }
});

t.test("whatever it is given, it comes back exactly or is refused", async (t) => {
  const odd = fc.constantFrom(...REFUSED.slice(0, -1).map(([, value]) => value));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
        withNullPrototype: true,
      }),
      fc.double(),
      fc.constantFrom(
        -0,
        2 ** 31,
        2 ** 32 - 1,
        2 ** 32,
        -(2 ** 31),
        -(2 ** 31) - 1,
        2 ** 53,
        undefined,
        null,
        Number.NaN,
      ),
      fc.bigInt({ min: -(2n ** 64n), max: 2n ** 65n }),
      fc.date({ noInvalidDate: false }),
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 400 }),
      odd,
      fc.array(tie("value"), { maxLength: 20 }),
      fc.dictionary(fc.string({ unit: "binary" }), tie("value"), { maxKeys: 20 }),
    ),
  }));
  fc.assert(
    fc.property(value, (value) => {
      let bytes: Buffer;
      try {
        bytes = writePacked(value, "value");
      } catch (error) {
        return (error as Error).name === "EncodeError";
      }
      return isSame(value, unpackValue(bytes));
    }),
    { numRuns: 2_000 },
  );
});

t.test("values come back as they were", async (t) => {
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true }),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
      fc.array(tie("value"), { maxLength: 20 }),
      fc.dictionary(
        fc.string({ unit: "grapheme" }).filter((key) => key !== "__proto__"),
        tie("value"),
        { maxKeys: 20, noNullPrototype: true },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(value, (value) => {
      const bytes = writePacked(value, "value");
      checkPacked(bytes);
      t.same(unpackValue(bytes), value);
    }),
    { numRuns: 200 },
  );
});

t.test("dates, undefined, and what another packer writes, pass the look-through", async (t) => {
  const other = new Packr({ useRecords: false });
  for (const value of [
    new Date(5),
    undefined,
    { a: undefined, b: [1.5, -1, 70_000, -70_000, 2 ** 40] },
    "x".repeat(70_000),
    Array.from({ length: 70_000 }, () => 1),
    Buffer.alloc(300),
    new Map([[1, 2]]),
  ]) {
    t.doesNotThrow(() => checkPacked(other.pack(value)));
  }
});

t.test("garbage is a DecodeError before any memory is taken for it", async (t) => {
  const huge = [
    "ddffffffff",
    "dfffffffff",
    "dbffffffff",
    "c6ffffffff",
    "dd02000000",
    "df7fffffff00",
    "c9ffffffff01",
    "",
    "91",
    "c1",
    "d8",
  ];
  for (const hex of huge) {
    const before = process.memoryUsage().heapUsed;
    t.throws(() => unpackValue(Buffer.from(hex, "hex")), Error, hex);
    t.ok(process.memoryUsage().heapUsed - before < 10_000_000);
  }
  t.throws(() => checkPacked(Buffer.from("0101", "hex")), {
    problem: "invalid",
    message: "1 bytes after a packed value",
  });
  t.throws(() => checkPacked(Buffer.from(`${"91".repeat(100_000)}00`, "hex")), {
    problem: "limit",
    message: "packed value nested deeper than 64",
  });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        checkPacked(bytes);
      } catch (error) {
        return (error as Error).name === "DecodeError";
      }
      return true;
    }),
    { numRuns: 2_000 },
  );
});

t.test("a prefix of a packed value is never taken for a whole one", async (t) => {
  const bytes = writePacked(
    { a: [1, "two", Buffer.from("three"), { four: 4.5 }], b: "x".repeat(300), c: 2n ** 60n },
    "value",
  );
  for (let end = 0; end < bytes.length; end++)
    t.throws(() => checkPacked(bytes.subarray(0, end)), {
      name: "DecodeError",
      problem: "incomplete",
      message: "packed value ends early",
    });
});

t.test("a procedure takes and gives any values, sync or async, without an IDL", async (t) => {
  const link = memory();
  const errors: unknown[] = [];
  const server = await serve(
    link.listener,
    (r) =>
      r
        .procedure("sum", (...args: number[]) => args.slice(0, -1).reduce((a, b) => a + b, 0))
        .procedure("later", async (x: { deep: unknown[] }) => ({ got: x }))
        .procedure("nothing", () => undefined)
        .procedure(
          "who",
          (context: { peer: string; method: { name: string } }) => `${context.peer} ${context.method.name}`,
        )
        .procedure("__proto__", () => "a name like any other")
        .procedure("fail", () => {
          throw new Error("secret");
        })
        .procedure("unpackable", () => Symbol("x")),
    { onError: (error) => errors.push(error) },
  );
  const channel = connect(link.dialer, { protocol: "framed" });
  t.equal(await channel.invoke("sum", [1, 2, 3]), 6);
  t.same(await channel.invoke("later", [{ deep: [1n << 60n, null, "é", [[]]] }]), {
    got: { deep: [1n << 60n, null, "é", [[]]] },
  });
  t.equal(await channel.invoke("nothing"), undefined);
  t.equal(await channel.invoke("who"), "memory who");
  t.equal(await channel.invoke("__proto__"), "a name like any other");
  await t.rejects(channel.invoke("fail"), { code: "APP_ERROR", message: "internal error in 'fail'" });
  await t.rejects(channel.invoke("missing"), { code: "UNKNOWN_METHOD", applicationType: 1 });
  await t.rejects(channel.invoke("sum", [() => 1]), { code: "INVALID_ARGUMENT", delivery: "unsent" });
  t.match(errors, [{ message: "secret" }]);

  const raw = await RawClient.dial(link);
  // Not an array; then an array of four billion.
  for (const [seqid, packed] of [
    [1, "05"],
    [2, "ddffffffff"],
  ] as const) {
    raw.send(frame(binaryMessage("sum", 1, seqid, `0b0001 0000000${packed.length / 2} ${packed} 00`)));
    t.match(say(await raw.frame()), new RegExp(`^EXC 7 sum #${seqid} `));
  }
  raw.destroy();
  await channel.close();
  await server.close();
});

t.test("a name that would travel as another one is refused, unsent", async (t) => {
  const link = memory();
  const server = await serve(link.listener, (r) => r.procedure("\ufffdx", () => "another"));
  const channel = connect(link.dialer);
  for (const name of ["\ud800x", "", 5 as never])
    await t.rejects(channel.invoke(name), { code: "INVALID_ARGUMENT", delivery: "unsent" });
  t.equal(await channel.invoke("\ufffdx"), "another");
  await channel.close();
  await server.close();
});
