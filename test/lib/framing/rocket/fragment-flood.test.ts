/** Messages that are begun and not gone on with: what they cost is what was sent for them. */
import { Buffer } from "node:buffer";
import t from "tap";
import { Frame } from "../../../../lib/framing/rocket/frame.ts";
import { Flag, FrameType } from "../../../../lib/framing/rocket/frame-type.ts";
import { Reassembly } from "../../../../lib/framing/rocket/reassembly.ts";
import { allocations } from "../../../helpers/allocations.ts";

const MAX_MESSAGES = 1024;

function fragment(streamId: number): Frame {
  const frame = new Frame();
  frame.streamId = streamId;
  frame.type = FrameType.REQUEST_RESPONSE;
  frame.flags = Flag.FOLLOWS;
  frame.buf = Buffer.of(1);
  frame.bodyStart = frame.metadataStart = frame.metadataEnd = 0;
  frame.end = 1;
  return frame;
}

t.test("a first fragment of one byte takes 1 KiB at most, on as many streams as there may be", async (t) => {
  const reassembly = new Reassembly({ maxMessageBytes: 1 << 24, maxHeldBytes: 1 << 26, maxMessages: MAX_MESSAGES });
  const { bytes } = allocations(() => {
    for (let i = 0; i < MAX_MESSAGES; i++) reassembly.add(fragment(2 * i + 1));
  });
  t.ok(bytes <= MAX_MESSAGES * 1024, `${bytes} bytes`);
  t.throws(() => reassembly.add(fragment(2 * MAX_MESSAGES + 1)), { code: "LIMIT_EXCEEDED" });
  reassembly.clear();
  t.equal(reassembly.heldBytes, 0);
});

t.test("a message in fragments of one byte is copied a few times, not once for each", async (t) => {
  const reassembly = new Reassembly({ maxMessageBytes: 1 << 24, maxHeldBytes: 1 << 26, maxMessages: MAX_MESSAGES });
  const first = fragment(1);
  const { bytes } = allocations(() => {
    reassembly.add(first);
    for (let i = 0; i < 100_000; i++) {
      const next = fragment(1);
      next.type = FrameType.PAYLOAD;
      reassembly.add(next);
    }
  });
  t.ok(bytes < 5 * 100_000, `${bytes} bytes`);
});
