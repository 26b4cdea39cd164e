/**
 * npm thrift, framed compact, as its documentation shows it: an `error` listener on every connection, and its own `timeout`,
 * which is one of the socket's. It knows no deadline of a call.
 */
import type { Server } from "node:net";
import type { Server as TlsServer } from "node:tls";
import type { Msg } from "../../fixtures/messages.ts";
import { requirePackage } from "../../root.ts";
import { smallMessages } from "../../rpc/echo.ts";
import { throwOrAnswer } from "../handlers.ts";
import type { ClientOptions, ServerOptions, System, TortureClient, TortureServer } from "../system.ts";

interface Options {
  readonly transport: unknown;
  readonly protocol: unknown;
  readonly tls?: object;
  readonly timeout?: number;
  readonly ca?: string;
}

interface Connection {
  on(event: "error" | "timeout", listener: (error?: Error) => void): void;
}

interface Generated {
  echo(message: Msg<object>): Promise<Msg<object>>;
  echoText(text: string): Promise<string>;
  echoBinary(bytes: Buffer): Promise<Buffer>;
}

interface Thrift {
  TFramedTransport: unknown;
  TCompactProtocol: unknown;
  createServer(service: object, handler: object, options: Options): Server | TlsServer;
  createConnection(host: string, port: number, options: Options): Connection;
  createSSLConnection(host: string, port: number, options: Options): Connection;
  createClient(service: object, connection: Connection): Generated;
}

const thrift: Thrift = requirePackage("thrift");
const service: object = requirePackage("./bench/schema/gen/Echo.js");
const options: Options = { transport: thrift.TFramedTransport, protocol: thrift.TCompactProtocol };

function serve({ host, port, tls }: ServerOptions): Promise<TortureServer> {
  const handler: Generated = {
    echo: async (message) => message,
    echoText: throwOrAnswer,
    echoBinary: async (bytes) => bytes,
  };
  const server = thrift.createServer(service, handler, tls === undefined ? options : { ...options, tls });
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as { port: number }).port,
        ...(tls && { replaceCertificate: (certificate) => (server as TlsServer).setSecureContext(certificate) }),
      }),
    );
  });
}

const SOCKET_TIMEOUT_MS = 1_000;

function connect({ host, port, authority }: ClientOptions): TortureClient {
  const connection =
    authority === undefined
      ? thrift.createConnection(host, port, { ...options, timeout: SOCKET_TIMEOUT_MS })
      : thrift.createSSLConnection(host, port, { ...options, ca: authority });
  connection.on("error", () => {});
  connection.on("timeout", () => {});
  const client = thrift.createClient(service, connection);
  const Int64 = requirePackage<new (value: number) => object>("node-int64");
  const { Msg: Generated } = requirePackage<{ Msg: new (fields: object) => Msg<object> }>(
    "./bench/schema/gen/bench_types.js",
  );
  const message = new Generated(smallMessages((n) => new Int64(n))[0]!);
  return {
    echo: async () => same(await client.echo(message), message),
    text: async (text) => client.echoText(text),
    bytes: async (length) => (await client.echoBinary(Buffer.alloc(length))).length,
  };
}

const same = (a: Msg<object>, b: Msg<object>): boolean =>
  String(a.id) === String(b.id) && a.name === b.name && a.flags === b.flags;

export const thriftCompact: System = { serve, connect };
