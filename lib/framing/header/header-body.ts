/** A THeader frame as all that another framing carries: Apache's programs lay it into HTTP and into frames when they are told to. */
import type { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import type { CallHeaders } from "../call-headers.ts";
import type { FrameSink } from "../framing.ts";
import type { HeaderFraming } from "./header-framing.ts";
import { HEADER_MAGIC } from "./theader.ts";

const LENGTH_BYTES = 4;

/** Whether the whole body is one THeader frame. */
export function isHeaderBody(body: Buffer): boolean {
  return (
    body.length >= LENGTH_BYTES + 2 &&
    body.readUInt32BE(0) === body.length - LENGTH_BYTES &&
    body.readUInt16BE(LENGTH_BYTES) === HEADER_MAGIC
  );
}

/** Hands on the message in `body`, one frame of `inner`, with the `headers` around it beneath the frame's own. Gives what `sink` gives. Throws DecodeError. */
export function takeHeaderBody(
  sink: FrameSink,
  body: Buffer,
  headers: CallHeaders,
  inner: HeaderFraming,
  maxBytes: number,
): boolean {
  if (!isHeaderBody(body)) throw new DecodeError("invalid", "a body that is not one THeader frame");
  const both: FrameSink = {
    onFrame: (buf, start, end, own, seqid, protocol) =>
      sink.onFrame(buf, start, end, new Map([...headers, ...(own ?? [])]), seqid, protocol),
  };
  return inner.takeFrame(both, body, LENGTH_BYTES, body.length, maxBytes);
}
