/**
 * Traffic of every protocol and kind, faults on the way, servers that are replaced under load; every answer is held against a model, and
 * in the end nothing may be left. For minutes or hours, from a seed.
 */
import { connect as openSocket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import { type Server, serve } from "../../lib/server/server.ts";
import { tls } from "../../lib/transport/tls.ts";
import { udp } from "../../lib/transport/udp.ts";
import { Chance } from "../fuzz/random.ts";
import { type TestAuthority, type TestCertificate, testAuthority } from "../helpers/certificates.ts";
import { Counter } from "../helpers/counter-service.ts";
import { Counters, Tally } from "../helpers/counters.ts";
import { Seen, streamHandlers } from "../helpers/rocket-world.ts";
import { Streams } from "../helpers/streams.ts";
import { Actor } from "./actor.ts";
import { counterHandlers, DatagramActor } from "./datagram-actor.ts";
import { Model } from "./model.ts";
import { RoughRoad } from "./rough-road.ts";

export interface SoakOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly onProgress?: (text: string) => void;
}

export interface SoakResult {
  readonly actors: readonly Participant[];
  readonly faults: number;
  readonly restarts: number;
  /** Empty when all was well. */
  readonly wrongs: readonly string[];
  readonly heapMiB: readonly [early: number, late: number];
}

const HARM_EVERY_MS = 120;
const PROGRESS_EVERY_MS = 5_000;
/** What the heap may have grown by since the first fifth of the time. */
const HEAP_SLACK_MIB = 12;

/** How the actors speak: their options by name, and whether streams can be carried. */
const SPEAKERS: readonly (readonly [name: string, options: ConnectOptions])[] = [
  ["framed compact", { protocol: "framed" }],
  ["framed binary", { protocol: "framed", encoding: "binary" }],
  ["framed json", { protocol: "framed", encoding: "json" }],
  ["unframed compact", { protocol: "unframed" }],
  ["unframed binary", { protocol: "unframed", encoding: "binary" }],
  ["framed in zlib", { protocol: "framed", zlib: true }],
  ["unframed in zlib", { protocol: "unframed", zlib: true }],
  ["header", { protocol: "header" }],
  ["header zlib", { protocol: "header", compressRequests: true }],
  ["http", { protocol: "http" }],
  ["rocket", { protocol: "rocket" }],
  ["rocket binary", { protocol: "rocket", encoding: "binary" }],
  ["rocket zlib", { protocol: "rocket", compressFromBytes: 64, replyCompression: "zlib", checksums: true }],
  ["auto", { protocol: "auto" }],
];
const OVER_TLS: readonly (readonly [name: string, options: ConnectOptions])[] = [
  ["framed over TLS", { protocol: "framed" }],
  ["rocket over TLS", { protocol: "rocket" }],
];

type Participant = Actor | DatagramActor;

class Soak {
  readonly #options: SoakOptions;
  readonly #chance: Chance;
  readonly #model = new Model();
  readonly #wrongs: string[] = [];
  #authority!: TestAuthority;
  #certificate!: TestCertificate;
  #server!: Server;
  #road!: RoughRoad;
  #datagrams!: Server;
  #actors: Participant[] = [];
  #restarts = 0;
  /** Objects of interactions that live. */
  #tallies = 0;

  constructor(options: SoakOptions) {
    this.#options = options;
    this.#chance = new Chance(options.seed);
  }

  async run(): Promise<SoakResult> {
    const loose = (error: unknown): void =>
      void this.#wrongs.push(`thrown to nobody: ${String((error as Error).stack ?? error)}`);
    process.on("uncaughtException", loose).on("unhandledRejection", loose);
    try {
      const before = resources();
      await this.#begin();
      const heap = await this.#live();
      await this.#end();
      await this.#findLeaks(before);
      return {
        actors: this.#actors,
        faults: this.#road.faults,
        restarts: this.#restarts,
        wrongs: [...this.#wrongs, ...this.#model.lies],
        heapMiB: heap,
      };
    } finally {
      process.off("uncaughtException", loose).off("unhandledRejection", loose);
    }
  }

  async #begin(): Promise<void> {
    this.#authority = await testAuthority();
    this.#certificate = await this.#authority.sign("server");
    this.#server = await this.#serve();
    this.#road = await RoughRoad.open(portOf(this.#server));
    this.#datagrams = await serve(
      udp.listen(0, { host: "127.0.0.1" }),
      (r) => r.add(Counter, counterHandlers(this.#model)),
      quiet,
    );
    const target = `127.0.0.1:${this.#road.port}`;
    const authorities = this.#authority.cert;
    const add = (name: string, to: string, options: ConnectOptions): void => {
      const streams = options.protocol === "rocket";
      const chance = new Chance(this.#chance.below(2 ** 31));
      this.#actors.push(new Actor({ name, target: to, options, streams }, chance, this.#model));
    };
    for (const [name, options] of SPEAKERS) add(name, target, options);
    for (const [name, options] of OVER_TLS) add(name, target, { ...options, tls: { authorities } });
    this.#actors.push(new DatagramActor(this.#datagrams.address, new Chance(this.#chance.below(2 ** 31)), this.#model));
    for (const actor of this.#actors) actor.start();
  }

  #handlers(): ReturnType<typeof streamHandlers> {
    const handlers = streamHandlers(new Seen());
    return {
      ...handlers,
      echo: (text, ctx) => {
        if (text !== "stop") this.#model.onExecuted(text);
        return handlers.echo(text, ctx);
      },
    };
  }

  /** TLS and plain on one port. */
  #serve(): Promise<Server> {
    const listener = tls.listen(0, { host: "127.0.0.1", plain: true, ...this.#certificate });
    const tally = (count: number): Tally => {
      this.#tallies++;
      return new Tally(count, () => void this.#tallies--);
    };
    const counters = {
      open: async (count: number) => tally(count),
      resume: (count: number) => ({ response: `at ${count}`, interaction: tally(count) }),
      ping() {},
      createCounter: () => tally(0),
    };
    return serve(listener, (r) => r.add(Streams, this.#handlers()).add(Counters, counters), quiet);
  }

  /** Until the time is over; gives the heap after a fifth of it, and at its end. */
  async #live(): Promise<[number, number]> {
    const { seconds, onProgress } = this.#options;
    const begin = performance.now();
    const elapsed = (): number => (performance.now() - begin) / 1000;
    let early: number | undefined;
    let told = 0;
    let restartAt = Math.min(15, seconds / 3);
    while (elapsed() < seconds) {
      await sleep(HARM_EVERY_MS);
      this.#road.harm(this.#chance);
      if (this.#chance.below(10) === 0) this.#garbage();
      if (elapsed() >= restartAt) {
        restartAt += Math.max(5, Math.min(30, seconds / 4));
        await this.#replaceServer();
      }
      if (early === undefined && elapsed() >= seconds / 5) early = heapMiB();
      if (onProgress !== undefined && performance.now() - told >= PROGRESS_EVERY_MS) {
        told = performance.now();
        onProgress(this.#progress(elapsed()));
      }
    }
    const late = heapMiB();
    if (early !== undefined && late > early + HEAP_SLACK_MIB)
      this.#wrongs.push(`the heap grew from ${early.toFixed(1)} to ${late.toFixed(1)} MiB`);
    return [early ?? late, late];
  }

  #progress(elapsed: number): string {
    const answered = this.#actors.reduce((sum, { tally }) => sum + tally.answered, 0);
    const wrongs = [...this.#wrongs, ...this.#model.lies];
    const last = wrongs.at(-1);
    return `${Math.round(elapsed)} s: ${answered} answered, ${this.#road.faults} faults, ${this.#restarts} restarts, ${wrongs.length} wrong${last === undefined ? "" : `, the last: ${last}`}`;
  }

  /** Somebody who means no good, past the proxy. */
  #garbage(): void {
    const socket = openSocket(portOf(this.#server), "127.0.0.1");
    socket.on("error", () => socket.destroy());
    socket.end(Buffer.from(Array.from({ length: 1 + this.#chance.below(100) }, () => this.#chance.below(256))));
    socket.resume();
  }

  /** As a rolling update does: the new one is there, the old one drains. */
  async #replaceServer(): Promise<void> {
    const old = this.#server;
    this.#server = await this.#serve();
    this.#road.targetPort = portOf(this.#server);
    this.#restarts++;
    await old.drain({ timeoutMs: 3_000 });
    await this.#empty(old, "a server that has drained");
  }

  async #end(): Promise<void> {
    await Promise.all(this.#actors.map((actor) => actor.stop()));
    await this.#datagrams.close();
    await this.#server.drain({ timeoutMs: 3_000 });
    await this.#road.close();
    await this.#empty(this.#server, "the last server");
    if (this.#tallies !== 0) this.#wrongs.push(`${this.#tallies} objects of interactions were never ended, or twice`);
    this.#model.forgetAll();
  }

  /** Handlers whose clients are gone count until they end, which is soon. */
  async #empty(server: Server, who: string): Promise<void> {
    const { load } = server;
    for (let i = 0; i < 50 && load.inFlight > 0; i++) await sleep(100);
    const { connections } = server;
    if (connections + load.inFlight + load.waiting > 0)
      this.#wrongs.push(`${who} holds ${connections} connections, ${load.inFlight} calls, ${load.waiting} that wait`);
  }

  /** What keeps a process alive, compared with what did before: sockets and timers of ours. */
  async #findLeaks(before: ReadonlyMap<string, number>): Promise<void> {
    let left: string[] = [];
    for (let i = 0; i < 40; i++) {
      left = [...resources()]
        .filter(([kind, count]) => count > (before.get(kind) ?? 0))
        .map(([kind, count]) => `${count} ${kind}`);
      if (left.length === 0) return;
      await sleep(100);
    }
    this.#wrongs.push(`left open: ${left.join(", ")}`);
  }
}

const quiet = { onError(): void {} };

const portOf = (server: Server): number => Number(server.address.split(":").at(-1));

/** Sockets, servers and timers that are open, by kind. The timer that asks is not counted. */
function resources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo())
    if (/TCP|UDP|TLS|Pipe/.test(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

export function soak(options: SoakOptions): Promise<SoakResult> {
  return new Soak(options).run();
}
