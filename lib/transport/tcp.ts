/**
 * TCP: dialers and listeners. Knows hosts and ports, not what is said over them.
 */
import type { AddressInfo, Server, Socket } from "node:net";
import { type OptionTable, readOptions } from "../options/options.ts";
import type { Platform } from "../platform/platform.ts";
import { formatHostPort, HOST, LISTEN_PORT, PORT } from "./address.ts";
import { closeServer, dialSocket, listenSocket, SocketTransport } from "./socket.ts";
import type { Dialer, Listener, Transport } from "./transport.ts";

/** Where a TCP listener binds. */
export interface TcpListenOptions {
  /** Default: every address of the machine, IPv6 and IPv4. */
  readonly host?: string;
}

/** What each may be. */
export const TCP_LISTEN_OPTIONS: OptionTable<TcpListenOptions> = { host: HOST };

class TcpListener implements Listener {
  readonly #port: number;
  readonly #host: string | undefined;
  #server: Server | undefined;

  constructor(port: number, host: string | undefined) {
    this.#port = port;
    this.#host = host;
  }

  async listen(
    platform: Platform,
    accept: (transport: Transport) => void,
    onError: (error: Error) => void,
  ): Promise<string> {
    const server = platform.createServer((socket) => accept(new SocketTransport(socket, peerOf(socket))));
    this.#server = server;
    await listenSocket(
      server,
      this.#host === undefined ? { port: this.#port } : { host: this.#host, port: this.#port },
      onError,
    );
    const { address, port } = server.address() as AddressInfo;
    return formatHostPort(address, port);
  }

  close(): Promise<void> {
    return closeServer(this.#server);
  }
}

function peerOf(socket: Socket): string {
  // A dual-stack listener sees IPv4 clients as ::ffff:a.b.c.d.
  return formatHostPort((socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, ""), socket.remotePort ?? 0);
}

function dial(host: string, port: number): Dialer {
  const target = formatHostPort(HOST.read(host, "tcp"), PORT.read(port, "tcp"));
  return { target, dial: (platform, signal) => dialSocket(platform, { host, port }, target, signal) };
}

function listen(port: number, options?: TcpListenOptions): Listener {
  const { host } = readOptions("tcp.listen", options, TCP_LISTEN_OPTIONS);
  return new TcpListener(LISTEN_PORT.read(port, "tcp.listen"), host);
}

/**
 * `tcp("127.0.0.1", 9090)` leads to a server; `tcp.listen(9090)` is a place to serve, port 0 takes a free one. Throws CONFIGURATION
 * for what is not a host or port.
 */
export const tcp: {
  (host: string, port: number): Dialer;
  listen(port: number, options?: TcpListenOptions): Listener;
} = Object.assign(dial, { listen });
