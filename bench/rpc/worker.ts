/** The two processes of a call benchmark: the server, and the client that keeps calls in flight. */
import type { Answers } from "../answers.ts";
import { loadRpcContender } from "./contenders.ts";
import type { MessageName } from "./echo.ts";
import type { Percentiles } from "./latency.ts";
import { callLoad } from "./load.ts";

export interface RpcServerRole {
  readonly contender: string;
}

export interface RpcClientRole extends RpcServerRole {
  readonly message: MessageName;
  readonly port: number;
  readonly connections: number;
  readonly inFlight: number;
}

/** What a process has used until now. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly rssMiB: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, rssMiB: process.memoryUsage.rss() / 2 ** 20 };
}

export async function rpcServerWorker(role: RpcServerRole): Promise<Answers> {
  const server = await (await loadRpcContender(role.contender)).serve();
  return { port: () => server.port, usage };
}

export interface ClientSlice extends Percentiles {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly cpuSeconds: number;
  readonly rssMiB: number;
}

export async function rpcClientWorker(role: RpcClientRole): Promise<Answers> {
  const { message, port, connections, inFlight } = role;
  const load = await callLoad(await loadRpcContender(role.contender), port, message, connections, inFlight);
  const slice = async (ms: number): Promise<ClientSlice> => {
    const before = usage();
    const { calls, elapsedMs, latency } = await load.run(ms);
    const after = usage();
    const cpuSeconds = after.cpuSeconds - before.cpuSeconds;
    return { calls, elapsedMs, cpuSeconds, rssMiB: after.rssMiB, ...latency.percentiles() };
  };
  return { slice, usage };
}
