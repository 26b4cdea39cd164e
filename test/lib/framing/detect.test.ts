import t from "tap";
import { detect } from "../../../lib/framing/detect.ts";
import { framed } from "../../../lib/framing/framed.ts";
import { classicOpenings, oldBinaryOpenings } from "../../../lib/framing/thrift-openings.ts";
import { unframed } from "../../../lib/framing/unframed.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { message } from "../../contract/framing.ts";

const lead = (framing: { name: string }, protocol: { name: string }): string => `${framing.name} ${protocol.name}`;
const rows = classicOpenings({ binary, compact, compactFb, json }, { framed, unframed }, lead);
const withOld = [...rows, ...oldBinaryOpenings({ name: "old" }, { framed, unframed }, lead)];

/** What is decided, and after how many bytes. */
function decide(bytes: Buffer, table = rows): [string, number] {
  for (let n = 1; n <= bytes.length; n++) {
    const found = detect(table, bytes, n);
    if (found === undefined) return ["unknown", n];
    if (found !== "more") return [found.leadsTo, n];
  }
  return ["more", bytes.length];
}

for (const framing of [framed, unframed]) {
  for (const protocol of [binary, compact, compactFb, json]) {
    t.test(`tells ${framing.name} ${protocol.name} by its first bytes, fed one at a time`, async (t) => {
      for (const length of [0, 1, 200, 251, 252, 253, 0x1603 - 20, 70_000]) {
        const w = new ByteWriter();
        const start = framing.beginFrame(w);
        const body = message(protocol, "x".repeat(length));
        w.reserve(body.length);
        body.copy(w.buf, w.pos);
        w.pos += body.length;
        framing.endFrame(w, start);
        const [found, needed] = decide(w.view(0));
        t.equal(found, `${framing.name} ${protocol.name}`);
        t.ok(needed <= 7, `${needed} bytes`);
      }
    });
  }
}

t.test("knows at the first byte that fits nothing", async (t) => {
  t.same(decide(Buffer.from("GET / HTTP/1.1\r\n")), ["unknown", 1]);
  t.same(decide(Buffer.from("160301020001", "hex")), ["unknown", 1]);
  t.same(decide(Buffer.from("00000010 00000000".replace(" ", ""), "hex")), ["unknown", 5]);
  t.same(decide(Buffer.from("8200", "hex")), ["unknown", 2]);
  t.same(decide(Buffer.from("ffffffff", "hex")), ["unknown", 1]);
});

t.test("takes old binary for itself only when asked to", async (t) => {
  const unframedOld = Buffer.from("00000004 65636868 01000000 0000".replaceAll(" ", ""), "hex");
  const framedOld = Buffer.concat([Buffer.from("00000020", "hex"), unframedOld]);
  t.equal(decide(unframedOld)[0], "unknown");
  t.equal(decide(unframedOld, withOld)[0], "unframed old");
  t.equal(decide(framedOld)[0], "unknown");
  t.equal(decide(framedOld, withOld)[0], "framed old");
});
