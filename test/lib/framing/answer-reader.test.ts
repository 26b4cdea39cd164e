import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { AnswerReader } from "../../../lib/framing/answer-reader.ts";
import { rocketFrameReader } from "../../../lib/framing/rocket/frame-reader.ts";

const FOREIGN: Readonly<Record<string, Buffer>> = {
  "an HTTP answer": Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"),
  "a TLS alert": Buffer.from("15030100020228", "hex"),
  "framed Thrift": Buffer.from("0000002c800100030000000465636869", "hex"),
  "unframed Thrift": Buffer.from("800100030000000465636869", "hex"),
};

/** What an `AnswerReader` cuts out of `bytes`, given in pieces of the sizes in turn. */
function read(bytes: Buffer, sizes: readonly number[]): string[] {
  const frames: string[] = [];
  const sink = {
    onFrame: (buf: Buffer, start: number, end: number) => frames.push(buf.toString("hex", start, end)) > 0,
  };
  const reader = new AnswerReader(rocketFrameReader(sink, 1 << 20), "rocket");
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    reader.push(bytes.subarray(at, at + size));
    at += size;
  }
  return frames;
}

for (const [name, bytes] of Object.entries(FOREIGN)) {
  t.test(`knows ${name}, however it is cut`, async (t) => {
    for (let size = 1; size <= bytes.length; size++)
      t.throws(() => read(bytes, [size]), {
        name: "DecodeError",
        message: `expected Rocket, but this looks like ${name}: see the option '${name.includes("TLS") ? "tls" : "protocol"}'`,
      });
  });
}

t.test("hands every frame of a Rocket server on, however it is cut", async (t) => {
  const first = fc.constantFrom("00000000310000", "0000000028400000", "00000001296000");
  const frame = fc
    .tuple(first, fc.uint8Array({ maxLength: 40 }))
    .map(([head, body]) => head + Buffer.from(body).toString("hex"));
  const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(fc.array(frame, { minLength: 1, maxLength: 5 }), sizes, (frames, cuts) => {
      const bytes = Buffer.concat(
        frames.map((hex) => {
          const length = Buffer.alloc(3);
          length.writeUIntBE(hex.length / 2, 0, 3);
          return Buffer.concat([length, Buffer.from(hex, "hex")]);
        }),
      );
      t.same(read(bytes, cuts), frames);
    }),
  );
});

t.test("counts what it holds, so that an answer that never goes on is noticed", async (t) => {
  const reader = new AnswerReader(rocketFrameReader({ onFrame: () => true }, 1 << 20), "rocket");
  t.equal(reader.partialBytes, 0);
  reader.push(Buffer.from("HTTP"));
  t.equal(reader.partialBytes, 4);
  reader.resume();
  t.equal(reader.partialBytes, 4);
});
