/** Ours with its defaults: framed compact, or Rocket; deadlines, limits, every check on; handlers are async functions. */

import { connect as connectChannel, createClient, serve as serveThrift, tcp } from "../../../lib/index.ts";
import type { Service, UnaryMethod } from "../../../lib/schema/codegen-v1.ts";
import type { Msg } from "../../fixtures/messages.ts";
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
import { bench } from "../../schema/module.ts";

interface EchoMethods {
  echo: UnaryMethod<[message: Msg<bigint>], Msg<bigint>>;
  echoText: UnaryMethod<[text: string], string>;
  echoBinary: UnaryMethod<[bytes: Buffer], Buffer>;
}

const Echo: Service<EchoMethods> = bench.service("Echo");

async function serve(): Promise<EchoServer> {
  const server = await serveThrift(tcp.listen(0), (registry) =>
    registry.add(Echo, {
      echo: async (message) => message,
      echoText: async (text) => text,
      echoBinary: async (bytes) => bytes,
    }),
  );
  return { port: Number(server.address.split(":").at(-1)), close: () => void server.close() };
}

async function connect(protocol: "framed" | "rocket", port: number, message: MessageName): Promise<EchoClient> {
  const channel = connectChannel(`127.0.0.1:${port}`, { protocol });
  const client = createClient(Echo, channel);
  await client.echoText("hello");
  return { issue: issuer(client, message), close: () => void channel.close() };
}

function issuer(client: ReturnType<typeof createClient<EchoMethods>>, message: MessageName): EchoClient["issue"] {
  if (message === "text") return (done) => void client.echoText(TEXT).then((got) => done(sameLength(TEXT, got)), done);
  const bytes = binaryMessage();
  if (message === "binary")
    return (done) => void client.echoBinary(bytes).then((got) => done(sameLength(bytes, got)), done);
  const next = inTurn(smallMessages(BigInt));
  return (done) => {
    const sent = next();
    client.echo(sent).then((got) => done(sameMsg(sent, got)), done);
  };
}

const contender = (name: string, protocol: "framed" | "rocket"): RpcContender => ({
  name,
  packages: [],
  serve,
  connect: (port, message) => connect(protocol, port, message),
});

export const scrimp: RpcContender = contender("scrimp", "framed");
export const scrimpRocket: RpcContender = contender("scrimp over Rocket", "rocket");
