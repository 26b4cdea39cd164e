/** The platform that programs run on: Node's clock, timers and sockets. */
import { createServer, connect as openSocket } from "node:net";
import { openDatagramSocket } from "./node-datagram-socket.ts";
import { now, setImmediate, startTimer, stopTimer } from "./node-time.ts";
import type { Platform } from "./platform.ts";

/** The real world, as Node gives it. */
export const nodePlatform: Platform = {
  now,
  random: () => Math.random(),
  startTimer,
  stopTimer,
  afterPoll(callback) {
    setImmediate(callback);
  },
  connect: (address, buffers) =>
    openSocket({
      ...address,
      allowHalfOpen: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 60_000,
      ...(buffers && { onread: buffers }),
    }),
  createServer: (accept) =>
    createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, accept),
  openDatagramSocket,
};
