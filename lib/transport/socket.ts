/**
 * A Node socket as a transport, and a Node server as a listener: what TCP and Unix sockets share. Knows nothing of addresses.
 */
import { Buffer } from "node:buffer";
import type { Server, Socket } from "node:net";
import type { PeerIdentity, Platform, SocketAddress } from "../platform/platform.ts";
import { ReadSlab } from "./read-slab.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** A socket's transport, where listeners that all sockets share find it: closures of its own would cost each 300 bytes (`npm run load -- idle`). */
const TRANSPORT = Symbol("transport");

const NOTHING = Buffer.alloc(0);

type TransportSocket = Socket & { [TRANSPORT]: SocketTransport };

function onData(this: TransportSocket, chunk: Buffer): void {
  this[TRANSPORT].onData(chunk);
}

function onEnd(this: TransportSocket): void {
  this[TRANSPORT].onEnd();
}

function onError(this: TransportSocket, error: Error): void {
  this[TRANSPORT].onError(error);
}

function onClose(this: TransportSocket): void {
  this[TRANSPORT].onClose();
}

/** A connected socket as a transport. */
export class SocketTransport implements Transport {
  readonly peer: string;
  readonly identity: PeerIdentity | undefined;
  readonly #socket: Socket;
  readonly #slab: ReadSlab | undefined;
  #events: TransportEvents | undefined;
  #cause: Error | undefined;
  #waiting = false;

  /** `slab`: where the socket puts what it reads; it must be paused. */
  constructor(socket: Socket, peer: string, identity?: PeerIdentity, slab?: ReadSlab) {
    this.peer = peer;
    this.identity = identity;
    this.#socket = socket;
    this.#slab = slab;
    (socket as TransportSocket)[TRANSPORT] = this;
    socket.on("error", onError);
  }

  get queuedBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    if (this.#slab !== undefined) this.#slab.onChunk = (chunk) => events.onData(chunk);
    this.#socket.on("data", onData).on("end", onEnd).on("close", onClose);
    // A socket that closed before it was started has no event left to tell it by.
    if (this.#socket.destroyed) events.onClose(this.#cause);
    else if (this.#slab !== undefined) this.#socket.resume();
  }

  /** A listener on the socket, as are those below. */
  onData(chunk: Buffer): void {
    this.#events?.onData(chunk);
  }

  onEnd(): void {
    this.#events?.onEnd();
  }

  onError(error: Error): void {
    this.#cause ??= error;
  }

  onClose(): void {
    this.#events?.onClose(this.#cause);
  }

  write(bytes: Buffer): boolean {
    this.#socket.write(bytes, this.#written);
    // Node hands bytes to the kernel within `write`: usually nothing is left and the buffer is free again at once.
    this.#waiting = this.#socket.writableLength > 0;
    return !this.#waiting;
  }

  readonly #written = (): void => {
    if (!this.#waiting || this.#socket.writableLength > 0 || this.#socket.destroyed) return;
    this.#waiting = false;
    this.#events?.onDrain();
  };

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  hold(active: boolean): void {
    if (active) this.#socket.ref();
    else this.#socket.unref();
  }

  /** A socket that has ended is not watched any more; and where the peer's reset comes with its last bytes, libuv tells of an end alone. */
  probe(): void {
    probeSocket(this.#socket);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(cause?: Error): void {
    this.#cause ??= cause;
    this.#socket.destroy();
  }
}

/** Writes nothing, which fails on a closed connection, and then closes the socket. */
export function probeSocket(socket: Socket): void {
  if (socket.writable) socket.write(NOTHING);
}

/** Opens a socket to `address` as a transport; rejects with the system's error. */
export async function dialSocket(
  platform: Platform,
  address: SocketAddress,
  peer: string,
  signal: AbortSignal,
): Promise<Transport> {
  const slab = new ReadSlab();
  return new SocketTransport(await openSocket(platform, address, peer, signal, slab), peer, undefined, slab);
}

/** Opens a socket to `address`; rejects with the system's error. With a `slab` it is paused, so that nothing comes before it is started. */
export function openSocket(
  platform: Platform,
  address: SocketAddress,
  peer: string,
  signal: AbortSignal,
  slab?: ReadSlab,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = platform.connect(address, slab);
    if (slab !== undefined) socket.pause();
    const abort = (): void => fail(signal.reason as Error);
    const settle = (): void => {
      signal.removeEventListener("abort", abort);
      socket.off("connect", open).off("close", closed);
    };
    const open = (): void => {
      settle();
      resolve(socket);
    };
    const closed = (): void => fail(new Error(`connection to ${peer} closed while it was opened`));
    const fail = (error: Error): void => {
      settle();
      socket.destroy();
      reject(error);
    };
    // The listener for errors stays: the next owner of the socket adds its own only later.
    socket.once("connect", open).on("error", fail).once("close", closed);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
}

/** Listens; resolves when clients can arrive, rejects with the system's error. */
export function listenSocket(
  server: Server,
  address: { host?: string; port: number } | { path: string },
  onError: (error: Error) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject).on("error", onError);
      resolve();
    });
  });
}

/** Stops accepting; resolves when the descriptor is closed, not when the open sockets are. */
export function closeServer(server: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (server?.listening !== true) return resolve();
    // Node calls back only when every accepted socket is closed; the descriptor is gone when `close` returns.
    server.close();
    resolve();
  });
}
