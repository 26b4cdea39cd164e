import t from "tap";
import { callFrames } from "../../../bench/rpc/frames.ts";

t.test("frames are whole, framed, and numbered from one", (t) => {
  const frames = callFrames("small", 3);
  t.equal(frames.length, 3);
  frames.forEach((frame, i) => {
    t.equal(frame.readUInt32BE(0), frame.length - 4);
    t.same([frame[4], frame[5], frame[6]], [0x82, 0x21, i + 1], "compact, a call, its seqid");
  });
  t.end();
});

t.test("the large messages are as large as they say", (t) => {
  t.ok(callFrames("text", 1)[0]!.length > 1024);
  t.ok(callFrames("binary", 1)[0]!.length > 65_536);
  t.end();
});
