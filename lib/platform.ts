/**
 * All that the runtime takes from the world: time, chance and sockets. It is handed in, so that a test can let hours pass in a
 * millisecond and break a network the same way each time. Knows nothing of Thrift.
 */
import { createServer, connect as openSocket, type Server, type Socket } from "node:net";

/** Where a stream socket leads: a host and port, or the path of a Unix socket. */
export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A timer that was started; only `stopTimer` of the same platform knows what is in it. */
export interface Timer {
  readonly timer: unique symbol;
}

/** Time, chance and sockets. */
export interface Platform {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Calls `onTime` once after `delayMs`. `holdsProcess`: the process stays alive for it. */
  startTimer(delayMs: number, holdsProcess: boolean, onTime: () => void): Timer;
  stopTimer(timer: Timer): void;
  /** A socket that has begun to connect; it reports by its events, as Node's does. */
  connect(address: SocketAddress): Socket;
  /** A server that does not listen yet; its sockets stay open for writing when the peer ends its side. */
  createServer(accept: (socket: Socket) => void): Server;
}

/** The real world, as Node gives it. */
export const nodePlatform: Platform = {
  now: () => performance.now(),
  random: () => Math.random(),
  startTimer(delayMs, holdsProcess, onTime) {
    const timer = setTimeout(onTime, delayMs);
    if (!holdsProcess) timer.unref();
    return timer as unknown as Timer;
  },
  stopTimer(timer) {
    clearTimeout(timer as unknown as NodeJS.Timeout);
  },
  connect: (address) => openSocket({ ...address, allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }),
  createServer: (accept) => createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, accept),
};
