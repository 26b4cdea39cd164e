/** Calls over real sockets on loopback: what the system says of a wrong port, of strangers, and of what was asked for in vain. */
import { createSocket, type Socket } from "node:dgram";
import t, { type Test } from "tap";
import { type Client, createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { clientDial } from "../../../lib/observe/diagnostics.ts";
import { type ServeOptions, type Server, serve } from "../../../lib/server/server.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { Counter, type CounterMethods } from "../../helpers/counter-service.ts";

async function served(t: Test, options: ServeOptions = {}, host?: string): Promise<Server> {
  const server = await serve(
    udp.listen(0, host === undefined ? {} : { host }),
    (registry) =>
      registry.add(Counter, {
        echo: (x) => x,
        once: (x) => x * 2,
        text: (length) => "x".repeat(length),
        fail() {},
        log() {},
        async *count() {},
      }),
    options,
  );
  t.teardown(() => server.close());
  return server;
}

function client(t: Test, address: string, options: ConnectOptions = {}): Client<CounterMethods> {
  const channel = connect(address, options);
  t.teardown(() => channel.close());
  return createClient(Counter, channel);
}

async function bound(t: Test): Promise<Socket> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  t.teardown(() => socket.close());
  return socket;
}

/** A port of loopback that nobody has. */
async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

t.test("listens on loopback unless another host is named", async (t) => {
  t.match((await served(t)).address, /^udp:\/\/127\.0\.0\.1:\d+$/);
  t.match((await served(t, {}, "0.0.0.0")).address, /^udp:\/\/0\.0\.0\.0:\d+$/);
});

t.test("calls every encoding that datagrams have, over IPv4, and over IPv6 where the machine has it", async (t) => {
  const servers = [await served(t)];
  try {
    servers.push(await served(t, {}, "::1"));
  } catch (error) {
    t.match(error, { code: /EADDRNOTAVAIL|EAFNOSUPPORT/ });
  }
  for (const { address } of servers) {
    for (const encoding of ["compact", "binary", "compact-fb"] as const) {
      const counter = client(t, address, { encoding });
      t.same([await counter.echo(7), await counter.once(21)], [7, 42], `${encoding} to ${address}`);
    }
  }
});

t.test("finds a server on 127.0.0.1 by the name localhost", async (t) => {
  const server = await served(t);
  t.equal(await client(t, server.address.replace("127.0.0.1", "localhost")).once(21), 42);
});

t.test("says that nobody listens at a wrong port, at once where it may not try again", async (t) => {
  const port = await freePort();
  const counter = client(t, `udp://127.0.0.1:${port}`, { timeoutMs: 20_000 });
  const refusal = {
    code: "CONNECT_FAILED",
    delivery: "unknown",
    message: new RegExp(`to udp://127.0.0.1:${port}: nobody listens there for datagrams \\(.*ECONNREFUSED\\)`),
  };
  await t.rejects(counter.once(1), refusal);
  await t.rejects(counter.echo(1), refusal);
});

t.test("publishes that nobody listens, of which a oneway call does not hear", async (t) => {
  const port = await freePort();
  const told = new Promise((resolve) => {
    clientDial.subscribe(resolve);
    t.teardown(() => clientDial.unsubscribe(resolve));
  });
  // A socket at rest keeps no process alive, and the system's word comes after the call.
  const alive = setInterval(() => {}, 1_000);
  t.teardown(() => clearInterval(alive));
  await client(t, `udp://127.0.0.1:${port}`).log("to nobody");
  t.match(await told, { target: `udp://127.0.0.1:${port}`, error: { code: "ECONNREFUSED" } });
});

t.test("takes no answer from another address than it called", async (t) => {
  const [server, stranger] = [await bound(t), await bound(t)];
  server.on("message", (request, { port }) => {
    const answer = Buffer.concat([request.subarray(0, request.indexOf("echo") + 4), Buffer.from("05000200", "hex")]);
    answer[1] = 0x41;
    const forged = Buffer.from(answer);
    forged[forged.length - 2] = 0x04;
    stranger.send(forged, port, "127.0.0.1", () => server.send(answer, port, "127.0.0.1"));
  });
  const counter = client(t, `udp://127.0.0.1:${server.address().port}`);
  t.equal(await counter.echo(1), 1, "not the 2 that came first");
});

t.test("reports the system's error where two want the same port", async (t) => {
  const { address } = await served(t);
  const again = serve(udp.listen(Number(address.split(":").at(-1))), () => {});
  await t.rejects(again, { code: "EADDRINUSE" });
});

t.test("refuses options that UDP cannot keep, and numbers that make no sense", async (t) => {
  for (const [option, value] of Object.entries({
    tls: true,
    protocol: "framed",
    zlib: true,
    compressRequests: true,
    replyCompression: "zlib",
    checksums: true,
  }))
    t.throws(() => connect("udp://127.0.0.1:9", { [option]: value }), {
      code: "CONFIGURATION",
      message: `${option}: UDP has no such thing, use TCP`,
    });
  t.throws(() => connect("127.0.0.1:9", { datagrams: {} }), { code: "CONFIGURATION", message: /only UDP has them/ });
  t.throws(() => connect("udp://127.0.0.1:9", { encoding: "json" }), { code: "CONFIGURATION", message: /got "json"/ });
  for (const port of [0, -1, 65_536, 1.5, Number.NaN])
    t.throws(() => udp("127.0.0.1", port), { code: "CONFIGURATION", message: /port from 1 to 65535/ });
  for (const datagrams of [
    { maxUnanswered: 0 },
    { maxResends: -1 },
    { maxDatagramBytes: 255 },
    { maxDatagramBytes: 65_508 },
  ])
    t.throws(() => connect("udp://127.0.0.1:9", { datagrams }), { code: "CONFIGURATION", message: /expected .* got / });
  for (const datagrams of [
    { maxSourceRate: 0 },
    { maxSourceBurst: Number.NaN },
    { maxRememberedCalls: 0 },
    { maxRememberedBytes: 1_000 },
    { maxDatagramBytes: 65_508 },
  ])
    await t.rejects(served(t, { datagrams }), { code: "CONFIGURATION", message: /expected .* got / });
});
