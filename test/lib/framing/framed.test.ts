import t from "tap";
import { framed } from "../../../lib/framing/framed.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { withDefaultLimits } from "../../../lib/protocol/limits.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { Frames, framingContract } from "../../contract/framing.ts";

for (const protocol of [binary, compact, compactFb]) framingContract(t, framed, protocol);

function push(hex: string, maxFrameBytes = 16): Frames {
  const sink = new Frames();
  framed.createReader(sink, binary, withDefaultLimits({ maxFrameBytes })).push(Buffer.from(hex, "hex"));
  return sink;
}

t.test("writes the length in front of the message, big-endian", async (t) => {
  const w = new ByteWriter(1);
  const start = framed.beginFrame(w);
  w.reserve(3);
  w.pos += 3;
  framed.endFrame(w, start);
  t.equal(w.view(0).toString("hex", 0, 4), "00000003");
});

t.test("takes a frame of exactly the limit", async (t) => {
  t.equal(push(`00000010${"00".repeat(16)}`).got.length, 1);
});

t.test("refuses a length that is above the limit, negative or zero", async (t) => {
  t.throws(() => push("00000011"), { problem: "limit", message: "frame of 17 bytes, limit 16" });
  t.throws(() => push("ffffffff"), { problem: "invalid", message: "frame of -1 bytes, limit 16" });
  t.throws(() => push("80000000"), { problem: "invalid", message: "frame of -2147483648 bytes, limit 16" });
  t.throws(() => push("00000000"), { problem: "invalid", message: "frame of 0 bytes, limit 16" });
  t.throws(() => push("7fffffff"), { problem: "limit", message: "frame of 2147483647 bytes, limit 16" });
});

t.test("an announced length alone takes no memory", async (t) => {
  const limits = withDefaultLimits();
  const before = process.memoryUsage().arrayBuffers;
  const readers = Array.from({ length: 100 }, () => framed.createReader(new Frames(), binary, limits));
  for (const reader of readers) reader.push(Buffer.from("00f00000abcd", "hex"));
  t.ok(process.memoryUsage().arrayBuffers - before < 100 * 70_000);
});
