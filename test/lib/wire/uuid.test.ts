import { Buffer } from "node:buffer";
import t from "tap";
import { getUuid, isUuid, putUuid } from "../../../lib/wire/uuid.ts";

t.test("stands in network order", (t) => {
  const b = Buffer.alloc(18);
  putUuid(b, 1, "00112233-4455-6677-8899-aabbccddeeff");
  t.equal(b.toString("hex"), "0000112233445566778899aabbccddeeff00");
  t.equal(getUuid(b, 1), "00112233-4455-6677-8899-aabbccddeeff");
  t.end();
});

t.test("takes either case and gives lower case", (t) => {
  const b = Buffer.alloc(16);
  t.ok(isUuid("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"));
  putUuid(b, 0, "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6");
  t.equal(getUuid(b, 0), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  t.end();
});

t.test("takes no other form", (t) => {
  for (const wrong of [
    "",
    "00112233445566778899aabbccddeeff",
    "{00112233-4455-6677-8899-aabbccddeeff}",
    "0011223g-4455-6677-8899-aabbccddeeff",
    5,
    null,
  ]) {
    t.notOk(isUuid(wrong));
  }
  t.end();
});
