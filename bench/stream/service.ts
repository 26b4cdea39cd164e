/** What the stream cases call: items one way and the other, streams that rest, and answers small and big beside them. */
import {
  defineModule,
  type Service,
  type SinkMethod,
  type StreamMethod,
  type UnaryMethod,
} from "../../lib/schema/codegen-v1.ts";
import type { Msg } from "../fixtures/messages.ts";
import { bench } from "../schema/module.ts";

const module = defineModule(
  {
    name: "streams",
    includes: [{ alias: "bench", module: "bench" }],
    services: [
      {
        kind: "service",
        name: "Streams",
        methods: [
          { name: "give", args: [{ id: 1, name: "ms", type: "i32" }], stream: { type: "binary" } },
          { name: "take", args: [], sink: { type: "binary", final: { type: "i32" } } },
          { name: "rest", args: [], stream: { type: "binary" } },
          {
            name: "echo",
            args: [{ id: 1, name: "message", type: { struct: "bench.Msg" } }],
            returns: { struct: "bench.Msg" },
          },
          { name: "big", args: [{ id: 1, name: "bytes", type: "i32" }], returns: "binary" },
        ],
      },
    ],
  },
  { bench },
);

export interface StreamsMethods {
  /** Items for some milliseconds. */
  give: StreamMethod<[ms: number], Buffer>;
  /** The answer says how many items came. */
  take: SinkMethod<[], Buffer, number>;
  /** One item, and no end. */
  rest: StreamMethod<[], Buffer>;
  echo: UnaryMethod<[message: Msg<bigint>], Msg<bigint>>;
  big: UnaryMethod<[bytes: number], Buffer>;
}

export const Streams: Service<StreamsMethods> = module.service("Streams");
