/** A small module that uses most of what a codec must know; its values in `sampleRecord`. */
import { Buffer } from "node:buffer";
import type { ModuleSchema } from "../../../lib/schema/schema.ts";

export const sample: ModuleSchema = {
  name: "sample",
  enums: [{ name: "Color", members: [{ name: "RED", value: 1 }] }],
  structs: [
    {
      kind: "struct",
      name: "Point",
      fields: [
        { id: 1, name: "x", type: "double", need: "required" },
        { id: 2, name: "y", type: "double", need: "required" },
        { id: 3, name: "label", type: "string", need: "optional" },
      ],
    },
    {
      kind: "struct",
      name: "Record",
      fields: [
        { id: 1, name: "id", type: "i64" },
        { id: 2, name: "name", type: "string" },
        { id: 3, name: "active", type: "bool" },
        { id: 4, name: "color", type: { enum: "Color" }, default: 1 },
        { id: 20, name: "points", type: { list: { struct: "Point" } } },
        { id: 21, name: "index", type: { map: ["string", { set: "i32" }] }, need: "optional" },
        { id: 22, name: "next", type: { struct: "Record" }, need: "optional" },
        { id: -1, name: "raw", type: "binary", need: "optional" },
        { id: 23, name: "shape", type: { struct: "Shape" } },
      ],
    },
    {
      kind: "union",
      name: "Shape",
      fields: [
        { id: 1, name: "at", type: { struct: "Point" } },
        { id: 2, name: "text", type: "string" },
      ],
    },
    {
      kind: "exception",
      name: "NotFound",
      fields: [
        { id: 1, name: "message", type: "string" },
        { id: 2, name: "code", type: "i32", need: "optional" },
      ],
    },
  ],
  services: [
    {
      kind: "service",
      name: "Store",
      methods: [
        {
          name: "put",
          args: [
            { id: 1, name: "record", type: { struct: "Record" } },
            { id: 2, name: "times", type: "i32", default: 3 },
            { id: 3, name: "tag", type: "string", need: "optional" },
          ],
          returns: { struct: "Record" },
          throws: [{ id: 1, name: "missing", type: { struct: "NotFound" } }],
        },
        { name: "touch", args: [], throws: [{ id: 1, name: "missing", type: { struct: "NotFound" } }] },
        { name: "log", oneway: true, args: [{ id: 1, name: "line", type: "string" }] },
        { name: "watch", args: [{ id: 1, name: "from", type: "i64" }], stream: { type: { struct: "Record" } } },
      ],
    },
  ],
};

export const sampleRecord: object = {
  id: -(2n ** 63n),
  name: "né",
  active: true,
  color: 7,
  points: [
    { x: 1.5, y: -0 },
    { x: Number.NaN, y: Number.POSITIVE_INFINITY, label: "edge" },
  ],
  index: new Map([["a", new Set([1, -1])]]),
  next: { id: 1n, name: "", active: false, color: 1, points: [] },
  raw: Buffer.from([0, 255]),
  shape: { kind: "text", value: "round" },
};
