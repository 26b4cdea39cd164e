/** A service for tests over UDP: what may run twice, what may not, what is large, and what has no answer. Linked by hand. */
import {
  defineModule,
  type OnewayMethod,
  type Service,
  type StreamMethod,
  type UnaryMethod,
} from "../../lib/schema/codegen-v1.ts";

const i32 = (name: string) => ({ id: 1, name, type: "i32" }) as const;

const $module = defineModule({
  name: "counter",
  services: [
    {
      kind: "service",
      name: "Counter",
      methods: [
        { name: "echo", idempotent: true, args: [i32("x")], returns: "i32" },
        { name: "once", args: [i32("call")], returns: "i32" },
        { name: "text", idempotent: true, args: [i32("length")], returns: "string" },
        { name: "fail", args: [] },
        { name: "log", oneway: true, args: [{ id: 1, name: "line", type: "string" }] },
        { name: "count", args: [], stream: { type: "i32" } },
      ],
    },
  ],
});

export interface CounterMethods {
  /** May run any number of times. */
  echo: UnaryMethod<[x: number], number>;
  /** Must run at most once. */
  once: UnaryMethod<[call: number], number>;
  text: UnaryMethod<[length: number], string>;
  fail: UnaryMethod<[], void>;
  log: OnewayMethod<[line: string]>;
  count: StreamMethod<[], number>;
}

export const Counter: Service<CounterMethods> = $module.service("Counter");
