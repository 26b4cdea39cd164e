/**
 * All that the runtime takes from the world: time, chance and sockets. It is handed in, so that a test can let hours pass in a
 * millisecond and break a network the same way each time. Knows nothing of Thrift.
 */
import type { Buffer } from "node:buffer";
import type { Server, Socket } from "node:net";

/** Where a stream socket leads: a host and port, or the path of a Unix socket. */
export type SocketAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** A host's address and a port, as datagrams carry them. */
export interface DatagramAddress {
  readonly host: string;
  readonly port: number;
}

/** An open socket for datagrams. */
export interface DatagramSocket {
  /** Where it is bound. */
  readonly local: DatagramAddress;
  /** Bytes that the kernel has not taken. */
  readonly queuedBytes: number;
  /** Sends one datagram, to where it is connected or to `to`. `bytes` must stay as they are while `queuedBytes` is not 0. */
  send(bytes: Buffer, to: DatagramAddress | undefined, sent: (error: Error | null) => void): void;
  /** Whether the process stays alive for it. */
  hold?(active: boolean): void;
  close(): void;
}

/** What a datagram socket reports. */
export interface DatagramEvents {
  /** The bytes are the receiver's to keep. */
  onDatagram(bytes: Buffer, host: string, port: number): void;
  /** Something failed that no `send` is told of, such as a datagram that was refused. */
  onError(error: Error): void;
}

/** What a certificate says of its owner; its authority has been checked. */
export interface PeerIdentity {
  readonly commonName: string;
  /** As in `DNS:example.org` and `URI:spiffe://…`. */
  readonly alternativeNames: readonly string[];
  /** SHA-256 of the certificate, in hexadecimal with colons. */
  readonly fingerprint256: string;
}

/** A timer that was started; only `stopTimer` of the same platform knows what is in it. */
export interface Timer {
  readonly timer: unique symbol;
}

/** Where a socket puts the bytes that it reads, instead of buffers of its own: Node's `onread`. */
export interface ReadBuffers {
  /** Room for the next read. */
  readonly buffer: () => Uint8Array;
  /** `bytes` are at the beginning of the room that was given last. False: read no more. */
  readonly callback: (bytes: number) => boolean;
}

/** Time, chance and sockets. */
export interface Platform {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** At least 0, less than 1. */
  random(): number;
  /**
   * Calls `onTime` once after `delayMs`, which may be of any length: Infinity is never, and then nothing is begun. `holdsProcess`:
   * the process stays alive for it.
   */
  startTimer(delayMs: number, holdsProcess: boolean, onTime: () => void): Timer;
  stopTimer(timer: Timer): void;
  /** Calls once the event loop has looked at the network; what arrived is dealt with by then. */
  afterPoll(callback: () => void): void;
  /**
   * A socket that has begun to connect; it reports by its events, as Node's does. `buffers` may be left unused: then what is read
   * comes by `data` events.
   */
  connect(address: SocketAddress, buffers?: ReadBuffers): Socket;
  /** A server that does not listen yet; its sockets stay open for writing when the peer ends its side. */
  createServer(accept: (socket: Socket) => void): Server;
  /** A socket bound to `address`, or connected to it and bound anywhere. Rejects with the system's error. */
  openDatagramSocket(
    how: "bind" | "connect",
    address: DatagramAddress,
    holdsProcess: boolean,
    events: DatagramEvents,
  ): Promise<DatagramSocket>;
}
