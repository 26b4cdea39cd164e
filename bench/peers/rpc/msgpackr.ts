/**
 * What a good afternoon's work makes of msgpackr over a socket: frames of a length and `[id, value]`, records shared by both
 * sides, all frames of one tick in one write.
 *
 *     +------------------+-----------------------------+
 *     | u32 length, BE   | msgpack [id, value]         |
 *     +------------------+-----------------------------+
 */
import { connect as connectSocket, createServer, type Socket } from "node:net";
import { RESET_BUFFER_MODE, REUSE_BUFFER_MODE } from "msgpackr";
import type { Msg } from "../../fixtures/messages.ts";
import {
  binaryMessage,
  type Done,
  type EchoClient,
  type EchoServer,
  inTurn,
  type MessageName,
  type RpcContender,
  sameLength,
  sameMsg,
  smallMessages,
  TEXT,
} from "../../rpc/echo.ts";
import { recordsPackr } from "../codec/msgpackr.ts";

const REUSE = REUSE_BUFFER_MODE | RESET_BUFFER_MODE;
const HEADER = 4;
const BATCH = 262_144;

interface Target extends Buffer {
  start: number;
  end: number;
}
type Message = [id: number, value: unknown];

/** Both directions of one socket. */
class MessageSocket {
  readonly #socket: Socket;
  readonly #onMessage: (id: number, value: unknown) => void;
  readonly #packr = recordsPackr();
  readonly #place = { start: 0, end: 0 };
  #batch = Buffer.allocUnsafeSlow(BATCH);
  #length = 0;
  #rest: Buffer[] = [];
  #restLength = 0;

  constructor(socket: Socket, onMessage: (id: number, value: unknown) => void) {
    this.#socket = socket;
    this.#onMessage = onMessage;
    this.#packr.pack([0, smallMessages((n) => n)[0]]);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => this.#read(chunk));
    socket.on("error", () => socket.destroy());
  }

  send(id: number, value: unknown): void {
    const packed = this.#packr.pack([id, value], REUSE) as Target;
    const length = packed.end - packed.start;
    if (this.#length + HEADER + length > this.#batch.length) this.#flush(HEADER + length);
    if (this.#length === 0) process.nextTick(this.#flushTick);
    this.#batch.writeUInt32BE(length, this.#length);
    packed.copy(this.#batch, this.#length + HEADER, packed.start, packed.end);
    this.#length += HEADER + length;
  }

  #flushTick = (): void => {
    if (this.#length > 0) this.#flush(0);
  };

  #flush(room: number): void {
    if (this.#length > 0) this.#socket.write(this.#batch.subarray(0, this.#length));
    const reusable = this.#socket.writableLength === 0 && room <= this.#batch.length;
    if (!reusable) this.#batch = Buffer.allocUnsafeSlow(Math.max(BATCH, room));
    this.#length = 0;
  }

  #read(chunk: Buffer): void {
    const bytes = this.#joined(chunk);
    if (bytes === undefined) return;
    let position = 0;
    while (bytes.length - position >= HEADER) {
      const end = position + HEADER + bytes.readUInt32BE(position);
      if (end > bytes.length) break;
      this.#place.start = position + HEADER;
      this.#place.end = end;
      const [id, value] = this.#packr.unpack(bytes, this.#place) as Message;
      this.#onMessage(id, value);
      position = end;
    }
    this.#keep(bytes.subarray(position));
  }

  /** The kept rest and the chunk in one piece, or undefined while the first frame is not whole. */
  #joined(chunk: Buffer): Buffer | undefined {
    if (this.#restLength === 0) return chunk;
    this.#keep(chunk);
    const first = this.#rest[0]!;
    if (first.length >= HEADER && this.#restLength < HEADER + first.readUInt32BE(0)) return undefined;
    const bytes = Buffer.concat(this.#rest, this.#restLength);
    this.#rest = [];
    this.#restLength = 0;
    return bytes;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#rest.push(bytes);
    this.#restLength += bytes.length;
  }
}

function serve(): Promise<EchoServer> {
  const server = createServer((socket) => {
    const peer: MessageSocket = new MessageSocket(socket, (id, value) => peer.send(id, value));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ port: (server.address() as { port: number }).port, close: () => server.close() }),
    );
  });
}

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const socket = connectSocket(port, "127.0.0.1");
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const waiting = new Map<number, (value: unknown) => void>();
  const peer = new MessageSocket(socket, (id, value) => {
    const settle = waiting.get(id)!;
    waiting.delete(id);
    settle(value);
  });
  let last = 0;
  const call = (value: unknown): Promise<unknown> =>
    new Promise((resolve) => {
      last = (last + 1) & 0xffff;
      waiting.set(last, resolve);
      peer.send(last, value);
    });
  return { issue: issuer(call, message), close: () => socket.destroy() };
}

function issuer(call: (value: unknown) => Promise<unknown>, message: MessageName): (done: Done) => void {
  if (message === "text") return (done) => void call(TEXT).then((got) => done(sameLength(TEXT, got as string)));
  const bytes = binaryMessage();
  if (message === "binary") return (done) => void call(bytes).then((got) => done(sameLength(bytes, got as Buffer)));
  const next = inTurn<Msg<number>>(smallMessages((n) => n));
  return (done) => {
    const sent = next();
    call(sent).then((got) => done(sameMsg(sent, got as Msg<number>)));
  };
}

export const msgpackrBatched: RpcContender = { name: "msgpackr batched", packages: ["msgpackr"], serve, connect };
