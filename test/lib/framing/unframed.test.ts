import t from "tap";
import { unframed } from "../../../lib/framing/unframed.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { withDefaultLimits } from "../../../lib/protocol/limits.ts";
import type { MessageScanner, Protocol } from "../../../lib/protocol/protocol.ts";
import { Frames, framingContract, message } from "../../contract/framing.ts";

for (const protocol of [binary, compact, compactFb]) framingContract(t, unframed, protocol);

t.test("never scans a message from its start again", async (t) => {
  let calls = 0;
  let scanners = 0;
  const counting: Protocol = {
    ...binary,
    createScanner(limits) {
      scanners++;
      const scanner = binary.createScanner(limits);
      const counted: MessageScanner = {
        scan(buf, start, end) {
          calls++;
          return scanner.scan(buf, start, end);
        },
      };
      return counted;
    },
  };
  const sink = new Frames();
  const reader = unframed.createReader(sink, counting, withDefaultLimits());
  const bytes = message(binary, "x".repeat(1000));
  for (const byte of bytes) reader.push(Buffer.of(byte));
  t.equal(sink.got.length, 1);
  t.equal(scanners, 1);
  t.equal(calls, bytes.length);
});

t.test("shows a message that cannot be scanned before it gives up, so that it can be answered", async (t) => {
  const sink = new Frames();
  const reader = unframed.createReader(sink, binary, withDefaultLimits());
  const head = message(binary, "x").subarray(0, 16);
  // A struct field of a type that does not exist.
  const bytes = Buffer.concat([head, Buffer.from("630001", "hex")]);
  t.throws(() => reader.push(bytes), { name: "DecodeError", problem: "invalid" });
  t.same(sink.got, [bytes]);
});

t.test("takes no more memory than a message of one long value has", async (t) => {
  const reader = unframed.createReader(new Frames(), binary, withDefaultLimits());
  const bytes = message(binary, "x".repeat(1_000_000));
  for (let at = 0; at < bytes.length - 1; at += 50_000) {
    reader.push(bytes.subarray(at, Math.min(bytes.length - 1, at + 50_000)));
    t.ok(reader.keptBytes <= bytes.length + 1024, `${reader.keptBytes} bytes`);
  }
});
