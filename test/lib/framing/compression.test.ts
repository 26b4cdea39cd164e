import { Buffer } from "node:buffer";
import t from "tap";
import { DecodeError } from "../../../lib/errors.ts";
import {
  type Algorithm,
  compress,
  hasCompression,
  inflate,
  type Lz4Block,
  useLz4,
} from "../../../lib/framing/compression.ts";

const plain = Buffer.from("spare words ".repeat(500));

/** Keeps blocks as they are, and notes what it was asked for. */
function storedBlocks(): Lz4Block & { sizes: number[] } {
  const sizes: number[] = [];
  return {
    sizes,
    compressSync: (bytes) => bytes,
    uncompressSync(packed, size) {
      sizes.push(size);
      return Buffer.from(packed);
    },
  };
}

t.test("has LZ4 only when it was given", async (t) => {
  t.equal(hasCompression("lz4"), false);
  t.throws(() => compress("lz4", plain), { code: "UNSUPPORTED", message: "lz4 is not loaded in this process" });
  const block = storedBlocks();
  useLz4(block);
  t.equal(hasCompression("lz4"), true);
  const packed = compress("lz4", plain);
  // 6,000 as a varint stands before the block.
  t.same([...packed.subarray(0, 2)], [0xf0, 0x2e]);
  t.same(inflate("lz4", packed, plain.length), plain);
  t.same(block.sizes, [plain.length]);
});

t.test("asks LZ4 for nothing beyond the limit, and believes no length that is not true", async (t) => {
  const block = storedBlocks();
  useLz4(block);
  const packed = compress("lz4", plain);
  t.throws(() => inflate("lz4", packed, plain.length - 1), { code: "LIMIT_EXCEEDED" });
  t.same(block.sizes, []);
  t.throws(() => inflate("lz4", packed.subarray(0, -1), plain.length), { code: "PROTOCOL_ERROR" });
  t.throws(() => inflate("lz4", Buffer.from([0x80, 0x80]), 100), DecodeError);
});

const algorithms: readonly Algorithm[] = ["zlib", "zstd"];
for (const algorithm of algorithms.filter(hasCompression)) {
  t.test(`${algorithm} comes back, and holds no more than the limit`, async (t) => {
    const packed = compress(algorithm, plain);
    t.ok(packed.length < plain.length);
    t.same(inflate(algorithm, packed, plain.length), plain);
    t.throws(() => inflate(algorithm, packed, plain.length - 1), { code: "LIMIT_EXCEEDED" });
    t.throws(() => inflate(algorithm, Buffer.from("garbage"), 100), { code: "PROTOCOL_ERROR" });
  });
}
