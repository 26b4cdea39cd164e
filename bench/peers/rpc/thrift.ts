/** npm thrift over its own framed transport and compact protocol, with code from Apache's compiler. */
import type { Server } from "node:net";
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

interface Options {
  transport: unknown;
  protocol: unknown;
}

interface Connection {
  end(): void;
  on(event: "error" | "connect", listener: (error: Error) => void): void;
}

interface Generated {
  echo(message: Msg<object>): Promise<Msg<object>>;
  echoText(text: string): Promise<string>;
  echoBinary(bytes: Buffer): Promise<Buffer>;
}

interface Thrift {
  TFramedTransport: unknown;
  TCompactProtocol: unknown;
  createServer(service: object, handler: Generated, options: Options): Server;
  createConnection(host: string, port: number, options: Options): Connection;
  createClient(service: object, connection: Connection): Generated;
}

const thrift: Thrift = requirePackage("thrift");
const service: object = requirePackage("./bench/schema/gen/Echo.js");
const options: Options = { transport: thrift.TFramedTransport, protocol: thrift.TCompactProtocol };

function serve(): Promise<EchoServer> {
  const handler: Generated = {
    echo: async (message) => message,
    echoText: async (text) => text,
    echoBinary: async (bytes) => bytes,
  };
  const server = thrift.createServer(service, handler, options);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ port: (server.address() as { port: number }).port, close: () => server.close() }),
    );
  });
}

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const connection = thrift.createConnection("127.0.0.1", port, options);
  await new Promise<void>((resolve, reject) => {
    connection.on("connect", () => resolve());
    connection.on("error", reject);
  });
  return { issue: issuer(thrift.createClient(service, connection), message), close: () => connection.end() };
}

function issuer(client: Generated, message: MessageName): EchoClient["issue"] {
  if (message === "text") return (done) => void client.echoText(TEXT).then((got) => done(sameLength(TEXT, got)), done);
  if (message === "binary") {
    const bytes = binaryMessage();
    return (done) => void client.echoBinary(bytes).then((got) => done(sameLength(bytes, got)), done);
  }
  const Int64 = requirePackage<new (value: number) => object>("node-int64");
  const { Msg: Generated } = requirePackage<{ Msg: new (fields: object) => Msg<object> }>(
    "./bench/schema/gen/bench_types.js",
  );
  const next = inTurn(smallMessages((n) => new Int64(n)).map((fields) => new Generated(fields)));
  return (done) => {
    const sent = next();
    client.echo(sent).then((got) => done(sameMsg(sent, got)), done);
  };
}

export const thriftCompact: RpcContender = { name: "npm thrift compact", packages: ["thrift"], serve, connect };
