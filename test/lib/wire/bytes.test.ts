import { Buffer } from "node:buffer";
import t from "tap";
import { putBytes, takeBytes } from "../../../lib/wire/bytes.ts";

t.test("puts bytes of every length where they belong and nothing beside them", (t) => {
  for (let length = 0; length < 80; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i + 1);
    const b = Buffer.alloc(100, 0xff);
    t.equal(putBytes(b, 3, bytes), 3 + length);
    t.ok(b.equals(Buffer.concat([Buffer.alloc(3, 0xff), bytes, Buffer.alloc(97 - length, 0xff)])), `${length} bytes`);
  }
  t.end();
});

t.test("a large value is a window only on lasting bytes that hold not too much else", (t) => {
  const frame = Buffer.allocUnsafeSlow(70_000).fill(7);
  const shares = (length: number, lasting: boolean): boolean => {
    const taken = takeBytes(frame, 100, length, lasting);
    t.equal(taken.length, length);
    t.ok(taken.equals(frame.subarray(100, 100 + length)));
    return taken.buffer === frame.buffer;
  };
  t.equal(shares(69_000, true), true);
  t.equal(shares(69_000, false), false, "its owner may write into it again");
  t.equal(shares(17_500, true), true, "a quarter of them");
  t.equal(shares(17_000, true), false, "too much would be kept alive with it");
  t.equal(shares(10, true), false);
  t.end();
});
