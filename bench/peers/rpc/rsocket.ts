/** npm rsocket 0.0.27 over TCP: request and response, buffers as they are, the values by msgpackr with shared records. */
import { createServer, type Socket as NetSocket, type Server } from "node:net";
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

export interface Payload {
  readonly data: Buffer;
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
  RSocketClient: new (config: object) => { connect(): Single<unknown> };
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
  const requestResponse = (payload: Payload): Single<Payload> =>
    SingleClass.of({ data: packr.pack(packr.unpack(payload.data)) });
  return serveRsocket({ requestResponse });
}

/** By itself it leaves Nagle's algorithm on, and streams then stand still for the length of a delayed ACK. */
function createServerWithoutDelay(onConnection: (socket: NetSocket) => void): Server {
  return createServer({ noDelay: true }, onConnection);
}

/** A server with these handlers, by the names of their interactions. */
export async function serveRsocket(handlers: object): Promise<EchoServer> {
  const port = await freePort();
  const server = new core.RSocketServer({
    getRequestHandler: () => handlers,
    transport: new TcpServer({ host: "127.0.0.1", port, serverFactory: createServerWithoutDelay }, core.BufferEncoders),
  });
  server.start();
  return { port, close: () => server.stop() };
}

/** Its server cannot say which port it got, so one is found for it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const HOUR_MS = 3_600_000;

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const socket = await connectRsocket<Socket>(port);
  return { issue: issuer(socket, message), close: () => socket.close() };
}

/** A connection; `S` says which of its interactions are used. */
export function connectRsocket<S>(port: number): Promise<S> {
  const client = new core.RSocketClient({
    setup: {
      keepAlive: HOUR_MS,
      lifetime: HOUR_MS,
      dataMimeType: "application/octet-stream",
      metadataMimeType: "application/octet-stream",
    },
    transport: new TcpClient({ host: "127.0.0.1", port, noDelay: true }, core.BufferEncoders),
  });
  return new Promise((resolve, reject) =>
    client.connect().subscribe({ onComplete: (socket) => resolve(socket as S), onError: reject }),
  );
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
