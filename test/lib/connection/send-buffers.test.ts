import t from "tap";
import { giveSendBuffer, takeSendBuffer } from "../../../lib/connection/send-buffers.ts";

const LARGE_BYTES = 256 * 1024;

t.test("many connections that write in the same tick hold little each, a few hold much", async (t) => {
  const lent = Array.from({ length: 10_000 }, takeSendBuffer);
  t.equal(lent[0]?.length, LARGE_BYTES);
  const bytes = lent.reduce((sum, buffer) => sum + buffer.length, 0);
  t.ok(bytes < 64 << 20, `${bytes} bytes lent to 10,000`);
  t.equal(new Set(lent).size, lent.length, "no buffer is lent twice");
  for (const buffer of lent) giveSendBuffer(buffer);
});

t.test("what was given back is lent again", async (t) => {
  const first = takeSendBuffer();
  giveSendBuffer(first);
  t.equal(takeSendBuffer(), first);
  giveSendBuffer(first);
});

t.test("large ones that were lost because they grew are replaced", async (t) => {
  for (let i = 0; i < 100; i++) {
    t.equal(takeSendBuffer().length, LARGE_BYTES);
    giveSendBuffer(Buffer.alloc(2 * LARGE_BYTES));
  }
});
