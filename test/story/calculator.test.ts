/** One service through every framing, protocol and transport, over real sockets, as a user would write it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import {
  type ConnectOptions,
  connect,
  createClient,
  type Dialer,
  type Listener,
  memory,
  serve,
  tcp,
  unix,
} from "../../lib/index.ts";
import { Calculator, DivideByZero } from "../helpers/calculator.ts";
import { VirtualPlatform } from "../helpers/virtual-platform.ts";
import { calculator, Witness } from "../helpers/virtual-service.ts";

const folder = await mkdtemp(join(tmpdir(), "scrimp-story-"));
t.teardown(() => rm(folder, { recursive: true }));

const transports: Record<string, () => { listener: Listener; target: (address: string) => string | Dialer }> = {
  tcp: () => ({ listener: tcp.listen(0, { host: "127.0.0.1" }), target: (address) => address }),
  unix: () => ({ listener: unix.listen(join(folder, "s.sock")), target: (address) => address }),
  memory: () => {
    const link = memory();
    return { listener: link.listener, target: () => link.dialer };
  },
};

const conversations: ConnectOptions[] = (["framed", "unframed"] as const).flatMap((protocol) =>
  (["compact", "binary", "compact-fb"] as const).map((encoding) => ({ protocol, encoding })),
);

for (const [name, make] of Object.entries(transports)) {
  t.test(`${name}: every conversation at once on one server`, async (t) => {
    const { listener, target } = make();
    const witness = new Witness();
    const errors: unknown[] = [];
    const platform = new VirtualPlatform();
    const server = await serve(
      listener,
      (r) => r.add(Calculator, calculator(platform, witness)).procedure("upper", (text: string) => text.toUpperCase()),
      {
        onError: (error) => errors.push(error),
      },
    );
    const channels = conversations.map((options) => connect(target(server.address), options));
    await Promise.all(
      channels.map(async (channel, i) => {
        const calc = createClient(Calculator, channel, { multiplexed: i % 2 === 0 });
        const quotients = await Promise.all(
          Array.from({ length: 500 }, (_, n) => calc.divide({ dividend: n * -3, divisor: -3, note: `note ${n}` })),
        );
        t.same(
          quotients,
          Array.from({ length: 500 }, (_, n) => n),
        );
        await t.rejects(calc.divide({ dividend: 1, divisor: 0 }), DivideByZero);
        await t.rejects(calc.divide({ dividend: 666, divisor: 1 }), { code: "APP_ERROR" });
        const blob = Buffer.alloc(2_000_000, i);
        t.ok((await calc.blob(blob)).equals(blob));
        await calc.log(`from ${i}`);
        await calc.ping();
        t.equal(await channel.invoke("upper", ["é"]), "É");
      }),
    );
    t.same(
      [...witness.lines].sort(),
      conversations.map((_, i) => `from ${i}`),
    );
    t.equal(errors.length, conversations.length);
    t.equal(server.connections, conversations.length);
    await Promise.all(channels.map((channel) => channel.close()));
    await server.drain({ timeoutMs: 5_000 });
    t.equal(server.connections, 0);
  });
}

t.test("a server that restarts on its port is found again by the first call", async (t) => {
  const serveOn = (port: number) =>
    serve(tcp.listen(port, { host: "127.0.0.1" }), (r) => r.procedure("pid", () => port));
  let server = await serveOn(0);
  const channel = connect(server.address);
  const port = Number(server.address.split(":")[1]);
  for (let i = 0; i < 5; i++) {
    t.equal(await channel.invoke("pid"), i === 0 ? 0 : port);
    await server.close();
    server = await serveOn(port);
  }
  await channel.close();
  await server.close();
});

t.test("a thousand connections that reset leave the server as it was", async (t) => {
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) => r.procedure("one", () => 1), {
    maxConnections: 100,
  });
  const { connect: open } = await import("node:net");
  const port = Number(server.address.split(":")[1]);
  for (let round = 0; round < 20; round++) {
    await Promise.all(
      Array.from({ length: 50 }, (_, i) => {
        const socket = open({ port, host: "127.0.0.1" });
        return new Promise<void>((resolve) => {
          socket.on("error", () => undefined);
          socket.on("close", () => resolve());
          socket.once("connect", () => {
            if (i % 3 === 0) socket.write("garbage, nothing but garbage");
            if (i % 3 === 1) socket.write(Buffer.from("0000006482210105", "hex"));
            setImmediate(() => socket.resetAndDestroy());
          });
        });
      }),
    );
  }
  const channel = connect(server.address);
  t.equal(await channel.invoke("one"), 1);
  while (server.connections > 1) await new Promise((resolve) => setTimeout(resolve, 5));
  await channel.close();
  await server.close();
  t.equal(server.connections, 0);
});
