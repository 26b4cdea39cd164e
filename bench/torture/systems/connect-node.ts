/** \@connectrpc/connect-node over HTTP/2 in its own protocol, with a timeout on every call. */
import { createSecureServer, createServer, type Http2SecureServer, type Http2Server } from "node:http2";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { compressionGzip, connectNodeAdapter, createConnectTransport } from "@connectrpc/connect-node";
import { smallMessages } from "../../rpc/echo.ts";
import { BlobSchema, Echo, type Msg, MsgSchema, TextLineSchema } from "../../schema/gen-es/bench_pb.ts";
import { throwOrAnswer } from "../handlers.ts";
import type { ClientOptions, ServerOptions, System, TortureClient, TortureServer } from "../system.ts";

function serve({ host, port, tls, compress }: ServerOptions): Promise<TortureServer> {
  const handler = connectNodeAdapter({
    ...(compress === true && { compressMinBytes: 0 }),
    routes: (router) =>
      router.service(Echo, {
        echoMsg: (message) => message,
        echoText: async ({ text }) => ({ text: await throwOrAnswer(text) }),
        echoBinary: (blob) => blob,
      }),
  });
  const server: Http2Server | Http2SecureServer =
    tls === undefined ? createServer(handler) : createSecureServer({ ...tls }, handler);
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as { port: number }).port,
        ...(tls && {
          replaceCertificate: (certificate) => (server as Http2SecureServer).setSecureContext(certificate),
        }),
      }),
    );
  });
}

function connect({ host, port, authority, compress }: ClientOptions): TortureClient {
  const transport = createConnectTransport({
    baseUrl: `${authority === undefined ? "http" : "https"}://${host}:${port}`,
    httpVersion: "2",
    useBinaryFormat: true,
    ...(compress === true && { sendCompression: compressionGzip, compressMinBytes: 0 }),
    ...(authority !== undefined && { nodeOptions: { ca: authority } }),
  });
  const client = createClient(Echo, transport);
  const message = create(MsgSchema, smallMessages(BigInt)[0]!);
  return {
    echo: async (timeoutMs) => same(await client.echoMsg(message, { timeoutMs }), message),
    text: async (text, timeoutMs) => (await client.echoText(create(TextLineSchema, { text }), { timeoutMs })).text,
    bytes: async (length, timeoutMs) =>
      (await client.echoBinary(create(BlobSchema, { bytes: new Uint8Array(length) }), { timeoutMs })).bytes.length,
  };
}

const same = (a: Msg, b: Msg): boolean => a.id === b.id && a.name === b.name && a.flags === b.flags;

export const connectNode: System = { serve, connect };
