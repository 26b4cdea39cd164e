/**
 * Thrift's binary protocol: messages around values in binary-encoding.ts. It knows nothing of what a method takes.
 *
 *     strict     | 0x80 0x01 | 0x00 | type u8 | name length i32 | name | seqid i32 | struct |
 *     old form   | name length i32 | name | type u8 | seqid i32 | struct |
 *
 * Spec: https://github.com/apache/thrift/blob/master/doc/specs/thrift-binary-protocol.md#message
 */
import type { Buffer } from "node:buffer";
import { get32, put32 } from "../wire/big-endian.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { putBytes } from "../wire/bytes.ts";
import { binaryEncoding } from "./binary-encoding.ts";
import { BinaryScanner } from "./binary-scanner.ts";
import { incomplete, invalid } from "./failures.ts";
import { type MessageHead, nextProtocolIndex, type Protocol } from "./protocol.ts";

const VERSION = 0x80010000;

function writeMessageBegin(w: ByteWriter, name: Buffer, type: number, seqid: number): void {
  const size = 12 + name.length;
  const b = w.reserve(size);
  const p = w.pos;
  put32(b, p, VERSION | type);
  put32(b, p + 4, name.length);
  putBytes(b, p + 8, name);
  put32(b, p + 8 + name.length, seqid);
  w.pos = p + size;
}

function readStrict(r: ByteReader, head: MessageHead): void {
  const { buf, pos } = r;
  const version = get32(buf, pos);
  if (version >>> 16 !== 0x8001)
    invalid(`version 0x${(version >>> 16).toString(16)} of a binary message, expected 0x8001`, pos);
  if (!(r.end - pos >= 12)) incomplete(12, pos, r.end);
  takeName(r, head, get32(buf, pos + 4), pos + 8, 4);
  head.type = version & 255;
  head.seqid = get32(buf, head.nameEnd);
}

function readOld(r: ByteReader, head: MessageHead): void {
  const { buf, pos } = r;
  takeName(r, head, get32(buf, pos), pos + 4, 5);
  head.type = buf[head.nameEnd]!;
  head.seqid = get32(buf, head.nameEnd + 1);
}

/** The name stands at `start`; `rest` bytes of the head follow it. */
function takeName(r: ByteReader, head: MessageHead, length: number, start: number, rest: number): void {
  if (length < 0) invalid(`negative length ${length}`, start - 4);
  if (!(length + rest <= r.end - start)) incomplete(length + rest, start, r.end);
  head.nameBuf = r.buf;
  head.nameStart = start;
  head.nameEnd = start + length;
  r.pos = head.nameEnd + rest;
}

const index = nextProtocolIndex();

/** Binary with options: `strict: false` also reads messages in the old form, which have no version. It always writes strict ones. */
export function binaryWith(options: { readonly strict?: boolean } = {}): Protocol {
  const strict = options.strict ?? true;
  return {
    name: "binary",
    index,
    encoding: binaryEncoding,
    writeMessageBegin,
    writeMessageEnd() {},
    readMessageBegin(r, head) {
      if (!(r.end - r.pos >= 4)) incomplete(4, r.pos, r.end);
      if (strict || r.buf[r.pos]! > 127) readStrict(r, head);
      else readOld(r, head);
    },
    readMessageEnd() {},
    createScanner: (limits) => new BinaryScanner(strict, limits),
  };
}

/** Binary as every current Thrift writes it: messages carry the version. */
export const binary: Protocol = binaryWith();
