/** What the UDP cases call: the small message, echoed where running twice does no harm, echoed at most once, and sent one way. */
import { defineModule, type OnewayMethod, type Service, type UnaryMethod } from "../../lib/schema/codegen-v1.ts";
import type { Msg } from "../fixtures/messages.ts";

const message = [{ id: 1, name: "message", type: { struct: "Msg" } }] as const;

const module = defineModule({
  name: "udp",
  structs: [
    {
      kind: "struct",
      name: "Msg",
      fields: [
        { id: 1, name: "id", type: "i64" },
        { id: 2, name: "name", type: "string" },
        { id: 3, name: "score", type: "double" },
        { id: 4, name: "tags", type: { list: "string" } },
        { id: 5, name: "flags", type: "i32" },
      ],
    },
  ],
  services: [
    {
      kind: "service",
      name: "Datagrams",
      methods: [
        { name: "echo", idempotent: true, args: message, returns: { struct: "Msg" } },
        { name: "once", args: message, returns: { struct: "Msg" } },
        { name: "report", oneway: true, args: message },
      ],
    },
  ],
});

export interface DatagramsMethods {
  echo: UnaryMethod<[message: Msg<bigint>], Msg<bigint>>;
  once: UnaryMethod<[message: Msg<bigint>], Msg<bigint>>;
  report: OnewayMethod<[message: Msg<bigint>]>;
}

export const Datagrams: Service<DatagramsMethods> = module.service("Datagrams");
