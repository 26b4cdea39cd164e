/** The load cases: each starts its own processes and says what it found. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ServeOptions } from "../../lib/index.ts";
import { coreOptions, Worker } from "../processes.ts";
import type { Opening, Paced, PaceOrder, SaturateOrder } from "./client-worker.ts";
import type { Figure } from "./figure.ts";
import type { Memory } from "./memory.ts";
import { WASTES } from "./spend.ts";

export interface LoadCase {
  readonly name: string;
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

class Pair {
  readonly server: Worker;
  readonly client: Worker;
  readonly #port: number;

  private constructor(server: Worker, client: Worker, port: number) {
    this.server = server;
    this.client = client;
    this.#port = port;
  }

  static async start(kind: "plain" | "scrimp", options: ServeOptions = {}): Promise<Pair> {
    const nodeFlags = ["--expose-gc"];
    const server = await Worker.start({ role: "load-server", kind }, { ...coreOptions("server"), nodeFlags });
    const client = await Worker.start({ role: "load-client" }, { ...coreOptions("client"), nodeFlags });
    return new Pair(server, client, await server.ask<number>("listen", options));
  }

  open(protocol: Opening["protocol"], count: number): Promise<void> {
    return this.client.ask("open", { port: this.#port, protocol, count } satisfies Opening);
  }

  pace(order: PaceOrder): Promise<Paced> {
    return this.client.ask("pace", order);
  }

  async spend(kind: string): Promise<Figure[]> {
    await this.open("framed", 1);
    const [cpuBefore, before] = [await this.server.ask<number>("cpuSeconds"), await this.server.ask<Memory>("memory")];
    const sent = await this.client.ask<number>("waste", { port: this.#port, kind });
    await sleep(DIGEST_MS);
    const cpu = (await this.server.ask<number>("cpuSeconds")) - cpuBefore;
    const held = (await this.server.ask<Memory>("memory")).rssBytes - before.rssBytes;
    const figure = (what: string, value: number, unit: string): Figure => ({
      case: "spend",
      what: `${kind}: ${what}`,
      value,
      unit,
    });
    const { connections, perConnection } = WASTES[kind]!;
    if (perConnection)
      return [
        figure("memory for a connection", held / connections, "B"),
        figure("processor time for a connection", (cpu * 1e6) / connections, "µs"),
      ];
    return [
      figure("memory for a byte", held / sent, "B"),
      figure("processor time for a KiB", (cpu * 1e6) / (sent / 1024), "µs"),
    ];
  }

  async close(): Promise<void> {
    await this.client.kill();
    await this.server.kill();
  }
}

async function withPair<T>(
  kind: "plain" | "scrimp",
  use: (pair: Pair) => Promise<T>,
  options?: ServeOptions,
): Promise<T> {
  const pair = await Pair.start(kind, options);
  try {
    return await use(pair);
  } finally {
    await pair.close();
  }
}

const CONNECTIONS = 10_000;
const protocols = ["framed", "rocket"] as const;

interface Idle {
  readonly server: { readonly rssBytes: number; readonly each: number };
  readonly clientEach: number;
}

function idle(protocol: Opening["protocol"]): Promise<Idle> {
  return withPair(protocol === "plain" ? "plain" : "scrimp", async (pair) => {
    await pair.open(protocol, 1);
    const [serverBefore, clientBefore] = [
      await pair.server.ask<Memory>("memory"),
      await pair.client.ask<Memory>("memory"),
    ];
    await pair.open(protocol, CONNECTIONS - 1);
    const server = await pair.server.ask<Memory>("restingMemory");
    const client = await pair.client.ask<Memory>("restingMemory");
    const each = (after: Memory, before: Memory): number => (after.rssBytes - before.rssBytes) / (CONNECTIONS - 1);
    return {
      server: { rssBytes: server.rssBytes, each: each(server, serverBefore) },
      clientEach: each(client, clientBefore),
    };
  });
}

const idleCase: LoadCase = {
  name: "idle",
  title: "10,000 connections that had a call and rest",
  async run() {
    const plain = await idle("plain");
    const figures: Figure[] = [
      { case: "idle", what: "plain net server: memory for a connection", value: plain.server.each, unit: "B" },
    ];
    for (const protocol of protocols) {
      const found = await idle(protocol);
      figures.push(
        { case: "idle", what: `${protocol} server: memory for a connection`, value: found.server.each, unit: "B" },
        { case: "idle", what: `${protocol} client: memory for a connection`, value: found.clientEach, unit: "B" },
        {
          case: "idle",
          what: `${protocol} server's RSS / the plain one's`,
          value: found.server.rssBytes / plain.server.rssBytes,
          unit: "×",
          bound: { atMost: 1.25 },
        },
      );
    }
    return figures;
  },
};

const manyCase: LoadCase = {
  name: "many",
  title: "10,000 connections with a call a second each",
  run: () =>
    withPair("scrimp", async (pair) => {
      await pair.open("framed", CONNECTIONS);
      const before = await pair.server.ask<number>("cpuSeconds");
      const seconds = 10;
      const paced = await pair.pace({ perSecond: CONNECTIONS, seconds, burnUs: 0, timeoutMs: 5_000 });
      const cpu = (await pair.server.ask<number>("cpuSeconds")) - before;
      return [
        {
          case: "many",
          what: "answered",
          value: paced.answered,
          unit: "calls",
          bound: { atLeast: CONNECTIONS * seconds },
        },
        { case: "many", what: "p50", value: paced.p50Ms, unit: "ms" },
        { case: "many", what: "p99", value: paced.p99Ms, unit: "ms" },
        { case: "many", what: "server CPU", value: (100 * cpu) / seconds, unit: "% of a core" },
      ];
    }),
};

const MIB = 2 ** 20;
const CALLS = 1_000_000;

const flatCase: LoadCase = {
  name: "flat",
  title: "1,000,000 calls: what is held after the first tenth, and after all",
  async run() {
    const figures: Figure[] = [];
    for (const protocol of protocols) {
      figures.push(
        ...(await withPair("scrimp", async (pair) => {
          await pair.open(protocol, 1);
          await pair.client.ask("repeat", { calls: CALLS / 10, inFlight: 128 });
          const before = {
            server: await pair.server.ask<Memory>("memory"),
            client: await pair.client.ask<Memory>("memory"),
          };
          await pair.client.ask("repeat", { calls: (CALLS / 10) * 9, inFlight: 128 });
          const after = {
            server: await pair.server.ask<Memory>("memory"),
            client: await pair.client.ask<Memory>("memory"),
          };
          return (["server", "client"] as const).flatMap((side) => [
            {
              case: "flat",
              what: `${protocol} ${side}: heap grown by`,
              value: (after[side].heapBytes - before[side].heapBytes) / MIB,
              unit: "MiB",
              bound: { atMost: 2 },
            },
            {
              case: "flat",
              what: `${protocol} ${side}: RSS grown by`,
              value: (after[side].rssBytes - before[side].rssBytes) / MIB,
              unit: "MiB",
              bound: { atMost: 24 },
            },
          ]);
        })),
      );
    }
    return figures;
  },
};

const IN_FLIGHT = 100_000;

const inFlightCase: LoadCase = {
  name: "in-flight",
  title: "100,000 calls in flight at once over four connections",
  async run() {
    const figures: Figure[] = [];
    for (const protocol of protocols) {
      const options = { maxCalls: 2 * IN_FLIGHT, maxConnectionCalls: IN_FLIGHT };
      const found = await withPair(
        "scrimp",
        async (pair) => {
          await pair.open(protocol, 4);
          return pair.client.ask<{ released: number; heapBytes: number }>("hold", IN_FLIGHT);
        },
        options,
      );
      figures.push(
        {
          case: "in-flight",
          what: `${protocol}: answered`,
          value: found.released,
          unit: "calls",
          bound: { atLeast: IN_FLIGHT },
        },
        {
          case: "in-flight",
          what: `${protocol}: a client's memory for a call`,
          value: found.heapBytes / IN_FLIGHT,
          unit: "B",
        },
      );
    }
    return figures;
  },
};

const SIZES = [0, 1, 1_000, 64_000, 1_000_000, 16_000_000];

const payloadCase: LoadCase = {
  name: "payload",
  title: "from nothing to 16 MB there and back, four at once",
  async run() {
    const figures: Figure[] = [];
    for (const protocol of protocols) {
      await withPair("scrimp", async (pair) => {
        await pair.open(protocol, 1);
        for (const size of SIZES) {
          await pair.client.ask("exchange", size);
          const ms = await pair.client.ask<number>("exchange", size);
          figures.push({
            case: "payload",
            what: `${protocol}: 4 × ${size.toLocaleString("en-US")} B`,
            value: ms,
            unit: "ms",
          });
        }
      });
    }
    return figures;
  },
};

const BURN_US = 1_000;
const PATIENCE_MS = 500;
const SECONDS = 5;

const overloadCase: LoadCase = {
  name: "overload",
  title: "twice the calls that a server has time for, with half a second of patience",
  async run() {
    const figures: Figure[] = [];
    for (const protocol of protocols) {
      // Framed calls cannot say how long they will wait: the server must.
      const options = protocol === "framed" ? { queueTimeoutMs: PATIENCE_MS / 2 } : {};
      figures.push(...(await withPair("scrimp", (pair) => overload(pair, protocol), options)));
    }
    return figures;
  },
};

async function overload(pair: Pair, protocol: "framed" | "rocket"): Promise<Figure[]> {
  await pair.open(protocol, 8);
  const saturate = { seconds: 2, burnUs: BURN_US } satisfies SaturateOrder;
  await pair.client.ask("saturate", saturate);
  const capacity = await pair.client.ask<number>("saturate", saturate);
  const found = await pair.pace({
    perSecond: Math.round(2 * capacity),
    seconds: SECONDS,
    burnUs: BURN_US,
    timeoutMs: PATIENCE_MS,
  });
  const told = Object.entries(found.failures).reduce((sum, [why, n]) => sum + (why.endsWith("unsent") ? n : 0), 0);
  const failed = Object.values(found.failures).reduce((sum, n) => sum + n, 0);
  return [
    { case: "overload", what: `${protocol}: what it can bear`, value: capacity, unit: "calls/s" },
    {
      case: "overload",
      what: `${protocol}: answered in time / what it can bear`,
      value: found.answered / (capacity * SECONDS),
      unit: "×",
      bound: { atLeast: 0.85 },
    },
    { case: "overload", what: `${protocol}: answered, p99`, value: found.p99Ms, unit: "ms" },
    {
      case: "overload",
      what: `${protocol}: told that it was not begun / all that failed`,
      value: told / Math.max(1, failed),
      unit: "×",
      bound: { atLeast: 0.95 },
    },
    {
      case: "overload",
      what: `${protocol}: turned away, half within`,
      value: found.refusedP50Ms,
      unit: "ms",
      bound: { atMost: 100 },
    },
    { case: "overload", what: `${protocol}: turned away, p99`, value: found.refusedP99Ms, unit: "ms" },
  ];
}

/** Long enough for a server to be done with what it was sent; shorter than it waits for more. */
const DIGEST_MS = 2_000;

const spendCase: LoadCase = {
  name: "spend",
  title: "what a stranger can make a server spend, who is not let in",
  async run() {
    const figures: Figure[] = [];
    for (const kind of Object.keys(WASTES)) figures.push(...(await withPair("scrimp", (pair) => pair.spend(kind))));
    return figures;
  },
};

export const loadCases: readonly LoadCase[] = [
  idleCase,
  manyCase,
  flatCase,
  inFlightCase,
  payloadCase,
  overloadCase,
  spendCase,
];
