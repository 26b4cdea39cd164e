/** One fault's processes and proxies for one system, all of which end with it. Knows no fault. */
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "../processes.ts";
import type { Wire } from "./frames.ts";
import { Proxy } from "./proxy.ts";
import type { CallOrder, CallReport } from "./report.ts";
import type { ClientOptions, ServerOptions, ShownCertificate } from "./system.ts";
import { systems } from "./systems.ts";
import { type Verdict, verdict } from "./verdict.ts";

/** What a call is told to wait, and how much longer it is waited for. */
export const TIMEOUT_MS = 1_500;
export const GRACE_MS = 2_500;
/** Beyond a call's own time: what a client's process may need to start, and to answer. */
const WORKER_GRACE_MS = 5_000;

export class Lab {
  readonly system: string;
  readonly wire: Wire;
  readonly #closers: (() => unknown)[] = [];

  constructor(system: string) {
    this.system = system;
    this.wire = systems.get(system)!.wire;
  }

  async server(options: Partial<ServerOptions> = {}): Promise<ServerProcess> {
    const worker = await this.#worker("torture-server");
    const port = await worker.ask<number>("listen", { host: "127.0.0.1", port: 0, ...options });
    return new ServerProcess(worker, port);
  }

  /** `names`: addresses by name, before any resolver's. */
  async client(
    options: Partial<ClientOptions> & { readonly port: number },
    names: Readonly<Record<string, string>> = {},
  ): Promise<ClientProcess> {
    const worker = await this.#worker("torture-client");
    const client = new ClientProcess(worker);
    for (const [name, address] of Object.entries(names)) await client.setName(name, address);
    await worker.ask("open", { host: "127.0.0.1", ...options });
    return client;
  }

  async proxy(targetPort: number, cutting?: Wire): Promise<Proxy> {
    const proxy = await Proxy.start(targetPort, cutting);
    this.onClose(() => proxy.close());
    return proxy;
  }

  onClose(closer: () => unknown): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
  }

  async #worker(role: string): Promise<Worker> {
    const worker = await Worker.start({ role, system: this.system });
    this.onClose(() => worker.kill());
    return worker;
  }
}

export class ServerProcess {
  readonly port: number;
  readonly #worker: Worker;

  constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
  }

  signal(signal: NodeJS.Signals): void {
    this.#worker.signal(signal);
  }

  kill(): Promise<void> {
    return this.#worker.kill();
  }

  /** What it ended with, unless it runs. */
  get ended(): string | undefined {
    return this.#worker.ended;
  }

  async rssMiB(): Promise<number> {
    return (await this.#worker.ask<{ rssMiB: number }>("usage")).rssMiB;
  }

  /** Whether the system can do so. */
  replaceCertificate(certificate: ShownCertificate): Promise<boolean> {
    return this.#worker.ask("replaceCertificate", certificate);
  }
}

/** A client in a process of its own, which may die or stand still. */
export class ClientProcess {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  /** Makes calls; undefined when the process died of it, "stuck" when it does not answer at all. */
  async calls(order: Partial<CallOrder> = {}): Promise<CallReport | "died" | "stuck"> {
    const full: CallOrder = { kind: "echo", count: 1, timeoutMs: TIMEOUT_MS, graceMs: GRACE_MS, ...order };
    const late = new AbortController();
    const stuck = sleep(full.timeoutMs + full.graceMs + WORKER_GRACE_MS, "stuck" as const, { signal: late.signal });
    const asked = this.#worker.ask<CallReport>("calls", full).catch((error: Error) => {
      if (this.#worker.ended === undefined) throw error;
      return "died" as const;
    });
    const result = await Promise.race([asked, stuck.catch(() => "stuck" as const)]);
    late.abort();
    return result;
  }

  /** The same, judged. */
  async judged(order: Partial<CallOrder> = {}, expected: Parameters<typeof verdict>[1] = {}): Promise<Verdict> {
    return this.judge(await this.calls(order), expected);
  }

  judge(report: CallReport | "died" | "stuck", expected: Parameters<typeof verdict>[1] = {}): Verdict {
    if (report === "died")
      return { outcome: "died", settledMs: 0, detail: `the client ${lastLine(this.#worker.ended)}` };
    if (report === "stuck") return { outcome: "hung", settledMs: 0, detail: "the client's process stands still" };
    return verdict(report, expected);
  }

  /** Calls until one is answered. Throws if none is: the fault has not begun yet. */
  async warmUp(): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const report = await this.calls();
      if (typeof report === "object" && report.answered > 0) return;
      await sleep(100);
    }
    throw new Error("no call is answered before the fault");
  }

  setName(name: string, address: string): Promise<void> {
    return this.#worker.ask("name", { name, address });
  }
}

/** The error that a dying Node prints, without its stack. */
function lastLine(text: string | undefined): string {
  const lines = (text ?? "").split("\n");
  const error = lines.find((line) => /^\w*Error\b|^\w+ \[\w+\]:|RangeError|FATAL/.test(line.trim()));
  return [lines[0], error?.trim()].filter((line) => line !== undefined && line !== "").join(", ");
}
