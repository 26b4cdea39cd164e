/** What is called under load: echoes, a handler that computes, one that holds its answer back until it is let go, and a stream. */
import { defineModule, type Service, type StreamMethod, type UnaryMethod } from "../../lib/schema/codegen-v1.ts";

export interface LoadMethods {
  text: UnaryMethod<[text: string], string>;
  bytes: UnaryMethod<[bytes: Buffer], Buffer>;
  /** Computes for as many microseconds. */
  burn: UnaryMethod<[us: number], void>;
  hold: UnaryMethod<[id: number], number>;
  release: UnaryMethod<[], number>;
  /** Without end. */
  numbers: StreamMethod<[], number>;
}

const i32Field = (name: string) => ({ id: 1, name, type: "i32" as const });

export const LoadService: Service<LoadMethods> = defineModule({
  name: "load",
  services: [
    {
      kind: "service",
      name: "Load",
      methods: [
        { name: "text", args: [{ id: 1, name: "text", type: "string" }], returns: "string" },
        { name: "bytes", args: [{ id: 1, name: "bytes", type: "binary" }], returns: "binary" },
        { name: "burn", args: [i32Field("us")] },
        { name: "hold", args: [i32Field("id")], returns: "i32" },
        { name: "release", args: [], returns: "i32" },
        { name: "numbers", args: [], stream: { type: "i32" } },
      ],
    },
  ],
}).service("Load");
