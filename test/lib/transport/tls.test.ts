import { once } from "node:events";
import { connect as plainSocket } from "node:net";
import { connect as tlsSocket } from "node:tls";
import t from "tap";
import type { HandlerContext } from "../../../lib/call/call.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { tls } from "../../../lib/transport/tls.ts";
import { testAuthority } from "../../helpers/certificates.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";

const authority = await testAuthority();
const certificate = await authority.sign("server");
const host = "127.0.0.1";

t.test("every protocol runs over TLS, and plain on the same port where that is wanted", async (t) => {
  const listener = tls.listen(0, { host, plain: true, ...certificate });
  const server = await serve(listener, (r) => r.add(Streams, streamHandlers(new Seen())));
  for (const secure of [{ authorities: authority.cert }, false]) {
    for (const protocol of ["framed", "unframed", "header", "http", "rocket"] as const) {
      const channel = connect(server.address, { protocol, tls: secure });
      const client = createClient(Streams, channel);
      const large = Buffer.alloc(1_000_000, protocol);
      const [text, blob] = await Promise.all([client.echo(protocol), client.blob(large)]);
      t.equal(text, protocol);
      t.ok(blob.equals(large));
      if (protocol === "rocket") {
        let last = 0;
        for await (const n of client.countTo(1000)) last = n;
        t.equal(last, 1000);
      }
      await channel.close();
    }
  }
  await server.close();
});

t.test("a plain client is turned away where only TLS is served, and a silent one after its time", async (t) => {
  const server = await serve(tls.listen(0, { host, handshakeTimeoutMs: 50, ...certificate }), (r) =>
    r.add(Streams, streamHandlers(new Seen())),
  );
  const channel = connect(server.address, { protocol: "framed" });
  await t.rejects(createClient(Streams, channel).echo("x"), { name: "ConnectionError" });
  await channel.close();
  const silent = plainSocket(Number(server.address.split(":").pop()), host);
  await new Promise((resolve) =>
    silent
      .on("close", resolve)
      .on("error", () => {})
      .resume(),
  );
  t.pass("closed");
  await server.close();
});

t.test("whoever has not come to the end of the handshake when a server closes is closed with it", async (t) => {
  const server = await serve(tls.listen(0, { host, handshakeTimeoutMs: 600_000, ...certificate }), (r) =>
    r.add(Streams, streamHandlers(new Seen())),
  );
  const begun = [Buffer.alloc(0), Buffer.from("16030102000100", "hex")].map((said) => {
    const socket = plainSocket(Number(server.address.split(":").pop()), host)
      .on("error", () => {})
      .resume();
    return {
      socket,
      connected: once(socket, "connect").then(() => void socket.write(said)),
      closed: once(socket, "close"),
    };
  });
  await Promise.all(begun.map(({ connected }) => connected));
  // One that completes its handshake after them has been accepted after them.
  const channel = connect(server.address, { protocol: "framed", tls: { authorities: authority.cert } });
  await createClient(Streams, channel).echo("x");
  await channel.close();
  await server.close();
  await Promise.all(begun.map(({ closed }) => closed));
  t.pass("closed long before their time was over");
});

t.test("a crowd that says nothing does not keep out a client that does", async (t) => {
  const server = await serve(tls.listen(0, { host, maxHandshakes: 4, ...certificate }), (r) =>
    r.add(Streams, streamHandlers(new Seen())),
  );
  const port = Number(server.address.split(":").pop());
  const crowd = Array.from({ length: 12 }, () => plainSocket(port, host).on("error", () => {}));
  await Promise.all(crowd.map((socket) => once(socket, "connect")));
  const channel = connect(server.address, { protocol: "framed", tls: { authorities: authority.cert } });
  t.equal(await createClient(Streams, channel).echo("x"), "x");
  await channel.close();
  for (const socket of crowd) socket.destroy();
  await server.close();
});

t.test("a server that nobody vouches for is refused at once, as no other attempt would help", async (t) => {
  const server = await serve(tls.listen(0, { host, ...certificate }), (r) =>
    r.add(Streams, streamHandlers(new Seen())),
  );
  const stranger = await testAuthority();
  const forEver = { connectTimeoutMs: 3_600_000, timeoutMs: 3_600_000 };
  const channel = connect(server.address, { tls: { authorities: stranger.cert }, ...forEver });
  const { echo } = createClient(Streams, channel);
  for (const result of await Promise.allSettled([echo("x"), echo("y")]))
    t.match(result, {
      reason: { code: "CONNECT_FAILED", delivery: "unsent", message: /certificate of .* is not trusted/ },
    });
  await channel.close();
  const trusting = connect(server.address, { tls: { unverified: true } });
  t.equal(await createClient(Streams, trusting).echo("x"), "x");
  await trusting.close();
  await server.close();
});

t.test("with client authorities a handler knows who calls, and others do not come in", async (t) => {
  const contexts: HandlerContext[] = [];
  const handlers = streamHandlers(new Seen());
  const echo: typeof handlers.echo = (text, ctx) => {
    contexts.push(ctx);
    return text;
  };
  const server = await serve(tls.listen(0, { host, clientAuthorities: authority.cert, ...certificate }), (r) =>
    r.add(Streams, { ...handlers, echo }),
  );
  const known = connect(server.address, {
    protocol: "rocket",
    tls: { authorities: authority.cert, ...(await authority.sign("billing")) },
  });
  t.equal(await createClient(Streams, known).echo("x"), "x");
  t.match(contexts[0]?.identity, {
    commonName: "billing",
    alternativeNames: ["DNS:localhost", "IP Address:127.0.0.1"],
    fingerprint256: /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
  });
  await known.close();
  for (const stranger of [{}, await (await testAuthority()).sign("stranger")]) {
    const channel = connect(server.address, {
      tls: { authorities: authority.cert, ...stranger },
      timeoutMs: 500,
      connectTimeoutMs: 300,
    });
    await t.rejects(createClient(Streams, channel).echo("x"));
    await channel.close();
  }
  t.equal(contexts.length, 1);
  await server.close();
});

t.test("a client without the certificate that is asked for is told at once, and that nothing ran", async (t) => {
  const server = await serve(tls.listen(0, { host, clientAuthorities: authority.cert, ...certificate }), (r) =>
    r.add(Streams, streamHandlers(new Seen())),
  );
  t.teardown(() => server.close());
  for (const protocol of ["rocket", "framed", "header", "http"] as const) {
    const channel = connect(server.address, {
      protocol,
      tls: { authorities: authority.cert },
      timeoutMs: 100_000,
      connectTimeoutMs: 100_000,
    });
    const { echo } = createClient(Streams, channel);
    const told = { code: "CONNECT_FAILED", delivery: "unsent", phase: "connect", message: /certificate required/ };
    await Promise.all([t.rejects(echo("x"), told, protocol), t.rejects(echo("y"), told, protocol)]);
    await t.rejects(echo("z"), told, `${protocol}, and again`);
    await channel.close();
  }
});

t.test("a certificate is replaced without dropping a connection", async (t) => {
  const listener = tls.listen(0, { host, ...certificate });
  const server = await serve(listener, (r) => r.add(Streams, streamHandlers(new Seen())));
  const options = { tls: { authorities: authority.cert } };
  const before = connect(server.address, options);
  await createClient(Streams, before).echo("x");
  const served = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = tlsSocket(
        { host, port: Number(server.address.split(":").pop()), ca: authority.cert, ALPNProtocols: ["rs"] },
        () => {
          resolve(`${socket.getPeerCertificate().subject.CN} ${socket.alpnProtocol}`);
          socket.destroy();
        },
      );
    });
  t.equal(await served(), "server rs");
  listener.replaceCertificate(await authority.sign("renewed"));
  t.equal(await served(), "renewed rs");
  t.equal(await createClient(Streams, before).echo("still"), "still");
  t.throws(() => listener.replaceCertificate({ cert: "nonsense", key: "nonsense" }), { code: "CONFIGURATION" });
  t.equal(await served(), "renewed rs");
  await before.close();
  await eventually(() => server.connections === 0);
  await server.close();
});
