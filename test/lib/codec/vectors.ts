/** The golden vectors of ../shared/data/vectors as schemas and values of ours: every field optional, so that nothing is filled in. */
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { Module } from "../../../lib/schema/link.ts";
import type { StructSchema, TypeSchema } from "../../../lib/schema/schema.ts";
import type { StructType, Type } from "../../../lib/schema/types.ts";

type VectorType =
  | string
  | { list: VectorType }
  | { set: VectorType }
  | { map: [VectorType, VectorType] }
  | ({ struct?: string; union?: string; exception?: string } & {
      fields: { id: number; name: string; type: VectorType }[];
    });

export interface Vector {
  readonly name: string;
  readonly kind: "struct" | "message";
  readonly type: VectorType;
  readonly value: unknown;
  readonly hex: string;
  readonly message?: { readonly name: string; readonly type: number; readonly seqid: number };
  readonly protocol?: string;
  readonly "python-0.25dev"?: string;
  readonly "npm-0.24"?: string;
}

export function readVectors(path: string): Vector[] {
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Vector);
}

/** The live type of a vector. */
export function vectorType(type: VectorType): StructType {
  const structs: StructSchema[] = [];
  const { struct } = schemaOf(type, structs) as { struct: string };
  return new Module({ name: "vectors", structs }).struct(struct);
}

function schemaOf(type: VectorType, structs: StructSchema[]): TypeSchema {
  if (typeof type === "string") return type as TypeSchema;
  if ("list" in type) return { list: schemaOf(type.list, structs) };
  if ("set" in type) return { set: schemaOf(type.set, structs) };
  if ("map" in type) return { map: [schemaOf(type.map[0], structs), schemaOf(type.map[1], structs)] };
  const kind = type.union ? "union" : type.exception ? "exception" : "struct";
  const fields = type.fields.map((f) => ({
    id: f.id,
    name: f.name,
    type: schemaOf(f.type, structs),
    need: "optional" as const,
  }));
  const name = `S${structs.length}`;
  structs.push({ kind, name, fields });
  return { struct: name };
}

/** A vector's value as ours. */
export function vectorValue(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case "list":
      return (value as unknown[]).map((v) => vectorValue(type.element, v));
    case "set":
      return new Set((value as unknown[]).map((v) => vectorValue(type.element, v)));
    case "map":
      return new Map(
        (value as [unknown, unknown][]).map(([k, v]) => [vectorValue(type.key, k), vectorValue(type.value, v)]),
      );
    case "struct":
      return structValue(type, value as Record<string, unknown>);
    case "i64":
      return BigInt(value as string);
    case "double":
      return Number(value as string);
    case "binary":
      return Buffer.from(value as string, "hex");
    default:
      return value;
  }
}

function structValue(type: StructType, value: Record<string, unknown>): unknown {
  const entries = type.fields
    .filter((field) => String(field.id) in value)
    .map((field) => [field.key, vectorValue(field.type, value[field.id])] as const);
  if (type.category === "struct") return Object.fromEntries(entries);
  if (type.category === "exception") return new type.exceptionClass!(Object.fromEntries(entries));
  const [entry] = entries;
  return entry === undefined ? { kind: undefined } : { kind: entry[0], value: entry[1] };
}
