import t from "tap";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { defineModule, ThriftException } from "../../../lib/schema/codegen-v1.ts";
import { linkProgram, Module } from "../../../lib/schema/link.ts";
import type { FieldSchema, ModuleSchema } from "../../../lib/schema/schema.ts";
import type { StructType } from "../../../lib/schema/types.ts";

function field(name: string, type: FieldSchema["type"], more: Partial<FieldSchema> = {}): FieldSchema {
  return { id: 1, name, type, ...more };
}

function problem(run: () => unknown): string {
  try {
    run();
    return "none";
  } catch (error) {
    return error instanceof ThriftError && error.code === "CONFIGURATION" ? error.message : String(error);
  }
}

t.test("a struct may hold itself, and modules may hold one another", (t) => {
  const a: ModuleSchema = {
    name: "a",
    includes: [{ alias: "other", module: "b" }],
    structs: [
      {
        kind: "struct",
        name: "Node",
        fields: [field("next", { struct: "Node" }), { ...field("far", { list: { struct: "other.Leaf" } }), id: 2 }],
      },
    ],
  };
  const b: ModuleSchema = {
    name: "b",
    includes: [{ alias: "back", module: "a" }],
    structs: [{ kind: "struct", name: "Leaf", fields: [field("node", { struct: "back.Node" })] }],
  };
  const modules = linkProgram({
    scrimp: 1,
    main: "a",
    modules: [
      { key: "a", module: a },
      { key: "b", module: b },
    ],
  });
  const node = modules.get("a")!.struct("Node");
  t.equal(node.fields[0]!.type, node);
  const leaf = (node.fields[1]!.type as { element: StructType }).element;
  t.equal(leaf, modules.get("b")!.struct("Leaf"));
  t.equal(leaf.fields[0]!.type, node);
  const cyclic: { b?: Module } = {};
  const again = defineModule(a, () => ({ other: cyclic.b! }));
  cyclic.b = defineModule(b, { back: again });
  t.equal(again.struct("Node").fields[1]!.type.kind, "list");
  t.end();
});

t.test("a service has its own methods and those that it inherits", (t) => {
  const base = defineModule({
    name: "base",
    services: [
      {
        kind: "service",
        name: "Base",
        methods: [
          { name: "ping", args: [] },
          { name: "old", args: [] },
        ],
      },
    ],
  });
  const module = defineModule(
    {
      name: "m",
      services: [
        {
          kind: "service",
          name: "Derived",
          extends: "base.Base",
          methods: [
            { name: "old", args: [field("x", "i32")] },
            { name: "from", key: "from_", args: [], stream: { type: "i32" } },
            { name: "fire", args: [], oneway: true },
            { name: "take", args: [], sink: { type: "i32", final: { type: "string" } } },
            { name: "talk", args: [], sink: { type: "i32" }, stream: { type: "i32" } },
          ],
        },
      ],
    },
    { base },
  );
  const service = module.service("Derived");
  t.strictSame([...service.methods.keys()].sort(), ["fire", "from_", "old", "ping", "take", "talk"]);
  t.equal(service.methods.get("ping"), base.service("Base").methods.get("ping"));
  t.equal(service.methods.get("ping")!.service, base.service("Base"));
  t.equal(service.methods.get("old")!.arity, 1);
  t.equal(service.methods.get("from_")!.nameBytes.toString(), "from");
  t.strictSame(
    ["old", "from_", "fire", "take", "talk"].map((key) => service.methods.get(key)!.kind),
    ["unary", "stream", "oneway", "sink", "bidi"],
  );
  t.end();
});

t.test("a wrong schema is named where it is used", (t) => {
  const struct = (fields: FieldSchema[]) => () =>
    new Module({ name: "m", structs: [{ kind: "struct", name: "S", fields }] }).struct("S").fields;
  t.match(problem(struct([field("x", { struct: "Nowhere" })])), /no struct "Nowhere"/);
  t.match(problem(struct([field("x", { struct: "far.S" })])), /no module "far.S"/);
  t.match(problem(struct([field("x", { struct: "constructor.S" })])), /no module/);
  t.match(problem(struct([field("x", "i31" as "i32")])), /unknown type "i31"/);
  t.match(problem(struct([field("x", "i32"), field("y", "i32")])), /S.y: field id 1 is taken/);
  t.match(problem(struct([field("x", "i32"), { ...field("x", "i32"), id: 2 }])), /S.x: the name is taken/);
  t.match(problem(struct([{ ...field("x", "i32"), id: 40000 }])), /field id 40000 is not an i16/);
  t.match(
    problem(() => new Module({ name: "m" }).service("S")),
    /no service "S"/,
  );
  t.match(
    problem(() => new Module({ name: "m" }).struct("__proto__")),
    /no struct "__proto__"/,
  );
  const twice = { kind: "struct", name: "S", fields: [] } as const;
  t.match(
    problem(() => new Module({ name: "m", structs: [twice, twice] })),
    /S: the name is taken/,
  );
  t.end();
});

t.test("defaults and constants are made afresh, in their JavaScript form", (t) => {
  const module = new Module({
    name: "m",
    enums: [{ name: "E", members: [{ name: "A", value: 3 }] }],
    structs: [
      { kind: "struct", name: "P", fields: [field("x", "i32", { default: 7 }), { ...field("y", "i64"), id: 2 }] },
      { kind: "union", name: "U", fields: [field("p", { struct: "P" })] },
    ],
    constants: [
      { name: "BIG", type: "i64", value: "9223372036854775807" },
      { name: "NUMBER", type: "i64/number", value: "12" },
      { name: "TEXT", type: "i64/string", value: 12 },
      { name: "NAN", type: "double", value: "NaN" },
      { name: "BYTES", type: "binary", value: "AP8=" },
      { name: "ENUM", type: { enum: "E" }, value: "3" },
      { name: "LIST", type: { list: "string" }, value: ["a"] },
      { name: "SET", type: { set: "i32" }, value: [1, 2] },
      { name: "MAP", type: { map: ["string", { struct: "P" }] }, value: [["k", [["y", "5"]]]] },
      { name: "UNION", type: { struct: "U" }, value: [["p", []]] },
      { name: "WRONG", type: "i32", value: "x" },
      { name: "WIDE", type: "i32", value: 2147483648 },
    ],
  });
  const expected: [string, unknown][] = [
    ["BIG", 9223372036854775807n],
    ["NUMBER", 12],
    ["TEXT", "12"],
    ["NAN", Number.NaN],
    ["BYTES", Buffer.from([0, 255])],
    ["ENUM", 3],
    ["LIST", ["a"]],
    ["SET", new Set([1, 2])],
    ["MAP", new Map([["k", { x: 7, y: 5n }]])],
    ["UNION", { kind: "p", value: { x: 7, y: 0n } }],
  ];
  for (const [name, value] of expected) t.strictSame(module.constant(name), value, name);
  t.not(module.constant("LIST"), module.constant("LIST"));
  t.match(
    problem(() => module.constant("WRONG")),
    /"x" is not a value of i32/,
  );
  t.match(
    problem(() => module.constant("WIDE")),
    /2147483648 is not a value of i32/,
  );
  t.match(
    problem(() => module.constant("NONE")),
    /no constant "NONE"/,
  );
  t.end();
});

t.test("an exception is an Error with its fields as own properties", (t) => {
  const module = new Module({
    name: "m",
    structs: [{ kind: "exception", name: "Gone", fields: [field("message", "string")] }],
  });
  class Gone extends ThriftException {
    declare readonly code?: number;
  }
  t.equal(module.exception("Gone", Gone).exceptionClass, Gone);
  const error = new Gone({ message: "it is gone", code: 410, unset: undefined });
  t.ok(error instanceof Error);
  t.equal(error.name, "Gone");
  t.equal(error.message, "it is gone");
  t.strictSame(Object.keys(error), ["code"]);
  t.match(error.stack, /Gone: it is gone|Error: it is gone/);
  t.equal(new Gone().message, "");
  t.end();
});
