/** A small service with every kind of method that Rocket carries. Linked from a schema by hand. */
import {
  type BidiMethod,
  defineModule,
  type OnewayMethod,
  type Service,
  type SinkMethod,
  type StreamMethod,
  ThriftException,
  type UnaryMethod,
} from "../../lib/schema/codegen-v1.ts";

const line = { id: 1, name: "text", type: "string" } as const;
const stop = [{ id: 1, name: "stop", type: { struct: "Stop" } }] as const;

const $module = defineModule({
  name: "streams",
  structs: [
    {
      kind: "exception",
      name: "Stop",
      fields: [
        { id: 1, name: "message", type: "string" },
        { id: 2, name: "at", type: "i32" },
      ],
    },
  ],
  services: [
    {
      kind: "service",
      name: "Streams",
      methods: [
        { name: "echo", args: [line], returns: "string", throws: stop },
        { name: "wait", args: [{ id: 1, name: "ms", type: "i32" }], returns: "string" },
        { name: "blob", args: [{ id: 1, name: "bytes", type: "binary" }], returns: "binary" },
        { name: "log", oneway: true, args: [line] },
        { name: "countTo", args: [{ id: 1, name: "last", type: "i32" }], stream: { type: "i32", throws: stop } },
        { name: "opened", args: [line], returns: "string", throws: stop, stream: { type: "string" } },
        {
          name: "blobs",
          args: [
            { id: 1, name: "count", type: "i32" },
            { id: 2, name: "size", type: "i32" },
          ],
          stream: { type: "binary" },
        },
        { name: "add", args: [], sink: { type: "i32", throws: stop, final: { type: "i64", throws: stop } } },
        { name: "collect", args: [line], returns: "string", sink: { type: "binary", final: { type: "i64" } } },
        { name: "upper", args: [], sink: { type: "string", throws: stop }, stream: { type: "string", throws: stop } },
        { name: "chat", args: [line], returns: "string", sink: { type: "string" }, stream: { type: "string" } },
      ],
    },
  ],
});

export class Stop extends ThriftException {
  declare at: number;
}
$module.exception("Stop", Stop);

export interface StreamsMethods {
  echo: UnaryMethod<[text: string], string>;
  wait: UnaryMethod<[ms: number], string>;
  blob: UnaryMethod<[bytes: Buffer], Buffer>;
  log: OnewayMethod<[text: string]>;
  countTo: StreamMethod<[last: number], number>;
  opened: StreamMethod<[text: string], string, string>;
  blobs: StreamMethod<[count: number, size: number], Buffer>;
  add: SinkMethod<[], number, bigint>;
  collect: SinkMethod<[text: string], Buffer, bigint, string>;
  upper: BidiMethod<[], string, string>;
  chat: BidiMethod<[text: string], string, string, string>;
}
export const Streams: Service<StreamsMethods> = $module.service("Streams") as Service<StreamsMethods>;
