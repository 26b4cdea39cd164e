/**
 * A world for tests: a clock that stands still, chance from a seed, and a network within the process that loses, delays, cuts and
 * resets on demand. Its sockets behave as Node's do, so that the real TCP transport runs on them.
 */
import { EventEmitter } from "node:events";
import type { Server, Socket } from "node:net";
import { Duplex } from "node:stream";
import type { DatagramSocket, Platform, SocketAddress, Timer } from "../../lib/platform/platform.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What the network does to everybody from now on. */
export interface Weather {
  /** Milliseconds that bytes take. */
  latencyMs: number;
  /** Cut what is written at random places. */
  split: boolean;
  /** Attempts to connect are never answered. */
  silentDial: boolean;
  /** Bytes that are sent vanish, in both directions, and nobody is told. */
  blackHole: boolean;
}

/** Bytes under way and unread that a socket takes before `write` has to wait. */
const WINDOW_BYTES = 64 * 1024;

export class VirtualPlatform implements Platform {
  readonly clock: VirtualClock = new VirtualClock();
  readonly weather: Weather = { latencyMs: 1, split: false, silentDial: false, blackHole: false };
  readonly servers: Map<string, VirtualServer> = new Map<string, VirtualServer>();
  /** Every socket that was made, both ends. */
  readonly sockets: VirtualSocket[] = [];
  /** Attempts to connect, with when they were made. */
  readonly dials: number[] = [];
  #seed: number;
  #port = 40_000;

  constructor(seed = 1) {
    this.#seed = seed;
  }

  now(): number {
    return this.clock.now;
  }

  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  startTimer(delayMs: number, _holdsProcess: boolean, onTime: () => void): Timer {
    return this.clock.start(delayMs, onTime);
  }

  stopTimer(timer: Timer): void {
    this.clock.stop(timer);
  }

  afterPoll(callback: () => void): void {
    setImmediate(callback);
  }

  freePort(): number {
    return this.#port++;
  }

  connect(address: SocketAddress): Socket {
    const socket = new VirtualSocket(this, "port" in address ? address.port : 0);
    this.dials.push(this.clock.now);
    if (!this.weather.silentDial) this.clock.start(this.weather.latencyMs, () => this.#arrive(socket, keyOf(address)));
    return socket as unknown as Socket;
  }

  #arrive(socket: VirtualSocket, key: string): void {
    if (socket.destroyed) return;
    const server = this.servers.get(key);
    if (server === undefined) {
      socket.destroy(Object.assign(new Error(`connect ECONNREFUSED ${key}`), { code: "ECONNREFUSED" }));
      return;
    }
    const other = new VirtualSocket(this, this.freePort());
    socket.join(other);
    other.join(socket);
    socket.emit("connect");
    server.accept(other as unknown as Socket);
  }

  /** Datagrams have no weather here: nothing that tests the call path by streams sends any. */
  async openDatagramSocket(..._how: unknown[]): Promise<DatagramSocket> {
    throw new Error("no datagrams in this world");
  }

  createServer(accept: (socket: Socket) => void): Server {
    return new VirtualServer(this, accept) as unknown as Server;
  }

  /** Breaks every open connection as a router does that has lost its mind. */
  resetAll(): void {
    for (const socket of this.sockets) if (!socket.destroyed) socket.reset();
  }
}

function keyOf(address: { port?: number; path?: string }): string {
  return address.path ?? `${address.port}`;
}

class VirtualServer extends EventEmitter {
  listening = false;
  readonly accept: (socket: Socket) => void;
  readonly #platform: VirtualPlatform;
  #key = "";
  #port = 0;

  constructor(platform: VirtualPlatform, accept: (socket: Socket) => void) {
    super();
    this.#platform = platform;
    this.accept = accept;
  }

  listen(address: { port?: number; path?: string }, onListening: () => void): void {
    this.#port = address.port === 0 ? this.#platform.freePort() : (address.port ?? 0);
    this.#key = address.path ?? `${this.#port}`;
    if (this.#platform.servers.has(this.#key)) {
      this.emit("error", Object.assign(new Error(`listen EADDRINUSE ${this.#key}`), { code: "EADDRINUSE" }));
      return;
    }
    this.#platform.servers.set(this.#key, this);
    this.listening = true;
    queueMicrotask(onListening);
  }

  address(): { address: string; port: number } {
    return { address: "10.0.0.1", port: this.#port };
  }

  close(): void {
    this.listening = false;
    this.#platform.servers.delete(this.#key);
  }
}

export class VirtualSocket extends Duplex {
  readonly remoteAddress = "10.0.0.2";
  readonly remotePort: number;
  readonly #platform: VirtualPlatform;
  /** Bytes that have reached the other side. */
  delivered = 0;
  #other: VirtualSocket | undefined;
  /** Bytes under way to the other side, or unread there. */
  #outstanding = 0;
  #blocked: (() => void) | undefined;
  #lastArrival = 0;

  constructor(platform: VirtualPlatform, remotePort: number) {
    super({ allowHalfOpen: true });
    this.#platform = platform;
    this.remotePort = remotePort;
    platform.sockets.push(this);
  }

  join(other: VirtualSocket): void {
    this.#other = other;
  }

  /** Ends both sides with ECONNRESET. */
  reset(): void {
    const error = (): Error => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    const other = this.#other;
    this.#other = undefined;
    this.destroy(error());
    if (other !== undefined) {
      other.#other = undefined;
      other.destroy(error());
    }
  }

  override _read(): void {}

  override read(size?: number): unknown {
    const chunk: unknown = super.read(size);
    if (this.#other !== undefined) this.#other.#onRead(this.readableLength);
    return chunk;
  }

  /** The other side has read: what it has not is all that is outstanding, besides what is under way. */
  #onRead(unread: number): void {
    this.#outstanding = Math.min(this.#outstanding, unread + this.#underWay);
    const blocked = this.#blocked;
    if (blocked === undefined || this.#outstanding >= WINDOW_BYTES) return;
    this.#blocked = undefined;
    blocked();
  }

  #underWay = 0;

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    const other = this.#other;
    if (this.#platform.weather.blackHole) return done();
    if (other === undefined) return done(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    this.#outstanding += chunk.length;
    // Node's sockets may have sent a buffer when `write` returns: the writer may use it again.
    for (const piece of this.#pieces(Buffer.from(chunk))) this.#send(piece);
    if (this.#outstanding < WINDOW_BYTES) done();
    else this.#blocked = done;
  }

  #send(piece: Buffer): void {
    this.#underWay += piece.length;
    this.#later(() => {
      this.#underWay -= piece.length;
      const other = this.#other;
      if (other === undefined || other.destroyed || other.readableEnded) return;
      this.delivered += piece.length;
      other.push(piece);
      this.#onRead(other.readableLength);
    });
  }

  *#pieces(chunk: Buffer): Iterable<Buffer> {
    let start = 0;
    while (this.#platform.weather.split && chunk.length - start > 1) {
      const end = start + 1 + Math.floor(this.#platform.random() * Math.min(64, chunk.length - start));
      yield chunk.subarray(start, end);
      start = end;
    }
    if (start < chunk.length) yield chunk.subarray(start);
  }

  /** In the order of sending, whatever the weather. */
  #later(act: () => void): void {
    const { clock, weather } = this.#platform;
    this.#lastArrival = Math.max(this.#lastArrival, clock.now + weather.latencyMs);
    clock.start(this.#lastArrival - clock.now, act);
  }

  override _final(done: () => void): void {
    this.#tellEnd();
    done();
  }

  #tellEnd(): void {
    if (this.#platform.weather.blackHole) return;
    this.#later(() => {
      const other = this.#other;
      if (other !== undefined && !other.destroyed && !other.readableEnded) other.push(null);
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const other = this.#other;
    if (other !== undefined && !this.#platform.weather.blackHole) {
      if (!this.writableFinished) this.#tellEnd();
      // From now on nobody is there: a write of the other side will be answered by a reset.
      this.#later(() => {
        if (other.#other === this) other.#other = undefined;
      });
    }
    done(error);
  }

  /** Whether it keeps the process alive. */
  held = true;

  ref(): this {
    this.held = true;
    return this;
  }

  unref(): this {
    this.held = false;
    return this;
  }

  setNoDelay(): this {
    return this;
  }
}
