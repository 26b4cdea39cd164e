/** Takes PAYLOAD frames of a stream into the items that are read from it. Knows codecs and metadata, not who reads. */
import type { ResultCodec } from "../../codec/codec.ts";
import type { Frame } from "../../framing/rocket/frame.ts";
import { Flag } from "../../framing/rocket/frame-type.ts";
import { beyondCredit, type IncomingItems } from "../../stream/incoming-items.ts";
import type { RocketLink } from "./link.ts";
import { readElement, weightOf } from "./payload-value.ts";

/** What a frame did to its stream: it goes on, ended as it should, or cannot go on because what came is no item of it. */
export type Received = "more" | "over" | "broken";

/** Reads an element, an end or a failure. A failure ends the stream after the items that wait, with or without C. */
export function receiveItem(link: RocketLink, frame: Frame, codec: ResultCodec, into: IncomingItems): Received {
  if (frame.has(Flag.NEXT)) {
    let value: unknown;
    try {
      value = readElement(link, frame, codec);
    } catch (error) {
      into.fail(error);
      // A failure without C ends the stream at some senders and not at others: it is told as broken, because a CANCEL hurts neither.
      return frame.has(Flag.COMPLETE) ? "over" : "broken";
    }
    if (!into.push(value, weightOf(link, frame))) {
      into.fail(beyondCredit());
      return "broken";
    }
  }
  if (!frame.has(Flag.COMPLETE)) return "more";
  into.end();
  return "over";
}
