import t from "tap";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";

t.test("keeps what is written when it grows", (t) => {
  const w = new ByteWriter(4);
  for (let i = 0; i < 1000; i++) w.reserve(1)[w.pos++] = i;
  t.strictSame(
    [...w.view(0)],
    Array.from({ length: 1000 }, (_, i) => i & 255),
  );
  t.end();
});

t.test("grows at once to what is asked for, and not at all where there is room", (t) => {
  const w = new ByteWriter(16);
  const first = w.buf;
  t.equal(w.reserve(16), first);
  w.pos = 10;
  t.equal(w.reserve(6), first);
  t.equal(w.reserve(100_000).length, 100_010 + 1024);
  t.end();
});

t.test("has room for a few bytes more after a long value", (t) => {
  const w = new ByteWriter();
  const buf = w.reserve(1 << 20);
  w.pos = 1 << 20;
  t.equal(w.reserve(100), buf);
  t.ok(buf.length < (1 << 20) + 2048);
  t.end();
});
