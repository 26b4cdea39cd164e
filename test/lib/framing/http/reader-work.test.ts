/** What a hostile sender of HTTP can make the reader do and hold: told in bytes copied, searched and kept, not in time. */
import { Buffer } from "node:buffer";
import t from "tap";
import { GrowingBytes } from "../../../../lib/framing/growing-bytes.ts";
import { HttpReader } from "../../../../lib/framing/http/reader.ts";
import { allocations } from "../../../helpers/allocations.ts";

const CHUNKED = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
const ONE_BYTE = "1\r\nx\r\n";

function newReader(maxBodyBytes: number): { reader: HttpReader; bodies: number[] } {
  const bodies: number[] = [];
  const reader: HttpReader = new HttpReader(
    {
      onHead() {},
      onBody(_head, body) {
        bodies.push(body.length);
        reader.go();
      },
    },
    maxBodyBytes,
  );
  return { reader, bodies };
}

t.test("joins a body of one-byte chunks without copying it anew for each", async (t) => {
  const size = 200_000;
  const { reader, bodies } = newReader(16_384_000);
  const { count } = allocations(() => {
    reader.push(Buffer.from(CHUNKED));
    for (let i = 0; i < size; i += 1000) reader.push(Buffer.from(ONE_BYTE.repeat(1000)));
    reader.push(Buffer.from("0\r\n\r\n"));
  });
  t.same(bodies, [size]);
  t.ok(count < 1000, `${count} buffers taken for ${size} chunks in 200 pieces`);
});

t.test("keeps nothing of messages that were read, though no chunk ever ends with one", async (t) => {
  const message = Buffer.from("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
  const { reader, bodies } = newReader(1000);
  const { largest } = allocations(() => {
    reader.push(message.subarray(0, 7));
    const rest = Buffer.concat([message.subarray(7), message.subarray(0, 7)]);
    for (let i = 0; i < 10_000; i++) reader.push(rest);
  });
  t.equal(bodies.length, 10_000);
  t.ok(largest <= 131_072, `a buffer of ${largest} bytes`);
});

t.test("refuses trailers without end", async (t) => {
  const { reader } = newReader(1000);
  reader.push(Buffer.from(`${CHUNKED}0\r\nA: `));
  t.throws(
    () => {
      for (let i = 0; i < 10_000; i++) reader.push(Buffer.from("b\r\nA: "));
    },
    { code: "LIMIT_EXCEEDED" },
  );
});

t.test("searches no byte of a head again that comes byte by byte", async (t) => {
  const original = Buffer.prototype.indexOf;
  let searched = 0;
  Buffer.prototype.indexOf = function (this: Buffer, value: string, from = 0): number {
    searched += this.length - Number(from);
    return original.call(this, value, Number(from), "latin1");
  };
  t.teardown(() => {
    Buffer.prototype.indexOf = original;
  });
  const { reader } = newReader(1000);
  const head = Buffer.from(`POST / HTTP/1.1\r\nX: ${"y".repeat(10_000)}\r\n\r\n`);
  for (const byte of head) reader.push(Buffer.of(byte));
  t.ok(searched <= head.length * 4, `${searched} bytes searched of ${head.length}`);
});

t.test(
  "gives up its buffer when all of it was dropped, and moves to a smaller one when the greater part was",
  async (t) => {
    const bytes = new GrowingBytes();
    const chunk = Buffer.concat([Buffer.alloc(60_000, "a"), Buffer.from("ef")]);
    bytes.take(chunk);
    bytes.dropFirst(4);
    t.equal(bytes.buf.buffer, chunk.buffer, "no copy");
    bytes.dropFirst(59_996);
    t.equal(bytes.buf.buffer.byteLength, 1024);
    t.equal(bytes.buf.toString("latin1", 0, bytes.length), "ef");
    t.ok(
      chunk.subarray(0, 60_000).every((byte) => byte === 0x61),
      "what was dropped may still be in use",
    );
    bytes.dropFirst(2);
    t.equal(bytes.buf.length, 0);
  },
);

t.test(
  "gives a body that came in one piece without a copy, and keeps one that comes in many until it is joined",
  async (t) => {
    const bodies: Buffer[] = [];
    const reader: HttpReader = new HttpReader(
      {
        onHead() {},
        onBody(_head, body) {
          bodies.push(body);
          reader.go();
        },
      },
      1_000_000,
    );
    const message = Buffer.concat([
      Buffer.from("POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n"),
      Buffer.alloc(100_000, 7),
    ]);
    const { count } = allocations(() => reader.push(message));
    t.equal(count, 0);
    t.equal(bodies[0]?.buffer, message.buffer);
    const pieces = allocations(() => {
      for (let at = 0; at < message.length; at += 20_000)
        reader.push(Buffer.concat([message.subarray(at, at + 20_000)]));
    });
    t.ok(pieces.count <= 1, `${pieces.count} buffers taken`);
    t.ok(bodies[1]?.equals(bodies[0] as Buffer));
  },
);
