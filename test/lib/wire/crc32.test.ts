import fc from "fast-check";
import t from "tap";
import { crc32 } from "../../../lib/wire/crc32.ts";

t.test("gives the checksum that the standard's own example has", async (t) => {
  t.equal(crc32(Buffer.from("123456789")), 0xcbf43926);
  t.equal(crc32(Buffer.alloc(0)), 0);
});

t.test("goes on from what stands before, and sees one changed byte", async () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (bytes, at, change) => {
        const cut = at % bytes.length;
        const whole = crc32(bytes);
        const damaged = bytes.with(cut, (bytes[cut] as number) ^ change);
        return crc32(bytes, cut, bytes.length, crc32(bytes, 0, cut)) === whole && crc32(damaged) !== whole;
      },
    ),
  );
});
