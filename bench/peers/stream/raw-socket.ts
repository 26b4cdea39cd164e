/**
 * The ceiling: plain `net` sockets that carry the bytes of our streams in our batches, cut where our connections cut theirs,
 * from a buffer filled beforehand. Nobody looks at an item or asks for it: bytes are counted. Each stream has a connection of its own, whose end is the stream's.
 *
 *     client: | u8 1 to give, 0 to take | u32 ms |  items ...  FIN          server: items ... FIN, or | f64 items that came | FIN
 */
import { once } from "node:events";
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { EARLY_FLUSH_BYTES, EARLY_FLUSH_FRAMES } from "../../../lib/connection/connection.ts";
import type { StreamClient, StreamContender, StreamServer } from "../../stream/contender.ts";
import { agreed, itemsOf } from "../../stream/items.ts";

const HEAD_BYTES = 5;

/**
 * An item as it stands on the wire of ours: a Rocket PAYLOAD frame, written by hand so that it does not depend on the code under
 * test, which compares them.
 *
 *     | u24 length | u32 stream 3 | 2920 | u24 5 | metadata of an element | 0800, field 0 | varint length | item | 00, end |
 */
export function itemFrame(item: Buffer): Buffer {
  const varint: number[] = [];
  for (let rest = item.length; rest > 0; rest >>>= 7) varint.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
  const body = Buffer.concat([
    Buffer.from("0000000329200000053c1c0000000800", "hex"),
    Buffer.from(varint),
    item,
    Buffer.from([0]),
  ]);
  return Buffer.concat([Buffer.from([body.length >> 16, body.length >> 8, body.length]), body]);
}

class Batches {
  readonly frameBytes: number;
  readonly #batch: Buffer;
  readonly #frames: number;
  /** Items written since it was made. */
  given = 0;

  constructor(itemBytes: number) {
    const frames = itemsOf(itemBytes).map(itemFrame);
    this.frameBytes = frames[0]!.length;
    this.#frames = Math.min(EARLY_FLUSH_FRAMES, Math.ceil(EARLY_FLUSH_BYTES / this.frameBytes));
    this.#batch = Buffer.concat(Array.from({ length: this.#frames }, (_, i) => frames[i % frames.length]!));
  }

  /** Writes batches for `ms`, as fast as the socket takes them, then ends it; the items written. */
  async pour(ms: number, socket: Socket): Promise<number> {
    const before = this.given;
    const end = performance.now() + ms;
    do {
      this.given += this.#frames;
      if (!socket.write(this.#batch)) await once(socket, "drain");
    } while (performance.now() < end);
    socket.end();
    return this.given - before;
  }
}

/** Resolves at the socket's end to the bytes that came. */
function countBytes(socket: Socket): Promise<number> {
  let bytes = 0;
  socket.on("data", (chunk) => (bytes += chunk.length));
  return new Promise((resolve, reject) => socket.on("end", () => resolve(bytes)).on("error", reject));
}

async function serve(itemBytes: number): Promise<StreamServer> {
  const batches = new Batches(itemBytes);
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => void answer(socket, batches));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { port, sent: () => batches.given, close: () => server.close() };
}

async function answer(socket: Socket, batches: Batches): Promise<void> {
  const [head] = (await once(socket, "data")) as [Buffer];
  if (head[0] === 1) return void (await batches.pour(head.readUInt32BE(1), socket));
  const bytes = head.length - HEAD_BYTES + (await countBytes(socket));
  const count = Buffer.alloc(8);
  count.writeDoubleBE(bytes / batches.frameBytes);
  socket.end(count);
}

async function open(port: number, give: boolean, ms: number): Promise<Socket> {
  const socket = connectSocket({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(give ? 1 : 0);
  head.writeUInt32BE(ms, 1);
  socket.write(head);
  return socket;
}

async function connect(port: number, itemBytes: number): Promise<StreamClient> {
  const batches = new Batches(itemBytes);
  return {
    receive: async (ms) => (await countBytes(await open(port, true, ms))) / batches.frameBytes,
    async send(ms) {
      const socket = await open(port, false, ms);
      const sent = batches.pour(ms, socket);
      const [count] = (await once(socket, "data")) as [Buffer];
      return agreed(await sent, count.readDoubleBE());
    },
    close: () => {},
  };
}

export const rawSocket: StreamContender = { name: "raw net socket", serve, connect };
