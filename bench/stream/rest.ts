/** What an open stream costs while nobody sends: ten thousand of them on one connection, each after its first item. */
import type { Case, Runner, Sample } from "../case.ts";
import type { Memory } from "../load/memory.ts";
import { coreOptions, Worker } from "../processes.ts";
import { GRPC, sharingContenderNames } from "./contenders.ts";

const STREAMS = 10_000;
/** Opened before: what they load and compile is not of a stream. */
const FIRST_STREAMS = 1_000;
const ITEM_BYTES = 64;

export const restCase: Case = {
  name: "stream/rest",
  title: "10,000 open streams from the server that rest after an item, on one connection: memory of each",
  contenders: sharingContenderNames,
  baseline: GRPC,
  compared: ["server heap", "client heap", "server RSS", "client RSS"],
  sliceMs: 1,
  wholeProcess: true,
  quick: false,
  open: async (contender) => runner(contender),
  profile: () => Promise.reject(new Error("memory is not profiled here")),
};

/** Each slice has processes of its own: what the streams of one before have left would be used again. */
function runner(contender: string): Runner {
  return { slice: () => restInNewProcesses(contender), warmUp: async () => {}, close: async () => {} };
}

async function restInNewProcesses(contender: string): Promise<readonly Sample[]> {
  const nodeFlags = ["--expose-gc"];
  const role = { contender, itemBytes: ITEM_BYTES };
  const server = await Worker.start({ role: "stream-server", ...role }, { ...coreOptions("server"), nodeFlags });
  try {
    const port = await server.ask<number>("port");
    const options = { ...coreOptions("client"), nodeFlags };
    const client = await Worker.start({ role: "sharing-client", ...role, port }, options);
    try {
      return await measure(server, client);
    } finally {
      await client.kill();
    }
  } finally {
    await server.kill();
  }
}

async function measure(server: Worker, client: Worker): Promise<readonly Sample[]> {
  await client.ask("rest", FIRST_STREAMS);
  const before = { server: await server.ask<Memory>("memory"), client: await client.ask<Memory>("memory") };
  await client.ask("rest", STREAMS);
  const after = { server: await server.ask<Memory>("memory"), client: await client.ask<Memory>("memory") };
  const each = (side: "server" | "client", what: keyof Memory): number =>
    (after[side][what] - before[side][what]) / STREAMS;
  return [
    { metric: "server heap", unit: "B", value: each("server", "heapBytes") },
    { metric: "client heap", unit: "B", value: each("client", "heapBytes") },
    { metric: "server RSS", unit: "B", value: each("server", "rssBytes") },
    { metric: "client RSS", unit: "B", value: each("client", "rssBytes") },
  ];
}
