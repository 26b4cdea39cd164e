/** What a message is written in, by its first bytes, where its framing leaves that to each message. */
import type { Buffer } from "node:buffer";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import type { Protocol } from "../protocol/protocol.ts";

const COMPACT = 0x82;
const JSON_ARRAY = 0x5b;

/** The protocol of the message in [start, end); binary where it looks like no other. */
export function messageProtocol(buf: Buffer, start: number, end: number): Protocol {
  if (start < end && buf[start] === JSON_ARRAY) return json;
  return end - start >= 2 && buf[start] === COMPACT ? compactDialect(buf, start, end) : binary;
}

/** Apache's compact or fbthrift's: a header says that a message is compact, not whose. */
export function compactDialect(buf: Buffer, start: number, end: number): Protocol {
  return end - start >= 2 && ((buf[start + 1] as number) & 0x1f) === 2 ? compactFb : compact;
}
