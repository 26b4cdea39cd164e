/** TLS beside programs that are not ours: what is sent to them, and what is made of what they answer. */
import { spawn, spawnSync } from "node:child_process";
import dns from "node:dns";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer as createPlainServer, connect as plainSocket, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createSecureContext, createServer, TLSSocket, type TlsOptions } from "node:tls";
import t, { type Test } from "tap";
import type { HandlerContext } from "../../../lib/call/call.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { serve } from "../../../lib/server/server.ts";
import { tls } from "../../../lib/transport/tls.ts";
import type { Dialer } from "../../../lib/transport/transport.ts";
import { Received } from "../../contract/transport.ts";
import { testAuthority } from "../../helpers/certificates.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";
import "../../helpers/loaded-families.ts";

const authority = await testAuthority();
const certificate = await authority.sign("server");
const client = await authority.sign("billing");
const host = "127.0.0.1";
const ignore = (): void => {};

/** Listens until the test ends. Gives the port. */
async function listening(t: Test, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", ignore)));
  await once(server.listen(0, host), "listening");
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** One connection on which an answer came; with the answer, as TLS 1.3 has it, a ticket. */
async function visit(dialer: Dialer): Promise<void> {
  const transport = await dialer.dial(nodePlatform, new AbortController().signal);
  const received = new Received();
  transport.start(received);
  transport.write(Buffer.from("hello"));
  await received.until(() => received.bytes.length > 0);
  transport.destroy();
}

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
const skip = hasOpenssl ? false : "needs the program openssl";

t.test("openssl resumes its sessions, with and without a certificate, and is known as before", { skip }, async (t) => {
  const folder = t.testdir({ "ca.pem": authority.cert, "cert.pem": client.cert, "key.pem": client.key });
  const file = (name: string): string => join(folder, name);
  /** What openssl says of a connection on which it calls `echo`. */
  const opensslSays = async (port: string, args: readonly string[]): Promise<string> => {
    const program = spawn("openssl", ["s_client", "-connect", `${host}:${port}`, "-CAfile", file("ca.pem"), ...args]);
    let said = "";
    program.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString("latin1");
      if (said.includes("hello openssl")) program.stdin.end();
    });
    program.stderr.resume();
    program.stdin.write(echoCall("hello openssl"));
    await once(program, "close");
    return said;
  };
  for (const mutual of [false, true]) {
    const contexts: HandlerContext[] = [];
    const handlers = streamHandlers(new Seen());
    const echo: typeof handlers.echo = (text, context) => {
      contexts.push(context);
      return text;
    };
    const server = await serve(
      tls.listen(0, { host, ...certificate, ...(mutual && { clientAuthorities: authority.cert }) }),
      (r) => r.add(Streams, { ...handlers, echo }),
    );
    const port = server.address.split(":").at(-1) as string;
    const shows = mutual ? ["-cert", file("cert.pem"), "-key", file("key.pem")] : [];
    for (const version of ["-tls1_2", "-tls1_3"]) {
      const session = file(`session${version}${mutual}`);
      const first = await opensslSays(port, [version, ...shows, "-sess_out", session]);
      t.match(first, /\nNew, TLSv1\.[23]/);
      t.ok(existsSync(session));
      t.match(await opensslSays(port, [version, ...shows, "-sess_in", session]), /\nReused, TLSv1\.[23]/);
    }
    t.equal(contexts.length, 4);
    for (const { identity } of contexts) t.equal(identity?.commonName, mutual ? "billing" : undefined);
    await server.close();
  }
});

/** Framed binary: `echo` with `text`. */
function echoCall(text: string): Buffer {
  const message = Buffer.concat([
    Buffer.from("8001000100000004", "hex"),
    Buffer.from("echo"),
    Buffer.from("000000010b0001", "hex"),
    Buffer.from(text.length.toString(16).padStart(8, "0"), "hex"),
    Buffer.from(text),
    Buffer.of(0),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}

t.test("a client resumes the session that its server gave last", async (t) => {
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const reused: boolean[] = [];
    const server = createServer({ ...certificate, maxVersion }, (socket) => {
      reused.push(socket.isSessionReused());
      socket.on("error", ignore).on("data", (bytes) => socket.write(bytes));
    });
    const port = await listening(t, server);
    const dialer = tls(host, port, { authorities: authority.cert });
    for (let visits = 0; visits < 3; visits++) await visit(dialer);
    t.same(reused, [false, true, true], maxVersion);
  }
});

t.test("a server that cannot resume its own session costs one attempt", async (t) => {
  // Without a session context OpenSSL ends such a handshake with alert 80.
  const secureContext = createSecureContext({ ...certificate, ca: authority.cert });
  const server = createPlainServer((raw) => {
    const socket = new TLSSocket(raw, { isServer: true, secureContext, requestCert: true, rejectUnauthorized: false });
    socket.on("error", ignore).on("data", (bytes) => socket.write(bytes));
  });
  const port = await listening(t, server);
  const dialer = tls(host, port, { authorities: authority.cert, ...client });
  await visit(dialer);
  await t.rejects(visit(dialer), { name: "Error" }, "which is tried again");
  await visit(dialer);
});

/** What a client of `target` with `options` sends as SNI, false for nothing, and what became of its handshake. */
async function shown(
  t: Test,
  dialHost: string,
  options: { serverName?: string } = {},
  served: TlsOptions = certificate,
): Promise<{ sni: string | false; failure?: string }> {
  let sni: string | false = false;
  const server = createServer({
    ...served,
    SNICallback(name, done) {
      sni = name;
      done(null);
    },
  });
  const port = await listening(t, server);
  try {
    const dialer = tls(dialHost, port, { authorities: authority.cert, ...options });
    (await dialer.dial(nodePlatform, new AbortController().signal)).destroy();
    return { sni };
  } catch (error) {
    return { sni, failure: (error as Error).message };
  }
}

t.test("sends the name of the server without a dot at its end, and no address", async (t) => {
  const lookup = dns.lookup;
  // Every name leads here.
  dns.lookup = ((name: string, ...rest: never[]) =>
    (lookup as (...args: unknown[]) => void)(/example/i.test(name) ? host : name, ...rest)) as typeof lookup;
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  t.teardown(() => {
    dns.lookup = lookup;
    process.off("warning", onWarning);
  });
  const named = await authority.sign("named", { host: "svc.example" });
  const international = await authority.sign("named", { host: "xn--bcher-kva.example" });
  t.same(await shown(t, "svc.example", {}, named), { sni: "svc.example" });
  t.same(await shown(t, "svc.example.", {}, named), { sni: "svc.example" });
  t.same(await shown(t, "SVC.Example", {}, named), { sni: "svc.example" });
  t.same(await shown(t, "bücher.example", {}, international), { sni: "xn--bcher-kva.example" });
  t.same(await shown(t, host, { serverName: "svc.example." }, named), { sni: "svc.example" });
  t.same(await shown(t, host), { sni: false });
  t.same(await shown(t, "127.1"), { sni: false });
  t.same(await shown(t, "svc.example", { serverName: host }), { sni: false });
  t.match(await shown(t, "other.example.", {}, named), {
    sni: "other.example",
    failure: /not trusted: .*altnames/,
  });
  t.match(await shown(t, host, {}, named), { sni: false, failure: /not trusted: .*IP: 127\.0\.0\.1/ });
  t.match(await shown(t, "svc.example", { serverName: "10.0.0.1" }, certificate), {
    sni: false,
    failure: /10\.0\.0\.1/,
  });
  await new Promise((resolve) => setImmediate(resolve));
  t.same(warnings, []);
});

t.test("offers the protocol that it will speak", async (t) => {
  const offered: string[][] = [];
  let onOffer = (): void => {};
  const server = createServer({
    ...certificate,
    ALPNCallback: ({ protocols }: { protocols: string[] }) => {
      offered.push(protocols);
      onOffer();
      return protocols[0];
    },
  } as TlsOptions);
  const port = await listening(t, server);
  for (const protocol of ["rocket", "auto", "framed", "unframed", "header", "http"] as const) {
    const offer = new Promise<void>((resolve) => (onOffer = resolve));
    const channel = connect(`${host}:${port}`, { protocol, tls: { authorities: authority.cert } });
    const call = t.rejects(createClient(Streams, channel).echo("x"));
    await offer;
    await channel.close();
    await call;
  }
  t.strictSame([...new Set(offered.map(String))], ["rs", "rs,thrift", "thrift", "http/1.1"]);
});

t.test("a server that answers with something else is told apart at once, as no other attempt would help", async (t) => {
  const answers: Readonly<Record<string, string>> = {
    "an HTTP server": Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n").toString("hex"),
    "framed Thrift": "0000002680010003",
    Rocket: "00000e00000000300000000000010000",
    SSH: Buffer.from("SSH-2.0-OpenSSH\r\n").toString("hex"),
    "a record of no handshake": "1603030005010203040506",
  };
  for (const [what, bytes] of Object.entries(answers)) {
    const server = createPlainServer((socket) => void socket.on("error", ignore).write(Buffer.from(bytes, "hex")));
    const port = await listening(t, server);
    const forEver = { timeoutMs: Number.POSITIVE_INFINITY, connectTimeoutMs: Number.POSITIVE_INFINITY };
    const channel = connect(`${host}:${port}`, { tls: { unverified: true }, ...forEver });
    await t.rejects(
      createClient(Streams, channel).echo("x"),
      { code: "CONNECT_FAILED", delivery: "unsent", message: new RegExp(`${host}:${port} does not speak TLS: `) },
      what,
    );
    await channel.close();
  }
});

t.test("a server that refuses the handshake says why, and is not asked again", async (t) => {
  const port = await listening(t, createServer({ ...certificate, ALPNProtocols: ["h2"] }));
  const channel = connect(`${host}:${port}`, {
    tls: { authorities: authority.cert },
    timeoutMs: Number.POSITIVE_INFINITY,
    connectTimeoutMs: Number.POSITIVE_INFINITY,
  });
  await t.rejects(createClient(Streams, channel).echo("x"), {
    code: "CONNECT_FAILED",
    delivery: "unsent",
    message: /the TLS handshake with 127\.0\.0\.1:\d+ failed: .*application protocol/,
  });
  await channel.close();
});

t.test("who speaks in the clear to a TLS listener gets an alert, and then the end", async (t) => {
  const server = await serve(tls.listen(0, { host, ...certificate }), () => {});
  for (const said of [echoCall("x"), Buffer.from("GET / HTTP/1.1\r\n\r\n"), Buffer.from("00"), Buffer.alloc(300_000)]) {
    const socket = plainSocket(Number(server.address.split(":").at(-1)), host).on("error", ignore);
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.write(said);
    await once(socket, "end");
    t.equal(Buffer.concat(chunks).toString("hex"), "1503030002020a");
    socket.destroy();
  }
  const channel = connect(server.address, { connectTimeoutMs: Number.POSITIVE_INFINITY });
  await t.rejects(createClient(Streams, channel).echo("x"), { code: "CONNECT_FAILED", message: /looks like a TLS/ });
  await channel.close();
  await server.close();
});

t.test("refuses what would not do what it says", async (t) => {
  const { cert, key } = certificate;
  const other = await authority.sign("other");
  const unusable = { code: "CONFIGURATION", delivery: "unsent" };
  for (const [options, message] of [
    [{ cert }, /cert and key go together/],
    [{ key }, /cert and key go together/],
    [{ passphrase: "x" }, /passphrase opens a key/],
    [{ cert, key: other.key }, /^tls: /],
    [{ authorities: "nobody" }, /an authority is no certificate/],
    [{ authorities: [] }, /^authorities: expected .* not empty/],
    [{ authorities: [cert, 5] }, /^authorities\[1\]: /],
    [{ authorities: cert, unverified: true }, /^tls: unverified/],
    [{ serverName: "" }, /^serverName: /],
    [{ serverName: "a b" }, /^serverName: /],
    [{ serverName: "x".repeat(256) }, /^serverName: /],
    [{ serverName: null }, /^serverName: /],
    [{ rejectUnauthorized: false }, /^rejectUnauthorized: unknown option of tls/],
    [{ ca: cert }, /^ca: unknown option of tls/],
  ] as [object, RegExp][]) {
    t.throws(() => tls(host, 1, options), { ...unusable, message });
    const inner = new RegExp(message.source.replace(/^\^(?!tls)/, "^tls\\."));
    t.throws(() => connect(`${host}:1`, { tls: options }), { ...unusable, message: inner });
  }
  for (const [options, message] of [
    [undefined, /^cert: expected/],
    [{}, /^cert: expected/],
    [{ cert }, /cert and key go together/],
    [{ cert, key, clientAuthorities: [] }, /^clientAuthorities: /],
    [{ cert, key, clientAuthorities: Buffer.from("nobody") }, /an authority is no certificate/],
    [{ cert, key, handshakeTimeoutMs: 0 }, /^handshakeTimeoutMs: /],
    [{ cert, key, maxHandshakes: 0 }, /^maxHandshakes: /],
    [{ cert, key, requestCert: true }, /^requestCert: unknown option of tls.listen/],
  ] as [never, RegExp][])
    t.throws(() => tls.listen(0, options), { ...unusable, message });
});

t.test("no error shows the passphrase of a key", async (t) => {
  for (const passphrase of [123456, ["123456"], { value: 123456 }])
    t.throws(() => tls(host, 1, { ...client, passphrase } as never), { message: /^passphrase: expected text [^1]*$/ });
});
