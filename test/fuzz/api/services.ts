/**
 * The services that stories are played with: one method of every kind, and one whose type differs from service to service. The client's
 * and the server's are linked apart, for in some methods they disagree, as programs of different age do.
 */
import { defineModule, type Service, ThriftException } from "../../../lib/schema/codegen-v1.ts";
import type { FieldSchema, MethodSchema, ModuleSchema, TypeSchema } from "../../../lib/schema/schema.ts";
import type { Type } from "../../../lib/schema/types.ts";
import { RandomValues } from "../../helpers/random-value.ts";
import { Chance } from "../random.ts";

/** How many services there are. */
export const SERVICES = 24;

const id: FieldSchema = { id: 1, name: "id", type: "i32" };
const text: FieldSchema = { id: 2, name: "text", type: "string" };
const refused: readonly FieldSchema[] = [{ id: 1, name: "refused", type: { struct: "Refused" } }];

const SHARED: readonly MethodSchema[] = [
  { name: "say", args: [id, text], returns: "string", throws: refused },
  { name: "touch", idempotent: true, args: [id] },
  { name: "note", oneway: true, args: [id, text] },
  { name: "count", args: [id, { id: 2, name: "last", type: "i32" }], stream: { type: "i32", throws: refused } },
  { name: "opened", args: [id, text], returns: "string", throws: refused, stream: { type: "string" } },
  { name: "add", args: [id], sink: { type: "i32", throws: refused, final: { type: "i64", throws: refused } } },
  { name: "collect", args: [id, text], returns: "string", sink: { type: "binary", final: { type: "i64" } } },
  { name: "upper", args: [id], sink: { type: "string", throws: refused }, stream: { type: "string", throws: refused } },
  { name: "chat", args: [id, text], returns: "string", sink: { type: "string" }, stream: { type: "string" } },
  { name: "create", args: [id], creates: "Session" },
];

/** As the client believes them to be. */
const BELIEVED: readonly MethodSchema[] = [
  { name: "unknown", args: [id], returns: "string" },
  { name: "skewOneway", oneway: true, args: [id, text] },
  { name: "skewUnary", args: [id, text] },
  { name: "skewType", args: [id, text], returns: "i32" },
  { name: "skewKind", args: [id, { id: 2, name: "last", type: "i32" }], stream: { type: "i32" } },
  { name: "skewArg", args: [id, text], returns: "string" },
];

/** As they are. */
const TRUE: readonly MethodSchema[] = [
  { name: "skewOneway", args: [id, text], returns: "string" },
  { name: "skewUnary", oneway: true, args: [id, text] },
  { name: "skewType", args: [id, text], returns: "string" },
  { name: "skewKind", args: [id, { id: 2, name: "last", type: "i32" }], returns: "i32" },
  {
    name: "skewArg",
    args: [
      id,
      { id: 2, name: "text", type: "i64", need: "required" },
      { id: 3, name: "more", type: "i64", need: "required" },
    ],
    returns: "string",
  },
];

/** What every protocol can say. */
const SIMPLE: readonly TypeSchema[] = [
  "bool",
  "i8",
  "i16",
  "i32",
  "i64",
  "double",
  "string",
  "binary",
  { enum: "Colour" },
];

/** Any type, no deeper than `depth`. */
function anyType(chance: Chance, depth: number): TypeSchema {
  if (depth === 0) return chance.pick(SIMPLE);
  switch (chance.below(6)) {
    case 0:
      return { list: anyType(chance, depth - 1) };
    case 1:
      return { set: chance.pick(SIMPLE) };
    case 2:
      return { map: [chance.pick(["i32", "string", "i64"] as const), anyType(chance, depth - 1)] };
    case 3:
      return { struct: "Thing" };
    case 4:
      return { struct: "Either" };
    default:
      return chance.pick(SIMPLE);
  }
}

function moduleOf(seed: number, methods: readonly MethodSchema[]): ModuleSchema {
  const chance = new Chance(seed);
  const type = anyType(chance, 2);
  const fields = Array.from({ length: 1 + chance.below(4) }, (_, i): FieldSchema => {
    const need = chance.pick(["required", "optional", undefined] as const);
    return { id: i + 1 + chance.below(40) * 4, name: `f${i}`, type: anyType(chance, 1), ...(need && { need }) };
  }).map((field) => (isStruct(field.type) ? { ...field, need: "optional" as const } : field));
  const distinct = [...new Map(fields.map((field) => [field.id, field])).values()];
  return {
    name: "fuzz",
    enums: [
      {
        name: "Colour",
        members: [
          { name: "RED", value: 1 },
          { name: "BLUE", value: -7 },
        ],
      },
    ],
    structs: [
      {
        kind: "exception",
        name: "Refused",
        fields: [
          { id: 1, name: "message", type: "string" },
          { id: 2, name: "at", type: "i32" },
        ],
      },
      { kind: "struct", name: "Thing", fields: distinct },
      {
        kind: "union",
        name: "Either",
        fields: [
          { id: 1, name: "left", type: "i32" },
          { id: 2, name: "right", type: { list: "string" } },
        ],
      },
    ],
    services: [
      { kind: "interaction", name: "Session", methods: [{ name: "step", args: [id, text], returns: "string" }] },
      {
        kind: "service",
        name: "Fuzz",
        performs: ["Session"],
        methods: [...SHARED, ...methods, { name: "typed", args: [id, { id: 2, name: "value", type }], returns: type }],
      },
    ],
  };
}

function isStruct(type: TypeSchema): boolean {
  return typeof type === "object" && "struct" in type;
}

/** One of the services, linked twice. */
export interface ServicePair {
  readonly client: Service<never>;
  readonly server: Service<never>;
  /** What handlers throw that they have declared. */
  readonly Refused: new (
    fields: object,
  ) => Error;
  /** An exception class of the name that the client knows. */
  readonly ClientRefused: new (
    fields: object,
  ) => Error;
  /** The type of `typed`. */
  readonly type: Type;
}

const made = new Map<number, ServicePair>();

/** The service of that number: always the same. */
export function serviceOf(seed: number): ServicePair {
  let pair = made.get(seed);
  if (pair === undefined) made.set(seed, (pair = link(seed)));
  return pair;
}

function link(seed: number): ServicePair {
  class Refused extends ThriftException {}
  class ClientRefused extends ThriftException {}
  const server = defineModule(moduleOf(seed, TRUE));
  server.exception("Refused", Refused);
  const client = defineModule(moduleOf(seed, BELIEVED));
  client.exception("Refused", ClientRefused);
  const service = client.service<never>("Fuzz");
  const type = service.methods.get("typed")!.returns as Type;
  return { client: service, server: server.service("Fuzz"), Refused, ClientRefused, type };
}

/** A value for `typed`, always the same for the same call. */
export function typedValue(pair: ServicePair, call: number): unknown {
  return new RandomValues(call * 7_919 + 13).value(pair.type, 3);
}
