/**
 * RequestRpcMetadata: what a Rocket request says beside its arguments. Knows the struct, not what a server does with it.
 *
 *   1 protocol i32 | 2 name string | 3 kind i32 | 5 clientTimeoutMs i32 | 6 queueTimeoutMs i32 | 7 priority i32
 *   8 otherMetadata map | 11 crc32c i32 | 14 compression i32 | 15 compressionConfig struct | 16 interactionId i64
 *   17 interactionCreate { 1 interactionId i64, 2 interactionName string } | 20 frameworkMetadata binary | others are passed over
 *
 * Spec: https://github.com/facebook/fbthrift/blob/main/thrift/lib/thrift/RpcMetadata.thrift
 */
import { DecodeError } from "../../errors/errors.ts";
import type { CallHeaders } from "../../framing/call-headers.ts";
import { writeBytes } from "../../framing/rocket/frame.ts";
import type { Encoding } from "../../protocol/protocol.ts";
import { TType } from "../../protocol/types.ts";
import type { ByteReader } from "../../wire/byte-reader.ts";
import { ByteWriter } from "../../wire/byte-writer.ts";
import { readVarint } from "../../wire/varint.ts";
import { type CompressionWish, readCompressionConfig, writeCompressionConfig } from "./compression-config.ts";
import {
  readFields,
  readHeaders,
  writeHeadersField,
  writeI32Field,
  writeI64Field,
  writeStringField,
  writeStructField,
} from "./metadata-fields.ts";
import { compactMetadata, METADATA_DEPTH } from "./metadata-form.ts";

/** ProtocolId of the arguments. COMPACT means fbthrift's dialect. */
export const RocketProtocol = { BINARY: 0, COMPACT: 2 } as const;

/** RpcKind; must fit the frame that carries it. */
export const RpcKind = { UNARY: 0, ONEWAY: 1, STREAM: 4, SINK: 6, BIDI: 7 } as const;

/** One object for many requests: `readRequestMetadata` sets every field anew. */
export class RequestMetadata {
  /** -1 where the request does not say it. */
  protocol = -1;
  kind = -1;
  /** The name is bytes [nameStart, nameEnd) of the frame's buffer; empty where the request does not say it. */
  nameStart = 0;
  nameEnd = 0;
  /** 0: none. */
  clientTimeoutMs = 0;
  queueTimeoutMs = 0;
  priority = -1;
  headers: Map<string, string> | undefined = undefined;
  crc32c: number | undefined = undefined;
  compression = 0;
  replyCompression: CompressionWish | undefined = undefined;
  interactionId: bigint | undefined = undefined;
  createId: bigint | undefined = undefined;
  createName: string | undefined = undefined;
  frameworkMetadata: Buffer | undefined = undefined;
}

/** What varies from call to call of one method. */
export interface RequestOptions {
  readonly clientTimeoutMs?: number | undefined;
  readonly queueTimeoutMs?: number | undefined;
  readonly headers?: CallHeaders | undefined;
  readonly crc32c?: number | undefined;
  readonly compression?: number | undefined;
  readonly replyCompression?: CompressionWish | undefined;
  readonly interactionId?: bigint | undefined;
  readonly create?: { readonly id: bigint; readonly name: string } | undefined;
}

/** Fields 1 to 3, the same for every call of a method: encoded once. */
export function requestPrefix(name: string, protocol: number, kind: number): Buffer {
  const e = compactMetadata.encoding;
  const w = new ByteWriter(name.length + 16);
  e.writeStructBegin(w);
  let last = writeI32Field(e, w, protocol, 1, 0);
  last = writeStringField(e, w, name, 2, last);
  writeI32Field(e, w, kind, 3, last);
  return Buffer.from(w.view(0));
}

/** Writes the struct: the method's prefix, the timeouts in whole milliseconds if above 0, and what else the call has. */
export function writeRequestMetadata(
  w: ByteWriter,
  prefix: Buffer,
  timeoutMs: number,
  queueTimeoutMs: number,
  rest: RequestOptions | undefined,
): void {
  const e = compactMetadata.encoding;
  writeBytes(w, prefix);
  let last = 3;
  if (timeoutMs > 0) last = writeI32Field(e, w, timeoutMs, 5, last);
  if (queueTimeoutMs > 0) last = writeI32Field(e, w, queueTimeoutMs, 6, last);
  if (rest !== undefined) writeRest(e, w, rest, last);
  e.writeStructEnd(w);
}

function writeRest(e: Encoding, w: ByteWriter, rest: RequestOptions, lastId: number): void {
  let last = writeHeadersField(e, w, rest.headers, 8, lastId);
  last = writeI32Field(e, w, rest.crc32c, 11, last);
  last = writeI32Field(e, w, rest.compression, 14, last);
  const { replyCompression, create } = rest;
  if (replyCompression !== undefined) last = writeCompressionConfig(e, w, replyCompression, 15, last);
  last = writeI64Field(e, w, rest.interactionId, 16, last);
  if (create !== undefined)
    writeStructField(e, w, 17, last, () =>
      writeStringField(e, w, create.name, 2, writeI64Field(e, w, create.id, 1, 0)),
    );
}

/** Reads the struct that fills the reader's window. Throws DecodeError, also when bytes are left. */
export function readRequestMetadata(e: Encoding, r: ByteReader, into: RequestMetadata): void {
  clear(into);
  e.readStructBegin(r);
  for (let tag = e.readFieldBegin(r, 0); tag !== 0; tag = e.readFieldBegin(r, tag >> 8)) {
    readField(e, r, tag, into);
    e.readFieldEnd(r);
  }
  e.readStructEnd(r);
  if (r.pos !== r.end) throw new DecodeError("invalid", `${r.end - r.pos} bytes after the request metadata`);
}

function readField(e: Encoding, r: ByteReader, tag: number, into: RequestMetadata): void {
  switch (tag) {
    case (1 << 8) | TType.I32:
      into.protocol = e.readI32(r);
      return;
    case (2 << 8) | TType.STRING:
      readName(e, r, into);
      return;
    case (3 << 8) | TType.I32:
      into.kind = e.readI32(r);
      return;
    case (5 << 8) | TType.I32:
      into.clientTimeoutMs = e.readI32(r);
      return;
    case (6 << 8) | TType.I32:
      into.queueTimeoutMs = e.readI32(r);
      return;
    default:
      readRareField(e, r, tag, into);
  }
}

/** Finds where the name stands, without making a buffer of it. */
function readName(e: Encoding, r: ByteReader, into: RequestMetadata): void {
  const start = r.pos;
  const length = e === compactMetadata.encoding ? readVarint(r) : e.readBinary(r).length;
  if (e !== compactMetadata.encoding) into.nameStart = r.pos - length;
  else {
    if (!(length <= r.end - r.pos))
      throw new DecodeError("incomplete", `method name of ${length} bytes at byte ${start}, ${r.end - r.pos} remain`);
    into.nameStart = r.pos;
    r.pos += length;
  }
  into.nameEnd = r.pos;
}

function readRareField(e: Encoding, r: ByteReader, tag: number, into: RequestMetadata): void {
  switch (tag) {
    case (7 << 8) | TType.I32:
      into.priority = e.readI32(r);
      return;
    case (8 << 8) | TType.MAP:
      into.headers = readHeaders(e, r);
      return;
    case (11 << 8) | TType.I32:
      into.crc32c = e.readI32(r);
      return;
    case (14 << 8) | TType.I32:
      into.compression = e.readI32(r);
      return;
    case (15 << 8) | TType.STRUCT:
      into.replyCompression = readCompressionConfig(e, r);
      return;
    case (16 << 8) | TType.I64:
      into.interactionId = e.readI64(r);
      return;
    case (17 << 8) | TType.STRUCT:
      readInteractionCreate(e, r, into);
      return;
    case (20 << 8) | TType.STRING:
      into.frameworkMetadata = Buffer.from(e.readBinary(r));
      return;
    default:
      e.skip(r, tag & 0xff, METADATA_DEPTH, true);
  }
}

function readInteractionCreate(e: Encoding, r: ByteReader, into: RequestMetadata): void {
  readFields(e, r, (tag) => {
    if (tag === ((1 << 8) | TType.I64)) into.createId = e.readI64(r);
    else if (tag === ((2 << 8) | TType.STRING)) into.createName = e.readString(r);
    else return false;
    return true;
  });
}

function clear(metadata: RequestMetadata): void {
  metadata.protocol = metadata.kind = metadata.priority = -1;
  metadata.nameStart = metadata.nameEnd = 0;
  metadata.clientTimeoutMs = metadata.queueTimeoutMs = metadata.compression = 0;
  metadata.headers = metadata.crc32c = metadata.replyCompression = undefined;
  metadata.interactionId = metadata.createId = metadata.createName = metadata.frameworkMetadata = undefined;
}
