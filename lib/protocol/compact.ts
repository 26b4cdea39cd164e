/**
 * Thrift's compact protocol in its two dialects: messages around values in compact-encoding.ts. It knows nothing of what a
 * method takes.
 *
 *     | 0x82 | type u3, version u5 | seqid varint | name length varint | name | struct |
 *
 * Apache writes version 1; fbthrift writes 2, with doubles the other way round and float in the place of uuid. A reader of
 * fbthrift's dialect takes nothing but version 2, as fbthrift's own does.
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md#message
 */
import type { Buffer } from "node:buffer";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { putBytes } from "../wire/bytes.ts";
import { MAX_VARINT32_BYTES, putVarint, readVarint } from "../wire/varint.ts";
import { compactEncoding } from "./compact-encoding.ts";
import { CompactScanner } from "./compact-scanner.ts";
import type { CompactDialect } from "./compact-types.ts";
import { incomplete, invalid } from "./failures.ts";
import { type MessageHead, nextProtocolIndex, type Protocol } from "./protocol.ts";

const PROTOCOL_ID = 0x82;

function readMessageBegin(r: ByteReader, head: MessageHead, version: number): void {
  const { buf, pos, end } = r;
  if (!(end - pos >= 2)) incomplete(2, pos, end);
  if (buf[pos] !== PROTOCOL_ID)
    invalid(`first byte 0x${buf[pos]!.toString(16)} of a compact message, expected 0x82,`, pos);
  const byte = buf[pos + 1]!;
  if ((byte & 31) !== version) invalid(`version ${byte & 31} of a compact message, expected ${version},`, pos + 1);
  r.pos = pos + 2;
  head.type = byte >> 5;
  head.seqid = readVarint(r) | 0;
  const length = readVarint(r);
  if (!(length <= end - r.pos)) incomplete(length, r.pos, end);
  head.nameBuf = buf;
  head.nameStart = r.pos;
  head.nameEnd = r.pos + length;
  r.pos = head.nameEnd;
}

function writeMessageBegin(w: ByteWriter, name: Buffer, type: number, seqid: number, version: number): void {
  const b = w.reserve(2 + 2 * MAX_VARINT32_BYTES + name.length);
  b[w.pos] = PROTOCOL_ID;
  b[w.pos + 1] = (type << 5) | version;
  const behindSeqid = putVarint(b, w.pos + 2, seqid >>> 0);
  const start = putVarint(b, behindSeqid, name.length);
  w.pos = putBytes(b, start, name);
}

function compactOf(name: string, dialect: CompactDialect): Protocol {
  const version = dialect === "apache" ? 1 : 2;
  return {
    name,
    index: nextProtocolIndex(),
    encoding: compactEncoding(dialect),
    writeMessageBegin: (w, method, type, seqid) => writeMessageBegin(w, method, type, seqid, version),
    writeMessageEnd() {},
    readMessageBegin: (r, head) => readMessageBegin(r, head, version),
    readMessageEnd() {},
    createScanner: (limits) => new CompactScanner(dialect, version, limits),
  };
}

/** Apache's dialect: what every Thrift but fbthrift speaks. It has uuid and no float. */
export const compact: Protocol = compactOf("compact", "apache");

/** fbthrift's dialect: what Rocket carries. It has float and no uuid. */
export const compactFb: Protocol = compactOf("compact-fb", "fb");
