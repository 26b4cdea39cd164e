/** \@grpc/grpc-js with deadlines on every call, as its documentation advises. */
import * as grpc from "@grpc/grpc-js";
import type { Msg } from "../../fixtures/messages.ts";
import { staticTypes } from "../../peers/codec/protobufjs.ts";
import { unaryMethod } from "../../peers/rpc/grpc-method.ts";
import { smallMessages } from "../../rpc/echo.ts";
import { throwOrAnswer } from "../handlers.ts";
import type { ClientOptions, ServerOptions, System, TortureClient, TortureServer } from "../system.ts";

const types = staticTypes();

const definition: grpc.ServiceDefinition = {
  echo: unaryMethod("EchoMsg", types["Msg"]!),
  echoText: unaryMethod("EchoText", types["TextLine"]!),
  echoBinary: unaryMethod("EchoBinary", types["Blob"]!),
};

const echo: grpc.handleUnaryCall<object, object> = (call, callback) => callback(null, call.request);

const echoText: grpc.handleUnaryCall<object, object> = (call, callback) => {
  throwOrAnswer((call.request as { text: string }).text).then(
    (text) => callback(null, { text }),
    (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
  );
};

/** The number that grpc has given it. */
const GZIP = { "grpc.default_compression_algorithm": 2 };

function serve({ host, port, tls, compress }: ServerOptions): Promise<TortureServer> {
  const server = new grpc.Server(compress === true ? GZIP : {});
  server.addService(definition, { echo, echoText, echoBinary: echo });
  const credentials =
    tls === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(null, [
          { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) },
        ]);
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, credentials, (error, bound) =>
      error === null ? resolve({ port: bound }) : reject(error),
    );
  });
}

type Unary = (
  request: object,
  options: { deadline: number },
  callback: (error: grpc.ServiceError | null, response: object) => void,
) => void;

function connect({ host, port, authority, compress }: ClientOptions): TortureClient {
  const Client = grpc.makeGenericClientConstructor(definition, "Echo");
  const credentials =
    authority === undefined ? grpc.credentials.createInsecure() : grpc.credentials.createSsl(Buffer.from(authority));
  const client = new Client(`${host}:${port}`, credentials, {
    "grpc.use_local_subchannel_pool": 1,
    ...(compress === true && GZIP),
  });
  const call = (name: string, request: object, timeoutMs: number): Promise<object> =>
    new Promise((resolve, reject) => {
      const send = (client as unknown as Record<string, Unary>)[name]!.bind(client);
      send(request, { deadline: Date.now() + timeoutMs }, (error, got) => (error ? reject(error) : resolve(got)));
    });
  const message = new types["Msg"]!(smallMessages((n) => n)[0]!) as Msg<number>;
  return {
    echo: async (timeoutMs) => same((await call("echo", message, timeoutMs)) as Msg<number>, message),
    text: async (text, timeoutMs) => ((await call("echoText", { text }, timeoutMs)) as { text: string }).text,
    bytes: async (length, timeoutMs) =>
      ((await call("echoBinary", { bytes: Buffer.alloc(length) }, timeoutMs)) as { bytes: Buffer }).bytes.length,
  };
}

const same = (a: Msg<number>, b: Msg<number>): boolean => a.id === b.id && a.name === b.name && a.flags === b.flags;

export const grpcJs: System = { serve, connect };
