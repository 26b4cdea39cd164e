/**
 * A struct without names: what an independent reader sees on the wire. Field `n` is `field_n`; i64 is `{ i64: "decimal" }`,
 * strings and binaries are `{ hex }`, maps are pairs. This is the form of data/wire/parquet/footers.jsonl; a decoded value and
 * a struct that npm thrift reads without a schema are brought to the same form.
 */
import { createRequire } from "node:module";
import type { Field, StructType, Type } from "../../lib/schema/types.ts";

export type FieldTree =
  | boolean
  | number
  | { readonly i64: string }
  | { readonly hex: string }
  | readonly FieldTree[]
  | { readonly [field: `field_${number}`]: FieldTree };

/** A value that our codec decoded as `type`. */
export function treeOf(value: unknown, type: Type): FieldTree {
  switch (type.kind) {
    case "i64":
      return { i64: `${value}` };
    case "string":
      return { hex: Buffer.from(value as string, "utf8").toString("hex") };
    case "binary":
      return { hex: Buffer.from(value as Uint8Array).toString("hex") };
    case "list":
    case "set":
      return [...(value as Iterable<unknown>)].map((item) => treeOf(item, type.element));
    case "map":
      return [...(value as Map<unknown, unknown>)].map(([key, item]) => [
        treeOf(key, type.key),
        treeOf(item, type.value),
      ]);
    case "struct":
      return treeOfStruct(value as Record<string, unknown>, type);
    default:
      return value as boolean | number;
  }
}

function treeOfStruct(value: Record<string, unknown>, type: StructType): FieldTree {
  const valueOf = (field: Field): unknown => {
    if (type.category !== "union") return value[field.key];
    return value["kind"] === field.key ? value["value"] : undefined;
  };
  const present = type.fields.filter((field) => valueOf(field) !== undefined);
  return Object.fromEntries(present.map((field) => [`field_${field.id}`, treeOf(valueOf(field), field.type)]));
}

interface ForeignContainer {
  readonly etype: number;
  readonly ktype: number;
  readonly vtype: number;
  readonly size: number;
}

/** As much of npm thrift's protocols as reading a struct needs; `readXEnd` and `readStructBegin` matter to compact. */
interface ForeignProtocol {
  readonly trans: { readonly readCursor: number };
  readMessageBegin(): { fname: string; mtype: number; rseqid: number };
  readStructBegin(): void;
  readStructEnd(): void;
  readFieldBegin(): { ftype: number; fid: number };
  readFieldEnd(): void;
  readListBegin(): ForeignContainer;
  readSetBegin(): ForeignContainer;
  readMapBegin(): ForeignContainer;
  readBool(): boolean;
  readByte(): number;
  readI16(): number;
  readI32(): number;
  readI64(): { buffer: Buffer; offset: number };
  readDouble(): number;
  readBinary(): Buffer;
}

interface Thrift {
  TFramedTransport: new (bytes: Buffer) => unknown;
  TBinaryProtocol: new (transport: unknown) => ForeignProtocol;
  TCompactProtocol: new (transport: unknown) => ForeignProtocol;
}

const thrift = createRequire(import.meta.url)("thrift") as Thrift;

function foreignReader(bytes: Buffer, protocol: "binary" | "compact"): ForeignProtocol {
  const transport = new thrift.TFramedTransport(bytes);
  return protocol === "binary" ? new thrift.TBinaryProtocol(transport) : new thrift.TCompactProtocol(transport);
}

/** The first struct in `bytes`, as npm thrift reads it. */
export function foreignTree(bytes: Buffer, protocol: "binary" | "compact"): FieldTree {
  return readStruct(foreignReader(bytes, protocol));
}

/** The head and the struct of a message, as npm thrift reads it. */
export function foreignMessage(
  bytes: Buffer,
  protocol: "binary" | "compact",
): { name: string; type: number; body: FieldTree } {
  const reader = foreignReader(bytes, protocol);
  const { fname, mtype } = reader.readMessageBegin();
  return { name: fname, type: mtype, body: readStruct(reader) };
}

function readStruct(p: ForeignProtocol): FieldTree {
  const fields: [string, FieldTree][] = [];
  p.readStructBegin();
  for (let field = p.readFieldBegin(); field.ftype !== 0; field = p.readFieldBegin()) {
    fields.push([`field_${field.fid}`, readValue(p, field.ftype)]);
    p.readFieldEnd();
  }
  p.readStructEnd();
  return Object.fromEntries(fields);
}

const READERS: Readonly<Record<number, (p: ForeignProtocol) => FieldTree>> = {
  2: (p) => p.readBool(),
  3: (p) => p.readByte(),
  4: (p) => p.readDouble(),
  6: (p) => p.readI16(),
  8: (p) => p.readI32(),
  10: (p) => {
    const { buffer, offset } = p.readI64();
    return { i64: `${buffer.readBigInt64BE(offset)}` };
  },
  11: (p) => ({ hex: p.readBinary().toString("hex") }),
  12: readStruct,
  13: (p) => {
    const { ktype, vtype, size } = p.readMapBegin();
    return Array.from({ length: size }, () => [readValue(p, ktype), readValue(p, vtype)]);
  },
  14: (p) => readItems(p, p.readSetBegin()),
  15: (p) => readItems(p, p.readListBegin()),
};

function readItems(p: ForeignProtocol, { etype, size }: ForeignContainer): FieldTree {
  return Array.from({ length: size }, () => readValue(p, etype));
}

function readValue(p: ForeignProtocol, type: number): FieldTree {
  const read = READERS[type];
  if (read === undefined) throw new Error(`npm thrift met type ${type}`);
  return read(p);
}

/** Paths of what `wire` has and `decoded` has not, or has otherwise. Defaults that only `decoded` has are no loss. */
export function lost(wire: FieldTree, decoded: FieldTree | undefined, path = ""): string[] {
  if (typeof wire !== "object") return Object.is(wire, decoded) ? [] : [`${path}: ${wire} became ${decoded}`];
  if (decoded === undefined) return [`${path}: absent`];
  if (Array.isArray(wire) && (decoded as FieldTree[]).length !== wire.length) return [`${path}: another length`];
  return Object.entries(wire).flatMap(([key, value]) => {
    const other = (decoded as Record<string, FieldTree | undefined>)[key];
    if (key === "hex" || key === "i64")
      return value === (other as unknown) ? [] : [`${path}: ${value} became ${other}`];
    return lost(value as FieldTree, other, `${path}.${key}`);
  });
}
