/** npm rsocket 0.0.27 over TCP: request and response, buffers as they are, the values by msgpackr with shared records. */

import type { Msg } from "../../fixtures/messages.ts";
import { requirePackage } from "../../root.ts";
import {
  binaryMessage,
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

interface Payload {
  data: Buffer;
}

/** Its answer to come; reactive, not a promise. */
interface Single<T> {
  subscribe(observer: { onComplete(value: T): void; onError(error: Error): void; onSubscribe?(): void }): void;
}

interface Socket {
  requestResponse(payload: Payload): Single<Payload>;
  close(): void;
}

interface Core {
  BufferEncoders: object;
  BufferSerializers: object;
  RSocketClient: new (config: object) => { connect(): Single<Socket> };
  RSocketServer: new (config: object) => { start(): void; stop(): void };
}

const core: Core = requirePackage("rsocket-core");
const { Single: SingleClass } = requirePackage<{ Single: { of<T>(value: T): Single<T> } }>("rsocket-flowable");
const TcpServer = requirePackage<{ default: new (options: object, encoders: object) => object }>(
  "rsocket-tcp-server",
).default;
const TcpClient = requirePackage<{ default: new (options: object, encoders: object) => object }>(
  "rsocket-tcp-client",
).default;

/** One for each side: what is in the structures by heart on one is so on the other. */
function knowingPackr(): ReturnType<typeof recordsPackr> {
  const packr = recordsPackr();
  packr.pack(smallMessages((n) => n)[0]);
  return packr;
}

async function serve(): Promise<EchoServer> {
  const packr = knowingPackr();
  const port = await freePort();
  const requestResponse = (payload: Payload): Single<Payload> =>
    SingleClass.of({ data: packr.pack(packr.unpack(payload.data)) });
  const server = new core.RSocketServer({
    getRequestHandler: () => ({ requestResponse }),
    transport: new TcpServer({ host: "127.0.0.1", port }, core.BufferEncoders),
  });
  server.start();
  return { port, close: () => server.stop() };
}

/** Its server cannot say which port it got, so one is found for it. */
async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const HOUR_MS = 3_600_000;

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const client = new core.RSocketClient({
    setup: {
      keepAlive: HOUR_MS,
      lifetime: HOUR_MS,
      dataMimeType: "application/octet-stream",
      metadataMimeType: "application/octet-stream",
    },
    transport: new TcpClient({ host: "127.0.0.1", port }, core.BufferEncoders),
  });
  const socket = await new Promise<Socket>((resolve, reject) =>
    client.connect().subscribe({ onComplete: resolve, onError: reject }),
  );
  return { issue: issuer(socket, message), close: () => socket.close() };
}

function issuer(socket: Socket, message: MessageName): EchoClient["issue"] {
  const packr = knowingPackr();
  const send = <T>(value: T, same: (sent: T, got: T) => Error | undefined, done: (error?: unknown) => void): void => {
    socket.requestResponse({ data: packr.pack(value) }).subscribe({
      onComplete: (reply) => done(same(value, packr.unpack(reply.data) as T)),
      onError: done,
    });
  };
  if (message === "text") return (done) => send(TEXT, sameLength, done);
  const bytes = binaryMessage();
  if (message === "binary") return (done) => send(bytes, sameLength, done);
  const next = inTurn<Msg<number>>(smallMessages((n) => n));
  return (done) => send(next(), sameMsg, done);
}

export const rsocket: RpcContender = { name: "npm rsocket", packages: ["rsocket-core", "msgpackr"], serve, connect };
