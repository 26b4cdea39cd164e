/** \@grpc/grpc-js with a channel of its own for each ordinary client. */
import * as grpc from "@grpc/grpc-js";
import { type StaticType, staticTypes } from "../../../peers/codec/protobufjs.ts";
import { unaryMethod } from "../../../peers/rpc/grpc-method.ts";
import { hold } from "../service.ts";
import type { GreedSystem, Ordinary, Ports } from "../system.ts";

const types = staticTypes();
const Line = types["TextLine"]!;
const Blob = types["Blob"]!;
const Message = types["Msg"]!;

const definition: grpc.ServiceDefinition = {
  text: unaryMethod("Text", Line),
  bytes: unaryMethod("Bytes", Blob),
  hold: unaryMethod("Hold", Blob),
  numbers: { ...unaryMethod("Numbers", Message), responseStream: true },
};

type Unary = grpc.handleUnaryCall<object, object>;
type Writing = grpc.ServerWritableStream<object, object>;

const echo: Unary = (call, callback) => callback(null, call.request);

const holding: Unary = (call, callback) => {
  void hold((call.request as { bytes: Buffer }).bytes).then(() => callback(null, new Blob({ bytes: Buffer.alloc(4) })));
};

/** Writes as long as the stream takes it, as the documentation of Node's streams advises. */
function numbers(call: Writing, from = 0): void {
  let i = from;
  while (!call.cancelled && call.write(new Message({ flags: i++ })));
  if (!call.cancelled) call.once("drain", () => numbers(call, i));
}

function serve(): Promise<Ports> {
  const server = new grpc.Server();
  server.addService(definition, { text: echo, bytes: echo, hold: holding, numbers: (call: Writing) => numbers(call) });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve({ tcp: port }) : reject(error),
    );
  });
}

interface Stub {
  text(
    request: object,
    options: { deadline: number },
    callback: (error: grpc.ServiceError | null, response: object) => void,
  ): void;
}

function connect(ports: Ports): Ordinary {
  const Client = grpc.makeGenericClientConstructor(definition, "Greed");
  const client = new Client(`127.0.0.1:${ports.tcp}`, grpc.credentials.createInsecure(), {
    "grpc.use_local_subchannel_pool": 1,
  }) as unknown as Stub;
  const request = new (Line as StaticType)({ text: "a few words" });
  return (timeoutMs) =>
    new Promise((resolve, reject) => {
      client.text(request, { deadline: Date.now() + timeoutMs }, (error, response) => {
        if (error !== null) reject(error);
        else if ((response as { text: string }).text !== "a few words") reject(new Error("a wrong answer"));
        else resolve();
      });
    });
}

export const grpcJs: GreedSystem = { serve, connect };
