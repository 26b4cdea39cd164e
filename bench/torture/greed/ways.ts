/** The ways by which a greedy client comes in: a system's protocols. Those of one system share a server and its ordinary clients. */
import type { GreedSystem } from "./system.ts";

interface System {
  readonly own: boolean;
  readonly load: () => Promise<GreedSystem>;
}

export const greedSystems: ReadonlyMap<string, System> = new Map<string, System>([
  ["scrimp", { own: true, load: async () => (await import("./systems/scrimp.ts")).scrimp }],
  ["@grpc/grpc-js", { own: false, load: async () => (await import("./systems/grpc-js.ts")).grpcJs }],
]);

/** In the order of the table; each with its system. */
export const ways = {
  Rocket: "scrimp",
  framed: "scrimp",
  unframed: "scrimp",
  THeader: "scrimp",
  HTTP: "scrimp",
  zlib: "scrimp",
  UDP: "scrimp",
  "@grpc/grpc-js": "@grpc/grpc-js",
} as const;

export type Way = keyof typeof ways;
