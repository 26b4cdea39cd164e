import { Buffer } from "node:buffer";
import t from "tap";
import { GatheredBytes } from "../../../lib/framing/gathered-bytes.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

const KIB = 1024;
const numbered = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7) & 0xff));

t.test("joins what came, however it was cut, and never takes more than twice as much, or 1 KiB", async (t) => {
  const chance = new VirtualPlatform(3);
  const whole = numbered(300_000);
  for (let round = 0; round < 50; round++) {
    const gathered = new GatheredBytes();
    const most = [1, 20, 3_000, 70_000][round % 4] as number;
    for (let at = 0; at < whole.length; ) {
      // A chunk in memory of its own, and a part of one.
      const end = Math.min(whole.length, at + 1 + Math.floor(chance.random() * most));
      const before = Math.floor(chance.random() * 50);
      const chunk = Buffer.concat([Buffer.alloc(before), whole.subarray(at, end)]);
      gathered.append(chunk, before, chunk.length);
      at = end;
      if (gathered.room > Math.max(KIB, 2 * gathered.length)) t.fail(`${gathered.room} bytes for ${gathered.length}`);
    }
    t.equal(gathered.length, whole.length);
    t.ok(gathered.take().equals(whole));
    t.same([gathered.length, gathered.room], [0, 0]);
  }
});

t.test("keeps a large chunk as it is", async (t) => {
  const gathered = new GatheredBytes();
  const chunk = Buffer.allocUnsafeSlow(64 * KIB);
  gathered.append(chunk, 0, chunk.length);
  t.equal(gathered.take().buffer, chunk.buffer);
});

t.test("copies what is small, or a small part of its memory: that must not be held for it", async (t) => {
  for (const [memory, bytes] of [
    [8 * KIB, 8 * KIB],
    [64 * KIB, 20 * KIB],
  ] as const) {
    const gathered = new GatheredBytes();
    const chunk = Buffer.allocUnsafeSlow(memory);
    gathered.append(chunk, 0, bytes);
    t.not(gathered.take().buffer, chunk.buffer, `${bytes} of ${memory}`);
  }
});

t.test("shows the first bytes before all are there", async (t) => {
  const gathered = new GatheredBytes();
  gathered.append(Buffer.from("ab"), 0, 2);
  gathered.append(Buffer.from("cd"), 0, 2);
  t.equal(gathered.first.toString("latin1", 0, 4), "abcd");
});
