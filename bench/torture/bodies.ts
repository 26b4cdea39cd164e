/**
 * Hostile messages for both families: a `Msg` (bench.thrift, bench.proto) that announces what is not there. Written by hand, so that no codec's
 * own checks stand in the way.
 *
 *     compact    field header: delta<<4 | type, 8 string, 9 list, 12 struct; list header: count<<4 | type, count 15: a varint follows
 *     protobuf   tag: id<<3 | type, 2 length-delimited, 3 start of a group
 */
import { deflateSync, gzipSync } from "node:zlib";
import { type Direction, messageStart, type Wire, withMessage } from "./frames.ts";

export type BodyFault = "bomb" | "cut" | "other" | "endless list" | "deep";

type Written = Exclude<BodyFault, "cut" | "bomb">;

export const NESTING = 100_000;

/** The first window of an HTTP/2 stream takes no more. */
export const HTTP2_NESTING = 60_000;

const MAX_I32_VARINT = [0xff, 0xff, 0xff, 0xff, 0x07];

const compact: Readonly<Record<"endless list" | "deep", Buffer>> = {
  "endless list": Buffer.from([0x49, 0xf8, ...MAX_I32_VARINT, 1, 0x61]),
  deep: Buffer.concat([Buffer.from([0xfc]), Buffer.alloc(NESTING, 0x1c)]),
};

const protobuf: Readonly<Record<Written, Buffer>> = {
  other: Buffer.from([0x0a, 3, 0x61, 0x62, 0x63]),
  "endless list": Buffer.from([0x22, ...MAX_I32_VARINT, 0x61]),
  deep: Buffer.alloc(HTTP2_NESTING, 0x7b),
};

/** The frame of a call of `echo` or of its reply with a hostile message in it; undefined when it holds none. */
export function withHostileBody(wire: Wire, direction: Direction, frame: Buffer, fault: BodyFault): Buffer | undefined {
  const start = messageStart(wire, frame);
  if (start === undefined) return undefined;
  const message = frame.subarray(start);
  if (fault === "cut") return withMessage(wire, frame, message.subarray(0, message.length >> 1));
  if (fault === "bomb")
    return withMessage(wire, frame, wire === "grpc" || wire === "connect" ? gzipBomb() : zlibBomb());
  if (wire === "grpc" || wire === "connect") return withMessage(wire, frame, protobuf[fault]);
  const head = wire === "framed" ? message.subarray(0, thriftHeadBytes(message)) : Buffer.alloc(0);
  return withMessage(wire, frame, Buffer.concat([head, thriftStruct(direction, fault)]));
}

/** What a bomb inflates to: a thousand times what is sent, which is as much as an HTTP/2 window takes. */
export const BOMB_BYTES: number = 48 << 20;

const gzipBomb = (): Buffer => gzipSync(Buffer.alloc(BOMB_BYTES), { level: 9 });
const zlibBomb = (): Buffer => deflateSync(Buffer.alloc(BOMB_BYTES), { level: 9 });

/** The arguments, or the result, around the Msg. */
function thriftStruct(direction: Direction, fault: Written): Buffer {
  const type = fault === "other" ? 0x08 : 0x0c;
  const field = direction === "request" ? [0x10 | type] : [type, 0];
  const value = fault === "other" ? Buffer.from([3, 0x61, 0x62, 0x63]) : compact[fault];
  return Buffer.concat([Buffer.from(field), value, Buffer.from([0])]);
}

/** Protocol id, version and type, seqid, name. */
function thriftHeadBytes(message: Buffer): number {
  let at = 2;
  while (message[at]! >= 0x80) at++;
  return at + 2 + message[at + 1]!;
}
