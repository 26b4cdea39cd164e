import fc from "fast-check";
import t from "tap";
import type { FrameReader } from "../../../../lib/framing/framing.ts";
import { writeCancel } from "../../../../lib/framing/rocket/cancel.ts";
import { writeErrorText } from "../../../../lib/framing/rocket/error.ts";
import { rocketFrameReader } from "../../../../lib/framing/rocket/frame-reader.ts";
import { writeRequestN } from "../../../../lib/framing/rocket/request-n.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";

function collector(maxFrameBytes = 1 << 20): { frames: string[]; reader: FrameReader } {
  const frames: string[] = [];
  const reader = rocketFrameReader(
    { onFrame: (buf, start, end) => frames.push(buf.toString("hex", start, end)) > 0 },
    maxFrameBytes,
  );
  return { frames, reader };
}

function stream(): Buffer {
  const w = new ByteWriter();
  writeCancel(w, 1);
  writeRequestN(w, 3, 7);
  writeErrorText(w, 5, 0x201, "some longer text");
  writeCancel(w, 7);
  return Buffer.from(w.view(0));
}

function inOneChunk(bytes: Buffer): string[] {
  const { frames, reader } = collector();
  reader.push(bytes);
  return frames;
}

t.test("gives each frame of a chunk once", async (t) => {
  t.same(
    inOneChunk(stream()).map((frame) => frame.length / 2),
    [6, 10, 26, 6],
  );
});

t.test("cuts the same frames out of every split in three", async (t) => {
  const bytes = stream();
  const expected = inOneChunk(bytes);
  for (let a = 0; a <= bytes.length; a++) {
    for (let b = a; b <= bytes.length; b++) {
      const { frames, reader } = collector();
      reader.push(bytes.subarray(0, a));
      reader.push(bytes.subarray(a, b));
      reader.push(bytes.subarray(b));
      if (frames.join() !== expected.join()) t.fail(`split at ${a} and ${b}`);
    }
  }
});

t.test("cuts the same frames byte by byte", async (t) => {
  const { frames, reader } = collector();
  for (const byte of stream()) reader.push(Buffer.of(byte));
  t.same(frames, inOneChunk(stream()));
  t.equal(reader.partialBytes, 0);
});

t.test("an announced length takes no memory before its bytes come", async (t) => {
  const { reader } = collector(0xffffff);
  reader.push(Buffer.from("ffffff00", "hex"));
  t.equal(reader.partialBytes, 4);
});

t.test("copies each byte of a large frame in many chunks only a few times", async (t) => {
  let copied = 0;
  const original = Buffer.prototype.copy;
  t.teardown(() => {
    Buffer.prototype.copy = original;
  });
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<typeof original>): number {
    const n = original.apply(this, args);
    copied += n;
    return n;
  };
  const { frames, reader } = collector(0xffffff);
  const size = 1 << 20;
  const head = Buffer.alloc(3);
  head.writeUIntBE(size, 0, 3);
  reader.push(head);
  for (let i = 0; i < size; i += 256) reader.push(Buffer.alloc(256));
  t.equal(frames.length, 1);
  t.ok(copied < 4 * size, `${copied} bytes copied for ${size}`);
});

t.test("refuses frames too small or above the limit, naming both numbers", async (t) => {
  t.throws(() => collector().reader.push(Buffer.from("000005", "hex")), { code: "PROTOCOL_ERROR", message: /5 bytes/ });
  t.throws(() => collector(100).reader.push(Buffer.from("000065", "hex")), {
    code: "LIMIT_EXCEEDED",
    message: /101 bytes, limit 100/,
  });
  const { reader } = collector(100);
  reader.push(Buffer.from("0000", "hex"));
  t.throws(() => reader.push(Buffer.from("65", "hex")), { code: "LIMIT_EXCEEDED" });
});

t.test("brings no more once the sink has asked, and goes on where it stopped", async (t) => {
  const bytes = stream();
  const frames: string[] = [];
  const reader = rocketFrameReader(
    {
      onFrame: (buf, start, end) => {
        frames.push(buf.toString("hex", start, end));
        return frames.length !== 1;
      },
    },
    1000,
  );
  reader.push(bytes.subarray(0, 20));
  reader.push(bytes.subarray(20));
  t.equal(frames.length, 1);
  reader.resume();
  t.same(frames, inOneChunk(bytes));
});

t.test("garbage in any chunks is cut or refused", async () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }), (chunks) => {
      const { reader } = collector(1000);
      try {
        for (const chunk of chunks) reader.push(Buffer.from(chunk));
      } catch (error) {
        return /rocket frame of/.test((error as Error).message);
      }
      return reader.partialBytes <= 1003;
    }),
  );
});
