/** Faults of what is in a message, in replies to a client and in requests to a server. */
import { type BodyFault, HTTP2_NESTING, NESTING, withHostileBody } from "../bodies.ts";
import type { Fault } from "../fault.ts";
import { type Direction, endlessFrame, isOfCall, messageStart, ofAnotherCall, type Wire } from "../frames.ts";
import { systems } from "../systems.ts";
import { linkFault } from "./shared.ts";

type Change = (wire: Wire, frame: Buffer) => Buffer;

function replyFault(name: string, change: Change, never?: "unsent"): Fault {
  return frameFault(name, "reply", change, never);
}

function frameFault(name: string, direction: Direction, change: Change, never?: "unsent"): Fault {
  return {
    name,
    run: (lab) =>
      linkFault(lab, {
        cutting: lab.wire,
        taps: { [direction]: (frame: Buffer) => change(lab.wire, frame) },
        ...(never && { expected: { never } }),
      }),
  };
}

const bodyFaults: readonly (readonly [BodyFault, string])[] = [
  ["cut", "with a cut body"],
  ["other", "whose body is of another type"],
  ["endless list", "with a list of 2^31 elements announced"],
  ["deep", `nested ${NESTING.toLocaleString("en-US")} deep (${HTTP2_NESTING.toLocaleString("en-US")} over HTTP/2)`],
];

const withBody =
  (direction: Direction, fault: BodyFault): Change =>
  (wire, frame) =>
    withHostileBody(wire, direction, frame, fault) ?? frame;

const endless: Change = (wire, frame) => (messageStart(wire, frame) === undefined ? frame : endlessFrame(wire, frame));

function bomb(direction: Direction): Fault {
  return {
    name: `a decompression bomb in a ${direction}`,
    async run(lab) {
      if (!systems.get(lab.system)!.compresses) return undefined;
      const taps = { [direction]: (frame: Buffer) => withBody(direction, "bomb")(lab.wire, frame) };
      return linkFault(lab, { cutting: lab.wire, compress: true, taps, expected: { answered: "none" } });
    },
  };
}

export const messageFaults: readonly Fault[] = [
  replyFault(
    "a reply to a call that nobody made",
    (wire, frame) => (isOfCall(wire, frame) ? ofAnotherCall(wire, frame) : frame),
    "unsent",
  ),
  replyFault("a reply that comes twice", (wire, frame) =>
    isOfCall(wire, frame) ? Buffer.concat([frame, frame]) : frame,
  ),
  ...bodyFaults.map(([fault, text]) => replyFault(`a reply ${text}`, withBody("reply", fault), "unsent")),
  replyFault("a reply of 2 GB announced", endless, "unsent"),
  ...bodyFaults.map(([fault, text]) => frameFault(`a request ${text}`, "request", withBody("request", fault))),
  bomb("reply"),
  bomb("request"),
  frameFault("a request of 2 GB announced", "request", endless),
];
