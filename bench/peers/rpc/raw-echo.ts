/**
 * The ceiling: a plain `net` server that writes back what it reads, and a client that sends the same bytes from a buffer filled
 * beforehand and only counts those that return. Both write in the same batches as our connections: the calls of one tick, or
 * those of one chunk, in one write, cut where ours are. The same loop drives it as drives the others, so what a call costs the
 * loop is in all of them alike. No message is looked at but the first one's length.
 */
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { EARLY_FLUSH_BYTES, EARLY_FLUSH_FRAMES } from "../../../lib/connection/connection.ts";
import type { Done, EchoClient, EchoServer, MessageName, RpcContender } from "../../rpc/echo.ts";
import { callFrames } from "../../rpc/frames.ts";

const HEADER_BYTES = 4;

/** Bytes at which our connections would write a batch of such frames. */
function batchLength(frameBytes: number): number {
  return frameBytes * Math.min(EARLY_FLUSH_FRAMES, Math.ceil(EARLY_FLUSH_BYTES / frameBytes));
}

function serve(): Promise<EchoServer> {
  const server = createServer({ noDelay: true }, (socket) => {
    let batchBytes = 0;
    socket.on("data", (chunk) => {
      if (batchBytes === 0) batchBytes = batchLength(HEADER_BYTES + chunk.readUInt32BE(0));
      for (let at = 0; at < chunk.length; at += batchBytes) socket.write(chunk.subarray(at, at + batchBytes));
    });
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
    this.#batch = Buffer.concat(Array.from({ length: batchLength(frame.length) / frame.length }, () => frame));
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
