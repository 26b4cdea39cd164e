/** All systems that are tortured, in the order of the table. Each is loaded alone, in the processes that run it. */
import type { Wire } from "./frames.ts";
import type { System } from "./system.ts";

interface Entry {
  readonly wire: Wire;
  /** Whether it can compress messages. */
  readonly compresses: boolean;
  /** Whether it is this package. */
  readonly own: boolean;
  readonly load: () => Promise<System>;
}

export const systems: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  [
    "scrimp",
    { wire: "framed", compresses: true, own: true, load: async () => (await import("./systems/scrimp.ts")).scrimp },
  ],
  [
    "scrimp over Rocket",
    {
      wire: "rocket",
      compresses: true,
      own: true,
      load: async () => (await import("./systems/scrimp.ts")).scrimpRocket,
    },
  ],
  [
    "npm thrift",
    {
      wire: "framed",
      compresses: false,
      own: false,
      load: async () => (await import("./systems/thrift.ts")).thriftCompact,
    },
  ],
  [
    "@grpc/grpc-js",
    { wire: "grpc", compresses: true, own: false, load: async () => (await import("./systems/grpc-js.ts")).grpcJs },
  ],
  [
    "@connectrpc/connect-node",
    {
      wire: "connect",
      compresses: true,
      own: false,
      load: async () => (await import("./systems/connect-node.ts")).connectNode,
    },
  ],
]);
