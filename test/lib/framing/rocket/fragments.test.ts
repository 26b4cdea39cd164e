import fc from "fast-check";
import t from "tap";
import { FRAGMENT_BYTES, FragmentQueue, type LargeMessage } from "../../../../lib/framing/rocket/fragment-queue.ts";
import { closeFrame, Frame } from "../../../../lib/framing/rocket/frame.ts";
import { rocketFrameReader } from "../../../../lib/framing/rocket/frame-reader.ts";
import { Flag, FrameType } from "../../../../lib/framing/rocket/frame-type.ts";
import { readFrame } from "../../../../lib/framing/rocket/read-frame.ts";
import { Reassembly, type ReassemblyLimits } from "../../../../lib/framing/rocket/reassembly.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";

interface Seen {
  streamId: number;
  type: number;
  flags: number;
  credit: number;
  metadata: string;
  data: string;
}

const LIMITS: ReassemblyLimits = { maxMessageBytes: 1 << 24, maxHeldBytes: 1 << 25, maxMessages: 100 };

/** Every frame in `bytes`, as [stream id, type, flags]. */
function frames(bytes: Buffer, each: (frame: Frame) => void): void {
  const frame = new Frame();
  const onFrame = (buf: Buffer, start: number, end: number): boolean => {
    readFrame(frame, buf, start, end);
    each(frame);
    return true;
  };
  rocketFrameReader({ onFrame }, 0xffffff).push(bytes);
}

function joined(bytes: Buffer, reassembly = new Reassembly(LIMITS)): Seen[] {
  const seen: Seen[] = [];
  frames(bytes, (frame) => {
    if (!reassembly.add(frame)) return;
    seen.push({
      streamId: frame.streamId,
      type: frame.type,
      flags: frame.flags & ~Flag.METADATA,
      credit: frame.credit,
      metadata: frame.buf.toString("hex", frame.metadataStart, frame.metadataEnd),
      data: frame.buf.toString("hex", frame.metadataEnd, frame.end),
    });
  });
  return seen;
}

const writeNext = (queue: FragmentQueue, w: ByteWriter): boolean =>
  queue.writeNext(w, { endFrame: (start) => closeFrame(w, start) });

function cut(...messages: LargeMessage[]): Buffer {
  const queue = new FragmentQueue();
  for (const message of messages) queue.add(message);
  const w = new ByteWriter();
  while (writeNext(queue, w));
  return Buffer.from(w.view(0));
}

function message(
  streamId: number,
  bytes: Buffer,
  metadataBytes: number,
  rest: Partial<LargeMessage> = {},
): LargeMessage {
  return {
    streamId,
    type: FrameType.PAYLOAD,
    flags: Flag.NEXT | Flag.COMPLETE,
    credit: 0,
    bytes,
    metadataBytes,
    ...rest,
  };
}

const asSeen = ({ streamId, type, flags, credit, bytes, metadataBytes }: LargeMessage): Seen => ({
  streamId,
  type,
  flags,
  credit: credit || 0,
  metadata: bytes.toString("hex", 0, metadataBytes),
  data: bytes.toString("hex", metadataBytes),
});

t.test("sends messages in turn, a fragment of each", async (t) => {
  const ids: number[] = [];
  frames(
    cut(
      message(1, Buffer.alloc(3 * FRAGMENT_BYTES), 5),
      message(3, Buffer.alloc(2 * FRAGMENT_BYTES), 5),
      message(5, Buffer.alloc(10), 5),
    ),
    (frame) => ids.push(frame.streamId),
  );
  t.same(ids, [1, 3, 5, 1, 3, 1]);
});

t.test("sets NEXT on every PAYLOAD fragment and COMPLETE only on the last", async (t) => {
  const flags: string[] = [];
  frames(cut(message(1, Buffer.alloc(3 * FRAGMENT_BYTES), FRAGMENT_BYTES + 1)), (frame) =>
    flags.push(`${frame.type.toString(16)} ${frame.flags.toString(16)}`),
  );
  t.same(flags, ["a 1a0", "a 1a0", "a 60"]);
});

t.test("a cut request keeps its type and credit in the first frame only", async (t) => {
  const flags: string[] = [];
  const request = message(1, Buffer.alloc(2 * FRAGMENT_BYTES + 1), 9, {
    type: FrameType.REQUEST_STREAM,
    flags: 0,
    credit: 101,
  });
  frames(cut(request), (frame) =>
    flags.push(`${frame.type.toString(16)} ${frame.flags.toString(16)} ${frame.end - frame.metadataEnd}`),
  );
  t.same(flags, [`6 180 ${FRAGMENT_BYTES - 9}`, `a a0 ${FRAGMENT_BYTES}`, "a 20 1"]);
  t.same(joined(cut(request)), [asSeen(request)]);
});

t.test("what is cut and interleaved joins to the same messages", async () => {
  const size = fc.integer({ min: 1, max: 3 * FRAGMENT_BYTES });
  const one = fc.record({
    size,
    metadata: fc.nat(FRAGMENT_BYTES + 10),
    kind: fc.constantFrom(FrameType.PAYLOAD, FrameType.REQUEST_RESPONSE, FrameType.REQUEST_CHANNEL),
    seed: fc.nat(255),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (choices) => {
      const messages = choices.map(({ size, metadata, kind, seed }, i) =>
        message(2 * i + 1, Buffer.alloc(size, Buffer.of(seed, 1, 2, 3, 5, 7, 11)), Math.min(metadata, size), {
          type: kind,
          flags: kind === FrameType.PAYLOAD ? Flag.NEXT : 0,
          credit: kind === FrameType.REQUEST_CHANNEL ? 7 : 0,
        }),
      );
      const byId = (a: Seen, b: Seen): number => a.streamId - b.streamId;
      const seen = joined(cut(...messages)).map((whole) =>
        whole.type === FrameType.REQUEST_CHANNEL ? whole : { ...whole, credit: 0 },
      );
      return JSON.stringify(seen.sort(byId)) === JSON.stringify(messages.map(asSeen));
    }),
    { numRuns: 50 },
  );
});

t.test("forgets a dropped stream on both sides", async (t) => {
  const queue = new FragmentQueue();
  const w = new ByteWriter();
  queue.add(message(1, Buffer.alloc(2 * FRAGMENT_BYTES), 0));
  queue.add(message(3, Buffer.alloc(10), 0));
  t.equal(queue.drop(3), false, "nothing of it is out");
  writeNext(queue, w);
  const reassembly = new Reassembly(LIMITS);
  joined(Buffer.from(w.view(0)), reassembly);
  t.equal(reassembly.heldBytes, FRAGMENT_BYTES);
  t.equal(queue.drop(1), true, "a fragment of it is out");
  t.same([queue.size, queue.bytes], [0, 0]);
  reassembly.drop(1);
  t.same([reassembly.size, reassembly.heldBytes], [0, 0]);
});

t.test("tells when the last fragment is written", async (t) => {
  let told = 0;
  const queue = new FragmentQueue();
  queue.add(message(1, Buffer.alloc(FRAGMENT_BYTES + 1), 0, { onWritten: () => told++ }));
  writeNext(queue, new ByteWriter());
  t.equal(told, 0);
  writeNext(queue, new ByteWriter());
  t.equal(told, 1);
});

t.test("bounds one message, all of a connection, and their number", async (t) => {
  const two = cut(message(1, Buffer.alloc(2 * FRAGMENT_BYTES), 0), message(3, Buffer.alloc(2 * FRAGMENT_BYTES), 0));
  t.throws(() => joined(two, new Reassembly({ ...LIMITS, maxMessageBytes: FRAGMENT_BYTES })), {
    code: "LIMIT_EXCEEDED",
    message: /limit 65536/,
  });
  t.throws(() => joined(two, new Reassembly({ ...LIMITS, maxHeldBytes: FRAGMENT_BYTES })), { code: "LIMIT_EXCEEDED" });
  t.throws(() => joined(two, new Reassembly({ ...LIMITS, maxMessages: 1 })), { code: "LIMIT_EXCEEDED" });
});

t.test(
  "refuses metadata behind data, a foreign frame between fragments, and a PAYLOAD that says nothing",
  async (t) => {
    const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
    t.throws(() => joined(hex("000007 00000001 10 80 aa 00000b 00000001 29 a0 000001 bb cc")), /metadata after data/);
    t.throws(() => joined(hex("000007 00000001 10 80 aa 000007 00000001 10 00 aa")), /between fragments/);
    t.throws(() => joined(hex("000006 00000001 2800")), /neither NEXT nor COMPLETE/);
  },
);

t.test("an end fragment without NEXT still ends a request", async (t) => {
  const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
  t.match(joined(hex("000007 00000001 1080 aa 000007 00000001 2800 bb")), [
    { type: FrameType.REQUEST_RESPONSE, data: "aabb" },
  ]);
});
