/**
 * What our own peers say beside a message in a datagram: one header in a THeader packet, a text of fixed fields.
 *
 *   scrimp.call:   client id 16 | time left, ms 8 | settled below 8 | cookie 28 or none | crc 8      all in hex
 *   scrimp.reply:  status 1 | cookie 28 or none | crc 8      status: r reply, p in progress, c cookie wanted
 *
 * The crc covers the fields before it and the message, so that no damaged datagram is taken for another call. Knows no sockets.
 */
import { Buffer } from "node:buffer";
import { DecodeError } from "../../errors.ts";
import { closeHeader, HeaderProtocol, OUT_OF_ORDER, openHeader, readHeader } from "../../framing/header.ts";
import { binary } from "../../protocol/binary.ts";
import { compact } from "../../protocol/compact.ts";
import type { Protocol } from "../../protocol/protocol.ts";
import { crc32 } from "../../wire/crc32.ts";
import type { ByteWriter } from "../../wire/byte-writer.ts";
import { COOKIE_LENGTH } from "./cookies.ts";

const CALL_KEY = "scrimp.call";
const REPLY_KEY = "scrimp.reply";
const CRC_LENGTH = 8;

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

/** A datagram taken apart; without `call` or `reply` it is a plain message, or one with a foreign header. */
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

/** Writes a whole packet: `message` is what stands in `w` from `start` on, which moves behind the header. */
export function wrapCall(w: ByteWriter, start: number, protocol: Protocol, seqid: number, envelope: CallEnvelope): void {
  const fields = envelope.client + hex8(envelope.timeLeftMs) + hex8(envelope.settledBelow) + envelope.cookie;
  wrap(w, start, protocol, seqid, CALL_KEY, fields);
}

export function wrapReply(w: ByteWriter, start: number, protocol: Protocol, seqid: number, envelope: ReplyEnvelope): void {
  wrap(w, start, protocol, seqid, REPLY_KEY, envelope.status + envelope.cookie);
}

function wrap(w: ByteWriter, start: number, protocol: Protocol, seqid: number, key: string, fields: string): void {
  const message = Buffer.from(w.view(start));
  const crc = checksum(message, 0, message.length, fields);
  w.pos = start;
  const headers = new Map([[key, fields + hex8(crc)]]);
  const protocolId = protocol.name === binary.name ? HeaderProtocol.BINARY : HeaderProtocol.COMPACT;
  const frame = openHeader(w, { flags: OUT_OF_ORDER, seqid, protocolId, headers });
  message.copy(w.reserve(message.length), w.pos);
  w.pos += message.length;
  closeHeader(w, frame);
}

/** Takes a datagram apart. Throws DecodeError for what is no message, and for what is damaged. `protocols` are those that a plain message may be in. */
export function unwrap(bytes: Buffer, compactFb: Protocol): Datagram {
  const first = bytes[0];
  if (first === 0x80) return plain(bytes, binary);
  if (first === 0x82) return plain(bytes, ((bytes[1] ?? 0) & 0x1f) === 2 ? compactFb : compact);
  if (bytes.length < 4 || bytes.readUInt32BE(0) !== bytes.length - 4) throw new DecodeError("invalid", `datagram of ${bytes.length} bytes that begins neither a message nor a header`);
  const frame = readHeader(bytes, 4, bytes.length, bytes.length);
  const protocol = frame.protocolId === HeaderProtocol.BINARY ? binary : compact;
  if (protocol === compact && frame.protocolId !== HeaderProtocol.COMPACT) throw new DecodeError("invalid", `header names protocol ${frame.protocolId}`);
  const { payload } = frame;
  const packet = { protocol, buf: payload, start: 0, end: payload.length, enveloped: true };
  const call = frame.headers.get(CALL_KEY);
  const reply = frame.headers.get(REPLY_KEY);
  return {
    ...packet,
    call: call === undefined ? undefined : readCall(checked(call, payload)),
    reply: reply === undefined ? undefined : readReply(checked(reply, payload)),
  };
}

function plain(buf: Buffer, protocol: Protocol): Datagram {
  return { protocol, buf, start: 0, end: buf.length, enveloped: false, call: undefined, reply: undefined };
}

/** The fields without their crc. */
function checked(text: string, payload: Buffer): string {
  const fields = text.slice(0, -CRC_LENGTH);
  if (text.length <= CRC_LENGTH || hex8(checksum(payload, 0, payload.length, fields)) !== text.slice(-CRC_LENGTH)) throw new DecodeError("invalid", "datagram is damaged");
  return fields;
}

function readCall(fields: string): CallEnvelope {
  const cookie = fields.slice(32);
  if (fields.length < 32 || (cookie !== "" && cookie.length !== COOKIE_LENGTH)) throw new DecodeError("invalid", `${CALL_KEY} of ${fields.length} characters`);
  return { client: fields.slice(0, 16), timeLeftMs: parseHex(fields, 16), settledBelow: parseHex(fields, 24), cookie };
}

function readReply(fields: string): ReplyEnvelope {
  const status = fields[0];
  if (status !== "r" && status !== "p" && status !== "c") throw new DecodeError("invalid", `${REPLY_KEY} with status ${JSON.stringify(status)}`);
  return { status, cookie: fields.slice(1) };
}

function parseHex(text: string, start: number): number {
  const value = Number.parseInt(text.slice(start, start + 8), 16);
  if (Number.isNaN(value)) throw new DecodeError("invalid", `${CALL_KEY} with a number that is none`);
  return value;
}

function checksum(message: Buffer, start: number, end: number, fields: string): number {
  return crc32(Buffer.from(fields, "latin1"), 0, fields.length, crc32(message, start, end));
}

function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
