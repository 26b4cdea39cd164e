import t from "tap";
import { Source } from "../../../idl/source/source.ts";

t.test("counts lines after LF, CR LF and a bare CR", async (t) => {
  const source = new Source("x", "a\nb\r\nc\rd");
  t.same(
    [0, 2, 5, 7].map((offset) => source.position(offset)),
    [1, 2, 3, 4].map((line) => ({ line, column: 1 })),
  );
});

t.test("counts columns in bytes of UTF-8", async (t) => {
  const source = new Source("x", "é x");
  t.same(source.position(3), { line: 1, column: 4 });
});

t.test("does not count a byte order mark as a column", async (t) => {
  const source = new Source("x", "\ufeffstruct");
  t.equal(source.begin, 3);
  t.same(source.position(3), { line: 1, column: 1 });
});

t.test("gives the place behind the last byte for offsets beyond the end", async (t) => {
  t.same(new Source("x", "ab\n").position(99), { line: 2, column: 1 });
});

t.test("gives lines without their ends", async (t) => {
  const source = new Source("x", "ab\r\ncd");
  t.same(source.lineSpan(1), { start: 0, end: 2 });
  t.same(source.lineSpan(2), { start: 4, end: 6 });
  t.same(source.lineSpan(9), { start: 6, end: 6 });
});

t.test("tells valid UTF-8 from other bytes and decodes the latter to U+FFFD", async (t) => {
  const source = new Source("x", Buffer.from([0x61, 0xe9, 0x62]));
  t.notOk(source.isUtf8(0, 3));
  t.ok(source.isUtf8(0, 1));
  t.equal(source.decode(0, 3), "a\ufffdb");
});
