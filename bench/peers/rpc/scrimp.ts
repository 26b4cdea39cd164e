/** Ours with its defaults: framed compact, or Rocket; deadlines, limits, every check on; handlers are async functions. */
import {
  type CallOptions,
  type ConnectOptions,
  connect as connectChannel,
  createClient,
  type Listener,
  type ServeOptions,
  serve as serveThrift,
  tcp,
} from "../../../lib/index.ts";
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

export async function serveEcho(listener: Listener = tcp.listen(0), options: ServeOptions = {}): Promise<EchoServer> {
  const server = await serveThrift(
    listener,
    (registry) =>
      registry.add(Echo, {
        echo: async (message) => message,
        echoText: async (text) => text,
        echoBinary: async (bytes) => bytes,
      }),
    options,
  );
  return { port: Number(server.address.split(":").at(-1)), close: () => void server.close() };
}

/** `callOptions` go with every call. */
export async function connectEcho(
  options: ConnectOptions,
  port: number,
  message: MessageName,
  callOptions?: CallOptions,
): Promise<EchoClient> {
  const channel = connectChannel(`127.0.0.1:${port}`, options);
  const client = createClient(Echo, channel);
  await client.echoText("hello");
  return { issue: issuer(client, message, callOptions), close: () => void channel.close() };
}

function issuer(
  client: ReturnType<typeof createClient<EchoMethods>>,
  message: MessageName,
  options: CallOptions | undefined,
): EchoClient["issue"] {
  if (message === "text")
    return (done) => void client.echoText(TEXT, options).then((got) => done(sameLength(TEXT, got)), done);
  const bytes = binaryMessage();
  if (message === "binary")
    return (done) => void client.echoBinary(bytes, options).then((got) => done(sameLength(bytes, got)), done);
  const next = inTurn(smallMessages(BigInt));
  return (done) => {
    const sent = next();
    client.echo(sent, options).then((got) => done(sameMsg(sent, got)), done);
  };
}

const contender = (name: string, protocol: "framed" | "rocket"): RpcContender => ({
  name,
  packages: [],
  serve: () => serveEcho(),
  connect: (port, message) => connectEcho({ protocol }, port, message),
});

export const scrimp: RpcContender = contender("scrimp", "framed");
export const scrimpRocket: RpcContender = contender("scrimp over Rocket", "rocket");
