/** Our server driven by npm rsocket-tcp-client, our client against npm rsocket-tcp-server: their frames, metadata built by hand. */
import { createRequire } from "node:module";
import { createServer } from "node:net";
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { methodCodec } from "../../../../lib/codec/method-codec.ts";
import { compactFb } from "../../../../lib/protocol/compact.ts";
import type { Method } from "../../../../lib/schema/service.ts";
import { serve } from "../../../../lib/server/server.ts";
import { compactMetadata } from "../../../../lib/session/rocket/metadata-form.ts";
import { RpcKind, requestPrefix, writeRequestMetadata } from "../../../../lib/session/rocket/request-metadata.ts";
import { setupMetadata } from "../../../../lib/session/rocket/setup-metadata.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { ByteReader } from "../../../../lib/wire/byte-reader.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { eventually, Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Streams } from "../../../helpers/streams.ts";

interface Payload {
  data?: Buffer;
  metadata?: Buffer;
}
interface Subscription {
  request(n: number): void;
  cancel(): void;
}
interface Flowable {
  subscribe(to: {
    onSubscribe(s: Subscription): void;
    onNext(p: Payload): void;
    onComplete(): void;
    onError(e: Error): void;
  }): void;
}
interface Single {
  subscribe(to: { onComplete(p: Payload): void; onError(e: Error): void }): void;
}
interface RSocket {
  requestResponse(p: Payload): Single;
  requestStream(p: Payload): Flowable;
  fireAndForget(p: Payload): void;
  requestChannel(p: Flowable): Flowable;
  close(): void;
}

const require = createRequire(import.meta.url);
const { RSocketClient, RSocketServer, BufferEncoders } = require("rsocket-core") as {
  RSocketClient: new (
    options: object,
  ) => { connect(): { subscribe(to: { onComplete(s: RSocket): void; onError(e: Error): void }): void } };
  RSocketServer: new (options: object) => { start(): void; stop(): void };
  BufferEncoders: object;
};
const TcpClient = (require("rsocket-tcp-client") as { default: new (options: object, encoders: object) => object })
  .default;
const TcpServer = (require("rsocket-tcp-server") as { default: new (options: object, encoders: object) => object })
  .default;
const flowable = require("rsocket-flowable") as {
  Flowable: new (
    source: (subscriber: { onSubscribe(s: Subscription): void; onNext(p: Payload): void; onComplete(): void }) => void,
  ) => Flowable;
  Single: new (
    source: (subject: { onSubscribe(cancel?: () => void): void; onComplete(p: Payload): void }) => void,
  ) => Single;
};

const KINDS = {
  unary: RpcKind.UNARY,
  oneway: RpcKind.ONEWAY,
  stream: RpcKind.STREAM,
  sink: RpcKind.SINK,
  bidi: RpcKind.BIDI,
};
const codecOf = (name: string) => methodCodec(Streams.methods.get(name) as Method, compactFb);

function bytes(write: (w: ByteWriter) => void): Buffer {
  const w = new ByteWriter();
  write(w);
  return Buffer.from(w.view(0));
}

function reading(buf: Buffer): ByteReader {
  const r = new ByteReader();
  r.reset(buf, 0, buf.length);
  return r;
}

function request(name: string, args: unknown[]): Payload {
  const { kind } = Streams.methods.get(name) as Method;
  return {
    metadata: bytes((w) => writeRequestMetadata(w, requestPrefix(name, 2, KINDS[kind]), 0, 0, undefined)),
    data: bytes((w) => codecOf(name).writeArgs(w, args)),
  };
}

function rsocketClient(port: number): Promise<RSocket> {
  const client = new RSocketClient({
    setup: {
      keepAlive: 1_000,
      lifetime: 10_000,
      metadataMimeType: "application/x-rocket-metadata+compact",
      dataMimeType: "application/x-rocket-payload",
      payload: { metadata: setupMetadata({ minVersion: 8, maxVersion: 10 }), data: Buffer.alloc(0) },
    },
    transport: new TcpClient({ host: "127.0.0.1", port }, BufferEncoders),
  });
  return new Promise((resolve, reject) => client.connect().subscribe({ onComplete: resolve, onError: reject }));
}

const single = (s: Single): Promise<Payload> =>
  new Promise((resolve, reject) => s.subscribe({ onComplete: resolve, onError: reject }));

/** Reads `take` payloads with little credit at a time; cancels then if the stream has not ended. */
function collected(flow: Flowable, take = Number.POSITIVE_INFINITY): Promise<Payload[]> {
  return new Promise((resolve, reject) => {
    const got: Payload[] = [];
    let subscription: Subscription | undefined;
    flow.subscribe({
      onSubscribe(s) {
        subscription = s;
        s.request(2);
      },
      onNext(payload) {
        got.push(payload);
        if (got.length === take) {
          subscription?.cancel();
          resolve(got);
        } else subscription?.request(1);
      },
      onComplete: () => resolve(got),
      onError: reject,
    });
  });
}

t.test("npm rsocket-tcp-client calls our server", async (t) => {
  const seen = new Seen();
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) => r.add(Streams, streamHandlers(seen)), {
    onError: (error) => seen.errors.push(error),
  });
  const socket = await rsocketClient(Number(server.address.split(":").pop()));

  const reply = await single(socket.requestResponse(request("echo", ["hi"])));
  t.ok(reply.metadata?.equals(compactMetadata.successResponse));
  t.equal(codecOf("echo").readResult(reading(reply.data as Buffer)), "hi");

  const declared = await single(socket.requestResponse(request("echo", ["stop"])));
  t.throws(() => codecOf("echo").readResult(reading(declared.data as Buffer)), { message: "stopped" });

  await t.rejects(
    single(socket.requestResponse({ metadata: Buffer.from("garbage"), data: Buffer.alloc(0) })),
    /INVALID|0x204|516/,
  );

  socket.fireAndForget(request("log", ["line"]));
  const counted = await collected(socket.requestStream(request("countTo", [300])));
  t.same(
    counted.slice(1).map(({ data }) => codecOf("countTo").stream?.readResult(reading(data as Buffer))),
    Array.from({ length: 300 }, (_, i) => i + 1),
  );
  t.ok(counted[1]?.metadata?.equals(compactMetadata.successElement));
  t.same(seen.lines, ["line"]);

  t.equal((await collected(socket.requestStream(request("countTo", [1_000_000_000])), 10)).length, 10);
  t.ok(
    await eventually(() => seen.ended.filter((what) => what === "countTo").length === 2),
    "CANCEL closes the generator",
  );

  socket.close();
  // It throws when its peer leaves before it has.
  await eventually(() => server.connections === 0);
  await server.close();
});

t.test("npm rsocket-tcp-client opens a bidirectional call", async (t) => {
  const seen = new Seen();
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) => r.add(Streams, streamHandlers(seen)));
  const socket = await rsocketClient(Number(server.address.split(":").pop()));
  const item = (text: string): Payload => ({
    metadata: compactMetadata.successElement,
    data: bytes((w) => codecOf("upper").sink?.writeResult(w, text)),
  });
  const sent = [request("upper", []), item("a"), item("b")];
  const source = new flowable.Flowable((subscriber) => {
    let next = 0;
    subscriber.onSubscribe({
      request(n) {
        for (let i = 0; i < n && next < sent.length; i++) subscriber.onNext(sent[next++] as Payload);
        if (next === sent.length) subscriber.onComplete();
      },
      cancel() {},
    });
  });
  const got = await collected(socket.requestChannel(source));
  t.same(
    got.slice(1).map(({ data }) => codecOf("upper").stream?.readResult(reading(data as Buffer))),
    ["A", "B"],
  );
  socket.close();
  // It throws when its peer leaves before it has.
  await eventually(() => server.connections === 0);
  await server.close();
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

t.test("our client calls npm rsocket-tcp-server", async (t) => {
  const port = await freePort();
  const forgotten: Payload[] = [];
  const reply = (name: string, value: unknown): Payload => ({
    metadata: compactMetadata.successResponse,
    data: bytes((w) => codecOf(name).writeResult(w, value)),
  });
  const handler = {
    requestResponse: ({ data }: Payload) =>
      new flowable.Single((subject) => {
        subject.onSubscribe();
        subject.onComplete(reply("echo", (codecOf("echo").readArgs(reading(data as Buffer)) as string[])[0]));
      }),
    fireAndForget: (payload: Payload) => void forgotten.push(payload),
    requestStream: () =>
      new flowable.Flowable((subscriber) => {
        let sent = -1;
        subscriber.onSubscribe({
          request(n) {
            for (let i = 0; i < n && sent <= 500; i++, sent++) {
              if (sent === -1) subscriber.onNext(reply("countTo", undefined));
              else if (sent < 500)
                subscriber.onNext({
                  metadata: compactMetadata.successElement,
                  data: bytes((w) => codecOf("countTo").stream?.writeResult(w, sent)),
                });
              else subscriber.onComplete();
            }
          },
          cancel() {},
        });
      }),
  };
  const server = new RSocketServer({
    getRequestHandler: () => handler,
    transport: new TcpServer({ host: "127.0.0.1", port }, BufferEncoders),
  });
  server.start();
  const channel = connect(`127.0.0.1:${port}`, { protocol: "rocket" });
  const client = createClient(Streams, channel);
  t.equal(await client.echo("to rsocket"), "to rsocket");
  await client.log("gone");
  const read: number[] = [];
  for await (const n of client.countTo(500)) read.push(n);
  t.same(
    read,
    Array.from({ length: 500 }, (_, i) => i),
  );
  t.ok(await eventually(() => forgotten.length === 1));
  await channel.close();
  server.stop();
});
