/** The clients under load, in a process of their own. Each answer is one thing that they do. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as openSocket, type Socket } from "node:net";
import {
  type Channel,
  type Client,
  type ConnectOptions,
  connect,
  createClient,
  type ThriftError,
} from "../../lib/index.ts";
import type { Answers } from "../answers.ts";
import { memory, restingMemory } from "./memory.ts";
import { type LoadMethods, LoadService } from "./service.ts";
import { waste } from "./spend.ts";

export interface Opening {
  readonly port: number;
  readonly count: number;
  /** `plain` opens sockets and sends each a few bytes. */
  readonly protocol: "plain" | "framed" | "rocket";
}

/** What became of calls that were made at a steady rate. */
export interface Paced {
  readonly answered: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Of the calls that were turned away: how long half, and all but one in a hundred, took to be told. */
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
}

/** Connections that are opened at a time. */
const AT_A_TIME = 200;

export async function loadClientWorker(): Promise<Answers> {
  const clients: Client<LoadMethods>[] = [];
  const kept: (Channel | Socket)[] = [];
  const wasted: Socket[] = [];
  const openOne = async ({ port, protocol }: Opening): Promise<void> => {
    if (protocol === "plain") return void kept.push(await plainSocket(port));
    const channel = connect(`127.0.0.1:${port}`, { protocol } satisfies ConnectOptions);
    const client = createClient(LoadService, channel);
    kept.push(channel);
    clients.push(client);
    await client.text("hello");
  };
  return {
    async open(opening: Opening): Promise<void> {
      for (let left = opening.count; left > 0; left -= AT_A_TIME)
        await Promise.all(Array.from({ length: Math.min(left, AT_A_TIME) }, () => openOne(opening)));
    },
    repeat: ({ calls, inFlight }: { calls: number; inFlight: number }) => repeat(clients[0]!, calls, inFlight),
    pace: (order: PaceOrder) => pace(clients, order),
    saturate: (order: SaturateOrder) => saturate(clients, order),
    hold: (count: number) => hold(clients, count),
    exchange: (bytes: number) => exchange(clients[0]!, bytes),
    waste: ({ port, kind }: { port: number; kind: string }) => waste(port, kind, wasted),
    memory,
    restingMemory,
  };
}

async function plainSocket(port: number): Promise<Socket> {
  const socket = openSocket({ port, host: "127.0.0.1", noDelay: true });
  socket.write("hello");
  await once(socket, "data");
  return socket;
}

async function repeat(client: Client<LoadMethods>, calls: number, inFlight: number): Promise<void> {
  let left = calls;
  const lane = async (): Promise<void> => {
    while (left-- > 0) if ((await client.text("a few words")) !== "a few words") throw new Error("a wrong answer");
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

export interface SaturateOrder {
  readonly seconds: number;
  readonly burnUs: number;
}

/** Calls that are answered in a second when a few always wait for the server: what it can bear. */
async function saturate(clients: readonly Client<LoadMethods>[], { seconds, burnUs }: SaturateOrder): Promise<number> {
  const begin = performance.now();
  let answered = 0;
  const lane = async (client: Client<LoadMethods>): Promise<void> => {
    for (; performance.now() - begin < seconds * 1000; answered++) await client.burn(burnUs);
  };
  await Promise.all(clients.map(lane));
  return answered / ((performance.now() - begin) / 1000);
}

export interface PaceOrder {
  readonly perSecond: number;
  readonly seconds: number;
  /** Microseconds that the handler computes; 0: it echoes. */
  readonly burnUs: number;
  readonly timeoutMs: number;
}

const STEP_MS = 10;

/** Calls at a steady rate whatever becomes of them, over all connections in turn. Times count from when a call was due. */
async function pace(clients: readonly Client<LoadMethods>[], order: PaceOrder): Promise<Paced> {
  const { perSecond, seconds, burnUs, timeoutMs } = order;
  const answered: number[] = [];
  const refused: number[] = [];
  const failures: Record<string, number> = {};
  const pending: Promise<void>[] = [];
  const begin = performance.now();
  const call = async (i: number): Promise<void> => {
    const due = begin + (i * 1000) / perSecond;
    const client = clients[i % clients.length]!;
    try {
      await (burnUs > 0 ? client.burn(burnUs, { timeoutMs }) : client.text("tick", { timeoutMs }));
      answered.push(performance.now() - due);
    } catch (error) {
      const { code, delivery } = error as ThriftError;
      failures[`${code} ${delivery}`] = (failures[`${code} ${delivery}`] ?? 0) + 1;
      if (delivery === "unsent") refused.push(performance.now() - due);
    }
  };
  for (let made = 0; made < perSecond * seconds; ) {
    const due = Math.min(perSecond * seconds, Math.ceil(((performance.now() - begin) / 1000) * perSecond));
    while (made < due) pending.push(call(made++));
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  await Promise.all(pending);
  return {
    answered: answered.length,
    failures,
    p50Ms: percentile(answered, 0.5),
    p99Ms: percentile(answered, 0.99),
    refusedP50Ms: percentile(refused, 0.5),
    refusedP99Ms: percentile(refused, 0.99),
  };
}

function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
}

/** `count` calls in flight at once; the answer is what the process holds while none is answered. */
async function hold(
  clients: readonly Client<LoadMethods>[],
  count: number,
): Promise<{ released: number; heapBytes: number }> {
  const before = await memory();
  const calls = Array.from({ length: count }, (_, id) => clients[id % clients.length]!.hold(id, { timeoutMs: 60_000 }));
  const { heapBytes } = await memory();
  const released = await clients[0]!.release();
  const answers = await Promise.all(calls);
  if (answers.some((answer, id) => answer !== id)) throw new Error("a wrong answer");
  return { released, heapBytes: heapBytes - before.heapBytes };
}

/** Sends `bytes` there and back, four times at once; the milliseconds it took. */
async function exchange(client: Client<LoadMethods>, bytes: number): Promise<number> {
  const payload = randomBytes(bytes);
  const digest = createHash("sha256").update(payload).digest("hex");
  const begin = performance.now();
  const answers = await Promise.all(Array.from({ length: 4 }, () => client.bytes(payload, { timeoutMs: 60_000 })));
  const elapsed = performance.now() - begin;
  for (const answer of answers)
    if (createHash("sha256").update(answer).digest("hex") !== digest) throw new Error("a wrong answer");
  return elapsed;
}
