import { Buffer } from "node:buffer";
import fc from "fast-check";
import t from "tap";
import { encodeInto } from "../../../lib/codec/index.ts";
import { DecodeError } from "../../../lib/errors/errors.ts";
import { binary, binaryWith } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { withDefaultLimits } from "../../../lib/protocol/limits.ts";
import type { Protocol } from "../../../lib/protocol/protocol.ts";
import type { BaseTypeSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";
import { ByteWriter } from "../../../lib/wire/byte-writer.ts";
import { structType, valueOf } from "../codec/arbitraries.ts";

t.setTimeout(240_000);

const cases: readonly (readonly [Protocol, readonly BaseTypeSchema[]])[] = [
  [binary, ["uuid", "float"]],
  [compact, ["uuid"]],
  [compactFb, ["float"]],
  [json, ["uuid"]],
];

function message(protocol: Protocol, type: StructType, value: unknown, name = "call"): Buffer {
  const w = new ByteWriter(16);
  protocol.writeMessageBegin(w, Buffer.from(name), 1, 7);
  encodeInto(w, type, value, protocol);
  protocol.writeMessageEnd(w);
  return Buffer.from(w.view(0));
}

for (const [protocol, extra] of cases) {
  const messages = structType(extra).chain((type) => valueOf(type).map((value) => message(protocol, type, value)));

  t.test(`${protocol.name}: finds the end however the stream is cut, and begins anew behind it`, (t) => {
    fc.assert(
      fc.property(messages, messages, fc.array(fc.nat({ max: 20 })), (first, second, cuts) => {
        const scanner = protocol.createScanner(withDefaultLimits());
        // The stream lies at another place each time it grows.
        for (const [begin, bytes] of [
          [0, first],
          [3, second],
        ] as const) {
          const stream = Buffer.concat([Buffer.alloc(begin), bytes, Buffer.from("rest")]);
          let there = 0;
          for (const cut of [...cuts, bytes.length]) {
            there = Math.min(there + cut, bytes.length);
            const found = scanner.scan(stream, begin, begin + there);
            if (there < bytes.length && found !== -1) return false;
            if (there === bytes.length) {
              if (found !== begin + bytes.length) return false;
              break;
            }
          }
        }
        return true;
      }),
      { numRuns: 200 },
    );
    t.end();
  });

  t.test(`${protocol.name}: no prefix of a message is a message`, (t) => {
    fc.assert(
      fc.property(messages, (bytes) => {
        for (let end = 0; end < bytes.length; end++) {
          if (protocol.createScanner(withDefaultLimits()).scan(bytes, 0, end) !== -1) return false;
        }
        return true;
      }),
      { numRuns: 50 },
    );
    t.end();
  });

  t.test(
    `${protocol.name}: garbage ends, is incomplete or throws DecodeError, and does not stay in the scanner`,
    (t) => {
      fc.assert(
        fc.property(
          messages,
          fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
          messages,
          (bytes, changes, sound) => {
            const scanner = protocol.createScanner(withDefaultLimits());
            const damaged = Buffer.from(bytes);
            for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
            try {
              if (scanner.scan(damaged, 0, damaged.length) === -1) return true;
            } catch (error) {
              if (!(error instanceof DecodeError)) throw error;
            }
            return scanner.scan(sound, 0, sound.length) === sound.length;
          },
        ),
        { numRuns: 300 },
      );
      t.end();
    },
  );
}

/** What kind of DecodeError `run` throws. */
function problemOf(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof DecodeError ? error.problem : String(error);
  }
}

const limits = withDefaultLimits({ maxFrameBytes: 1000 });
const strictHead = "80010001" + "00000001" + "66" + "00000001";

t.test("announced sizes beyond the limit fail at once", (t) => {
  const binaryScan = (hex: string) => () => {
    const bytes = Buffer.from(strictHead + hex, "hex");
    return binary.createScanner(limits).scan(bytes, 0, bytes.length);
  };
  t.equal(problemOf(binaryScan("0b0001" + "7fffffff")), "limit", "string");
  t.equal(problemOf(binaryScan("0f0001" + "0a" + "00001000")), "limit", "list of i64");
  t.equal(problemOf(binaryScan("0f0001" + "0b" + "00001000")), "limit", "list of strings");
  t.equal(problemOf(binaryScan("0d0001" + "0808" + "00000200")), "limit", "map");
  t.equal(problemOf(binaryScan("0b0001" + "ffffffff")), "invalid", "negative");
  t.equal(problemOf(binaryScan("0c0001".repeat(64))), "limit", "depth");
  t.equal(binaryScan("0c0001".repeat(63))(), -1, "depth within the limit");
  t.end();
});

t.test("old binary messages are found only where they are admitted", (t) => {
  const bytes = Buffer.from("00000001" + "66" + "01" + "00000007" + "00", "hex");
  t.equal(
    problemOf(() => binary.createScanner(limits).scan(bytes, 0, bytes.length)),
    "invalid",
  );
  t.equal(binaryWith({ strict: false }).createScanner(limits).scan(bytes, 0, bytes.length), bytes.length);
  t.end();
});

t.test("looks at each byte of a long message once, however small the pieces are", (t) => {
  const w = new ByteWriter();
  binary.writeMessageBegin(w, Buffer.from("f"), 1, 1);
  const e = binary.encoding;
  e.writeFieldBegin(w, 15, 1, 0);
  e.writeListBegin(w, 11, 500);
  for (let i = 0; i < 500; i++) e.writeString(w, "x");
  e.writeStructEnd(w);
  let reads = 0;
  const counted = new Proxy(w.view(0), {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key);
    },
  }) as Buffer;
  const scanner = binary.createScanner(withDefaultLimits());
  let early = 0;
  for (let end = 1; end < w.pos; end++) if (scanner.scan(counted, 0, end) !== -1) early++;
  t.equal(early, 0);
  t.equal(scanner.scan(counted, 0, w.pos), w.pos);
  t.ok(reads < w.pos * 4, `${reads} reads of ${w.pos} bytes`);
  t.end();
});
