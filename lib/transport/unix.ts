/**
 * Unix domain sockets: dialers and listeners. Knows paths and stale socket files, not what is said over them.
 */
import { lstat, unlink } from "node:fs/promises";
import type { Server } from "node:net";
import type { Platform } from "../platform.ts";
import { closeServer, dialSocket, listenSocket, SocketTransport } from "./socket.ts";
import type { Dialer, Listener, Transport } from "./transport.ts";

class UnixListener implements Listener {
  readonly #path: string;
  #server: Server | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  async listen(
    platform: Platform,
    accept: (transport: Transport) => void,
    onError: (error: Error) => void,
  ): Promise<string> {
    const name = nameOf(this.#path);
    const open = async (): Promise<void> => {
      const server = platform.createServer((socket) => accept(new SocketTransport(socket, name)));
      await listenSocket(server, { path: this.#path }, onError);
      this.#server = server;
    };
    try {
      await open();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || !(await isStale(platform, this.#path))) throw error;
      await unlink(this.#path);
      await open();
    }
    return name;
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }
}

/** True for a socket file that a process left behind: it is there, and nobody listens. */
async function isStale(platform: Platform, path: string): Promise<boolean> {
  if (path.startsWith("\0") || !(await lstat(path)).isSocket()) return false;
  try {
    (await dialSocket(platform, { path }, nameOf(path), AbortSignal.timeout(1000))).destroy();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
  }
}

function nameOf(path: string): string {
  return `unix:${path.startsWith("\0") ? `@${path.slice(1)}` : path}`;
}

function dial(path: string): Dialer {
  const target = nameOf(path);
  return { target, dial: (platform, signal) => dialSocket(platform, { path }, target, signal) };
}

/** `unix("/run/x.sock")` leads to a server; `unix.listen(path)` is a place to serve. A socket file that nobody listens on is replaced. */
export const unix: {
  (path: string): Dialer;
  listen(path: string): Listener;
} = Object.assign(dial, { listen: (path: string): Listener => new UnixListener(path) });
