/** \@grpc/grpc-js with protobufjs' static code to and from bytes; each client has a connection of its own. */
import * as grpc from "@grpc/grpc-js";
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
import { staticTypes } from "../codec/protobufjs.ts";
import { unaryMethod } from "./grpc-method.ts";

const types = staticTypes();

const definition: grpc.ServiceDefinition = {
  echoMsg: unaryMethod("EchoMsg", types["Msg"]!),
  echoText: unaryMethod("EchoText", types["TextLine"]!),
  echoBinary: unaryMethod("EchoBinary", types["Blob"]!),
};

const echo: grpc.handleUnaryCall<object, object> = (call, callback) => callback(null, call.request);

function serve(): Promise<EchoServer> {
  const server = new grpc.Server();
  server.addService(definition, { echoMsg: echo, echoText: echo, echoBinary: echo });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve({ port, close: () => server.forceShutdown() });
      else reject(error);
    });
  });
}

type Unary = (request: object, callback: (error: grpc.ServiceError | null, response: object) => void) => void;

async function connect(port: number, message: MessageName): Promise<EchoClient> {
  const Client = grpc.makeGenericClientConstructor(definition, "Echo");
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  });
  await new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 5000, (error) => (error ? reject(error) : resolve())),
  );
  return { issue: issuer(client, message), close: () => client.close() };
}

function issuer(client: grpc.Client, message: MessageName): EchoClient["issue"] {
  const call = (name: string): Unary => (client as unknown as Record<string, Unary>)[name]!.bind(client);
  if (message === "text") {
    const send = call("echoText");
    const request = new types["TextLine"]!({ text: TEXT });
    return (done) => send(request, (error, got) => done(error ?? sameLength(TEXT, (got as { text: string }).text)));
  }
  if (message === "binary") {
    const send = call("echoBinary");
    const bytes = binaryMessage();
    const request = new types["Blob"]!({ bytes });
    return (done) => send(request, (error, got) => done(error ?? sameLength(bytes, (got as { bytes: Buffer }).bytes)));
  }
  const send = call("echoMsg");
  const next = inTurn(smallMessages((n) => n).map((fields) => new types["Msg"]!(fields) as Msg<number>));
  return (done) => {
    const sent = next();
    send(sent, (error, got) => done(error ?? sameMsg(sent, got as Msg<number>)));
  };
}

export const grpcJs: RpcContender = {
  name: "@grpc/grpc-js",
  packages: ["@grpc/grpc-js", "protobufjs"],
  serve,
  connect,
};
