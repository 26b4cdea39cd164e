/**
 * \@connectrpc/connect-node over HTTP/2 with binary messages, its own protocol, and no compression (its default would
 * compress whatever is longer than 1 KiB).
 */
import { createServer } from "node:http2";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { connectNodeAdapter, createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
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
import { BlobSchema, Echo, MsgSchema, TextLineSchema } from "../../schema/gen-es/bench_pb.ts";

function serve(): Promise<EchoServer> {
  const handler = connectNodeAdapter({
    acceptCompression: [],
    routes: (router) =>
      router.service(Echo, { echoMsg: (message) => message, echoText: (line) => line, echoBinary: (blob) => blob }),
  });
  const server = createServer(handler);
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () =>
      resolve({ port: (server.address() as { port: number }).port, close: () => server.close() }),
    );
  });
}

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const baseUrl = `http://127.0.0.1:${port}`;
  const sessionManager = new Http2SessionManager(baseUrl);
  const transport = createConnectTransport({
    baseUrl,
    httpVersion: "2",
    useBinaryFormat: true,
    acceptCompression: [],
    sessionManager,
  });
  await sessionManager.connect();
  return { issue: issuer(createClient(Echo, transport), message), close: () => sessionManager.abort() };
}

function issuer(client: ReturnType<typeof createClient<typeof Echo>>, message: MessageName): EchoClient["issue"] {
  if (message === "text") {
    const request = create(TextLineSchema, { text: TEXT });
    return (done) => void client.echoText(request).then((got) => done(sameLength(TEXT, got.text)), done);
  }
  if (message === "binary") {
    const request = create(BlobSchema, { bytes: Uint8Array.from(binaryMessage()) });
    return (done) => void client.echoBinary(request).then((got) => done(sameLength(request.bytes, got.bytes)), done);
  }
  const next = inTurn(smallMessages(BigInt).map((fields) => create(MsgSchema, fields)));
  return (done) => {
    const sent = next();
    client.echoMsg(sent).then((got) => done(sameMsg(sent, got)), done);
  };
}

export const connectNode: RpcContender = {
  name: "@connectrpc/connect-node",
  packages: ["@connectrpc/connect-node", "@bufbuild/protobuf"],
  serve,
  connect,
};
