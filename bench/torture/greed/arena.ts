/** A server with its ordinary clients and a greedy one, in processes of their own: the server has one core, all clients the other. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { coreOptions, Worker } from "../../processes.ts";
import type { Served } from "./crowd.ts";
import type { Ports } from "./system.ts";
import { type Eaten, FLOOR_MS, type Window } from "./verdict.ts";
import type { Way } from "./ways.ts";
import type { GreedOrder, ServeOrder } from "./worker.ts";

const QUIET_MS = 600;
const QUIET_P99_MS = FLOOR_MS;
const QUIET_ATTEMPTS = 5;
/** How long an ordinary client waits for an answer; the patient one where times are not judged. */
const TIMEOUT_MS = 1_500;
const PATIENT_MS = 30_000;
const GREEDY_MS = 1_300;
/** For all to be compiled that ordinary calls need. */
const WARM_UP_MS = 1_000;
const SAMPLE_MS = 25;
/** How long a server may take to answer its own parent. */
const WAKING_MS = 2_000;
/** How often, and how long, it is looked whether a server is itself again. */
const LOOKS = 5;
const LOOK_MS = 100;
const WELL_MS = 50;
/** What it may still hold of what it grew by: more of it would be laid to the next one's charge. */
const KEPT_MIB = 128;

export class Arena {
  readonly system: string;
  readonly #server: Worker;
  readonly #crowd: Worker;
  readonly #greedy: Worker;
  readonly #ports: Ports;
  readonly #memoryFile: string;
  readonly #timed: boolean;
  #restingMiB = 0;

  private constructor(
    system: string,
    timed: boolean,
    server: Worker,
    crowd: Worker,
    greedy: Worker,
    ports: Ports,
    pid: number,
  ) {
    this.system = system;
    this.#timed = timed;
    this.#server = server;
    this.#crowd = crowd;
    this.#greedy = greedy;
    this.#ports = ports;
    this.#memoryFile = `/proc/${pid}/status`;
  }

  /** Resolves when all ordinary clients are connected and the server has warmed up. `timed`: how long answers take is judged. */
  static async open(system: string, timed: boolean): Promise<Arena> {
    const [server, crowd, greedy] = await Promise.all([
      Worker.start({ role: "greed-server", system }, { ...coreOptions("server"), nodeFlags: ["--expose-gc"] }),
      Worker.start({ role: "greed-crowd", system }, coreOptions("client")),
      Worker.start({ role: "greedy" }, coreOptions("client")),
    ]);
    const ports = await server.ask<Ports>("listen");
    const arena = new Arena(system, timed, server, crowd, greedy, ports, await server.ask<number>("pid"));
    await crowd.ask("gather", ports);
    await arena.#serve(WARM_UP_MS);
    arena.#restingMiB = arena.#memoryMiB();
    return arena;
  }

  /** One window of quiet, and one beside a greedy client. */
  async window(greed: string, way: Way): Promise<Window> {
    const quiet = await this.#quiet();
    let mostMiB = this.#restingMiB;
    const sampling = setInterval(() => (mostMiB = Math.max(mostMiB, this.#memoryMiB())), SAMPLE_MS);
    await this.#greedy.ask("begin", { greed, way, ports: this.#ports } satisfies GreedOrder);
    const greedy = await this.#serve(GREEDY_MS);
    const eaten = await this.#greedy.ask<Eaten>("end");
    clearInterval(sampling);
    if (eaten.sentBytes === 0) throw new Error(`${greed}, ${way}: the greedy client got nothing out`);
    const died = this.#server.ended !== undefined;
    return { quiet, greedy: died ? undefined : greedy, grownMiB: mostMiB - this.#restingMiB, eaten };
  }

  /** Where it is not quiet because of others on the machine, anything would be fair: then it waits for better times, though not for ever. */
  async #quiet(): Promise<Served> {
    let quiet = await this.#serve(QUIET_MS);
    for (let attempt = 1; this.#timed && attempt < QUIET_ATTEMPTS && quiet.p99Ms > QUIET_P99_MS; attempt++)
      quiet = await this.#serve(QUIET_MS);
    return quiet;
  }

  #serve(ms: number): Promise<Served> {
    const order: ServeOrder = { ms, timeoutMs: this.#timed ? TIMEOUT_MS : PATIENT_MS };
    return this.#crowd.ask<Served>("serve", order);
  }

  /** Whether all is as before, after a while at most: ordinary clients are served, and memory is given back. */
  async recovers(): Promise<boolean> {
    const awake = this.#server.ask("collect").then(
      () => true,
      () => false,
    );
    if (!(await Promise.race([awake, sleep(WAKING_MS, false)]))) return false;
    if (this.#memoryMiB() > this.#restingMiB + KEPT_MIB) return false;
    for (let look = 0; look < LOOKS; look++) {
      const { failed, p99Ms } = await this.#serve(LOOK_MS);
      if (failed === 0 && p99Ms < WELL_MS) return true;
    }
    return false;
  }

  async close(): Promise<void> {
    await Promise.all([this.#greedy.kill(), this.#crowd.kill(), this.#server.kill()]);
  }

  /** Of the server's process, which may be too busy to tell. 0 where there is no /proc. */
  #memoryMiB(): number {
    if (!existsSync(this.#memoryFile)) return 0;
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(this.#memoryFile, "latin1"))?.[1] ?? 0) / 1024;
  }
}
