import { deflateSync } from "node:zlib";
import t from "tap";
import { compress, hasCompression, inflate, useLz4 } from "../../../lib/framing/compression.ts";

const PLAIN = Buffer.alloc(5000, "plain");

t.test("zlib is always there and comes back whole", async (t) => {
  t.ok(hasCompression("zlib"));
  t.ok(inflate("zlib", compress("zlib", PLAIN), 5000).equals(PLAIN));
});

t.test("a bomb costs its sender the message, not us the memory", async (t) => {
  const bomb = deflateSync(Buffer.alloc(100 << 20));
  const before = process.memoryUsage().arrayBuffers;
  t.throws(() => inflate("zlib", bomb, 1 << 20), { code: "LIMIT_EXCEEDED", message: /limit of 1048576/ });
  t.ok(process.memoryUsage().arrayBuffers - before < 50 << 20);
  t.throws(() => inflate("zlib", compress("zlib", PLAIN), 4999), { code: "LIMIT_EXCEEDED" });
});

t.test("bytes that are not the algorithm's are a DecodeError, one that is not loaded is UNSUPPORTED", async (t) => {
  t.throws(() => inflate("zlib", Buffer.from("nonsense"), 100), { code: "PROTOCOL_ERROR", message: /not zlib/ });
  t.throws(() => inflate("zlib", compress("zlib", PLAIN).subarray(0, 20), 5000), { code: "PROTOCOL_ERROR" });
  if (!hasCompression("zstd")) t.throws(() => compress("zstd", PLAIN), { code: "UNSUPPORTED" });
  else t.ok(inflate("zstd", compress("zstd", PLAIN), 5000).equals(PLAIN));
});

t.test("LZ4 stands behind its plain length, which is checked before anything is taken for it", async (t) => {
  t.notOk(hasCompression("lz4"));
  let asked = 0;
  // A codec that leaves bytes as they are: the length before them is what is ours.
  useLz4({
    compressSync: (plain) => plain,
    uncompressSync: (packed, size) => {
      asked++;
      return packed.subarray(0, size);
    },
  });
  const packed = compress("lz4", PLAIN);
  t.equal(packed.toString("hex", 0, 2), "8827");
  t.ok(inflate("lz4", packed, 5000).equals(PLAIN));
  t.throws(() => inflate("lz4", packed, 4999), { code: "LIMIT_EXCEEDED" });
  t.throws(() => inflate("lz4", Buffer.from("ffffffffff7f", "hex"), 5000), { code: "PROTOCOL_ERROR" });
  t.throws(() => inflate("lz4", Buffer.from("05aabb", "hex"), 5000), {
    code: "PROTOCOL_ERROR",
    message: /announced 5 bytes and held 2/,
  });
  t.equal(asked, 2);
});
