/** Node's UDP sockets behind the platform's interface. Knows nothing of what the datagrams hold. */
import type { Buffer } from "node:buffer";
import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns";
import { isIP } from "node:net";
import type { DatagramAddress, DatagramEvents, DatagramSocket } from "./platform.ts";

/** What the kernel may hold for us between two turns of the event loop, as far as it admits that. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

class NodeDatagramSocket implements DatagramSocket {
  readonly local: DatagramAddress;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
    const { address, port } = socket.address();
    this.local = { host: address, port };
  }

  get queuedBytes(): number {
    return this.#socket.getSendQueueSize();
  }

  send(bytes: Buffer, to: DatagramAddress | undefined, sent: (error: Error | null) => void): void {
    if (to === undefined) this.#socket.send(bytes, sent);
    else this.#socket.send(bytes, to.port, to.host, sent);
  }

  hold(active: boolean): void {
    if (active) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): void {
    this.#socket.close();
  }
}

export async function openDatagramSocket(
  how: "bind" | "connect",
  address: DatagramAddress,
  holdsProcess: boolean,
  events: DatagramEvents,
): Promise<DatagramSocket> {
  const { host, family } = await resolveHost(address.host);
  const socket = createSocket({ type: family === 6 ? "udp6" : "udp4", lookup: keepLiteral });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    const open = (): void => {
      socket.off("error", reject);
      resolve();
    };
    if (how === "bind") socket.bind({ address: host, port: address.port }, open);
    else socket.connect(address.port, host, open as () => void);
  }).catch((error: unknown) => {
    socket.close();
    throw error;
  });
  socket.on("error", (error) => events.onError(error));
  socket.on("message", (bytes, from) => events.onDatagram(bytes, from.address, from.port));
  raiseReceiveBuffer(socket);
  if (!holdsProcess) socket.unref();
  return new NodeDatagramSocket(socket);
}

async function resolveHost(host: string): Promise<{ host: string; family: number }> {
  const literal = isIP(host);
  if (literal !== 0) return { host, family: literal };
  return new Promise((resolve, reject) => {
    // Servers listen on 127.0.0.1 unless told otherwise, and no second address is tried where the first is silent.
    lookup(host, { verbatim: false }, (error, found, family) =>
      error ? reject(error) : resolve({ host: found, family }),
    );
  });
}

/** Where replies go is always an address: Node would ask its resolver for each, and answer a turn later. */
function keepLiteral(
  host: string,
  _options: object,
  done: (error: Error | null, address: string, family: number) => void,
): void {
  done(null, host, isIP(host));
}

function raiseReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The system's own size will do.
  }
}
