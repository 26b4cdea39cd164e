import fc from "fast-check";
import t from "tap";
import { crc32, crc32c } from "../../../lib/wire/crc32.ts";

t.test("gives the checksums that the standards' own examples have", async (t) => {
  t.equal(crc32(Buffer.from("123456789")), 0xcbf43926);
  t.equal(crc32(Buffer.alloc(0)), 0);
  t.equal(crc32c(Buffer.from("123456789")), 0xe3069283);
  // RFC 3720, B.4.
  t.equal(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  t.equal(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  t.equal(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i))), 0x46dd794e);
});

for (const sum of [crc32, crc32c]) {
  t.test(`${sum.name} goes on from what stands before, and sees one changed byte`, async () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, change) => {
          const cut = at % bytes.length;
          const whole = sum(bytes);
          const damaged = bytes.with(cut, (bytes[cut] as number) ^ change);
          return sum(bytes, cut, bytes.length, sum(bytes, 0, cut)) === whole && sum(damaged) !== whole;
        },
      ),
    );
  });
}
