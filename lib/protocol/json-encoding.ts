/**
 * Values in Thrift's JSON protocol, in Apache's exact form. It keeps no state: whether a comma is due shows in the byte before.
 *
 *     struct     {"1":{"i32":5},"2":{"str":"x"}}
 *     list, set  ["i32",3,1,2,3]
 *     map        ["str","i32",2,{"a":1,"b":2}]      keys that are numbers stand in quotes
 *     bool       1 or 0;  binary  base64;  NaN and the infinities as strings
 *
 * Spec: https://github.com/apache/thrift/blob/master/lib/cpp/src/thrift/protocol/TJSONProtocol.h
 */
import { Buffer } from "node:buffer";
import { EncodeError } from "../errors/errors.ts";
import type { ByteReader } from "../wire/byte-reader.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { isUuid } from "../wire/uuid.ts";
import { invalid, tooDeep, tooMany } from "./failures.ts";
import {
  expect,
  isFirst,
  peek,
  readBigint,
  readInteger,
  readNumber,
  readText,
  readToken,
  skipText,
  writeAscii,
  writeText,
} from "./json-text.ts";
import { jsonNames, jsonTypes } from "./json-types.ts";
import type { Encoding } from "./protocol.ts";
import { TType } from "./types.ts";

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** An element or entry takes at least a comma and a character. */
const MIN_ELEMENT_BYTES = 2;
const MIN_ENTRY_BYTES = 4;

/** Throws EncodeError for a type that the protocol lacks. */
function nameOf(type: number): string {
  const name = jsonNames.get(type);
  if (name === undefined) throw new EncodeError("json", "the protocol has no float");
  return name;
}

/** Between fields and entries, not before the first. */
function writeComma(w: ByteWriter): void {
  if (w.buf[w.pos - 1] !== OPEN_BRACE) writeAscii(w, ",");
}

function readComma(r: ByteReader): void {
  peek(r);
  if (!isFirst(r)) expect(r, ",");
}

function isQuotedKey(type: number): boolean {
  return type === TType.BOOL || (type >= TType.I8 && type <= TType.I64);
}

function readType(r: ByteReader): number {
  const at = r.pos;
  const name = readText(r);
  return jsonTypes.get(name) ?? invalid(`unknown type ${JSON.stringify(name)}`, at);
}

/** How many values are announced, checked against the bytes that remain. */
function readSize(r: ByteReader, minBytes: number): number {
  expect(r, ",");
  const at = r.pos;
  const size = readInteger(r, 0, 0x7fffffff);
  if (size * minBytes > r.end - r.pos) tooMany(size, minBytes, at, r.end);
  return size;
}

function writeDouble(w: ByteWriter, value: number): void {
  if (Number.isFinite(value)) writeAscii(w, Object.is(value, -0) ? "-0" : String(value));
  // A key has its quotes already.
  else writeAscii(w, w.buf[w.pos - 1] === 0x22 ? String(value) : `"${value}"`);
}

function readUuid(r: ByteReader): string {
  const at = r.pos;
  const text = readText(r);
  if (!isUuid(text)) invalid("text that is not a uuid", at);
  return text.toLowerCase();
}

function readBinary(r: ByteReader): Buffer {
  const at = r.pos;
  const text = readText(r);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) invalid("binary is not base64", at);
  return Buffer.from(text, "base64");
}

function writeInteger(w: ByteWriter, value: number | bigint): void {
  writeAscii(w, String(value));
}

function skip(r: ByteReader, type: number, depth: number): void {
  switch (type) {
    case TType.STRUCT:
    case TType.MAP:
    case TType.LIST:
    case TType.SET:
      if (depth <= 0) tooDeep(r.maxDepth, r.pos);
      return type === TType.STRUCT
        ? skipStruct(r, depth - 1)
        : type === TType.MAP
          ? skipMap(r, depth - 1)
          : skipList(r, depth - 1);
    case TType.STRING:
    case TType.UUID:
      return skipText(r);
    case TType.DOUBLE:
      readNumber(r);
      return;
    default:
      if (readToken(r) === "") invalid("a number is missing", r.pos);
  }
}

function skipStruct(r: ByteReader, depth: number): void {
  const e = jsonEncoding;
  e.readStructBegin(r);
  for (let head = e.readFieldBegin(r, 0); head !== 0; head = e.readFieldBegin(r, 0)) {
    skip(r, head & 255, depth);
    e.readFieldEnd(r);
  }
  e.readStructEnd(r);
}

function skipList(r: ByteReader, depth: number): void {
  const e = jsonEncoding;
  const head = e.readListBegin(r);
  for (let i = Math.floor(head / 256); i > 0; i--) {
    e.readElementBegin(r);
    skip(r, head & 255, depth);
  }
  e.readListEnd(r);
}

function skipMap(r: ByteReader, depth: number): void {
  const e = jsonEncoding;
  const head = e.readMapBegin(r);
  const keyType = (head >> 8) & 255;
  for (let i = Math.floor(head / 65536); i > 0; i--) {
    e.readKeyBegin(r, keyType);
    skip(r, keyType, depth);
    e.readKeyEnd(r, keyType);
    skip(r, head & 255, depth);
  }
  e.readMapEnd(r);
}

/** Reads and writes values as the JSON protocol has them. */
export const jsonEncoding: Encoding = {
  textual: true,
  lacks: (type) => !jsonNames.has(type),
  writeStructBegin: (w) => writeAscii(w, "{"),
  writeStructEnd: (w) => writeAscii(w, "}"),
  writeFieldBegin(w, type, id) {
    writeComma(w);
    writeAscii(w, `"${id}":{"${nameOf(type)}":`);
  },
  writeFieldEnd: (w) => writeAscii(w, "}"),
  writeBoolField(w, value, id) {
    writeComma(w);
    writeAscii(w, `"${id}":{"tf":${value ? 1 : 0}}`);
  },
  writeListBegin: (w, elementType, size) => writeAscii(w, `["${nameOf(elementType)}",${size}`),
  writeListEnd: (w) => writeAscii(w, "]"),
  writeSetBegin: (w, elementType, size) => writeAscii(w, `["${nameOf(elementType)}",${size}`),
  writeMapBegin: (w, keyType, valueType, size) =>
    writeAscii(w, `["${nameOf(keyType)}","${nameOf(valueType)}",${size},{`),
  writeMapEnd: (w) => writeAscii(w, "}]"),
  writeElementBegin: (w) => writeAscii(w, ","),
  writeKeyBegin(w, keyType) {
    writeComma(w);
    if (isQuotedKey(keyType)) writeAscii(w, '"');
  },
  writeKeyEnd: (w, keyType) => writeAscii(w, isQuotedKey(keyType) ? '":' : ":"),
  writeBool: (w, value) => writeAscii(w, value ? "1" : "0"),
  writeI8: writeInteger,
  writeI16: writeInteger,
  writeI32: writeInteger,
  writeI64: writeInteger,
  writeFloat: writeDouble,
  writeDouble,
  writeString: writeText,
  writeBinary: (w, value) => writeAscii(w, `"${Buffer.from(value).toString("base64")}"`),
  writeUuid: (w, value) => writeAscii(w, `"${value.toLowerCase()}"`),

  readStructBegin: (r) => expect(r, "{"),
  readStructEnd: (r) => expect(r, "}"),
  readFieldBegin(r) {
    if (peek(r) === CLOSE_BRACE) return 0;
    readComma(r);
    const at = r.pos;
    const id = readText(r);
    if (!/^-?\d{1,5}$/.test(id) || (Number(id) << 16) >> 16 !== Number(id))
      invalid(`field id ${JSON.stringify(id.slice(0, 40))} is not an i16`, at);
    expect(r, ":");
    expect(r, "{");
    const type = readType(r);
    expect(r, ":");
    return Number(id) * 256 + type;
  },
  readFieldEnd: (r) => expect(r, "}"),
  readBoolField: (r) => readInteger(r, 0, 1) === 1,
  readListBegin(r) {
    expect(r, "[");
    const type = readType(r);
    const size = readSize(r, MIN_ELEMENT_BYTES);
    return size === 0 ? 0 : size * 256 + type;
  },
  readListEnd: (r) => expect(r, "]"),
  readMapBegin(r) {
    expect(r, "[");
    const key = readType(r);
    expect(r, ",");
    const value = readType(r);
    const size = readSize(r, MIN_ENTRY_BYTES);
    expect(r, ",");
    expect(r, "{");
    return size === 0 ? 0 : size * 65536 + key * 256 + value;
  },
  readMapEnd(r) {
    expect(r, "}");
    expect(r, "]");
  },
  readElementBegin: (r) => expect(r, ","),
  readKeyBegin(r, keyType) {
    readComma(r);
    if (isQuotedKey(keyType)) expect(r, '"');
  },
  readKeyEnd(r, keyType) {
    if (isQuotedKey(keyType)) expect(r, '"');
    expect(r, ":");
  },
  readBool: (r) => readInteger(r, 0, 1) === 1,
  readI8: (r) => readInteger(r, -128, 127),
  readI16: (r) => readInteger(r, -32768, 32767),
  readI32: (r) => readInteger(r, -2147483648, 2147483647),
  readI64: readBigint,
  readFloat: readNumber,
  readDouble: readNumber,
  readString: readText,
  readBinary,
  readUuid,
  skip,
};
