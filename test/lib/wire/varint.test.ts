import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { ByteReader } from "../../../lib/wire/byte-reader.ts";
import { HIGH, i32, i64, LOW } from "../../../lib/wire/number64.ts";
import { putVarint, putZigzag64, readVarint, readZigzag64, varintBytes } from "../../../lib/wire/varint.ts";

function readerOf(bytes: Buffer): ByteReader {
  const r = new ByteReader();
  r.reset(bytes, 0, bytes.length);
  return r;
}

function problem(read: () => unknown): string {
  try {
    return String(read());
  } catch (error) {
    return error instanceof DecodeError ? error.problem : String(error);
  }
}

const uint32 = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.nat({ max: 4 }).map((n) => 2 ** (7 * n) - 1),
);
const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.integer().map(BigInt));

t.test("32 bits come back, with and without bytes behind them", (t) => {
  fc.assert(
    fc.property(uint32, fc.nat({ max: 6 }), (v, behind) => {
      const b = Buffer.alloc(5 + behind, 0xff);
      const size = putVarint(b, 0, v);
      if (size !== varintBytes(v)) return false;
      const r = readerOf(b.subarray(0, size + behind));
      return readVarint(r) === v && r.pos === size;
    }),
  );
  t.end();
});

t.test("64 bits come back, with and without bytes behind them", (t) => {
  fc.assert(
    fc.property(int64, fc.nat({ max: 11 }), (v, behind) => {
      const b = Buffer.alloc(10 + behind, 0xff);
      i64[0] = v;
      const size = putZigzag64(b, 0, i32[HIGH]!, i32[LOW]!);
      const r = readerOf(b.subarray(0, size + behind));
      readZigzag64(r);
      return i64[0] === v && r.pos === size;
    }),
  );
  t.end();
});

t.test("no prefix is a number", (t) => {
  for (const bytes of ["80", "8080", "80808080", "ffffffff"]) {
    t.equal(
      problem(() => readVarint(readerOf(Buffer.from(bytes, "hex")))),
      "incomplete",
    );
    t.equal(
      problem(() => readZigzag64(readerOf(Buffer.from(bytes, "hex")))),
      "incomplete",
    );
  }
  t.equal(
    problem(() => readVarint(readerOf(Buffer.alloc(0)))),
    "incomplete",
  );
  t.equal(
    problem(() => readZigzag64(readerOf(Buffer.alloc(0)))),
    "incomplete",
  );
  t.end();
});

t.test("numbers that are too wide are invalid, not cut", (t) => {
  t.equal(
    problem(() => readVarint(readerOf(Buffer.from("ffffffff0f", "hex")))),
    "4294967295",
  );
  t.equal(
    problem(() => readVarint(readerOf(Buffer.from("ffffffff1f", "hex")))),
    "invalid",
  );
  t.equal(
    problem(() => readVarint(readerOf(Buffer.from("808080808000", "hex")))),
    "invalid",
  );
  t.equal(
    problem(() => readZigzag64(readerOf(Buffer.from("ffffffffffffffffff02", "hex")))),
    "invalid",
  );
  t.equal(
    problem(() => readZigzag64(readerOf(Buffer.from("8080808080808080808000", "hex")))),
    "invalid",
  );
  t.end();
});
