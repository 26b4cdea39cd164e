/** The two processes of a stream case: the server, and the client with its one connection. */
import type { Answers } from "../answers.ts";
import { memory } from "../load/memory.ts";
import { LatencySamples, type Percentiles } from "../rpc/latency.ts";
import { type Usage, usage } from "../rpc/worker.ts";
import type { SharingClient } from "./contender.ts";
import { loadSharingContender, loadStreamContender } from "./contenders.ts";
import { BIG_BYTES } from "./items.ts";

export interface StreamServerRole {
  readonly contender: string;
  readonly itemBytes: number;
}

export interface StreamClientRole extends StreamServerRole {
  readonly port: number;
}

export async function streamServerWorker({ contender, itemBytes }: StreamServerRole): Promise<Answers> {
  const server = await (await loadStreamContender(contender)).serve(itemBytes);
  return { port: () => server.port, sent: () => server.sent(), usage, memory };
}

/** What one stream brought. */
export interface FlowSlice extends Usage {
  readonly items: number;
  readonly elapsedMs: number;
}

export async function streamClientWorker({ contender, itemBytes, port }: StreamClientRole): Promise<Answers> {
  const client = await (await loadStreamContender(contender)).connect(port, itemBytes);
  const timed = async (flow: (ms: number) => Promise<number>, ms: number): Promise<FlowSlice> => {
    const { cpuSeconds } = usage();
    const begin = performance.now();
    const items = await flow(ms);
    const elapsedMs = performance.now() - begin;
    const after = usage();
    return { items, elapsedMs, cpuSeconds: after.cpuSeconds - cpuSeconds, rssMiB: after.rssMiB };
  };
  return { receive: (ms: number) => timed(client.receive, ms), send: (ms: number) => timed(client.send, ms), usage };
}

/** Streams opened at a time. */
const AT_A_TIME = 100;

/** A client whose connection carries many things at once. */
export async function sharingClientWorker({ contender, itemBytes, port }: StreamClientRole): Promise<Answers> {
  const client = await (await loadSharingContender(contender)).connect(port, itemBytes);
  return {
    async rest(count: number): Promise<void> {
      for (let left = count; left > 0; left -= AT_A_TIME)
        await Promise.all(Array.from({ length: Math.min(left, AT_A_TIME) }, () => client.rest()));
    },
    alone: (ms: number) => smallCalls(client, () => new Promise((resolve) => setTimeout(resolve, ms))),
    answers: (ms: number) => besideAnswers(client, ms),
    stream: (ms: number) => besideStream(client, itemBytes, ms),
    memory,
  };
}

export interface BesideSlice extends Percentiles {
  readonly mbPerSecond: number;
}

/** Times small calls, one after the other, until `meanwhile` is over. */
async function smallCalls(client: SharingClient, meanwhile: () => Promise<void>): Promise<Percentiles> {
  const latency = new LatencySamples();
  let over = false;
  const done = meanwhile().finally(() => (over = true));
  while (!over) {
    const begin = performance.now();
    await client.small();
    latency.add(performance.now() - begin);
  }
  await done;
  return latency.percentiles();
}

/** Big answers in one flow of 100 MB, of which two are always under way. */
const FLOW = 10;
const BIG_IN_FLIGHT = 2;

/** Small calls while big answers flow on the same connection, for as many flows as begin within `ms`. */
async function besideAnswers(client: SharingClient, ms: number): Promise<BesideSlice> {
  const begin = performance.now();
  let left = 0;
  let bytes = 0;
  const lane = async (): Promise<void> => {
    for (; left > 0; bytes += BIG_BYTES) {
      left--;
      await client.big(BIG_BYTES);
    }
  };
  const found = await smallCalls(client, async () => {
    for (; performance.now() - begin < ms; ) {
      left = FLOW;
      await Promise.all(Array.from({ length: BIG_IN_FLIGHT }, lane));
    }
  });
  return { ...found, mbPerSecond: bytes / 1000 / (performance.now() - begin) };
}

/** Small calls while a stream flows on the same connection. */
async function besideStream(client: SharingClient, itemBytes: number, ms: number): Promise<BesideSlice> {
  const begin = performance.now();
  let bytes = 0;
  const found = await smallCalls(client, async () => {
    bytes = itemBytes * (await client.receive(ms));
  });
  return { ...found, mbPerSecond: bytes / 1000 / (performance.now() - begin) };
}
