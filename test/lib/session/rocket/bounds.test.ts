import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { methodCodec } from "../../../../lib/codec/method-codec.ts";
import { closeFrame, closeMetadata, Frame, openMetadata } from "../../../../lib/framing/rocket/frame.ts";
import { rocketFrameReader } from "../../../../lib/framing/rocket/frame-reader.ts";
import { Flag, UNLIMITED_CREDIT } from "../../../../lib/framing/rocket/frame-type.ts";
import { readFrame } from "../../../../lib/framing/rocket/read-frame.ts";
import { openRequestStream } from "../../../../lib/framing/rocket/request-stream.ts";
import { writeSetup } from "../../../../lib/framing/rocket/setup.ts";
import { compactFb } from "../../../../lib/protocol/compact.ts";
import type { Method } from "../../../../lib/schema/service.ts";
import { serve } from "../../../../lib/server/server.ts";
import { RpcKind, requestPrefix, writeRequestMetadata } from "../../../../lib/session/rocket/request-metadata.ts";
import { setupMetadata } from "../../../../lib/session/rocket/setup-metadata.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import type { Transport } from "../../../../lib/transport/transport.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { Calculator } from "../../../helpers/calculator.ts";
import { faulty } from "../../../helpers/faulty-transport.ts";
import { eventually, rocketWorld } from "../../../helpers/rocket-world.ts";
import { Streams } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../../helpers/virtual-service.ts";

// Much work: it may take its time where the machine has other work.
t.setTimeout(300_000);

const MIB = 1 << 20;
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

t.test("a request that the server does not take ends its connection with a word why", async (t) => {
  const server = await serve(
    tcp.listen(0),
    (r) => r.add(Calculator, calculator(new VirtualPlatform(), new Witness())),
    { maxFrameBytes: 1_000 },
  );
  const channel = connect(server.address);
  const client = createClient(Calculator, channel);
  t.equal(await client.echo("short"), "short");
  await t.rejects(client.echo("x".repeat(5_000)), {
    code: "CONNECTION_LOST",
    message: /rocket frame of 5\d\d\d bytes, limit 1000/,
  });
  t.equal(await client.echo("again"), "again");
  await channel.close();
  await server.close();
});

t.test("large items that nobody reads stay within the budgets of both sides, and other calls go on", async (t) => {
  let made = 0;
  const world = rocketWorld({
    handlers: {
      async *blobs(_count, size) {
        for (;;) {
          made++;
          yield Buffer.alloc(size);
        }
      },
    },
  });
  const stream = world.client.blobs(0, MIB);
  await stream.response;
  for (let i = 0; i < 20; i++) {
    await turns(50);
    t.equal(await world.client.echo("on"), "on");
    t.ok(made <= 6, `${made} items made`);
    t.ok(world.clientSession().leftovers < 6 * MIB);
  }
  stream.cancel();
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("a sink's items that the handler does not read stay within the budgets", async (t) => {
  let made = 0;
  let finish: (() => void) | undefined;
  const world = rocketWorld({
    handlers: {
      collect: () => ({ response: "later", final: new Promise<bigint>((resolve) => (finish = () => resolve(1n))) }),
    },
  });
  function* forever(): Generator<Buffer> {
    for (;;) {
      made++;
      yield Buffer.alloc(MIB);
    }
  }
  const sinking = world.client.collect("x", forever());
  await sinking.response;
  await turns(500);
  t.ok(made <= 6, `${made} items made`);
  t.equal(await world.client.echo("on"), "on");
  finish?.();
  t.equal(await sinking, 1n);
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("when the budget of the connection is used up it is read no more until somebody reads", async (t) => {
  const world = rocketWorld({ clientLimits: { connectionBytes: 2 * MIB, streamBytes: 64 * MIB } });
  const streams = Array.from({ length: 8 }, () => world.client.blobs(40, MIB / 2)[Symbol.asyncIterator]());
  for (const stream of streams) await stream.next();
  await turns(300);
  const held = world.clientSession().leftovers;
  t.ok(held < 4 * MIB, `${held} bytes wait`);
  let read = 8;
  await Promise.all(
    streams.map(async (stream) => {
      for (let item = await stream.next(); item.done !== true; item = await stream.next()) read++;
    }),
  );
  t.equal(read, 320);
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

t.test("ten thousand streams on one connection, each read a little, leave nothing behind", async (t) => {
  const world = rocketWorld({ clientLimits: { streamItems: 4 } });
  const iterators = Array.from({ length: 10_000 }, () => world.client.countTo(1_000_000)[Symbol.asyncIterator]());
  const firsts = await Promise.all(iterators.map((iterator) => iterator.next()));
  t.ok(firsts.every(({ value }) => value === 1));
  t.equal(world.serverSession().inFlight, 10_000);
  const seconds = await Promise.all(iterators.map((iterator) => iterator.next()));
  t.ok(seconds.every(({ value }) => value === 2));
  await Promise.all(iterators.map((iterator) => iterator.return?.()));
  t.ok(await eventually(() => world.leftovers() === 0, 20_000));
  await world.close();
});

t.test("refuses one stream more than is admitted, and says that it was not begun", async (t) => {
  const world = rocketWorld({ serverLimits: { maxStreams: 2 } });
  const open = [world.client.countTo(1_000_000), world.client.countTo(1_000_000)];
  await Promise.all(open.map((stream) => stream.response));
  await t.rejects(world.client.countTo(1).response, { code: "OVERLOADED", delivery: "unsent", message: /2 streams/ });
  for (const stream of open) stream.cancel();
  t.ok(await eventually(() => world.leftovers() === 0));
  await world.close();
});

/** A client by hand that opens `blobs` with all the credit there is. */
function greedyRequest(): Buffer {
  const w = new ByteWriter();
  writeSetup(w, setupMetadata({ minVersion: 8, maxVersion: 8 }));
  const start = openRequestStream(w, 1, Flag.METADATA, UNLIMITED_CREDIT);
  const hole = openMetadata(w);
  writeRequestMetadata(w, requestPrefix("blobs", 2, RpcKind.STREAM), 0, 0, undefined);
  closeMetadata(w, hole);
  methodCodec(Streams.methods.get("blobs") as Method, compactFb).writeArgs(w, [0, 100_000]);
  closeFrame(w, start);
  return Buffer.from(w.view(0));
}

t.test("a peer that grants 2^31-1 items and does not read is held up by its own socket", async (t) => {
  let made = 0;
  let raw: Transport | undefined;
  const world = rocketWorld({
    strict: false,
    handlers: {
      async *blobs(_count, size) {
        for (;;) {
          made++;
          yield Buffer.alloc(size);
        }
      },
    },
    between: (client, server) => {
      raw = client;
      // The client session gets a pipe that leads nowhere; the raw one is ours.
      return [
        {
          peer: "nowhere",
          queuedBytes: 0,
          start() {},
          write: () => true,
          pause() {},
          resume() {},
          end() {},
          destroy() {},
        },
        server,
      ];
    },
  });
  void world.client.echo("dial").catch(() => {});
  await eventually(() => raw !== undefined);
  const versions: number[] = [];
  const frame = new Frame();
  const reader = rocketFrameReader(
    {
      onFrame: (buf, start, end) => {
        readFrame(frame, buf, start, end);
        versions.push(frame.type);
        return true;
      },
    },
    0xffffff,
  );
  raw?.start({ onData: (chunk) => reader.push(chunk), onDrain() {}, onEnd() {}, onClose() {} });
  raw?.write(greedyRequest());
  await eventually(() => versions.length > 3);
  raw?.pause();
  await turns(200);
  const before = made;
  await turns(1000);
  t.equal(made, before, "the producer stands still");
  t.ok(made < 200, `${made} items of 100 KB made`);
  raw?.destroy();
  t.ok(await eventually(() => world.serverSession().leftovers === 0));
});

t.test(
  "a damaged length that swallows all that follows ends the connection, as talkative as the server may be",
  async (t) => {
    const platform = new VirtualPlatform();
    let stray: Buffer | undefined;
    const slipIn = (): Buffer | undefined => {
      const bytes = stray;
      stray = undefined;
      return bytes;
    };
    const world = rocketWorld({
      platform,
      strict: false,
      clientLimits: { keepaliveMs: 100 },
      between: (client, server) => [client, faulty(server, { slipIn })],
    });
    t.equal(await world.client.echo("before"), "before");
    stray = Buffer.from([0x3f, 0xff, 0xff]);
    const swallowed: Promise<unknown>[] = [];
    for (let i = 0; i < 4; i++) {
      swallowed.push(
        t.rejects(world.client.echo(`during ${i}`), { code: "CONNECTION_LOST", message: /answer to a ping/ }),
      );
      await turns(10);
      await platform.clock.advance(50);
    }
    await platform.clock.advance(100);
    await Promise.all(swallowed);
    await world.close();
  },
);

t.test("a connection that we do not read is not found dead for saying nothing", async (t) => {
  const platform = new VirtualPlatform();
  const world = rocketWorld({
    platform,
    clientLimits: { connectionBytes: 2 * MIB, streamBytes: 64 * MIB, keepaliveMs: 100 },
  });
  const streams = Array.from({ length: 8 }, () => world.client.blobs(40, MIB / 2)[Symbol.asyncIterator]());
  for (const stream of streams) await stream.next();
  await turns(300);
  for (let i = 0; i < 10; i++) {
    await platform.clock.advance(50);
    await turns(10);
  }
  let count = 0;
  const readAll = async (stream: AsyncIterator<Buffer>): Promise<void> => {
    while (!(await stream.next()).done) count++;
  };
  await Promise.all(streams.map(readAll));
  t.equal(count, 8 * 39);
  await world.close();
});
