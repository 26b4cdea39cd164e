/** Ours with its defaults, over two of its protocols. */
import { type ConnectOptions, connect, createClient, serve, tcp, tls } from "../../../lib/index.ts";
import type { Service, UnaryMethod } from "../../../lib/schema/codegen-v1.ts";
import type { Msg } from "../../fixtures/messages.ts";
import { smallMessages } from "../../rpc/echo.ts";
import { bench } from "../../schema/module.ts";
import { throwOrAnswer } from "../handlers.ts";
import type { ClientOptions, ServerOptions, System, TortureClient, TortureServer } from "../system.ts";

interface EchoMethods {
  echo: UnaryMethod<[message: Msg<bigint>], Msg<bigint>>;
  echoText: UnaryMethod<[text: string], string>;
  echoBinary: UnaryMethod<[bytes: Buffer], Buffer>;
}

const Echo: Service<EchoMethods> = bench.service("Echo");

async function serveEcho({ host, port, tls: shown }: ServerOptions): Promise<TortureServer> {
  const secure = shown === undefined ? undefined : tls.listen(port, { host, ...shown });
  const server = await serve(
    secure ?? tcp.listen(port, { host }),
    (registry) =>
      registry.add(Echo, {
        echo: async (message) => message,
        echoText: throwOrAnswer,
        echoBinary: async (bytes) => bytes,
      }),
    { onError: () => {} },
  );
  return {
    port: Number(server.address.split(":").at(-1)),
    ...(secure && { replaceCertificate: (certificate) => secure.replaceCertificate(certificate) }),
  };
}

/** Framed messages cannot say that they are compressed: THeader's can. */
const compression: Readonly<Record<"framed" | "rocket", ConnectOptions>> = {
  framed: { protocol: "header", compressRequests: true },
  rocket: { compressFromBytes: 1, replyCompression: { algorithm: "zlib", fromBytes: 1 } },
};

function connectEcho(protocol: "framed" | "rocket", { host, port, authority, compress }: ClientOptions): TortureClient {
  const channel = connect(`${host}:${port}`, {
    protocol,
    ...(compress === true && compression[protocol]),
    ...(authority !== undefined && { tls: { authorities: authority } }),
  });
  const client = createClient(Echo, channel);
  const message = smallMessages(BigInt)[0]!;
  return {
    echo: async (timeoutMs) => same(await client.echo(message, { timeoutMs }), message),
    text: (text, timeoutMs) => client.echoText(text, { timeoutMs }),
    bytes: async (length, timeoutMs) => (await client.echoBinary(Buffer.alloc(length), { timeoutMs })).length,
  };
}

const same = (a: Msg<bigint>, b: Msg<bigint>): boolean => a.id === b.id && a.name === b.name && a.flags === b.flags;

const system = (protocol: "framed" | "rocket"): System => ({
  serve: serveEcho,
  connect: (options) => connectEcho(protocol, options),
});

export const scrimp: System = system("framed");
export const scrimpRocket: System = system("rocket");
