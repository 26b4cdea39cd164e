/**
 * UDP: a way to a server, and a place to serve, by datagrams of one message each. Knows sockets, not what the messages say.
 *
 * UDP promises little and this hides none of it: datagrams are lost, come twice, late or in another order; there is no
 * congestion control, no secrecy and no proof of who sent something; streams and messages above the limit need TCP.
 */
import type { Buffer } from "node:buffer";
import { type OptionTable, readOptions } from "../options/options.ts";
import { queueMicrotask } from "../platform/node-time.ts";
import type { DatagramAddress, DatagramSocket, Platform } from "../platform/platform.ts";
import { formatHostPort, HOST, LISTEN_PORT, PORT } from "./address.ts";
import type { Dialer, Listener, Transport, TransportEvents } from "./transport.ts";

/** A connected socket for datagrams: each `write` sends one, each `onData` brings one. */
export interface DatagramTransport extends Transport {
  /** Told of what the network reports besides, as that nobody listens at the other side. */
  onSendError: (error: Error) => void;
  /** Sends one datagram, and says what came of handing it to the kernel. */
  send(bytes: Buffer, sent: (error: Error | null) => void): void;
}

/** A dialer whose transports carry datagrams. */
export interface DatagramDialer extends Dialer {
  readonly datagrams: true;
  dial(platform: Platform, signal: AbortSignal): Promise<DatagramTransport>;
}

/** Who takes what arrives at a listening socket. */
export interface DatagramReceiver {
  onDatagram(bytes: Buffer, from: DatagramAddress): void;
  onError(error: Error): void;
}

/** A place where datagrams arrive. */
export interface DatagramListener {
  readonly datagrams: true;
  /** Binds the socket. Rejects with the system's error. */
  open(platform: Platform, receiver: DatagramReceiver): Promise<DatagramSocket>;
}

export interface UdpListenOptions {
  /** Default 127.0.0.1: a socket that anybody may send to is asked for by name. */
  readonly host?: string;
}

/** What each may be. */
export const UDP_LISTEN_OPTIONS: OptionTable<UdpListenOptions> = { host: HOST };

class UdpTransport implements DatagramTransport {
  readonly peer: string;
  onSendError: (error: Error) => void = () => {};
  #socket: DatagramSocket | undefined;
  #events: TransportEvents | undefined;

  constructor(peer: string) {
    this.peer = peer;
  }

  async open(platform: Platform, address: DatagramAddress): Promise<void> {
    this.#socket = await platform.openDatagramSocket("connect", address, true, {
      onDatagram: (bytes) => this.#events?.onData(bytes),
      onError: (error) => this.onSendError(error),
    });
  }

  get queuedBytes(): number {
    return this.#socket?.queuedBytes ?? 0;
  }

  start(events: TransportEvents): void {
    this.#events = events;
  }

  send(bytes: Buffer, sent: (error: Error | null) => void): void {
    if (this.#socket === undefined) queueMicrotask(() => sent(new Error("socket is closed")));
    else this.#socket.send(bytes, undefined, sent);
  }

  write(bytes: Buffer): boolean {
    this.send(bytes, (error) => error && this.onSendError(error));
    return this.queuedBytes === 0;
  }

  // There is no window to close: what is not read in time is lost.
  pause(): void {}
  resume(): void {}

  hold(active: boolean): void {
    this.#socket?.hold?.(active);
  }

  end(): void {
    this.destroy();
  }

  destroy(cause?: Error): void {
    if (this.#socket === undefined) return;
    this.#socket.close();
    this.#socket = undefined;
    this.#events?.onClose(cause);
  }
}

function dial(host: string, port: number): DatagramDialer {
  const target = `udp://${formatHostPort(HOST.read(host, "udp"), PORT.read(port, "udp"))}`;
  return {
    target,
    datagrams: true,
    async dial(platform, signal) {
      const transport = new UdpTransport(target);
      await transport.open(platform, { host, port });
      if (signal.aborted) transport.destroy();
      signal.throwIfAborted();
      return transport;
    },
  };
}

function listen(port: number, options?: UdpListenOptions): DatagramListener {
  const { host = "127.0.0.1" } = readOptions("udp.listen", options, UDP_LISTEN_OPTIONS);
  const address = { host, port: LISTEN_PORT.read(port, "udp.listen") };
  return {
    datagrams: true,
    open: (platform, receiver) =>
      platform.openDatagramSocket("bind", address, true, {
        onDatagram: (bytes, from, fromPort) => receiver.onDatagram(bytes, { host: from, port: fromPort }),
        onError: (error) => receiver.onError(error),
      }),
  };
}

/** True for a listener of datagrams. */
export function isDatagramListener(listener: Listener | DatagramListener): listener is DatagramListener {
  return "datagrams" in listener;
}

/** True for a dialer of datagrams. */
export function isDatagramDialer(dialer: Dialer): dialer is DatagramDialer {
  return "datagrams" in dialer;
}

/**
 * `udp("127.0.0.1", 6831)` leads to a server (CONFIGURATION for what is not a host or port); `udp.listen(6831)` is a place to serve, on loopback unless another host is named.
 *
 * A call may be lost, and its answer; it is sent again until its deadline, and runs at most once where both sides are ours; when
 * the server has restarted meanwhile the caller is told `unknown`.
 *
 * Not promised: that calls arrive in order; that a oneway call arrives, because it is sent once; congestion control, but for a window of
 * requests; secrecy, and who sent something. Refused: streams, interactions, headers, and messages above `maxDatagramBytes`, which
 * is 1,232 unless both sides say more. For all of that there is TCP.
 */
export const udp: {
  (host: string, port: number): DatagramDialer;
  listen(port: number, options?: UdpListenOptions): DatagramListener;
} = Object.assign(dial, { listen });
