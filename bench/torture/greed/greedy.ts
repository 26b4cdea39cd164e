/** The greedy client's hands: connections that are opened again when they end, and writing for as long as somebody takes it. Knows no protocol. */
import { connect, type Socket } from "node:net";
import type { Ports } from "./system.ts";

/** Greedy clients are another host than the rest, where the system has a second address for loopback. */
const HOST = process.platform === "linux" ? "127.0.0.2" : undefined;

/** What a greedy client does from now on, until it is ended. */
export type Appetite = (greedy: Greedy) => void;

/** Milliseconds before a connection is opened in the place of one that ended. */
const AGAIN_MS = 20;
/** Writes before the event loop may turn. */
const AT_A_TIME = 16;

export class Greedy {
  readonly ports: Ports;
  readonly #closers = new Set<() => void>();
  #ended = false;
  /** Connections that ended before the greedy client did, whoever wanted it. */
  turnedAway = 0;
  sentBytes = 0;
  receivedBytes = 0;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Keeps so many connections open, each of which behaves like this from its beginning. Reads whatever comes. */
  keep(connections: number, behave: (socket: Socket) => void): void {
    for (let i = 0; i < connections; i++) this.#open(behave);
  }

  #open(behave: (socket: Socket) => void): void {
    if (this.#ended) return;
    const socket = connect({
      port: this.ports.tcp,
      host: "127.0.0.1",
      noDelay: true,
      ...(HOST !== undefined && { localAddress: HOST }),
    });
    const close = (): void => void socket.destroy();
    this.#closers.add(close);
    this.counts(socket);
    socket.on("error", () => {});
    socket.on("data", () => {});
    socket.on("connect", () => behave(socket));
    socket.on("close", () => {
      this.#closers.delete(close);
      setTimeout(() => this.#open(behave), AGAIN_MS);
    });
  }

  /** Adds up what went over a socket once it is closed. */
  counts(socket: Socket): void {
    socket.on("close", () => {
      this.sentBytes += socket.bytesWritten;
      this.receivedBytes += socket.bytesRead;
      if (!this.#ended) this.turnedAway++;
    });
  }

  /** Writes what `next` gives for as long as the socket takes it, and goes on when it does again. */
  flood(socket: Socket, next: () => Buffer): void {
    for (let i = 0; i < AT_A_TIME; i++) {
      if (!socket.writable) return;
      if (!socket.write(next())) return void socket.once("drain", () => this.flood(socket, next));
    }
    setImmediate(() => this.flood(socket, next));
  }

  /** Does it again and again, the event loop turning between. */
  repeat(act: () => void): void {
    if (this.#ended) return;
    act();
    setImmediate(() => this.repeat(act));
  }

  onEnd(close: () => void): void {
    this.#closers.add(close);
  }

  /** Leaves, rudely. */
  end(): void {
    this.#ended = true;
    for (const close of this.#closers) close();
  }
}
