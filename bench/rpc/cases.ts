/** The call cases: message by load, server and client each in a process of its own on a core of its own. */
import { join } from "node:path";
import type { Case, Profiling, Runner, Sample } from "../case.ts";
import { coreOptions, Worker } from "../processes.ts";
import { ProfiledWorker } from "../profile/profiled-worker.ts";
import { RAW_ECHO, rpcContenderNames } from "./contenders.ts";
import type { MessageName } from "./echo.ts";
import type { ClientSlice, Usage } from "./worker.ts";

/** A message, a count of connections, and calls in flight on each. */
export interface LoadShape {
  readonly message: MessageName;
  readonly connections: number;
  readonly inFlight: number;
}

const messages: readonly (readonly [MessageName, string])[] = [
  ["small", "small message"],
  ["text", "1 KiB of text"],
  ["binary", "64 KiB of binary"],
];

const loads: readonly (readonly [connections: number, inFlight: number])[] = [
  [1, 1],
  [1, 128],
  [16, 16],
];

export const rpcCases: readonly Case[] = messages.flatMap(([message, title]) =>
  loads.map(([connections, inFlight]) => ({
    name: `rpc/${message}/${connections}x${inFlight}`,
    title: `${title}, ${connections} connection${connections === 1 ? "" : "s"} × ${inFlight} in flight`,
    contenders: rpcContenderNames,
    baseline: RAW_ECHO,
    compared: ["calls/s", "p50", "server CPU"],
    sliceMs: 600,
    quick: message === "small" || (connections === 1 && inFlight === 128),
    open: (contender: string) => openCalls(contender, { message, connections, inFlight }),
    profile: (contender: string, profiling: Profiling) =>
      profileCalls(contender, { message, connections, inFlight }, profiling),
  })),
);

/** Server and client of one contender, ready to be measured. */
export async function openCalls(contender: string, load: LoadShape): Promise<Runner> {
  const server = await Worker.start({ role: "rpc-server", contender }, coreOptions("server"));
  const port = await server.ask<number>("port");
  const client = await Worker.start({ role: "rpc-client", contender, port, ...load }, coreOptions("client"));
  return {
    slice: (ms) => measureCalls(server, client, ms),
    warmUp: (ms) => warmUp((slice) => client.ask<ClientSlice>("slice", slice), ms),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

const WARM_UP_SLICE_MS = 100;
const MAX_WARM_UP_SLICES = 50;

/** Drives a client until it has used `ms` of CPU time: on a machine that others use too, that may take several times as long. */
export async function warmUp(
  drive: (ms: number) => Promise<Pick<ClientSlice, "cpuSeconds">>,
  ms: number,
): Promise<void> {
  let used = 0;
  for (let i = 0; i < MAX_WARM_UP_SLICES && used < ms; i++) used += (await drive(WARM_UP_SLICE_MS)).cpuSeconds * 1000;
}

async function measureCalls(server: Worker, client: Worker, ms: number): Promise<readonly Sample[]> {
  const before = await server.ask<Usage>("usage");
  const result = await client.ask<ClientSlice>("slice", ms);
  const after = await server.ask<Usage>("usage");
  return callSamples(result, before, after);
}

/** What one slice says: the client's result, and the server's usage before and after it. */
export function callSamples(result: ClientSlice, before: Usage, after: Usage): readonly Sample[] {
  const per100k = 100_000 / result.calls;
  return [
    { metric: "calls/s", unit: "1/s", value: (result.calls / result.elapsedMs) * 1000 },
    { metric: "p50", unit: "us", value: result.p50Us },
    { metric: "p99", unit: "us", value: result.p99Us },
    { metric: "server CPU", unit: "s/100k", value: (after.cpuSeconds - before.cpuSeconds) * per100k },
    { metric: "client CPU", unit: "s/100k", value: result.cpuSeconds * per100k },
    { metric: "server memory", unit: "MiB", value: after.rssMiB },
    { metric: "client memory", unit: "MiB", value: result.rssMiB },
  ];
}

export async function profileCalls(
  contender: string,
  load: LoadShape,
  { warmUpMs, ms, folder, stem }: Profiling,
): ReturnType<Case["profile"]> {
  const server = await ProfiledWorker.start({ role: "rpc-server", contender }, coreOptions("server"));
  const port = await server.ask<number>("port");
  const client = await ProfiledWorker.start({ role: "rpc-client", contender, port, ...load }, coreOptions("client"));
  await client.ask("slice", warmUpMs);
  await server.startProfile(`${stem}: server`, join(folder, `${stem}.server.cpuprofile`));
  await client.startProfile(`${stem}: client`, join(folder, `${stem}.client.cpuprofile`));
  await client.ask("slice", ms);
  await client.stopProfile();
  await server.stopProfile();
  return [...(await server.close()), ...(await client.close())];
}
