/**
 * The ceiling: a plain `net` server that writes back what it reads, and a client that sends the same bytes in the same
 * batches as our connections (the calls of one tick in one write, cut where ours are), from a buffer filled beforehand, and only
 * counts the bytes that return. The same loop drives it as drives the others, so what a call costs the loop is in all of
 * them alike. No message is looked at.
 */

import { connect as connectSocket, createServer, type Socket } from "node:net";
import { EARLY_FLUSH_BYTES, EARLY_FLUSH_FRAMES } from "../../../lib/connection/connection.ts";
import type { Done, EchoClient, EchoServer, MessageName, RpcContender } from "../../rpc/echo.ts";
import { callFrames } from "../../rpc/frames.ts";

function serve(): Promise<EchoServer> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ port: (server.address() as { port: number }).port, close: () => server.close() }),
    );
  });
}

/** More calls than any case has in flight on one connection. */
const MAX_IN_FLIGHT = 256;

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const socket = connectSocket({ port, host: "127.0.0.1", noDelay: true });
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  return new RawClient(socket, callFrames(message, 1)[0]!);
}

class RawClient implements EchoClient {
  readonly #socket: Socket;
  readonly #batch: Buffer;
  readonly #frameLength: number;
  /** Calls under way in a ring, oldest at `#answered`: replies come in order. */
  readonly #waiting: Done[] = new Array<Done>(MAX_IN_FLIGHT);
  #issued = 0;
  #written = 0;
  #answered = 0;
  /** Bytes of a reply that is not whole yet. */
  #partial = 0;

  constructor(socket: Socket, frame: Buffer) {
    this.#socket = socket;
    const frames = Math.min(EARLY_FLUSH_FRAMES, Math.ceil(EARLY_FLUSH_BYTES / frame.length));
    this.#batch = Buffer.concat(Array.from({ length: frames }, () => frame));
    this.#frameLength = frame.length;
    socket.on("data", (chunk) => this.#receive(chunk.length));
  }

  issue(done: Done): void {
    if (this.#issued === this.#written) process.nextTick(this.#flush);
    this.#waiting[this.#issued++ % this.#waiting.length] = done;
    if ((this.#issued - this.#written) * this.#frameLength === this.#batch.length) this.#flush();
  }

  #flush = (): void => {
    const length = (this.#issued - this.#written) * this.#frameLength;
    if (length === 0) return;
    this.#written = this.#issued;
    this.#socket.write(length === this.#batch.length ? this.#batch : this.#batch.subarray(0, length));
  };

  #receive(length: number): void {
    this.#partial += length;
    for (; this.#partial >= this.#frameLength; this.#partial -= this.#frameLength)
      this.#waiting[this.#answered++ % this.#waiting.length]!();
  }

  close(): void {
    this.#socket.destroy();
  }
}

export const rawEcho: RpcContender = { name: "raw net echo", packages: [], serve, connect };
