/** A small service for tests of the call path: every kind of answer that a classic method can have. Linked from a schema by hand. */
import {
  defineModule,
  type OnewayMethod,
  type Service,
  ThriftException,
  type UnaryMethod,
} from "../../lib/schema/codegen-v1.ts";

const $module = defineModule({
  name: "calculator",
  structs: [
    {
      kind: "struct",
      name: "Work",
      fields: [
        { id: 1, name: "dividend", type: "i32", need: "required" },
        { id: 2, name: "divisor", type: "i32", need: "required" },
        { id: 3, name: "note", type: "string", need: "optional" },
      ],
    },
    { kind: "exception", name: "DivideByZero", fields: [{ id: 1, name: "message", type: "string" }] },
  ],
  services: [
    {
      kind: "service",
      name: "Base",
      methods: [
        { name: "ping", args: [] },
        { name: "constructor", args: [], returns: "string" },
        { name: "__proto__", args: [{ id: 1, name: "x", type: "i32" }], returns: "i32" },
        { name: "toString", args: [], returns: "string" },
      ],
    },
    {
      kind: "service",
      name: "Calculator",
      extends: "Base",
      methods: [
        {
          name: "divide",
          args: [{ id: 1, name: "work", type: { struct: "Work" } }],
          returns: "i32",
          throws: [{ id: 1, name: "zero", type: { struct: "DivideByZero" } }],
        },
        { name: "echo", args: [{ id: 1, name: "text", type: "string" }], returns: "string" },
        { name: "blob", args: [{ id: 1, name: "bytes", type: "binary" }], returns: "binary" },
        {
          name: "after",
          args: [
            { id: 1, name: "ms", type: "i32" },
            { id: 2, name: "text", type: "string" },
          ],
          returns: "string",
        },
        { name: "log", oneway: true, args: [{ id: 1, name: "line", type: "string" }] },
        {
          name: "sum3",
          args: [
            { id: 1, name: "a", type: "i32" },
            { id: 2, name: "b", type: "i32" },
            { id: 3, name: "c", type: "i32" },
          ],
          returns: "i32",
        },
      ],
    },
  ],
});

export interface Work {
  dividend: number;
  divisor: number;
  note?: string;
}

export class DivideByZero extends ThriftException {}
$module.exception("DivideByZero", DivideByZero);

export interface BaseMethods {
  ping: UnaryMethod<[], void>;
  constructor: UnaryMethod<[], string>;
  ["__proto__"]: UnaryMethod<[x: number], number>;
  toString: UnaryMethod<[], string>;
}

export interface CalculatorMethods extends BaseMethods {
  divide: UnaryMethod<[work: Work], number>;
  echo: UnaryMethod<[text: string], string>;
  blob: UnaryMethod<[bytes: Uint8Array], Buffer>;
  after: UnaryMethod<[ms: number, text: string], string>;
  log: OnewayMethod<[line: string]>;
  sum3: UnaryMethod<[a: number, b: number, c: number], number>;
}

export const Base: Service<BaseMethods> = $module.service("Base");
export const Calculator: Service<CalculatorMethods> = $module.service("Calculator");
