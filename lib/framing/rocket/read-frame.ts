/** One received frame, whole: its head and the fixed part of its type. Knows all types, and that LEASE and RESUME are not spoken here. */
import { DecodeError } from "../../errors/errors.ts";
import { readError } from "./error.ts";
import { readExt } from "./ext.ts";
import { type Frame, readHead } from "./frame.ts";
import { FrameType } from "./frame-type.ts";
import { readKeepalive } from "./keepalive.ts";
import { readMetadataPush } from "./metadata-push.ts";
import { readPayload } from "./payload.ts";
import { readRequestChannel } from "./request-channel.ts";
import { readRequestFnf } from "./request-fnf.ts";
import { readRequestN } from "./request-n.ts";
import { readRequestResponse } from "./request-response.ts";
import { readRequestStream } from "./request-stream.ts";

/** Reads the frame in [start, end) into `frame`. A SETUP's fields are left to `readSetup`. Throws DecodeError. */
export function readFrame(frame: Frame, buf: Buffer, start: number, end: number): void {
  readHead(frame, buf, start, end);
  if (frame.streamId === 0 && frame.type >= FrameType.REQUEST_RESPONSE && frame.type <= FrameType.PAYLOAD) {
    throw new DecodeError("invalid", `rocket frame of type 0x${frame.type.toString(16)} without a stream`);
  }
  switch (frame.type) {
    case FrameType.PAYLOAD:
      return readPayload(frame);
    case FrameType.REQUEST_RESPONSE:
      return readRequestResponse(frame);
    case FrameType.REQUEST_N:
      return readRequestN(frame);
    case FrameType.REQUEST_FNF:
      return readRequestFnf(frame);
    case FrameType.REQUEST_STREAM:
      return readRequestStream(frame);
    case FrameType.REQUEST_CHANNEL:
      return readRequestChannel(frame);
    case FrameType.ERROR:
      return readError(frame);
    case FrameType.KEEPALIVE:
      return readKeepalive(frame);
    case FrameType.METADATA_PUSH:
      return readMetadataPush(frame);
    case FrameType.EXT:
      return readExt(frame);
    case FrameType.CANCEL:
    case FrameType.SETUP:
    case FrameType.RESUME:
      return;
    default:
      throw new DecodeError("invalid", `rocket frame of type 0x${frame.type.toString(16)}`);
  }
}
