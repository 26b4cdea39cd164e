import fc from "fast-check";
import t from "tap";
import { DecodeError } from "../../../../lib/errors/errors.ts";
import { readHeader } from "../../../../lib/framing/header/theader.ts";
import { binary } from "../../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../../lib/protocol/compact.ts";
import {
  type CallEnvelope,
  callEnvelopeBytes,
  replyEnvelopeBytes,
  unwrap,
  writeCallEnvelope,
  writeReplyEnvelope,
} from "../../../../lib/session/datagram/envelope.ts";

const COOKIE = "0123456789abcdef0123456789ab";
const CALL: CallEnvelope = { client: "00ff00ff00ff00ff", timeLeftMs: 1_500, settledBelow: 77, cookie: COOKIE };

function callPacket(message: Uint8Array, envelope: CallEnvelope, seqid = 78, protocol = compact): Buffer {
  const before = callEnvelopeBytes(envelope.cookie);
  const packet = Buffer.concat([Buffer.alloc(before), message]);
  writeCallEnvelope(packet, packet.length, protocol, seqid, envelope);
  return packet;
}

/** What compact a message is, its second byte says. */
function dialectOf(message: Uint8Array): string {
  return ((message[1] ?? 0) & 0x1f) === 2 ? "compact-fb" : "compact";
}

t.test("reads what it wrote, for calls and replies, with and without a cookie", async (t) => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const envelopes = fc.record({
    client: hex(16),
    timeLeftMs: u32,
    settledBelow: u32,
    cookie: fc.oneof(fc.constant(""), hex(28)),
  });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      envelopes,
      fc.integer(),
      fc.boolean(),
      (message, envelope, seqid, isBinary) => {
        const packet = callPacket(message, envelope, seqid | 0, isBinary ? binary : compact);
        const found = unwrap(packet, compactFb);
        t.equal(Buffer.compare(found.buf.subarray(found.start, found.end), message), 0);
        t.same(
          [found.call, found.reply, found.enveloped, found.protocol.name],
          [envelope, undefined, true, isBinary ? "binary" : dialectOf(message)],
        );
      },
    ),
    { numRuns: 50 },
  );
  for (const status of ["r", "p", "c"] as const) {
    for (const cookie of ["", COOKIE]) {
      const packet = Buffer.concat([Buffer.alloc(replyEnvelopeBytes(cookie)), Buffer.from("message")]);
      writeReplyEnvelope(packet, packet.length, compact, 5, { status, cookie });
      t.same(unwrap(packet, compactFb).reply, { status, cookie });
    }
  }
});

t.test("is a THeader packet that any reader of those can read", async (t) => {
  const packet = callPacket(Buffer.from("message"), CALL);
  const frame = readHeader(packet, 4, packet.length, 1_000);
  t.same([frame.seqid, frame.flags, frame.protocolId, frame.payload.toString()], [78, 1, 2, "message"]);
  t.same([...frame.headers.keys()], ["scrimp.call"]);
});

t.test("takes no prefix, nothing longer, and nothing with a changed byte for a call", async (t) => {
  const packet = callPacket(Buffer.from("the message"), CALL);
  for (let length = 0; length < packet.length; length++)
    t.throws(() => unwrap(packet.subarray(0, length), compactFb), DecodeError);
  t.throws(() => unwrap(Buffer.concat([packet, Buffer.alloc(1)]), compactFb), DecodeError);
  for (let at = 0; at < packet.length; at++) {
    for (const change of [1, 0x80, 0xff]) {
      const damaged = Buffer.from(packet);
      damaged[at] = (damaged[at] as number) ^ change;
      let found: ReturnType<typeof unwrap> | undefined;
      try {
        found = unwrap(damaged, compactFb);
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
      }
      // Flags, the copy of the seqid and padding say nothing; the protocol is said again by the message.
      if (found?.call !== undefined) t.same(found.call, CALL, `byte ${at}`);
      if (found?.call !== undefined) t.equal(found.buf.subarray(found.start, found.end).toString(), "the message");
    }
  }
});

t.test("takes garbage for nothing but DecodeError or a plain message", async () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      try {
        const found = unwrap(Buffer.from(bytes), compactFb);
        return !found.enveloped;
      } catch (error) {
        return error instanceof DecodeError;
      }
    }),
  );
});

t.test("finds plain messages by their first byte", async (t) => {
  t.equal(unwrap(Buffer.from([0x80, 1, 0, 1]), compactFb).protocol, binary);
  t.equal(unwrap(Buffer.from([0x82, 0x21]), compactFb).protocol, compact);
  t.equal(unwrap(Buffer.from([0x82, 0x22]), compactFb).protocol, compactFb);
});
