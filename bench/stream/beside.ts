/** How long small calls take while much flows on the same connection, and how long without. */
import type { Case, Runner, Sample } from "../case.ts";
import { coreOptions, Worker } from "../processes.ts";
import type { Percentiles } from "../rpc/latency.ts";
import { GRPC, sharingContenderNames } from "./contenders.ts";
import type { BesideSlice } from "./worker.ts";

const flows = [
  ["answers", "100 MB in answers of 10 MB"],
  ["stream", "a stream of items of 16 KiB"],
] as const;

type Flow = (typeof flows)[number][0];

export const besideCases: readonly Case[] = flows.map(([flow, title]) => ({
  name: `stream/beside/${flow}`,
  title: `small calls, one at a time, beside ${title} on the same connection`,
  contenders: sharingContenderNames,
  baseline: GRPC,
  compared: ["p50", "p99", "flow"],
  sliceMs: 1000,
  quick: false,
  open: (contender) => openBeside(contender, flow),
  profile: () => Promise.reject(new Error("profile stream/server or rpc/binary instead: they take the same way")),
}));

async function openBeside(contender: string, flow: Flow): Promise<Runner> {
  const role = { contender, itemBytes: 16_384 };
  const server = await Worker.start({ role: "stream-server", ...role }, coreOptions("server"));
  const port = await server.ask<number>("port");
  const client = await Worker.start({ role: "sharing-client", ...role, port }, coreOptions("client"));
  return {
    slice: (ms) => measure(client, flow, ms),
    close: async () => {
      await client.close();
      await server.close();
    },
  };
}

/** The calls without a flow have a quarter of the time. */
async function measure(client: Worker, flow: Flow, ms: number): Promise<readonly Sample[]> {
  const alone = await client.ask<Percentiles>("alone", ms / 4);
  const { p50Us, p99Us, mbPerSecond } = await client.ask<BesideSlice>(flow, (ms * 3) / 4);
  return [
    { metric: "p50", unit: "us", value: p50Us },
    { metric: "p99", unit: "us", value: p99Us },
    { metric: "flow", unit: "MB/s", value: mbPerSecond },
    { metric: "p50 alone", unit: "us", value: alone.p50Us },
    { metric: "p99 alone", unit: "us", value: alone.p99Us },
  ];
}
