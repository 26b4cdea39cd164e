/** All stacks whose calls are measured, in the order of the tables. Each is loaded alone, in the processes that measure it. */
import type { RpcContender } from "./echo.ts";

type LoadContender = () => Promise<RpcContender>;

/** The ceiling, which the others are divided by. */
export const RAW_ECHO = "raw net echo";

const loaders: ReadonlyMap<string, LoadContender> = new Map<string, LoadContender>([
  [RAW_ECHO, async () => (await import("../peers/rpc/raw-echo.ts")).rawEcho],
  ["scrimp", async () => (await import("../peers/rpc/scrimp.ts")).scrimp],
  ["scrimp over Rocket", async () => (await import("../peers/rpc/scrimp.ts")).scrimpRocket],
  ["msgpackr batched", async () => (await import("../peers/rpc/msgpackr.ts")).msgpackrBatched],
  ["npm rsocket", async () => (await import("../peers/rpc/rsocket.ts")).rsocket],
  ["npm thrift compact", async () => (await import("../peers/rpc/thrift.ts")).thriftCompact],
  ["@grpc/grpc-js", async () => (await import("../peers/rpc/grpc-js.ts")).grpcJs],
  ["@connectrpc/connect-node", async () => (await import("../peers/rpc/connect-node.ts")).connectNode],
]);

/** The ceiling of what goes over UDP. */
export const RAW_DGRAM = "raw dgram echo";

const udpLoaders: ReadonlyMap<string, LoadContender> = new Map<string, LoadContender>([
  [RAW_DGRAM, async () => (await import("../peers/udp/raw-dgram.ts")).rawDgram],
  ["scrimp over UDP", async () => (await import("../peers/udp/scrimp.ts")).scrimpUdp],
  ["scrimp over UDP, at most once", async () => (await import("../peers/udp/scrimp.ts")).scrimpUdpOnce],
  ["scrimp over TCP", async () => (await import("../peers/udp/scrimp.ts")).scrimpTcp],
]);

/** Ours over Rocket with its defaults, which its features are measured beside. */
export const NOTHING_EXTRA = "nothing extra";

const scrimpFeature = async (name: string): Promise<RpcContender> =>
  (await import("../peers/rpc/scrimp-features.ts")).scrimpFeature(name);

const featureNames = ["+ headers", "+ deadline", "no deadline", "+ interceptors", "+ TLS", "+ compression"] as const;

const featureLoaders: ReadonlyMap<string, LoadContender> = new Map(
  [NOTHING_EXTRA, ...featureNames].map((name) => [name, () => scrimpFeature(name)]),
);

export const rpcContenderNames: readonly string[] = [...loaders.keys()];
export const udpContenderNames: readonly string[] = [...udpLoaders.keys()];
export const featureContenderNames: readonly string[] = [...featureLoaders.keys()];

export function loadRpcContender(name: string): Promise<RpcContender> {
  return (loaders.get(name) ?? udpLoaders.get(name) ?? featureLoaders.get(name))!();
}
