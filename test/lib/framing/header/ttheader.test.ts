import fc from "fast-check";
import t from "tap";
import { DecodeError, ThriftError } from "../../../../lib/errors/errors.ts";
import {
  closeTTHeader,
  openTTHeader,
  readTTHeader,
  type TTHeaderFrame,
  TTHeaderKey,
  type TTHeaderOptions,
} from "../../../../lib/framing/header/ttheader.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { judgedToTheLimit } from "../../../helpers/judged-headers.ts";

const PAYLOAD = Buffer.from("80010001", "hex");

function written(options: TTHeaderOptions, payload = PAYLOAD): Buffer {
  const w = new ByteWriter(4);
  const start = openTTHeader(w, options);
  payload.copy(w.reserve(payload.length), w.pos);
  w.pos += payload.length;
  closeTTHeader(w, start);
  return Buffer.from(w.view(0));
}

const read = (bytes: Buffer): TTHeaderFrame => readTTHeader(bytes, 4, bytes.length);
const sample = written({
  seqid: 9,
  headers: new Map([["crrst", "1"]]),
  numbered: new Map([
    [TTHeaderKey.RPC_TIMEOUT_MS, "250"],
    [TTHeaderKey.TO_METHOD, "echo"],
  ]),
});

t.test("has fixed widths and pads to a word", async (t) => {
  const expected = [
    "1000 0000 00000009 0009",
    "00 00",
    "10 0002 000c 0003 323530 0009 0004 6563686f",
    "01 0001 0005 6372727374 0001 31",
    "000000",
    "80010001",
  ]
    .join("")
    .replaceAll(" ", "");
  t.equal(sample.toString("hex", 4), expected);
  t.equal(sample.readUInt32BE(0), sample.length - 4);
});

t.test("reads both kinds of headers and passes over a token", async (t) => {
  t.match(read(sample), {
    seqid: 9,
    protocolId: 0,
    headers: new Map([["crrst", "1"]]),
    numbered: new Map([
      [12, "250"],
      [9, "echo"],
    ]),
    payload: PAYLOAD,
  });
  const token = Buffer.from(
    `00000000 1000 0000 00000001 0002 0000 11 0002 6162 00 80010001`.replaceAll(" ", ""),
    "hex",
  );
  t.equal(read(token).payload.toString("hex"), "80010001");
});

t.test("refuses every prefix that cuts the header", async (t) => {
  for (let end = 4; end < sample.length - PAYLOAD.length; end++)
    t.throws(() => readTTHeader(sample, 4, end), DecodeError, `cut to ${end}`);
});

t.test("says what it does not speak", async (t) => {
  const changed = (offset: number, value: number): Buffer => {
    const bytes = Buffer.from(sample);
    bytes[offset] = value;
    return bytes;
  };
  t.throws(() => read(changed(7, 0x02)), { code: "UNSUPPORTED", message: /stream/ });
  t.throws(() => read(changed(14, 2)), { code: "UNSUPPORTED", message: /protocol 2/ });
  t.throws(() => read(changed(15, 1)), { code: "BAD_TRANSFORM" });
  t.doesNotThrow(() => read(changed(14, 3)), "Kitex tolerates 3 for binary");
});

t.test("cuts no header, and has room for whatever headers were judged", async (t) => {
  const long = "é".repeat(16_384);
  t.equal(read(written({ seqid: 1, headers: new Map([["k", long]]) })).headers.get("k"), long);
  fc.assert(
    fc.property(judgedToTheLimit, (headers) => read(written({ seqid: 1, headers })).headers.size === headers.size),
    { numRuns: 200 },
  );
});

t.test("counts the headers of all info blocks together", async (t) => {
  const block = (kind: string): string => `${kind}0258${"00000000".repeat(600)}`;
  const withBlocks = (...blocks: string[]): Buffer => {
    const header = `0000${blocks.join("")}`;
    const body = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8, "0"), "hex");
    const fixed = Buffer.from("0000000010000000000000010000", "hex");
    fixed.writeUInt16BE(body.length / 4, 12);
    return Buffer.concat([fixed, body, PAYLOAD]);
  };
  t.equal(read(withBlocks(block("01"))).headers.size, 1);
  const limit = { code: "LIMIT_EXCEEDED", message: /1200 headers/ };
  t.throws(() => read(withBlocks(block("01"), block("01"))), limit);
  t.throws(() => read(withBlocks(block("01"), block("10"))), limit);
});

t.test("round trip of any headers", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { maxLength: 10 }),
      fc.array(fc.tuple(fc.nat(0xffff), text), { maxLength: 10 }),
      fc.maxSafeInteger(),
      (pairs, numbers, seed) => {
        const headers = new Map(pairs);
        const numbered = new Map(numbers);
        const frame = read(written({ seqid: seed | 0, headers, numbered }));
        return (
          frame.seqid === (seed | 0) &&
          JSON.stringify([[...frame.headers], [...frame.numbered]]) === JSON.stringify([[...headers], [...numbered]]) &&
          frame.payload.equals(PAYLOAD)
        );
      },
    ),
  );
});

t.test("garbage behind the magic is read or refused with an error of ours", async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
      try {
        read(Buffer.concat([Buffer.from("0000000010000000", "hex"), garbage]));
      } catch (error) {
        return error instanceof ThriftError;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});
