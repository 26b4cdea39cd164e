/** The three processes of a greed row: the server, the ordinary clients, the greedy one. */
import type { Answers } from "../../answers.ts";
import { gather, type Served, serveAll } from "./crowd.ts";
import { greeds } from "./greeds.ts";
import { Greedy } from "./greedy.ts";
import { goFirst, goLast } from "./precedence.ts";
import type { Ordinary, Ports } from "./system.ts";
import type { Eaten } from "./verdict.ts";
import { greedSystems, type Way } from "./ways.ts";

export interface GreedRole {
  readonly system: string;
}

export async function greedServerWorker({ system }: GreedRole): Promise<Answers> {
  goFirst();
  const { serve } = await greedSystems.get(system)!.load();
  return { listen: (): Promise<Ports> => serve(), pid: () => process.pid, collect: () => globalThis.gc!() };
}

export async function greedCrowdWorker({ system }: GreedRole): Promise<Answers> {
  goFirst();
  const { connect } = await greedSystems.get(system)!.load();
  let crowd: readonly Ordinary[] = [];
  return {
    async gather(ports: Ports): Promise<void> {
      crowd = await gather((i) => connect(ports, i));
    },
    serve: ({ ms, timeoutMs }: ServeOrder): Promise<Served> => serveAll(crowd, ms, timeoutMs),
  };
}

/** How long ordinary clients call, and wait for each answer. */
export interface ServeOrder {
  readonly ms: number;
  readonly timeoutMs: number;
}

export interface GreedOrder {
  readonly greed: string;
  readonly way: Way;
  readonly ports: Ports;
}

/** For sockets to say that they are closed. */
const CLOSING_MS = 50;

export async function greedyWorker(): Promise<Answers> {
  goLast();
  let greedy: Greedy | undefined;
  return {
    begin({ greed, way, ports }: GreedOrder): void {
      greedy = new Greedy(ports);
      greeds.find(({ name }) => name === greed)!.by[way]!(greedy);
    },
    async end(): Promise<Eaten> {
      greedy!.end();
      await new Promise((resolve) => setTimeout(resolve, CLOSING_MS));
      const { sentBytes, receivedBytes, turnedAway } = greedy!;
      return { sentBytes, receivedBytes, turnedAway };
    },
  };
}
