/** The schema of bench.thrift in the runtime's form, with i64 as bigint or as number. */
import { defineModule, type Module, type ModuleSchema } from "../../lib/schema/codegen-v1.ts";
import type { FieldSchema, StructSchema, TypeSchema } from "../../lib/schema/schema.ts";

type I64 = "i64" | "i64/number";

const field = (id: number, name: string, type: TypeSchema): FieldSchema => ({ id, name, type });
const optional = (id: number, name: string, type: TypeSchema): FieldSchema => ({ id, name, type, need: "optional" });
const struct = (name: string, fields: readonly FieldSchema[]): StructSchema => ({ kind: "struct", name, fields });

function structs(i64: I64): readonly StructSchema[] {
  const sparseTypes: readonly TypeSchema[] = ["i32", "string", "double", "bool", i64];
  return [
    struct("Msg", [
      field(1, "id", i64),
      field(2, "name", "string"),
      field(3, "score", "double"),
      field(4, "tags", { list: "string" }),
      field(5, "flags", "i32"),
    ]),
    struct("Point", [field(1, "x", "double"), field(2, "y", "double"), field(3, "z", "i32")]),
    struct("Rec", [
      field(1, "id", i64),
      field(2, "name", "string"),
      field(3, "active", "bool"),
      field(4, "count", "i32"),
      field(5, "score", "double"),
      field(6, "nums", { list: "i32" }),
      field(7, "pt", { struct: "Point" }),
      field(8, "tags", { list: "string" }),
      field(9, "email", "string"),
      field(10, "created", i64),
    ]),
    struct("Records", [field(1, "items", { list: { struct: "Rec" } })]),
    struct("StringMap", [field(1, "entries", { map: ["string", "string"] })]),
    struct("Blob", [field(1, "bytes", "binary")]),
    struct("Text", [field(1, "title", "string"), field(2, "body", "string"), field(3, "words", { list: "string" })]),
    struct(
      "Sparse",
      Array.from({ length: 60 }, (_, i) => optional(i + 1, `f${i + 1}`, sparseTypes[i % 5]!)),
    ),
  ];
}

function schema(i64: I64): ModuleSchema {
  return {
    name: "bench",
    structs: structs(i64),
    services: [
      {
        kind: "service",
        name: "Echo",
        methods: [
          { name: "echo", args: [field(1, "message", { struct: "Msg" })], returns: { struct: "Msg" } },
          { name: "echoText", args: [field(1, "text", "string")], returns: "string" },
          { name: "echoBinary", args: [field(1, "bytes", "binary")], returns: "binary" },
        ],
      },
    ],
  };
}

/** bench.thrift as it stands: an i64 is a bigint. */
export const bench: Module = defineModule(schema("i64"));

/** The same with every i64 as a number. */
export const benchNumbers: Module = defineModule(schema("i64/number"));
