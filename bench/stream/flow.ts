/** Items as fast as they go, in one stream on one connection, from the server to the client and the other way. */
import { join } from "node:path";
import type { Case, Profiling, Runner, Sample } from "../case.ts";
import { coreOptions, Worker } from "../processes.ts";
import { ProfiledWorker } from "../profile/profiled-worker.ts";
import { warmUp } from "../rpc/cases.ts";
import type { Usage } from "../rpc/worker.ts";
import { RAW_SOCKET, streamContenderNames } from "./contenders.ts";
import { agreed } from "./items.ts";
import type { FlowSlice } from "./worker.ts";

/** What the client does in it. */
type Direction = "receive" | "send";

interface Flow {
  readonly direction: Direction;
  readonly itemBytes: number;
}

const sizes: readonly (readonly [name: string, itemBytes: number, title: string])[] = [
  ["64", 64, "64 bytes"],
  ["16k", 16_384, "16 KiB"],
];

const directions: readonly (readonly [name: string, Direction, title: string])[] = [
  ["server", "receive", "from the server"],
  ["client", "send", "from the client"],
];

export const flowCases: readonly Case[] = directions.flatMap(([from, direction, title]) =>
  sizes.map(([size, itemBytes, length]) => ({
    name: `stream/${from}/${size}`,
    title: `one stream ${title}, items of ${length}`,
    contenders: streamContenderNames,
    baseline: RAW_SOCKET,
    compared: ["items/s", "server CPU", "client CPU"],
    sliceMs: 600,
    quick: direction === "receive",
    open: (contender: string) => openFlow(contender, { direction, itemBytes }),
    profile: (contender: string, profiling: Profiling) => profileFlow(contender, { direction, itemBytes }, profiling),
  })),
);

async function openFlow(contender: string, { direction, itemBytes }: Flow): Promise<Runner> {
  const server = await Worker.start({ role: "stream-server", contender, itemBytes }, coreOptions("server"));
  const port = await server.ask<number>("port");
  const client = await Worker.start({ role: "stream-client", contender, itemBytes, port }, coreOptions("client"));
  return {
    slice: (ms) => measure(server, client, { direction, itemBytes }, ms),
    warmUp: (ms) => warmUp((slice) => client.ask<FlowSlice>(direction, slice), ms),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

async function measure(
  server: Worker,
  client: Worker,
  { direction, itemBytes }: Flow,
  ms: number,
): Promise<readonly Sample[]> {
  const [before, sentBefore] = [await server.ask<Usage>("usage"), await server.ask<number>("sent")];
  const slice = await client.ask<FlowSlice>(direction, ms);
  const [after, sent] = [await server.ask<Usage>("usage"), (await server.ask<number>("sent")) - sentBefore];
  if (direction === "receive") agreed(sent, slice.items);
  const perSecond = (slice.items / slice.elapsedMs) * 1000;
  const per100k = 100_000 / slice.items;
  return [
    { metric: "items/s", unit: "1/s", value: perSecond },
    { metric: "MB/s", unit: "MB/s", value: (perSecond * itemBytes) / 1e6 },
    { metric: "server CPU", unit: "s/100k", value: (after.cpuSeconds - before.cpuSeconds) * per100k },
    { metric: "client CPU", unit: "s/100k", value: slice.cpuSeconds * per100k },
    { metric: "server memory", unit: "MiB", value: after.rssMiB },
    { metric: "client memory", unit: "MiB", value: slice.rssMiB },
  ];
}

async function profileFlow(
  contender: string,
  { direction, itemBytes }: Flow,
  { warmUpMs, ms, folder, stem }: Profiling,
): ReturnType<Case["profile"]> {
  const server = await ProfiledWorker.start({ role: "stream-server", contender, itemBytes }, coreOptions("server"));
  const port = await server.ask<number>("port");
  const role = { role: "stream-client", contender, itemBytes, port };
  const client = await ProfiledWorker.start(role, coreOptions("client"));
  await client.ask(direction, warmUpMs);
  await server.startProfile(`${stem}: server`, join(folder, `${stem}.server.cpuprofile`));
  await client.startProfile(`${stem}: client`, join(folder, `${stem}.client.cpuprofile`));
  await client.ask(direction, ms);
  await client.stopProfile();
  await server.stopProfile();
  return [...(await server.close()), ...(await client.close())];
}
