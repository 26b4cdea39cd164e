/**
 * Thrift's JSON protocol: messages around values in json-encoding.ts. For peers that need text; nobody chooses it for speed, so
 * it is always interpreted.
 *
 *     [1,"name",type,seqid,struct]
 *
 * Spec: https://github.com/apache/thrift/blob/master/lib/cpp/src/thrift/protocol/TJSONProtocol.h
 */
import { Buffer } from "node:buffer";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { invalid } from "./failures.ts";
import { jsonEncoding } from "./json-encoding.ts";
import { JsonScanner } from "./json-scanner.ts";
import { expect, peek, readInteger, readText, writeAscii, writeText } from "./json-text.ts";
import { type MessageHead, nextProtocolIndex, type Protocol } from "./protocol.ts";

const VERSION = 1;

function writeMessageBegin(w: ByteWriter, name: Buffer, type: number, seqid: number): void {
  writeAscii(w, `[${VERSION},`);
  writeText(w, name.toString());
  writeAscii(w, `,${type},${seqid},`);
}

function readMessageBegin(r: ByteReader, head: MessageHead): void {
  expect(r, "[");
  const at = r.pos;
  const version = readInteger(r, 0, 0x7fffffff);
  if (version !== VERSION) invalid(`version ${version} of a JSON message, expected ${VERSION},`, at);
  expect(r, ",");
  readName(r, head);
  expect(r, ",");
  head.type = readInteger(r, 0, 255);
  expect(r, ",");
  head.seqid = readInteger(r, -2147483648, 2147483647);
  expect(r, ",");
}

/** The name as it stands in the buffer, or where it holds escapes in a new one. */
function readName(r: ByteReader, head: MessageHead): void {
  peek(r);
  const start = r.pos + 1;
  const name = Buffer.from(readText(r));
  const asIs = name.length === r.pos - 1 - start;
  head.nameBuf = asIs ? r.buf : name;
  head.nameStart = asIs ? start : 0;
  head.nameEnd = head.nameStart + name.length;
}

/** Apache's JSON protocol: self-describing text. It has uuid and no float. */
export const json: Protocol = {
  name: "json",
  index: nextProtocolIndex(),
  encoding: jsonEncoding,
  writeMessageBegin,
  writeMessageEnd: (w) => writeAscii(w, "]"),
  readMessageBegin,
  readMessageEnd: (r) => expect(r, "]"),
  createScanner: (limits) => new JsonScanner(limits),
};
