import { Buffer } from "node:buffer";
import t from "tap";
import { decode, encode, make } from "../../../lib/codec/index.ts";
import { compiling } from "../../../lib/codec/lazy-codec.ts";
import { structCodec } from "../../../lib/codec/shapes.ts";
import { DecodeError, EncodeError } from "../../../lib/errors/errors.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { Module } from "../../../lib/schema/link.ts";
import type { FieldSchema, TypeSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { sample, sampleRecord } from "./sample.ts";

compiling.afterUses = 4;

const protocols = [binary, compact, json];

function struct(...fields: FieldSchema[]): StructType {
  return new Module({ name: "m", structs: [{ kind: "struct", name: "S", fields }] }).struct("S");
}

function holder(type: TypeSchema): StructType {
  return struct({ id: 1, name: "x", type, need: "required" });
}

/** Interpreted at first, compiled at last. */
function often(run: () => void): void {
  for (let i = 0; i < compiling.afterUses + 2; i++) run();
}

function problem(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof DecodeError ? error.problem : error instanceof EncodeError ? error.message : String(error);
  }
}

t.test("a struct comes back in each protocol", (t) => {
  const type = new Module(sample).struct("Record");
  for (const protocol of protocols)
    often(() => t.strictSame(decode(type, encode(type, sampleRecord, protocol), protocol), sampleRecord));
  t.end();
});

t.test("bytes behind the value are an error unless they are admitted", (t) => {
  const type = holder("i32");
  for (const protocol of protocols) {
    const bytes = Buffer.concat([encode(type, { x: 1 }, protocol), Buffer.alloc(3)]);
    t.equal(
      problem(() => decode(type, bytes, protocol)),
      "invalid",
    );
    t.strictSame(decode(type, bytes, protocol, { trailing: true }), { x: 1 });
  }
  t.end();
});

t.test("what was encoded does not change with the next encoding, and a Uint8Array is as good as a Buffer", (t) => {
  const type = holder("string");
  const first = encode(type, { x: "one" });
  encode(type, { x: "two" });
  t.strictSame(decode(type, new Uint8Array(first)), { x: "one" });
  t.end();
});

t.test("fields that are not on the wire hold their default or zero, unset optional ones are no properties", (t) => {
  const zero: FieldSchema[] = [
    { id: 1, name: "flag", type: "bool" },
    { id: 2, name: "long", type: "i64" },
    { id: 3, name: "number", type: "i64/number" },
    { id: 4, name: "text", type: "i64/string" },
    { id: 5, name: "bytes", type: "binary" },
    { id: 6, name: "uuid", type: "uuid" },
    { id: 7, name: "list", type: { list: "i32" } },
    { id: 8, name: "set", type: { set: "i32" } },
    { id: 9, name: "map", type: { map: ["i32", "i32"] } },
    { id: 10, name: "given", type: { list: "i32" }, default: [1] },
    { id: 11, name: "unset", type: "i32", need: "optional" },
    { id: 12, name: "chosen", type: "i32", need: "optional", default: 4 },
  ];
  const expected = {
    flag: false,
    long: 0n,
    number: 0,
    text: "0",
    bytes: Buffer.alloc(0),
    uuid: "00000000-0000-0000-0000-000000000000",
    list: [],
    set: new Set(),
    map: new Map(),
    given: [1],
    chosen: 4,
  };
  const [type, empty] = [struct(...zero), struct()];
  for (const protocol of protocols) {
    const bytes = encode(empty, {}, protocol);
    often(() => {
      const value = decode(type, bytes, protocol) as { list: unknown[]; given: unknown[] };
      t.strictSame(value, expected);
      value.list.push(1);
      value.given.push(2);
    });
    // What is undefined is written as its default or zero; an optional field is not written.
    often(() => t.strictSame(decode(type, encode(type, {}, protocol), protocol), expected));
  }
  t.strictSame(make(type, {}), expected);
  t.strictSame(make(type, { long: 5n, unset: 1 } as object), { ...expected, long: 5n, unset: 1 });
  t.match(
    problem(() => make(holder("i32"), {})),
    /S.x: required field is not given/,
  );
  t.end();
});

t.test("i64 has the form that the schema asks for", (t) => {
  const min = { bigint: -(2n ** 63n), number: Number.MIN_SAFE_INTEGER, string: "-9223372036854775808" };
  const max = { bigint: 2n ** 63n - 1n, number: Number.MAX_SAFE_INTEGER, string: "9223372036854775807" };
  const types = { bigint: "i64", number: "i64/number", string: "i64/string" } as const;
  for (const protocol of protocols) {
    for (const form of ["bigint", "number", "string"] as const) {
      const type = holder(types[form]);
      for (const x of [min[form], max[form]])
        often(() => t.strictSame(decode(type, encode(type, { x }, protocol), protocol), { x }));
    }
    const [wide, narrow] = [holder("i64"), holder("i64/number")];
    for (const x of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n)]) {
      const bytes = encode(wide, { x }, protocol);
      often(() =>
        t.equal(
          problem(() => decode(narrow, bytes, protocol)),
          "invalid",
        ),
      );
    }
    for (const x of ["9223372036854775808", "1.5", "", "0x1", " 1", 1n]) {
      often(() =>
        t.match(
          problem(() => encode(holder("i64/string"), { x }, protocol)),
          /^S\.x: expected i64 as a decimal string/,
        ),
      );
    }
    often(() =>
      t.match(
        problem(() => encode(narrow, { x: 2 ** 53 }, protocol)),
        /^S\.x: expected i64 as a safe integer/,
      ),
    );
  }
  t.end();
});

t.test("binary is a copy, or a view where the schema asks for one", (t) => {
  for (const protocol of [binary, compact]) {
    const [copy, view] = [holder("binary"), holder("binary/view")];
    often(() => {
      const bytes = encode(copy, { x: Buffer.from("abcdefgh") }, protocol);
      const copied = decode(copy, bytes, protocol) as { x: Buffer };
      const viewed = decode(view, bytes, protocol) as { x: Buffer };
      bytes.fill(0x78);
      t.equal(copied.x.toString(), "abcdefgh");
      t.equal(viewed.x.toString(), "xxxxxxxx");
    });
  }
  t.end();
});

t.test("what was decoded from a caller's own bytes does not change with them, however large", (t) => {
  const type = holder("binary");
  for (const protocol of [binary, compact]) {
    // Interpreted at first, compiled later.
    for (let i = 0; i < 300; i++) {
      const bytes = Buffer.from(encode(type, { x: Buffer.alloc(50_000, 1) }, protocol));
      const { x } = decode(type, bytes, protocol) as { x: Buffer };
      bytes.fill(2);
      if (!x.every((byte) => byte === 1)) t.fail(`changed, round ${i}`);
    }
  }
  t.end();
});

t.test("text that is not UTF-8 is an error, or replaced on request", (t) => {
  const [bytes, text] = [holder("binary"), holder("string")];
  for (const protocol of [binary, compact]) {
    for (const wrong of ["61fffe62", "61eda08062", "c080", "f4908080", `${"61".repeat(40)}ff`]) {
      const encoded = encode(bytes, { x: Buffer.from(wrong, "hex") }, protocol);
      often(() => {
        t.equal(
          problem(() => decode(text, encoded, protocol)),
          "invalid",
          wrong,
        );
        const { x } = decode(text, encoded, protocol, { utf8: "replace" }) as { x: string };
        t.equal(x, Buffer.from(wrong, "hex").toString());
      });
    }
    // U+FFFD itself is a character like any other.
    often(() =>
      t.strictSame(decode(text, encode(text, { x: `${"é".repeat(30)}\ufffd` }, protocol), protocol), {
        x: `${"é".repeat(30)}\ufffd`,
      }),
    );
  }
  t.end();
});

t.test("uuid and float exist only where the protocol has them", (t) => {
  const x = "00112233-4455-6677-8899-aabbccddeeff";
  often(() => {
    t.strictSame(decode(holder("uuid"), encode(holder("uuid"), { x: x.toUpperCase() }, compact), compact), { x });
    t.strictSame(decode(holder("float"), encode(holder("float"), { x: 1.5 }, compactFb), compactFb), { x: 1.5 });
    t.equal(
      problem(() => encode(holder("uuid"), { x }, compactFb)),
      "S.x: protocol compact-fb cannot say uuid",
    );
    t.equal(
      problem(() => encode(holder("float"), { x: 1.5 }, compact)),
      "S.x: protocol compact cannot say float",
    );
    t.equal(
      problem(() => encode(holder({ list: "float" }), { x: [] }, json)),
      "S.x: protocol json cannot say list<float>",
    );
  });
  t.end();
});

t.test("limits hold for strings and depth, at their value and not before", (t) => {
  const type = new Module(sample).struct("Record");
  const record = { id: 1n, name: "x", active: true, color: 1, points: [] };
  const nest = (levels: number): object => (levels === 1 ? record : { ...record, next: nest(levels - 1) });
  for (const protocol of protocols) {
    often(() => {
      const text = encode(holder("string"), { x: "12345678" }, protocol);
      t.strictSame(decode(holder("string"), text, protocol, { maxStringBytes: 8 }), { x: "12345678" });
      t.equal(
        problem(() => decode(holder("string"), text, protocol, { maxStringBytes: 7 })),
        "limit",
      );
      // The list of points inside the innermost record is a level too.
      const deep = encode(type, nest(9), protocol);
      t.same(decode(type, deep, protocol, { maxDepth: 10 }), nest(9));
      t.equal(
        problem(() => decode(type, deep, protocol, { maxDepth: 9 })),
        "limit",
      );
      t.equal(
        problem(() => decode(struct(), deep, protocol, { maxDepth: 9 })),
        "limit",
        "of what is passed over",
      );
    });
  }
  t.end();
});

t.test("a few bytes cannot make the reader take much memory", (t) => {
  const nested: TypeSchema = { list: { list: { list: { list: "double" } } } };
  const tree = new Module({
    name: "m",
    structs: [{ kind: "struct", name: "T", fields: [{ id: 1, name: "c", type: { list: { struct: "T" } } }] }],
  }).struct("T");
  // Each level announces as many elements as the bytes after it can hold, and holds one.
  const size = 60_000;
  const attacks = [
    [
      holder(nested),
      Buffer.concat([
        Buffer.from("19", "hex"),
        ...Array<Buffer>(3).fill(Buffer.from("f9f0d403", "hex")),
        Buffer.from("f7b03a", "hex"),
        Buffer.alloc(size),
      ]),
    ],
    [tree, Buffer.concat([...Array<Buffer>(30).fill(Buffer.from("19fcf0d403", "hex")), Buffer.alloc(size, 0x11)])],
    [holder("string"), Buffer.from("18ffffffff07", "hex")],
    [holder({ map: ["string", "string"] }), Buffer.from("1bffffffff0788", "hex")],
    [holder("binary"), Buffer.from("18808080f007", "hex")],
  ] as const;
  for (const [type, bytes] of attacks) {
    often(() => t.ok(["incomplete", "invalid", "limit"].includes(problem(() => decode(type, bytes, compact)))));
    const before = process.memoryUsage();
    for (let i = 0; i < 20; i++) problem(() => decode(type, bytes, compact));
    const after = process.memoryUsage();
    t.ok(after.rss - before.rss < 200 * 2 ** 20, `20 attacks of ${bytes.length} bytes`);
  }
  t.end();
});

t.test("codecs are interpreted until they prove to be used, reading and writing apart", (t) => {
  const type = new Module(sample).struct("Point");
  const codec = structCodec(type, compact);
  const bytes = encode(type, { x: 1, y: 2 });
  for (let i = 0; i < compiling.afterUses; i++) {
    t.not(codec.read.name, "readPoint");
    decode(type, bytes);
  }
  t.equal(codec.read.name, "readPoint");
  t.not(codec.write.name, "writePoint");
  t.not(structCodec(type, json).read.name, "readPoint");
  t.end();
});

t.test("the last of a field that comes twice counts, also in a union", (t) => {
  const union = new Module(sample).struct("Shape");
  const twice = Buffer.from("0b0002" + "0000000161" + "0b0002" + "0000000162" + "00", "hex");
  often(() => t.strictSame(decode(union, twice, binary), { kind: "text", value: "b" }));
  often(() => t.strictSame(decode(struct({ id: 2, name: "x", type: "string" }), twice, binary), { x: "b" }));
  t.end();
});

t.test("a promise is no struct: one whose fields are all unset would be written", async (t) => {
  const S = struct({ id: 1, name: "x", type: "i32", need: "optional" });
  for (const protocol of protocols)
    often(() =>
      t.throws(() => encode(S, Promise.resolve({ x: 1 }), protocol), {
        name: "EncodeError",
        message: "S: expected S, got a promise: is an `await` missing?",
      }),
    );
});

t.test("a union without a kind is none, whatever else it has", async (t) => {
  const fields: FieldSchema[] = [{ id: 1, name: "x", type: "i32" }];
  const U = new Module({ name: "m", structs: [{ kind: "union", name: "U", fields }] }).struct("U");
  for (const protocol of protocols)
    often(() => {
      for (const value of [{ x: 1 }, {}, new Map([["kind", "x"]])])
        t.throws(() => encode(U, value, protocol), {
          name: "EncodeError",
          message: "U.kind: expected one of x, got none",
        });
      t.match(decode(U, encode(U, { kind: undefined }, protocol), protocol), { kind: undefined });
    });
});

t.test("what is no struct type is refused as such", async (t) => {
  for (const none of [undefined, null, {}, "S", 5, () => 1] as never[]) {
    for (const act of [() => encode(none, {}), () => decode(none, Buffer.alloc(1)), () => make(none, {})])
      t.throws(act, { code: "CONFIGURATION", message: /type: expected the type of a struct/ });
  }
  const S = struct({ id: 1, name: "x", type: "i32" });
  for (const none of [undefined, null, 5, "x", []] as never[])
    t.throws(() => make(S, none), { name: "EncodeError", message: /S: expected an object with fields/ });
});
