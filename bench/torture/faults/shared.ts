/** What many faults share: a client behind a proxy, and whether all is well again afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Wire } from "../frames.ts";
import type { ClientProcess, Lab, ServerProcess } from "../lab.ts";
import type { Proxy, Taps } from "../proxy.ts";
import type { CallOrder } from "../report.ts";
import { type Expectation, type Verdict, worst } from "../verdict.ts";

export interface Proxied {
  readonly server: ServerProcess;
  readonly proxy: Proxy;
  /** Has had a call answered through the proxy. */
  readonly client: ClientProcess;
}

/** `cutting`: the taps of the proxy get whole frames. */
export async function proxied(lab: Lab, cutting?: Wire, compress = false): Promise<Proxied> {
  const server = await lab.server({ compress });
  const proxy = await lab.proxy(server.port, cutting);
  const client = await lab.client({ port: proxy.port, compress });
  await client.warmUp();
  return { server, proxy, client };
}

export interface LinkFault {
  readonly cutting?: Wire;
  /** Messages are compressed. Default false. */
  readonly compress?: boolean;
  readonly taps: Taps;
  readonly order?: Partial<CallOrder>;
  readonly expected?: Expectation;
}

/** Calls through a proxy that does as the taps say; then it stops doing so, and calls must be answered again. */
export async function linkFault(lab: Lab, { cutting, compress, taps, order, expected }: LinkFault): Promise<Verdict> {
  const { server, proxy, client } = await proxied(lab, cutting, compress);
  proxy.arm(taps);
  const during = await client.judged(order, expected);
  if (during.outcome === "died") return during;
  proxy.disarm();
  return worst(["during", during], ["after", await answersAgain(client)], ["server", await healthy(lab, server)]);
}

const RECOVERY_MS = 6_000;

/** Calls, one at a time, until one is answered. Failing for longer is blaming a server that is well. */
export async function answersAgain(client: ClientProcess): Promise<Verdict> {
  const end = performance.now() + RECOVERY_MS;
  for (;;) {
    const report = await client.calls();
    const well = typeof report === "object" && report.answered === 1;
    const settles = typeof report === "object" && report.hung === 0 && report.wrong === 0;
    if (well || !settles || performance.now() >= end) return client.judge(report, { answered: "all" });
    await sleep(100);
  }
}

/** Whether a server still answers somebody new. */
export async function healthy(lab: Lab, server: ServerProcess): Promise<Verdict> {
  const dead = server.ended;
  if (dead !== undefined) return { outcome: "died", settledMs: 0, detail: `the server ${dead.split("\n")[0]}` };
  const client = await lab.client({ port: server.port });
  const answered = await answersAgain(client);
  return server.ended === undefined ? answered : healthy(lab, server);
}
