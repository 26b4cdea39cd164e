/**
 * A network of hosts for datagrams, in one process and without real time: it loses, doubles, delays, reorders and damages what is
 * sent, moves clients to other ports, and lets single clocks leap. The same seed makes the same world.
 */
import { Buffer } from "node:buffer";
import type { DatagramAddress, DatagramEvents, DatagramSocket, Platform, Timer } from "../../lib/platform/platform.ts";
import "./loaded-families.ts";

export interface Faults {
  readonly lose: number;
  readonly double: number;
  /** Chance that a datagram takes minutes. */
  readonly strand: number;
  /** Chance that one byte is changed. */
  readonly damage: number;
  readonly maxDelayMs: number;
}

export const FAIR: Faults = { lose: 0, double: 0, strand: 0, damage: 0, maxDelayMs: 0.2 };

const EMSGSIZE = Object.assign(new Error("send EMSGSIZE"), { code: "EMSGSIZE" });

interface Happening {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class DatagramWorld {
  now = 1_000;
  faults: Faults = FAIR;
  /** Datagrams that were sent. */
  sent = 0;
  /** Sees all that is sent, and gives what is to arrive of it: undefined for nothing. */
  onDeliver: (bytes: Buffer, from: DatagramAddress, to: DatagramAddress) => Buffer | undefined = (bytes) => bytes;
  readonly sockets: Map<string, WorldSocket> = new Map();
  #heap: Happening[] = [];
  #order = 0;
  #port = 40_000;
  #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  freePort(): number {
    return this.#port++;
  }

  at(delayMs: number, run: () => void): Happening {
    const happening = { at: this.now + delayMs, order: this.#order++, run };
    push(this.#heap, happening);
    return happening;
  }

  /** Lets everything happen up to `untilMs` from now; between two happenings promises come to rest. */
  async run(untilMs: number = Number.POSITIVE_INFINITY): Promise<void> {
    const end = this.now + untilMs;
    await rest();
    for (let next = this.#heap[0]; next !== undefined && next.at <= end; next = this.#heap[0]) {
      pop(this.#heap);
      this.now = next.at;
      next.run();
      await rest();
    }
    if (end !== Number.POSITIVE_INFINITY) this.now = end;
  }

  deliver(sent: Buffer, from: DatagramAddress, to: DatagramAddress): void {
    this.sent++;
    const bytes = this.onDeliver(sent, from, to);
    if (bytes === undefined) return;
    const { lose, double } = this.faults;
    if (this.random() < lose) return;
    for (let copies = this.random() < double ? 2 : 1; copies > 0; copies--) this.#send(bytes, from, to);
  }

  #send(bytes: Buffer, from: DatagramAddress, to: DatagramAddress): void {
    const { strand, damage, maxDelayMs } = this.faults;
    const copy = Buffer.from(bytes);
    if (this.random() < damage) copy[Math.floor(this.random() * copy.length)] = Math.floor(this.random() * 256);
    const delay = this.random() < strand ? this.random() * 200_000 : this.random() * maxDelayMs;
    this.at(delay, () => this.sockets.get(keyOf(to))?.events.onDatagram(copy, from.host, from.port));
  }
}

/** A host: its own clock, its own sockets. */
export class WorldHost implements Platform {
  readonly world: DatagramWorld;
  readonly host: string;
  /** What its clock is ahead. */
  leapMs = 0;
  /** When set, what the kernel says of everything sent. */
  sendError: Error | null = null;
  /** Larger datagrams the kernel does not take. */
  maxBytes: number = Number.POSITIVE_INFINITY;
  queuedBytes = 0;
  readonly #stopped = new Set<object>();

  constructor(world: DatagramWorld, host: string) {
    this.world = world;
    this.host = host;
  }

  now(): number {
    return this.world.now + this.leapMs;
  }

  random(): number {
    return this.world.random();
  }

  startTimer(delayMs: number, _holdsProcess: boolean, onTime: () => void): Timer {
    const happening: Happening = this.world.at(delayMs, () => {
      if (!this.#stopped.delete(happening)) onTime();
    });
    return happening as unknown as Timer;
  }

  stopTimer(timer: Timer): void {
    this.#stopped.add(timer);
  }

  afterPoll(callback: () => void): void {
    this.world.at(0, callback);
  }

  connect(): never {
    throw new Error("this world has datagrams only");
  }

  createServer(): never {
    throw new Error("this world has datagrams only");
  }

  openDatagramSocket(
    how: "bind" | "connect",
    address: DatagramAddress,
    _holdsProcess: boolean,
    events: DatagramEvents,
  ): Promise<DatagramSocket> {
    const local = {
      host: this.host,
      port: how === "bind" && address.port !== 0 ? address.port : this.world.freePort(),
    };
    return Promise.resolve(new WorldSocket(this, local, how === "connect" ? address : undefined, events));
  }
}

export class WorldSocket implements DatagramSocket {
  local: DatagramAddress;
  readonly events: DatagramEvents;
  readonly #host: WorldHost;
  readonly #remote: DatagramAddress | undefined;

  constructor(host: WorldHost, local: DatagramAddress, remote: DatagramAddress | undefined, events: DatagramEvents) {
    this.#host = host;
    this.local = local;
    this.#remote = remote;
    this.events = events;
    host.world.sockets.set(keyOf(local), this);
  }

  get queuedBytes(): number {
    return this.#host.queuedBytes;
  }

  send(bytes: Buffer, to: DatagramAddress | undefined, sent: (error: Error | null) => void): void {
    const { sendError, maxBytes, world } = this.#host;
    const error = bytes.length > maxBytes ? EMSGSIZE : sendError;
    if (error === null) world.deliver(bytes, this.local, (to ?? this.#remote) as DatagramAddress);
    world.at(0, () => sent(error));
  }

  /** As when a translating router between forgets it: answers to the old port are lost. */
  rebind(): void {
    this.#host.world.sockets.delete(keyOf(this.local));
    this.local = { host: this.local.host, port: this.#host.world.freePort() };
    this.#host.world.sockets.set(keyOf(this.local), this);
  }

  close(): void {
    this.#host.world.sockets.delete(keyOf(this.local));
  }
}

function keyOf(address: DatagramAddress): string {
  return `${address.host}:${address.port}`;
}

/** A turn of the event loop: promises settle, and who waits for one to look at the network has looked. */
function rest(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function before(a: Happening, b: Happening): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Happening[], item: Happening): void {
  let i = heap.length;
  heap.push(item);
  while (i > 0) {
    const up = (i - 1) >> 1;
    const parent = heap[up] as Happening;
    if (!before(item, parent)) break;
    heap[i] = parent;
    i = up;
  }
  heap[i] = item;
}

function pop(heap: Happening[]): void {
  const last = heap.pop() as Happening;
  const { length } = heap;
  if (length === 0) return;
  let i = 0;
  for (let child = 1; child < length; child = i * 2 + 1) {
    if (child + 1 < length && before(heap[child + 1] as Happening, heap[child] as Happening)) child++;
    if (!before(heap[child] as Happening, last)) break;
    heap[i] = heap[child] as Happening;
    i = child;
  }
  heap[i] = last;
}
