import fc from "fast-check";
import t from "tap";
import { detect } from "../../../lib/framing/detect.ts";
import { framed } from "../../../lib/framing/framed.ts";
import { closeHeader, openHeader } from "../../../lib/framing/header/theader.ts";
import { closeTTHeader, openTTHeader } from "../../../lib/framing/header/ttheader.ts";
import { writeSetup } from "../../../lib/framing/rocket/setup.ts";
import { unframed } from "../../../lib/framing/unframed.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import { openingsOf, serverFamilies } from "../../../lib/server/families.ts";
import { withDefaultServeLimits } from "../../../lib/server/limits.ts";
import { setupMetadata } from "../../../lib/session/rocket/setup-metadata.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { message } from "../../contract/framing.ts";
import { frame } from "../../helpers/raw-client.ts";

const reader = { utf8: "check", keepUnknown: false } as const;
const rows = await openingsOf(serverFamilies([], false), { limits: withDefaultServeLimits({}), reader });

/** Feeds an opening byte by byte; what it was taken for, and after how many bytes. */
function decide(bytes: Buffer): [string, number] {
  for (let n = 1; n <= bytes.length; n++) {
    const found = detect(rows, bytes, n);
    if (found === undefined) return ["unknown", n];
    if (found !== "more") return [found.name, n];
  }
  return ["more", bytes.length];
}

function bytes(write: (w: ByteWriter) => void): Buffer {
  const w = new ByteWriter();
  write(w);
  return Buffer.from(w.view(0));
}

function put(w: ByteWriter, body: Buffer): void {
  w.reserve(body.length).set(body, w.pos);
  w.pos += body.length;
}

/** Sizes at which lengths look like something else: multiples of 256, TLS's first bytes, and their neighbours. */
const size = fc.oneof(
  fc.nat(600),
  fc.nat(200).map((n) => n * 256),
  fc.nat(4).map((n) => 0x1603 - n),
  fc.constantFrom(0xffff, 0x10000, 0x100ff),
);
const classic = fc.constantFrom<[string, Protocol]>(
  ["binary", binary],
  ["compact", compact],
  ["fbthrift compact", compactFb],
  ["json", json],
);

t.test("tells apart whatever a legal client may begin with, within fourteen bytes", async () => {
  const plain = fc.tuple(classic, size, fc.boolean()).map(([[name, protocol], length, inFrame]): [string, Buffer] => {
    const framing = inFrame ? framed : unframed;
    const opening = bytes((w) => {
      const start = framing.beginFrame(w);
      put(w, message(protocol, "x".repeat(length)));
      framing.endFrame(w, start);
    });
    return [`${framing.name} ${name}`, opening];
  });
  const header = fc.tuple(size, fc.integer(), fc.nat(3)).map(([length, seqid, headers]): [string, Buffer] => [
    "header",
    bytes((w) => {
      const pairs = new Map(Array.from({ length: headers }, (_, i) => [`k${i}`, "v".repeat(i * 99)]));
      const start = openHeader(w, { seqid: seqid | 0, protocolId: 2, headers: pairs });
      put(w, message(compact, "x".repeat(length)));
      closeHeader(w, start);
    }),
  ]);
  const framedHeader = header.map(([, opening]): [string, Buffer] => ["framed header", frame(opening)]);
  const ttheader = fc.tuple(size, fc.integer()).map(([length, seqid]): [string, Buffer] => [
    "ttheader",
    bytes((w) => {
      const start = openTTHeader(w, { seqid: seqid | 0 });
      put(w, message(binary, "x".repeat(length)));
      closeTTHeader(w, start);
    }),
  ]);
  const rocket = fc
    .nat(60_000)
    .map((length): [string, Buffer] => [
      "rocket",
      bytes((w) => writeSetup(w, setupMetadata({ minVersion: 8, maxVersion: 10, agent: "x".repeat(length) }))),
    ]);
  const http = fc
    .constantFrom("POST", "GET", "HEAD", "PUT", "OPTIONS")
    .map((verb): [string, Buffer] => [`http ${verb}`, Buffer.from(`${verb} / HTTP/1.1\r\n`)]);
  const foreign = fc.constantFrom<[string, Buffer]>(
    ["an HTTP/2 preface", Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
    ["a TLS ClientHello", Buffer.from("16030102000100", "hex")],
  );
  fc.assert(
    fc.property(fc.oneof(plain, header, framedHeader, ttheader, rocket, http, foreign), ([expected, opening]) => {
      const [found, needed] = decide(opening);
      return found === expected && needed <= 14;
    }),
    { numRuns: 3000 },
  );
});

t.test("refuses a limit that would make lengths look like openings", async (t) => {
  const limits = withDefaultServeLimits({ maxFrameBytes: 0x0d00_0000 });
  await t.rejects(openingsOf(serverFamilies([], false), { limits, reader }), { code: "CONFIGURATION" });
});

t.test("garbage is taken for something, or is known for nothing, within the bound of an opening", async () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 64, maxLength: 64 }),
      (garbage) => decide(Buffer.from(garbage))[0] !== "more",
    ),
    { numRuns: 5000 },
  );
});
