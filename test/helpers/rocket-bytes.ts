/** What a Rocket client writes by hand, for peers that do not play fair. */
import { methodCodec } from "../../lib/codec/method-codec.ts";
import { writeCancel } from "../../lib/framing/rocket/cancel.ts";
import { closeFrame, closeMetadata, openMetadata } from "../../lib/framing/rocket/frame.ts";
import { Flag } from "../../lib/framing/rocket/frame-type.ts";
import { writeKeepalive } from "../../lib/framing/rocket/keepalive.ts";
import { openPayload } from "../../lib/framing/rocket/payload.ts";
import { openRequestResponse } from "../../lib/framing/rocket/request-response.ts";
import { openRequestStream } from "../../lib/framing/rocket/request-stream.ts";
import { writeSetup } from "../../lib/framing/rocket/setup.ts";
import { compactFb } from "../../lib/protocol/compact.ts";
import type { Method } from "../../lib/schema/service.ts";
import { RpcKind, requestPrefix, writeRequestMetadata } from "../../lib/session/rocket/request-metadata.ts";
import { setupMetadata } from "../../lib/session/rocket/setup-metadata.ts";
import { ByteWriter } from "../../lib/wire/byte-writer.ts";

function written(write: (w: ByteWriter) => void): Buffer {
  const w = new ByteWriter();
  write(w);
  return Buffer.from(w.view(0));
}

export const setupBytes = (): Buffer => written((w) => writeSetup(w, setupMetadata({ minVersion: 8, maxVersion: 8 })));
export const pingBytes = (): Buffer => written((w) => writeKeepalive(w, true, Buffer.alloc(0)));

function fragment(open: typeof openPayload, streamId: number, flags: number, bytes: number): Buffer {
  return written((w) => {
    const start = open(w, streamId, flags | Flag.FOLLOWS);
    w.reserve(bytes).fill(0, w.pos, w.pos + bytes);
    w.pos += bytes;
    closeFrame(w, start);
  });
}

/** A request of which more is to come. */
export const firstFragment = (streamId: number, bytes: number): Buffer =>
  fragment(openRequestResponse, streamId, 0, bytes);
/** More of it, and not all. */
export const nextFragment = (streamId: number, bytes: number): Buffer =>
  fragment(openPayload, streamId, Flag.NEXT, bytes);

/** A whole unary call. */
export const callBytes = (streamId: number, method: Method, args: unknown[]): Buffer =>
  requestBytes((w) => openRequestResponse(w, streamId, Flag.METADATA), RpcKind.UNARY, method, args);

/** A whole request for a stream. */
export const streamBytes = (streamId: number, method: Method, args: unknown[], credit: number): Buffer =>
  requestBytes((w) => openRequestStream(w, streamId, Flag.METADATA, credit), RpcKind.STREAM, method, args);

export const cancelBytes = (streamId: number): Buffer => written((w) => writeCancel(w, streamId));

function requestBytes(open: (w: ByteWriter) => number, kind: number, method: Method, args: unknown[]): Buffer {
  return written((w) => {
    const start = open(w);
    const hole = openMetadata(w);
    writeRequestMetadata(w, requestPrefix(method.name, 2, kind), 0, 0, undefined);
    closeMetadata(w, hole);
    methodCodec(method, compactFb).writeArgs(w, args);
    closeFrame(w, start);
  });
}
