/**
 * What a protocol is: how messages and Thrift's types become bytes and how the end of a message is found. It says nothing
 * about schemas or about who sends the bytes.
 */
import type { Buffer } from "node:buffer";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import type { Limits } from "./limits.ts";

/** The head of a message as read: one object, used again for each. The name stays bytes, so that the hot path makes no string. */
export interface MessageHead {
  type: number;
  seqid: number;
  /** The name is bytes [nameStart, nameEnd) of this buffer, valid as long as the frame. */
  nameBuf: Buffer;
  nameStart: number;
  nameEnd: number;
}

/** A protocol's messages and values. Built-in ones have no privilege over one that a user writes. */
export interface Protocol {
  /** `binary`, `compact`, `compact-fb`, `json` or a name of your own. */
  readonly name: string;
  /** Slot in codec tables: a small number, the same for protocols with the same encoding. Take one from `nextProtocolIndex`. */
  readonly index: number;
  readonly encoding: Encoding;
  writeMessageBegin(w: ByteWriter, name: Buffer, type: number, seqid: number): void;
  writeMessageEnd(w: ByteWriter): void;
  /** Throws DecodeError. */
  readMessageBegin(r: ByteReader, head: MessageHead): void;
  /** Throws DecodeError. */
  readMessageEnd(r: ByteReader): void;
  createScanner(limits: Limits): MessageScanner;
}

/** Finds where the first message of a stream ends without decoding it, resuming where it stopped. */
export interface MessageScanner {
  /** Bytes that the message goes on for at least, as far as `scan` has found out; undefined where that cannot be known. */
  readonly toCome?: number;
  /**
   * The message starts at `start`; bytes [start, end) are there: those of the last call, perhaps at another place, and more.
   * Returns the offset after the message's last byte, or -1 when more is needed. After an end was found, or an error was
   * thrown, the next call begins a new message. Throws DecodeError.
   */
  scan(buf: Buffer, start: number, end: number): number;
}

/**
 * A protocol's values, one function a type, without state of their own: what the interpreter, the scanners' tests and
 * hand-written metadata use. Types are `TType` numbers. Writers take room themselves; readers check bounds and throw DecodeError.
 */
export interface Encoding {
  /** True where strings are text and binary is something else (JSON); false where both are bytes with a length. */
  readonly textual: boolean;
  /** True for a type that this encoding has no number for. */
  lacks(type: number): boolean;
  writeStructBegin(w: ByteWriter): void;
  writeStructEnd(w: ByteWriter): void;
  /** `lastId`: the field written before in the same struct, 0 at first. Not for BOOL. */
  writeFieldBegin(w: ByteWriter, type: number, id: number, lastId: number): void;
  writeFieldEnd(w: ByteWriter): void;
  /** The whole field: no `writeFieldEnd` follows. */
  writeBoolField(w: ByteWriter, value: boolean, id: number, lastId: number): void;
  writeListBegin(w: ByteWriter, elementType: number, size: number): void;
  writeListEnd(w: ByteWriter): void;
  writeSetBegin(w: ByteWriter, elementType: number, size: number): void;
  writeMapBegin(w: ByteWriter, keyType: number, valueType: number, size: number): void;
  writeMapEnd(w: ByteWriter): void;
  /** Before each element of a list or set. */
  writeElementBegin(w: ByteWriter): void;
  writeKeyBegin(w: ByteWriter, keyType: number): void;
  /** Between a key and its value. */
  writeKeyEnd(w: ByteWriter, keyType: number): void;
  writeBool(w: ByteWriter, value: boolean): void;
  writeI8(w: ByteWriter, value: number): void;
  writeI16(w: ByteWriter, value: number): void;
  writeI32(w: ByteWriter, value: number): void;
  writeI64(w: ByteWriter, value: bigint): void;
  writeFloat(w: ByteWriter, value: number): void;
  writeDouble(w: ByteWriter, value: number): void;
  /** The caller has checked that there is no lone surrogate. */
  writeString(w: ByteWriter, value: string): void;
  writeBinary(w: ByteWriter, value: Uint8Array): void;
  /** Text of 36 characters, checked by the caller. */
  writeUuid(w: ByteWriter, value: string): void;

  readStructBegin(r: ByteReader): void;
  readStructEnd(r: ByteReader): void;
  /** `id << 8 | type`; 0 at the end of the struct. */
  readFieldBegin(r: ByteReader, lastId: number): number;
  readFieldEnd(r: ByteReader): void;
  readBoolField(r: ByteReader): boolean;
  /** `size * 256 + elementType`, 0 when it is empty; the size is checked against the bytes that remain. */
  readListBegin(r: ByteReader): number;
  readListEnd(r: ByteReader): void;
  /** `size * 65536 + keyType * 256 + valueType`, 0 when it is empty. */
  readMapBegin(r: ByteReader): number;
  readMapEnd(r: ByteReader): void;
  readElementBegin(r: ByteReader): void;
  readKeyBegin(r: ByteReader, keyType: number): void;
  readKeyEnd(r: ByteReader, keyType: number): void;
  readBool(r: ByteReader): boolean;
  readI8(r: ByteReader): number;
  readI16(r: ByteReader): number;
  readI32(r: ByteReader): number;
  readI64(r: ByteReader): bigint;
  readFloat(r: ByteReader): number;
  readDouble(r: ByteReader): number;
  readString(r: ByteReader): string;
  /** A view of the received bytes where the protocol has them as such, else a new buffer. */
  readBinary(r: ByteReader): Buffer;
  readUuid(r: ByteReader): string;
  /** Passes over a value of `type`; `depth` is what nesting is still admitted. In a compact field a BOOL has no bytes of its own: `field` says so. */
  skip(r: ByteReader, type: number, depth: number, field: boolean): void;
}

let protocols = 0;

/** A slot for a protocol with an encoding of its own. */
export function nextProtocolIndex(): number {
  return protocols++;
}
