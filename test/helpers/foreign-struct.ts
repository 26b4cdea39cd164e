/** Reads any compact struct with npm thrift's protocol, without a schema: an independent reader for what we write by hand. */
import { createRequire } from "node:module";

interface ForeignProtocol {
  readStructBegin(): void;
  readStructEnd(): void;
  readFieldBegin(): { ftype: number; fid: number };
  readFieldEnd(): void;
  readMapBegin(): { ktype: number; vtype: number; size: number };
  readBool(): boolean;
  readI32(): number;
  readI64(): { toString(): string };
  readBinary(): Buffer;
}

interface Thrift {
  TFramedTransport: new (bytes: Buffer) => unknown;
  TCompactProtocol: new (transport: unknown) => ForeignProtocol;
}

const thrift = createRequire(import.meta.url)("thrift") as Thrift;

/** A struct as npm thrift saw it: field id to value; i64 as text, strings as text. */
export type ForeignValue = boolean | number | string | ForeignStruct | Map<string, ForeignValue>;
export interface ForeignStruct {
  [id: number]: ForeignValue;
}

export function foreignStruct(bytes: Buffer): ForeignStruct {
  return readStruct(new thrift.TCompactProtocol(new thrift.TFramedTransport(bytes)));
}

function readStruct(p: ForeignProtocol): ForeignStruct {
  const found: ForeignStruct = {};
  p.readStructBegin();
  for (let field = p.readFieldBegin(); field.ftype !== 0; field = p.readFieldBegin()) {
    found[field.fid] = readValue(p, field.ftype);
    p.readFieldEnd();
  }
  p.readStructEnd();
  return found;
}

function readValue(p: ForeignProtocol, type: number): ForeignValue {
  if (type === 2) return p.readBool();
  if (type === 8) return p.readI32();
  if (type === 10) return p.readI64().toString();
  if (type === 11) return p.readBinary().toString();
  if (type === 12) return readStruct(p);
  if (type === 13) return readMap(p);
  throw new Error(`type ${type} is not in any metadata`);
}

function readMap(p: ForeignProtocol): Map<string, ForeignValue> {
  const { ktype, vtype, size } = p.readMapBegin();
  return new Map(Array.from({ length: size }, () => [String(readValue(p, ktype)), readValue(p, vtype)]));
}
