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
import { DecodeError } from "../../errors.ts";
import { HEADER_FIXED_BYTES, HEADER_MAGIC, HeaderProtocol, OUT_OF_ORDER } from "../../framing/header.ts";
import { binary } from "../../protocol/binary.ts";
import { compact } from "../../protocol/compact.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { crc32 } from "../../wire/crc32.ts";
import { COOKIE_LENGTH } from "./cookies.ts";

const CALL_KEY = Buffer.from("scrimp.call");
const REPLY_KEY = Buffer.from("scrimp.reply");
const CRC_LENGTH = 8;
const CALL_FIELDS = 32;
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
  const header = HEADER_SINGLE_BYTES + key.length + fields + CRC_LENGTH;
  return HEADER_FIXED_BYTES + ((header + 3) & ~3);
}

/** Fills in what stands in front of the message that ends at `end`; `callEnvelopeBytes` are left free for it at 0. */
export function writeCallEnvelope(
  buf: Buffer,
  end: number,
  protocol: Protocol,
  seqid: number,
  envelope: CallEnvelope,
): void {
  const fields = envelope.client + hex8(envelope.timeLeftMs) + hex8(envelope.settledBelow) + envelope.cookie;
  writePacket(buf, end, protocol, seqid, CALL_KEY, fields);
}

/** The same for a reply. */
export function writeReplyEnvelope(
  buf: Buffer,
  end: number,
  protocol: Protocol,
  seqid: number,
  envelope: ReplyEnvelope,
): void {
  writePacket(buf, end, protocol, seqid, REPLY_KEY, envelope.status + envelope.cookie);
}

function writePacket(buf: Buffer, end: number, protocol: Protocol, seqid: number, key: Buffer, fields: string): void {
  const messageStart = packetBytes(key, fields.length);
  buf.writeUInt32BE(end - 4, 0);
  buf.writeUInt16BE(HEADER_MAGIC, 4);
  buf.writeUInt16BE(OUT_OF_ORDER, 6);
  buf.writeInt32BE(seqid, 8);
  buf.writeUInt16BE((messageStart - HEADER_FIXED_BYTES) / 4, 12);
  buf[14] = protocol.name === binary.name ? HeaderProtocol.BINARY : HeaderProtocol.COMPACT;
  buf[15] = 0;
  buf[16] = 1;
  buf[17] = 1;
  buf[18] = key.length;
  key.copy(buf, 19);
  const value = 19 + key.length;
  buf[value] = fields.length + CRC_LENGTH;
  const fieldsEnd = value + 1 + fields.length;
  buf.write(fields, value + 1, "latin1");
  buf.write(hex8(checksum(buf, messageStart, end, value + 1, fieldsEnd)), fieldsEnd, "latin1");
  buf.fill(0, fieldsEnd + CRC_LENGTH, messageStart);
}

/** Of the message, then of the fields. */
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
  const packet = unwrapPacket(bytes, CALL_KEY, compactFb) ?? unwrapPacket(bytes, REPLY_KEY, compactFb);
  // A header that is not ours may be one of ours that was damaged: its call must not run under no name.
  if (packet === undefined) throw new DecodeError("invalid", "header packet without the header of scrimp's datagrams");
  return packet;
}

function plain(buf: Buffer, protocol: Protocol): Datagram {
  return { protocol, buf, start: 0, end: buf.length, enveloped: false, call: undefined, reply: undefined };
}

/** A packet with just the header named `key`; undefined for any other. */
function unwrapPacket(bytes: Buffer, key: Buffer, compactFb: Protocol): Datagram | undefined {
  const start = HEADER_FIXED_BYTES + 4 * bytes.readUInt16BE(12);
  const value = 20 + key.length;
  const valueEnd = value + (bytes[value - 1] ?? 0);
  const shape =
    bytes.readUInt16BE(4) === HEADER_MAGIC &&
    bytes[15] === 0 &&
    bytes[16] === 1 &&
    bytes[17] === 1 &&
    bytes[18] === key.length;
  if (!shape || valueEnd > start || start > bytes.length || key.compare(bytes, 19, 19 + key.length) !== 0)
    return undefined;
  const fieldsEnd = valueEnd - CRC_LENGTH;
  const crc = Number.parseInt(bytes.toString("latin1", fieldsEnd, valueEnd), 16);
  if (fieldsEnd <= value || crc !== checksum(bytes, start, bytes.length, value, fieldsEnd))
    throw new DecodeError("invalid", "datagram is damaged");
  const fields = bytes.toString("latin1", value, fieldsEnd);
  const packet = {
    protocol: protocolAt(bytes, start, compactFb),
    buf: bytes,
    start,
    end: bytes.length,
    enveloped: true,
  };
  return key === CALL_KEY
    ? { ...packet, call: readCall(fields), reply: undefined }
    : { ...packet, call: undefined, reply: readReply(fields) };
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

function readCall(fields: string): CallEnvelope {
  const cookie = fields.slice(CALL_FIELDS);
  if (fields.length < CALL_FIELDS || (cookie !== "" && cookie.length !== COOKIE_LENGTH))
    throw new DecodeError("invalid", `${CALL_KEY} of ${fields.length} characters`);
  return { client: fields.slice(0, 16), timeLeftMs: parseHex(fields, 16), settledBelow: parseHex(fields, 24), cookie };
}

function readReply(fields: string): ReplyEnvelope {
  const status = fields[0];
  if (status !== "r" && status !== "p" && status !== "c")
    throw new DecodeError("invalid", `${REPLY_KEY} with status ${JSON.stringify(status)}`);
  return { status, cookie: fields.slice(1) };
}

function parseHex(text: string, start: number): number {
  const value = Number.parseInt(text.slice(start, start + 8), 16);
  if (Number.isNaN(value)) throw new DecodeError("invalid", `${CALL_KEY} with a number that is none`);
  return value;
}

function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
