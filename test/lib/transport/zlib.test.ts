import { Buffer } from "node:buffer";
import { once } from "node:events";
import { connect as socketTo } from "node:net";
import { constants, createDeflate, createInflate, deflateSync } from "node:zlib";
import fc from "fast-check";
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { memoryPair } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { tls } from "../../../lib/transport/tls.ts";
import type { Transport } from "../../../lib/transport/transport.ts";
import { zlib } from "../../../lib/transport/zlib.ts";
import { transportContract } from "../../contract/transport.ts";
import { testAuthority } from "../../helpers/certificates.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";

const host = "127.0.0.1";

/** What arrives at one end. */
class End {
  readonly chunks: Buffer[] = [];
  readonly events: string[] = [];
  cause: Error | undefined;

  constructor(transport: Transport) {
    transport.start({
      onData: (chunk) => void this.chunks.push(chunk),
      onDrain: () => void this.events.push("drain"),
      onEnd: () => void this.events.push("end"),
      onClose: (cause) => {
        this.cause = cause;
        this.events.push("close");
      },
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }
}

/** The events of zlib come from other threads, which a count of turns does not wait for. */
async function until(condition: () => boolean): Promise<boolean> {
  for (let i = 0; i < 2_000 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 1));
  return condition();
}

transportContract(t, "zlib", () => {
  const listener = tcp.listen(0, { host });
  return {
    listener: {
      listen: (platform, accept, onError) => listener.listen(platform, (transport) => accept(zlib(transport)), onError),
      close: () => listener.close(),
    },
    dialer(address) {
      const dialer = tcp(host, Number(address.split(":").at(-1)));
      return { target: dialer.target, dial: async (platform, signal) => zlib(await dialer.dial(platform, signal)) };
    },
  };
});

t.test("what is written arrives, batch by batch and in both directions", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { maxLength: 8 }), async (batches) => {
      const [a, b] = memoryPair().map(zlib) as [Transport, Transport];
      const [here, there] = [new End(a), new End(b)];
      const all = Buffer.concat(batches);
      for (const batch of batches) {
        const buffer = Buffer.from(batch);
        a.write(buffer);
        b.write(buffer);
        // It is the writer's again.
        buffer.fill(0);
      }
      if (!(await until(() => here.bytes.length === all.length && there.bytes.length === all.length))) return false;
      a.destroy();
      return here.bytes.equals(all) && there.bytes.equals(all) && (await until(() => here.events.includes("close")));
    }),
    { numRuns: 40 },
  );
});

t.test("each batch can be read before the next is written, as Apache's transports need it", async (t) => {
  const [a, b] = memoryPair();
  const end = new End(b);
  const transport = zlib(a);
  new End(transport);
  const inflate = createInflate();
  const inflated: Buffer[] = [];
  inflate.on("data", (chunk: Buffer) => inflated.push(chunk));
  for (let i = 1; i <= 3; i++) {
    transport.write(Buffer.from(`batch ${i}.`));
    t.ok(await until(() => end.bytes.length > 0 && end.bytes.subarray(-4).equals(Buffer.from("0000ffff", "hex"))));
    inflate.write(end.bytes);
    end.chunks.length = 0;
    t.ok(await until(() => Buffer.concat(inflated).toString().endsWith(`batch ${i}.`)));
  }
  transport.end();
  t.ok(await until(() => end.events.includes("end")));
  transport.destroy();
});

t.test("an end comes behind all that was sent, whether the deflate stream was finished or only cut off", async (t) => {
  for (const packed of [deflateSync("all of it"), deflateSync("all of it", { finishFlush: constants.Z_SYNC_FLUSH })]) {
    const [a, b] = memoryPair();
    new End(a);
    const end = new End(zlib(b));
    a.write(packed);
    a.destroy();
    t.ok(await until(() => end.events.includes("close")));
    t.equal(end.bytes.toString(), "all of it");
    t.same(end.events, ["end", "close"]);
    t.equal(end.cause, undefined);
  }
});

t.test("nothing is inflated while nobody reads", async (t) => {
  const [a, b] = memoryPair();
  new End(a);
  const transport = zlib(b);
  const end = new End(transport);
  transport.pause();
  a.write(deflateSync(Buffer.alloc(64 << 20)));
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.equal(end.bytes.length, 0);
  transport.resume();
  t.ok(await until(() => end.chunks.length > 0));
  transport.pause();
  const { length } = end.bytes;
  await new Promise((resolve) => setTimeout(resolve, 50));
  t.ok(end.bytes.length <= length + 64 * 1024, `${end.bytes.length - length} bytes more`);
  transport.destroy();
  t.ok(await until(() => end.events.includes("close")));
});

t.test("garbage closes it with an error that says what it was", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 200 }), async (garbage) => {
      const [a, b] = memoryPair();
      new End(a);
      const end = new End(zlib(b));
      a.write(Buffer.concat([Buffer.from([0x78, 0x9c, 0x07]), garbage]));
      return (
        (await until(() => end.events.includes("close"))) && /zlib stream of memory/.test(end.cause?.message ?? "")
      );
    }),
    { numRuns: 50 },
  );
  t.pass();
});

t.test("calls of every kind of classic client pass within it, beside plain ones, also over TLS", async (t) => {
  const authority = await testAuthority();
  const certificate = await authority.sign("server");
  const server = await serve([tcp.listen(0, { host }), tls.listen(0, { host, ...certificate })], (r) =>
    r.add(Streams, streamHandlers(new Seen())),
  );
  for (const [i, address] of server.addresses.entries())
    for (const protocol of ["framed", "unframed"] as const)
      for (const encoding of ["compact", "binary", "json"] as const)
        for (const deflated of [true, false]) {
          const secure = i === 0 ? false : { authorities: authority.cert };
          const channel = connect(address, { protocol, encoding, zlib: deflated, tls: secure });
          const client = createClient(Streams, channel);
          const large = Buffer.alloc(1_000_000, encoding);
          const texts = await Promise.all(Array.from({ length: 20 }, (_, n) => client.echo(`${n}`)));
          t.same(texts, Array.from(texts.keys(), String), `${address} ${protocol} ${encoding} ${deflated}`);
          t.ok((await client.blob(large)).equals(large));
          await channel.close();
        }
  t.ok(await eventually(() => server.connections === 0));
  await server.close();
});

t.test("fewer bytes cross the wire", async (t) => {
  const server = await serve(tcp.listen(0, { host }), (r) => r.add(Streams, streamHandlers(new Seen())));
  const sizes = [];
  for (const deflated of [false, true]) {
    let bytes = 0;
    const dialer = {
      target: server.address,
      async dial(...args: Parameters<ReturnType<typeof tcp>["dial"]>): Promise<Transport> {
        const inner = await tcp(host, Number(server.address.split(":").pop())).dial(...args);
        return Object.assign(Object.create(inner) as Transport, {
          start: (events: Parameters<Transport["start"]>[0]) => inner.start(events),
          write: (chunk: Buffer) => {
            bytes += chunk.length;
            return inner.write(chunk);
          },
          pause: () => inner.pause(),
          resume: () => inner.resume(),
          hold: (active: boolean) => inner.hold?.(active),
          end: () => inner.end(),
          destroy: (cause?: Error) => inner.destroy(cause),
          peer: inner.peer,
        });
      },
    };
    const channel = connect(dialer, { protocol: "framed", zlib: deflated });
    await createClient(Streams, channel).echo("the same words again. ".repeat(200));
    sizes.push(bytes);
    await channel.close();
  }
  t.ok((sizes[1] as number) * 10 < (sizes[0] as number), `${sizes}`);
  await server.close();
});

t.test("a bomb costs its sender the connection at the limit of a frame, and nobody else anything", async (t) => {
  const server = await serve(tcp.listen(0, { host }), (r) => r.add(Streams, streamHandlers(new Seen())), {
    maxFrameBytes: 1 << 20,
    onError() {},
  });
  const socket = socketTo(Number(server.address.split(":").pop()), host).resume();
  const deflate = createDeflate();
  deflate.pipe(socket);
  // An unframed call of `blob` whose binary goes on and on.
  deflate.write(
    Buffer.concat([
      Buffer.from("800100010000000462", "hex"),
      Buffer.from("lob"),
      Buffer.from("000000010b0001000fffff", "hex"),
    ]),
  );
  const zeros = Buffer.alloc(1 << 20);
  const feed = (): void => {
    while (!deflate.destroyed && deflate.write(zeros));
  };
  deflate.on("drain", feed);
  feed();
  socket.on("error", () => {});
  await once(socket, "close");
  deflate.destroy();
  t.ok(await until(() => server.connections === 0));
  const channel = connect(server.address, { protocol: "framed" });
  t.equal(await createClient(Streams, channel).echo("on"), "on");
  await channel.close();
  await server.close();
});

t.test(
  "a client that says nothing behind the first bytes is shown out in time, and zlib within zlib is not spoken",
  async (t) => {
    const server = await serve(tcp.listen(0, { host }), (r) => r.add(Streams, streamHandlers(new Seen())), {
      openingTimeoutMs: 50,
    });
    for (const said of [Buffer.from([0x78, 0x9c]), deflateSync(deflateSync("x"))]) {
      const socket = socketTo(Number(server.address.split(":").pop()), host).resume();
      socket.on("error", () => {});
      socket.write(said);
      await once(socket, "close");
      t.ok(await until(() => server.connections === 0));
    }
    await server.close();
  },
);

t.test("what it does not lie around is refused before anything is dialled", async (t) => {
  for (const protocol of ["rocket", "auto", "http", "header-http"] as const)
    t.throws(() => connect("localhost:1", { protocol, zlib: true }), { code: "CONFIGURATION", message: /zlib/ });
});

t.test(
  "a client that sends no more still gets its answers, whether it has ended its deflate stream or not",
  async (t) => {
    const server = await serve(tcp.listen(0, { host }), (r) => r.add(Streams, streamHandlers(new Seen())));
    // `wait` for 20 ms, framed, in binary.
    const call = Buffer.from("0000001b800100010000000477616974000000070800010000001400", "hex");
    call.writeUInt32BE(call.length - 4);
    for (const finishFlush of [constants.Z_FINISH, constants.Z_SYNC_FLUSH]) {
      const socket = socketTo({ host, port: Number(server.address.split(":").at(-1)), allowHalfOpen: true });
      const inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
      let answer = "";
      inflate.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
      socket.pipe(inflate);
      socket.end(deflateSync(call, { finishFlush }));
      await once(inflate, "end");
      t.match(answer, /wait.*waited/s);
    }
    await server.close();
  },
);
