import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import t from "tap";
import { DecodeError, ThriftError } from "../../../../lib/errors/errors.ts";
import {
  closeHeader,
  type HeaderFrame,
  type HeaderOptions,
  openHeader,
  readHeader,
} from "../../../../lib/framing/header/theader.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { judgedToTheLimit } from "../../../helpers/judged-headers.ts";
import { sharedPath } from "../../../helpers/shared.ts";

interface Vector {
  name: string;
  hex: string;
  protocol: "binary" | "compact";
  headers: [string, string][];
  headerSeqid: number;
}

const MAX = 1 << 20;

function written(payload: Buffer, options: HeaderOptions): Buffer {
  const w = new ByteWriter(4);
  const start = openHeader(w, options);
  payload.copy(w.reserve(payload.length), w.pos);
  w.pos += payload.length;
  closeHeader(w, start, options.transforms);
  return Buffer.from(w.view(0));
}

const read = (bytes: Buffer): HeaderFrame => readHeader(bytes, 4, bytes.length, MAX);

const file = sharedPath("data/vectors/header.jsonl");
const vectors: Vector[] =
  file === undefined
    ? []
    : readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Vector);

t.test(
  "reads and writes the vectors of npm thrift and python3-thrift",
  { skip: file === undefined && "no ../shared/data/vectors/header.jsonl" },
  async (t) => {
    t.ok(vectors.length > 10);
    for (const { name, hex, protocol, headers, headerSeqid } of vectors) {
      const bytes = Buffer.from(hex, "hex");
      const frame = read(bytes);
      t.equal(bytes.readUInt32BE(0), bytes.length - 4, name);
      t.same([...frame.headers], headers, name);
      t.match(frame, { seqid: headerSeqid, protocolId: protocol === "binary" ? 0 : 2 }, name);
      t.equal(frame.payload[0], protocol === "binary" ? 0x80 : 0x82, name);
      const { seqid, protocolId, flags, transforms } = frame;
      if (transforms.length === 0)
        t.equal(
          written(frame.payload, { seqid, protocolId, flags, headers: new Map(headers) }).toString("hex"),
          hex,
          name,
        );
    }
  },
);

const PAYLOAD = Buffer.from("a message");
const sample = written(PAYLOAD, {
  seqid: -7,
  protocolId: 2,
  flags: 1,
  headers: new Map([
    ["k", "v"],
    ["client_timeout", "250"],
  ]),
});

t.test("reads 0 to 4 bytes of padding", async (t) => {
  for (const [words, header] of [
    [1, "02000101 "],
    [2, "0200010101610162"],
    [2, "0200010101610000"],
    [2, "0200 0101 0000 0000"],
    [1, "02000000"],
    [3, "020001010161016200000000"],
  ] as const) {
    const body = Buffer.from(header.replaceAll(" ", ""), "hex");
    const fixed = Buffer.from("0fff000000000001", "hex");
    const size = Buffer.alloc(2);
    size.writeUInt16BE(words);
    const frame = Buffer.concat([Buffer.alloc(4), fixed, size, body, PAYLOAD]);
    if (header === "02000101 ") t.throws(() => read(frame), DecodeError, "a pair that is announced must be there");
    else t.equal(read(frame).payload.toString(), "a message", header);
  }
});

t.test("refuses every prefix that cuts the header", async (t) => {
  const headerEnd = sample.length - PAYLOAD.length;
  for (let end = 4; end < headerEnd; end++)
    t.throws(() => readHeader(sample, 4, end, MAX), DecodeError, `cut to ${end}`);
  t.equal(readHeader(sample, 4, headerEnd, MAX).payload.length, 0);
});

t.test("deflates and inflates, also twice, and answers in kind", async (t) => {
  const payload = Buffer.alloc(5000, "abc");
  for (const transforms of [[1], [1, 1]]) {
    const bytes = written(payload, { seqid: 1, protocolId: 0, transforms });
    t.ok(bytes.length < 200);
    t.equal(bytes.readUInt32BE(0), bytes.length - 4);
    const frame = read(bytes);
    t.same(frame.transforms, transforms);
    t.ok(frame.payload.equals(payload));
  }
});

t.test("bounds what is inflated", async (t) => {
  const bomb = written(deflateSync(Buffer.alloc(50 << 20)), { seqid: 1, protocolId: 0 });
  bomb[14 + 1] = 1; // one transform: the padding's zero byte behind it becomes its id
  bomb[14 + 2] = 1;
  t.throws(() => read(bomb), { code: "LIMIT_EXCEEDED", message: /limit of 1048576/ });
});

t.test("names a transform that it does not know", async (t) => {
  const bytes = Buffer.concat([
    Buffer.from(`000000000fff00000000000100010001${"03000000".slice(2, 2)}`, "hex"),
    Buffer.from("0300", "hex"),
    PAYLOAD,
  ]);
  t.throws(() => read(bytes), { code: "BAD_TRANSFORM", message: /header transform 3/ });
});

t.test("refuses too many transforms and headers before it reads them", async (t) => {
  const withHeader = (hex: string): Buffer =>
    Buffer.concat([
      Buffer.from(`000000000fff00000000000100${(hex.length / 8).toString(16).padStart(2, "0")}${hex}`, "hex"),
      PAYLOAD,
    ]);
  t.throws(() => read(withHeader("00050101010101000000000000000000".slice(0, 16))), {
    code: "LIMIT_EXCEEDED",
    message: /5 header transforms/,
  });
  t.throws(() => read(withHeader("000001ffffff7f00")), { code: "LIMIT_EXCEEDED", message: /headers in/ });
  t.throws(() => read(withHeader("ffffffffff000000")), /varint/);
});

t.test("keeps fbthrift's persistent headers apart", async (t) => {
  const frame = read(
    Buffer.concat([
      Buffer.from("000000000fff0000000000010004" + "0000" + "0201016101620101016301640000", "hex"),
      PAYLOAD,
    ]),
  );
  t.same([...frame.persistentHeaders], [["a", "b"]]);
  t.same([...frame.headers], [["c", "d"]]);
});

t.test("counts the headers of all info blocks together", async (t) => {
  const block = (kind: string, count: number): string => `${kind}${varint(count)}${"00".repeat(2 * count)}`;
  const withBlocks = (...blocks: string[]): Buffer => {
    const header = `0000${blocks.join("")}`;
    const body = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8, "0"), "hex");
    const fixed = Buffer.from("000000000fff0000000000010000", "hex");
    fixed.writeUInt16BE(body.length / 4, 12);
    return Buffer.concat([fixed, body, PAYLOAD]);
  };
  t.equal(read(withBlocks(block("01", 500), block("02", 500))).headers.size, 1);
  const limit = { code: "LIMIT_EXCEEDED", message: /1200 headers/ };
  t.throws(() => read(withBlocks(block("01", 600), block("01", 600))), limit);
  t.throws(() => read(withBlocks(block("01", 600), block("02", 600))), limit);
});

function varint(value: number): string {
  return Buffer.of(...(value > 127 ? [(value & 127) | 128, value >> 7] : [value])).toString("hex");
}

t.test("cuts no header, and refuses all together above 64 KiB", async (t) => {
  const long = "é".repeat(20_000);
  const frame = read(written(PAYLOAD, { seqid: 1, protocolId: 0, headers: new Map([["k", long]]) }));
  t.equal(frame.headers.get("k"), long);
  const many = new Map([1, 2, 3].map((i) => [`k${i}`, "x".repeat(30_000)]));
  t.throws(() => written(PAYLOAD, { seqid: 1, protocolId: 0, headers: many }), /limit 65532/);
});

t.test("has room for whatever headers were judged, and the runtime's own beside them", async () => {
  fc.assert(
    fc.property(judgedToTheLimit, (judged) => {
      const headers = new Map([...judged, ["client_timeout", "9".repeat(24)]]);
      const frame = read(written(PAYLOAD, { seqid: 1, protocolId: 2, transforms: [1, 1, 1, 1], headers }));
      return frame.headers.size === headers.size && frame.payload.equals(PAYLOAD);
    }),
    { numRuns: 200 },
  );
});

t.test("round trip of any headers", async () => {
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, text), { maxLength: 20 }),
      fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      fc.uint8Array({ maxLength: 50 }),
      fc.nat(0xffff),
      (pairs, seqid, payload, flags) => {
        const headers = new Map(pairs);
        const frame = read(written(Buffer.from(payload), { seqid, protocolId: 2, flags, headers }));
        return (
          frame.seqid === seqid &&
          frame.flags === flags &&
          frame.payload.equals(payload) &&
          JSON.stringify([...frame.headers]) === JSON.stringify([...headers])
        );
      },
    ),
  );
});

t.test("garbage behind the magic is read or refused with an error of ours", async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (garbage) => {
      const bytes = Buffer.concat([Buffer.from("000000000fff0000", "hex"), garbage]);
      try {
        read(bytes);
      } catch (error) {
        return error instanceof ThriftError;
      }
      return true;
    }),
    { numRuns: 2000 },
  );
});
