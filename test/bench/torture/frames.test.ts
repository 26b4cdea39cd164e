import t from "tap";
import { FrameCutter, messageStart, ofAnotherCall, type Wire, withMessage } from "../../../bench/torture/frames.ts";

/** A frame of each wire, with the message `abc` in it: a reply, and what stands before it. */
const samples: Readonly<Record<Wire, string>> = {
  framed: "00000003 616263",
  rocket: "00000e 00000001 2920 000002 aabb 616263",
  grpc: "000008 00 01 00000001 0000000003 616263",
  connect: "000003 00 01 00000001 616263",
};
const theader = "00000011 0fff0000 00000001 0001 02000000 616263";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
const wires = Object.keys(samples) as Wire[];

t.test("frames are found whatever the cuts of the stream", async (t) => {
  for (const wire of wires) {
    const frame = bytes(samples[wire]);
    const stream = Buffer.concat([frame, frame, frame]);
    for (let cut = 0; cut <= stream.length; cut++) {
      const cutter = new FrameCutter(wire, "reply");
      const frames = [...cutter.push(stream.subarray(0, cut)), ...cutter.push(stream.subarray(cut))];
      t.same(frames, [frame, frame, frame], `${wire} cut at ${cut}`);
    }
  }
});

t.test("an HTTP/2 client's preface comes alone, before its frames", async (t) => {
  const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  const frame = bytes(samples.grpc);
  t.same(new FrameCutter("grpc", "request").push(Buffer.concat([preface, frame])), [preface, frame]);
});

t.test("another message takes the place of the first, and all lengths are in accord", async (t) => {
  const longer = Buffer.from("something longer");
  for (const [wire, sample] of [...Object.entries(samples), ["framed", theader]] as [Wire, string][]) {
    const changed = withMessage(wire, bytes(sample), longer);
    t.same(new FrameCutter(wire, "reply").push(changed), [changed], `${wire} is one frame`);
    t.same(changed.subarray(messageStart(wire, changed)), longer);
  }
});

t.test("a message too long for one HTTP/2 frame takes several, of which the last ends the stream", async (t) => {
  const changed = withMessage("connect", bytes(samples.connect), Buffer.alloc(40_000, 7));
  const frames = new FrameCutter("connect", "reply").push(changed);
  t.same(
    frames.map((frame) => [frame.length - 9, frame[4]]),
    [
      [16_384, 0],
      [16_384, 0],
      [7_232, 1],
    ],
  );
});

t.test("a frame of another call differs in its number alone", async (t) => {
  const numberAt: Readonly<Record<Wire, number>> = { framed: 6, rocket: 3, grpc: 5, connect: 5 };
  for (const wire of wires) {
    const frame = bytes(samples[wire]);
    const changed = ofAnotherCall(wire, frame);
    const differing = [...frame.keys()].filter((i) => frame[i] !== changed[i]);
    t.ok(differing.length > 0 && differing.every((i) => i >= numberAt[wire] && i < numberAt[wire] + 4), wire);
  }
});
