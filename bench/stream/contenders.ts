/** All stacks whose streams are measured, in the order of the tables. Each is loaded alone, in the processes that measure it. */
import type { SharingContender, StreamContender } from "./contender.ts";

/** The ceiling, which the others are divided by. */
export const RAW_SOCKET = "raw net socket";
export const GRPC = "@grpc/grpc-js";

/** Those whose connections carry streams and calls at once. */
const sharing: ReadonlyMap<string, () => Promise<SharingContender>> = new Map([
  ["scrimp", async (): Promise<SharingContender> => (await import("../peers/stream/scrimp.ts")).scrimp],
  [GRPC, async () => (await import("../peers/stream/grpc-js.ts")).grpcJs],
]);

const loaders: ReadonlyMap<string, () => Promise<StreamContender>> = new Map([
  [RAW_SOCKET, async (): Promise<StreamContender> => (await import("../peers/stream/raw-socket.ts")).rawSocket],
  ["scrimp", sharing.get("scrimp")!],
  ["npm rsocket", async () => (await import("../peers/stream/rsocket.ts")).rsocket],
  [GRPC, sharing.get(GRPC)!],
]);

export const streamContenderNames: readonly string[] = [...loaders.keys()];
export const sharingContenderNames: readonly string[] = [...sharing.keys()];

export const loadStreamContender = (name: string): Promise<StreamContender> => loaders.get(name)!();
export const loadSharingContender = (name: string): Promise<SharingContender> => sharing.get(name)!();
