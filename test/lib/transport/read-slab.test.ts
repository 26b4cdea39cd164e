import { Buffer } from "node:buffer";
import t from "tap";
import { ReadSlab } from "../../../lib/transport/read-slab.ts";

/** Reads `text` as a socket would. */
function read(slab: ReadSlab, text: string): void {
  slab.callback(slab.buffer().write(text));
}

t.test("gives what was read, which no later read changes", (t) => {
  const slab = new ReadSlab();
  const chunks: Buffer[] = [];
  slab.onChunk = (chunk) => chunks.push(chunk);
  for (const text of ["first", "second", "third"]) read(slab, text);
  t.same(chunks.map(String), ["first", "second", "third"]);
  t.equal(chunks[0]!.buffer, chunks[2]!.buffer, "one piece of memory for many reads");
  t.end();
});

t.test("has at least 16 KiB of room for every read, and full pieces for long ones", (t) => {
  const slab = new ReadSlab();
  const pieces = new Set<ArrayBufferLike>();
  slab.onChunk = (chunk) => pieces.add(chunk.buffer);
  for (let i = 0; i < 100; i++) {
    const room = slab.buffer();
    t.ok(room.length >= 16 * 1024);
    slab.callback(Math.min(room.length, i % 3 === 0 ? 64 * 1024 : 5000));
  }
  t.ok(pieces.size < 60);
  t.end();
});

t.test("fills the whole room in one read and goes on in a new piece", (t) => {
  const slab = new ReadSlab();
  let got: Buffer = Buffer.alloc(0);
  slab.onChunk = (chunk) => (got = chunk);
  const room = slab.buffer().fill(1);
  slab.callback(room.length);
  slab.buffer().fill(2);
  t.ok(got.equals(Buffer.alloc(64 * 1024, 1)));
  t.end();
});
