/**
 * \@grpc/grpc-js with protobufjs' static code, items as `Blob`. Its windows are as large as ours, where it lets one set them:
 * what a client receives. What a server receives has HTTP/2's window of 64 KiB.
 */
import type { Readable, Writable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import type { Msg } from "../../fixtures/messages.ts";
import { inTurn, sameLength, sameMsg, smallMessages } from "../../rpc/echo.ts";
import type { SharingClient, SharingContender, StreamServer } from "../../stream/contender.ts";
import { agreed, BIG_BYTES, itemsOf, Supply, Tally } from "../../stream/items.ts";
import { type StaticType, staticTypes } from "../codec/protobufjs.ts";

const types = staticTypes();
const Blob = types["Blob"]!;
const Message = types["Msg"]!;

interface Item {
  readonly bytes: Buffer;
}

const asItem = (bytes: Buffer): Item => new Blob({ bytes }) as Item;

/** A number travels as the flags of a message. */
const numberMessage = (value: number): object => new Message({ flags: value });
const numberOf = (message: object): number => (message as Msg<number>).flags;

function method(
  name: string,
  request: StaticType,
  response: StaticType,
  streams: { readonly requestStream?: true; readonly responseStream?: true } = {},
): grpc.MethodDefinition<object, object> {
  const serialize = (type: StaticType) => (value: object) => type.encode(value).finish();
  const deserialize = (type: StaticType) => (bytes: Buffer) => type.decode(bytes);
  return {
    path: `/bench.Streams/${name}`,
    requestStream: streams.requestStream ?? false,
    responseStream: streams.responseStream ?? false,
    requestSerialize: serialize(request),
    requestDeserialize: deserialize(request),
    responseSerialize: serialize(response),
    responseDeserialize: deserialize(response),
  };
}

const definition: grpc.ServiceDefinition = {
  give: method("Give", Message, Blob, { responseStream: true }),
  take: method("Take", Blob, Message, { requestStream: true }),
  rest: method("Rest", Message, Blob, { responseStream: true }),
  echo: method("Echo", Message, Message),
  big: method("Big", Message, Blob),
};

/** Writes what the supply gives, as fast as the stream takes it. */
function pour(supply: Supply<Item>, out: Writable): void {
  for (let item = supply.take(); item !== undefined; item = supply.take())
    if (!out.write(item)) return void out.once("drain", () => pour(supply, out));
  out.end();
}

async function countOf(items: Readable, itemBytes: number): Promise<number> {
  const tally = new Tally(itemBytes);
  await new Promise((resolve, reject) => {
    items.on("data", ({ bytes }: Item) => tally.add(bytes));
    items.on("end", resolve).on("error", reject);
  });
  return tally.total();
}

type Reading = grpc.ServerReadableStream<object, object>;
type Writing = grpc.ServerWritableStream<object, object>;
type Unary = grpc.ServerUnaryCall<object, object>;
type Callback = grpc.sendUnaryData<object>;

function handlers(itemBytes: number, supply: Supply<Item>): grpc.UntypedServiceImplementation {
  const item = asItem(itemsOf(itemBytes)[0]!);
  const big = Buffer.alloc(BIG_BYTES, 7);
  return {
    give: (call: Writing) => pour(supply.begin(numberOf(call.request)), call),
    take: (call: Reading, callback: Callback) =>
      void countOf(call, itemBytes).then((count) => callback(null, numberMessage(count)), callback),
    rest: (call: Writing) => void call.write(item),
    echo: (call: Unary, callback: Callback) => callback(null, call.request),
    big: (call: Unary, callback: Callback) => callback(null, asItem(big.subarray(0, numberOf(call.request)))),
  };
}

function serve(itemBytes: number): Promise<StreamServer> {
  const supply = new Supply(itemsOf(itemBytes).map(asItem));
  const server = new grpc.Server();
  server.addService(definition, handlers(itemBytes, supply));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve({ port, sent: () => supply.given, close: () => server.forceShutdown() });
      else reject(error);
    });
  });
}

interface Stub extends grpc.Client {
  give(request: object): Readable;
  take(callback: (error: grpc.ServiceError | null, response: object) => void): Writable;
  rest(request: object): Readable;
  echo(request: object, callback: (error: grpc.ServiceError | null, response: object) => void): void;
  big(request: object, callback: (error: grpc.ServiceError | null, response: object) => void): void;
}

const WINDOW_BYTES = 1 << 20;

async function connect(port: number, itemBytes: number): Promise<SharingClient> {
  const client = new (grpc.makeGenericClientConstructor(definition, "Streams"))(
    `127.0.0.1:${port}`,
    grpc.credentials.createInsecure(),
    {
      "grpc.use_local_subchannel_pool": 1,
      "grpc.max_receive_message_length": -1,
      "grpc-node.flow_control_window": WINDOW_BYTES,
    },
  ) as unknown as Stub;
  await new Promise<void>((resolve, reject) =>
    client.waitForReady(Date.now() + 5000, (error) => (error ? reject(error) : resolve())),
  );
  const supply = new Supply(itemsOf(itemBytes).map(asItem));
  return {
    receive: (ms) => countOf(client.give(numberMessage(ms)), itemBytes),
    send: (ms) => send(client, supply.begin(ms)),
    ...shared(client),
    close: () => client.close(),
  };
}

function send(client: Stub, supply: Supply<Item>): Promise<number> {
  const before = supply.given;
  return new Promise((resolve, reject) => {
    const call = client.take((error, response) => {
      if (error !== null) reject(error);
      else resolve(numberOf(response));
    });
    pour(supply, call);
  }).then((got) => agreed(supply.given - before, got as number));
}

function shared(client: Stub): Pick<SharingClient, "rest" | "small" | "big"> {
  const next = inTurn(smallMessages((n) => n).map((fields) => new Message(fields) as Msg<number>));
  const call = (name: "echo" | "big", request: object, look: (response: object) => Error | undefined): Promise<void> =>
    new Promise((resolve, reject) => {
      client[name](request, (error, response) => {
        const wrong = error ?? look(response);
        if (wrong === undefined) resolve();
        else reject(wrong);
      });
    });
  return {
    rest: () =>
      new Promise((resolve, reject) => {
        client
          .rest(numberMessage(0))
          .once("data", () => resolve())
          .on("error", reject);
      }),
    small() {
      const sent = next();
      return call("echo", sent, (got) => sameMsg(sent, got as Msg<number>));
    },
    big: (bytes) => call("big", numberMessage(bytes), (got) => sameLength({ length: bytes }, (got as Item).bytes)),
  };
}

export const grpcJs: SharingContender = { name: "@grpc/grpc-js", serve, connect };
