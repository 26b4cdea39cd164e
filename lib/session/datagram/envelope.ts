/**
 * What our own peers say beside a message in a datagram: one header in a THeader packet, a text of fixed fields in hex.
 *
 *   scrimp.call:   client id 16 | time left, ms 8 | settled below 8 | cookie 28 or none | crc 8
 *   scrimp.reply:  status 1 | cookie 28 or none | crc 8      status: r reply, p in progress, c cookie wanted
 *
 *   packet: | u32 LENGTH | u16 0x0FFF | u16 FLAGS 1 | i32 SEQ | u16 WORDS | protocol | 0 | 1 | 1 | key | value | zeros | message |
 *
 * The crc covers the message and the fields before it, so that no damaged datagram is taken for another call. It is an ordinary
 * THeader packet; other packets are not taken.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../../errors/errors.ts";
import { HEADER_FIXED_BYTES, HEADER_MAGIC, HeaderProtocol, OUT_OF_ORDER } from "../../framing/header/theader.ts";
import { binary } from "../../protocol/binary.ts";
import { compact } from "../../protocol/compact.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { isExactly } from "../../wire/bytes.ts";
import { crc32 } from "../../wire/crc32.ts";
import { COOKIE_LENGTH } from "./cookies.ts";
import { HEX_LENGTH, readHex, writeHex } from "./hex.ts";

const CALL_KEY = Buffer.from("scrimp.call");
const REPLY_KEY = Buffer.from("scrimp.reply");
const KEY_START = 19;
const CLIENT_LENGTH = 16;
const CALL_FIELDS: number = CLIENT_LENGTH + 2 * HEX_LENGTH;
/** Protocol, transforms, kind and number of headers, length of the key, length of the value: a byte each. */
const HEADER_SINGLE_BYTES = 6;

export interface CallEnvelope {
  /** 16 hex digits that no other client has. */
  readonly client: string;
  /** Milliseconds, at most 2^32 - 1. */
  readonly timeLeftMs: number;
  /** Calls with lower seqids will never be sent again. */
  readonly settledBelow: number;
  /** "" for none. */
  readonly cookie: string;
}

export interface ReplyEnvelope {
  readonly status: "r" | "p" | "c";
  /** A new one, or "". */
  readonly cookie: string;
}

/** A datagram taken apart; without `call` or `reply` it is a plain message. */
export interface Datagram {
  readonly protocol: Protocol;
  /** The message is bytes [start, end) of `buf`. */
  readonly buf: Buffer;
  readonly start: number;
  readonly end: number;
  readonly enveloped: boolean;
  readonly call: CallEnvelope | undefined;
  readonly reply: ReplyEnvelope | undefined;
}

/** Bytes in front of a call's message. */
export function callEnvelopeBytes(cookie: string): number {
  return packetBytes(CALL_KEY, CALL_FIELDS + cookie.length);
}

/** Bytes in front of a reply's message. */
export function replyEnvelopeBytes(cookie: string): number {
  return packetBytes(REPLY_KEY, 1 + cookie.length);
}

function packetBytes(key: Buffer, fields: number): number {
  const header = HEADER_SINGLE_BYTES + key.length + fields + HEX_LENGTH;
  return HEADER_FIXED_BYTES + ((header + 3) & ~3);
}

/** Fills in what stands in front of the message that ends at `end`; `callEnvelopeBytes` are left free for it at 0. */
export function writeCallEnvelope(
  buf: Buffer,
  end: number,
  protocol: Protocol,
  seqid: number,
  { client, timeLeftMs, settledBelow, cookie }: CallEnvelope,
): void {
  const fields = writeHeader(buf, end, protocol, seqid, CALL_KEY, CALL_FIELDS + cookie.length);
  buf.write(client, fields, "latin1");
  writeHex(buf, fields + CLIENT_LENGTH, timeLeftMs);
  writeHex(buf, fields + CLIENT_LENGTH + HEX_LENGTH, settledBelow);
  if (cookie !== "") buf.write(cookie, fields + CALL_FIELDS, "latin1");
  writeChecksum(buf, end, fields, fields + CALL_FIELDS + cookie.length);
}

/** The same for a reply. */
export function writeReplyEnvelope(
  buf: Buffer,
  end: number,
  protocol: Protocol,
  seqid: number,
  { status, cookie }: ReplyEnvelope,
): void {
  const fields = writeHeader(buf, end, protocol, seqid, REPLY_KEY, 1 + cookie.length);
  buf[fields] = status.charCodeAt(0);
  if (cookie !== "") buf.write(cookie, fields + 1, "latin1");
  writeChecksum(buf, end, fields, fields + 1 + cookie.length);
}

/** Gives where the fields begin. */
function writeHeader(buf: Buffer, end: number, protocol: Protocol, seqid: number, key: Buffer, fields: number): number {
  buf.writeUInt32BE(end - 4, 0);
  buf.writeUInt16BE(HEADER_MAGIC, 4);
  buf.writeUInt16BE(OUT_OF_ORDER, 6);
  buf.writeInt32BE(seqid, 8);
  buf.writeUInt16BE((packetBytes(key, fields) - HEADER_FIXED_BYTES) / 4, 12);
  buf[14] = protocol.name === binary.name ? HeaderProtocol.BINARY : HeaderProtocol.COMPACT;
  buf[15] = 0;
  buf[16] = 1;
  buf[17] = 1;
  buf[18] = key.length;
  key.copy(buf, KEY_START);
  buf[KEY_START + key.length] = fields + HEX_LENGTH;
  return KEY_START + key.length + 1;
}

function writeChecksum(buf: Buffer, end: number, fields: number, fieldsEnd: number): void {
  const messageStart = HEADER_FIXED_BYTES + 4 * buf.readUInt16BE(12);
  writeHex(buf, fieldsEnd, checksum(buf, messageStart, end, fields, fieldsEnd));
  for (let i = fieldsEnd + HEX_LENGTH; i < messageStart; i++) buf[i] = 0;
}

/** The CRC of the message, then of the fields. */
function checksum(buf: Buffer, start: number, end: number, fieldsStart: number, fieldsEnd: number): number {
  return crc32(buf, fieldsStart, fieldsEnd, crc32(buf, start, end));
}

/** Takes a datagram apart. Throws DecodeError for what is no message, and for what is damaged. `compactFb` is what compact of version 2 is read with. */
export function unwrap(bytes: Buffer, compactFb: Protocol): Datagram {
  const first = bytes[0];
  if (first === 0x80) return plain(bytes, binary);
  if (first === 0x82) return plain(bytes, compactAt(bytes, 0, compactFb));
  if (bytes.length < HEADER_FIXED_BYTES || bytes.readUInt32BE(0) !== bytes.length - 4) {
    throw new DecodeError("invalid", `datagram of ${bytes.length} bytes that begins neither a message nor a header`);
  }
  return unwrapPacket(bytes, compactFb);
}

function plain(buf: Buffer, protocol: Protocol): Datagram {
  return { protocol, buf, start: 0, end: buf.length, enveloped: false, call: undefined, reply: undefined };
}

/** A packet with just one of our headers. A header that is not ours may be one that was damaged: its call must not run under no name. */
function unwrapPacket(bytes: Buffer, compactFb: Protocol): Datagram {
  const start = HEADER_FIXED_BYTES + 4 * bytes.readUInt16BE(12);
  const isCall = bytes[18] === CALL_KEY.length;
  const key = isCall ? CALL_KEY : REPLY_KEY;
  const fields = KEY_START + key.length + 1;
  const fieldsEnd = fields + (bytes[fields - 1] ?? 0) - HEX_LENGTH;
  if (!hasHeader(bytes, key) || fieldsEnd <= fields || fieldsEnd + HEX_LENGTH > start || start > bytes.length)
    throw new DecodeError("invalid", "header packet without the header of scrimp's datagrams");
  if (readHex(bytes, fieldsEnd) !== checksum(bytes, start, bytes.length, fields, fieldsEnd))
    throw new DecodeError("invalid", "datagram is damaged");
  return {
    protocol: protocolAt(bytes, start, compactFb),
    buf: bytes,
    start,
    end: bytes.length,
    enveloped: true,
    call: isCall ? readCall(bytes, fields, fieldsEnd) : undefined,
    reply: isCall ? undefined : readReply(bytes, fields, fieldsEnd),
  };
}

function hasHeader(bytes: Buffer, key: Buffer): boolean {
  return (
    bytes.readUInt16BE(4) === HEADER_MAGIC &&
    bytes[15] === 0 &&
    bytes[16] === 1 &&
    bytes[17] === 1 &&
    bytes[18] === key.length &&
    isExactly(key, bytes, KEY_START, KEY_START + key.length)
  );
}

function protocolAt(bytes: Buffer, start: number, compactFb: Protocol): Protocol {
  const id = bytes[14];
  if (id === HeaderProtocol.BINARY) return binary;
  if (id === HeaderProtocol.COMPACT) return compactAt(bytes, start, compactFb);
  throw new DecodeError("invalid", `header names protocol ${id}`);
}

/** The dialect of the message at `start`, by its version. */
function compactAt(bytes: Buffer, start: number, compactFb: Protocol): Protocol {
  return ((bytes[start + 1] ?? 0) & 0x1f) === 2 ? compactFb : compact;
}

function readCall(bytes: Buffer, start: number, end: number): CallEnvelope {
  const text = bytes.toString("latin1", start, end);
  const timeLeftMs = readHex(bytes, start + CLIENT_LENGTH);
  const settledBelow = readHex(bytes, start + CLIENT_LENGTH + HEX_LENGTH);
  const isWhole = text.length === CALL_FIELDS || text.length === CALL_FIELDS + COOKIE_LENGTH;
  if (!isWhole || timeLeftMs < 0 || settledBelow < 0)
    throw new DecodeError("invalid", `${CALL_KEY} of ${text.length} characters that say nothing`);
  return { client: text.slice(0, CLIENT_LENGTH), timeLeftMs, settledBelow, cookie: text.slice(CALL_FIELDS) };
}

function readReply(bytes: Buffer, start: number, end: number): ReplyEnvelope {
  const status = String.fromCharCode(bytes[start] as number);
  if (status !== "r" && status !== "p" && status !== "c")
    throw new DecodeError("invalid", `${REPLY_KEY} with status ${JSON.stringify(status)}`);
  return { status, cookie: end === start + 1 ? "" : bytes.toString("latin1", start + 1, end) };
}
