import { once } from "node:events";
import { request } from "node:http";
import { connect as openSocket } from "node:net";
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { type Server, serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { eventually, Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Stop, Streams } from "../../../helpers/streams.ts";

async function served(): Promise<{ server: Server; seen: Seen; port: number }> {
  const seen = new Seen();
  const server = await serve(tcp.listen(0, { host: "127.0.0.1" }), (r) => r.add(Streams, streamHandlers(seen)), {
    onError: (error) => seen.errors.push(error),
  });
  return { server, seen, port: Number(server.address.split(":").pop()) };
}

t.test("calls over HTTP in each encoding on one connection that is kept", async (t) => {
  const { server, seen } = await served();
  for (const encoding of ["binary", "compact", "compact-fb", "json"] as const) {
    const channel = connect(server.address, { protocol: "http", encoding, path: "/service" });
    const client = createClient(Streams, channel);
    const calls = Promise.all([
      client.echo("héllo"),
      client.log(encoding),
      client.echo("next"),
      client.blob(Buffer.alloc(200_000, 7)),
      client.wait(1),
    ]);
    const [first, , next, blob, waited] = await calls;
    t.same([first, next, blob.length, waited], ["héllo", "next", 200_000, "waited"]);
    await t.rejects(client.echo("stop"), Stop);
    await t.rejects(client.echo("fail"), { code: "APP_ERROR" });
    t.equal(server.connections, 1);
    await channel.close();
    await eventually(() => server.connections === 0);
  }
  t.same(seen.lines, ["binary", "compact", "compact-fb", "json"]);
  await server.close();
});

t.test("headers travel as HTTP headers", async (t) => {
  const { server } = await served();
  const channel = connect(server.address, { protocol: "http" });
  const got = new Map<string, string>();
  await createClient(Streams, channel).log("x");
  await createClient(Streams, channel).echo("x", {
    headers: { "x-trace": "abc" },
    onHeaders: (headers) => headers.forEach((value, name) => got.set(name, value)),
  });
  t.equal(got.get("x-trace"), "ABC");
  await channel.close();
  await server.close();
});

interface Answer {
  status: number;
  body: Buffer;
}

/** Node's own client as the other implementation. */
function post(port: number, body: Buffer, headers: Record<string, string> = {}, method = "POST"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, method, path: "/any", headers: { "content-type": "application/x-thrift", ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      },
    );
    sent.on("error", reject);
    if (headers["transfer-encoding"] === "chunked") for (const byte of body) sent.write(Buffer.of(byte));
    else sent.write(body);
    sent.end();
  });
}

const ECHO = Buffer.from("80010001000000046563686f000000070b0001000000026869 00".replaceAll(" ", ""), "hex");

t.test("node:http's client is answered, with a length, in chunks and with 100-continue", async (t) => {
  const { server, port } = await served();
  for (const headers of [
    { "content-length": `${ECHO.length}` },
    { "transfer-encoding": "chunked" },
    { "content-length": `${ECHO.length}`, expect: "100-continue" },
  ]) {
    const { status, body } = await post(port, ECHO, headers as unknown as Record<string, string>);
    t.equal(status, 200);
    t.match(body.toString("latin1"), /echo.*hi/s);
  }
  await server.close();
});

t.test("requests on one connection may be in different protocols, as behind a proxy", async (t) => {
  const { server, port, seen } = await served();
  const message = (text: string): Buffer =>
    Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${text.length}\r\n\r\n${text}`, "latin1");
  const call = (kind: number, name: string): string => `[1,"${name}",${kind},5,{"1":{"str":"json"}}]`;
  const socket = openSocket(port, "127.0.0.1");
  let got = "";
  socket.on("data", (chunk: Buffer) => {
    got += chunk.toString("latin1");
  });
  for (const text of [
    call(1, "echo"),
    ECHO.toString("latin1"),
    call(4, "log"),
    call(1, "none"),
    ECHO.toString("latin1"),
  ])
    socket.write(message(text));
  t.ok(await eventually(() => got.split("HTTP/1.1 200 OK").length === 6 && got.endsWith("\0"), 20_000));
  const [, json, binary, oneway, unknown, last] = got.split("HTTP/1.1 200 OK");
  t.match(json, '[1,"echo",2,5,{"0":{"str":"json"}}]');
  t.match(binary, /echo\0\0\0\x07.*hi/s);
  t.match(oneway, /Content-Length: 0\r\n\r\n$/);
  t.match(unknown, /^\[1,"none",3,5,/m);
  t.match(last, /echo\0\0\0\x07.*hi/s);
  t.same(seen.lines, ["json"]);
  socket.destroy();
  await server.close();
});

t.test("a connection lasts as its client wishes", async (t) => {
  const { server, port } = await served();
  const closes = async (version: string, wish: string): Promise<boolean> => {
    const head = `POST / HTTP/${version}\r\nHost: x\r\nConnection: ${wish}\r\nContent-Length: ${ECHO.length}\r\n\r\n`;
    const socket = openSocket(port, "127.0.0.1");
    socket.write(Buffer.concat([Buffer.from(head), ECHO]));
    const [answer] = (await once(socket, "data")) as [Buffer];
    socket.destroy();
    return answer.toString("latin1").includes("\r\nConnection: close\r\n");
  };
  t.equal(await closes("1.1", "x"), false);
  t.equal(await closes("1.1", "Close"), true);
  t.equal(await closes("1.1", "TE, close"), true);
  t.equal(await closes("1.0", "x"), true);
  t.equal(await closes("1.0", "Keep-Alive"), false);
  await server.close();
});

t.test("what is no thrift over HTTP gets a status that says so", async (t) => {
  const { server, port } = await served();
  t.match(await post(port, Buffer.alloc(0), {}, "GET"), { status: 405 });
  t.match(await post(port, ECHO, { "content-type": "text/html" }), { status: 415 });
  t.match(await post(port, Buffer.alloc(0)), { status: 400 });
  t.match(await post(port, Buffer.from("nonsense")), { status: 400 });
  t.match(await post(port, Buffer.alloc(1), { "content-length": "99999999999" }).catch(() => ({ status: 413 })), {
    status: 413,
  });
  t.equal((await post(port, ECHO)).status, 200, "and the server lives");
  await server.close();
});

t.test("reads a request however it is split, and answers pipelined ones in their order", async (t) => {
  const { server, port } = await served();
  const one = Buffer.concat([
    Buffer.from(
      `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-thrift\r\nContent-Length: ${ECHO.length}\r\n\r\n`,
    ),
    ECHO,
  ]);
  const socket = openSocket(port, "127.0.0.1");
  let got = "";
  socket.on("data", (chunk: Buffer) => {
    got += chunk.toString("latin1");
  });
  for (const byte of one) socket.write(Buffer.of(byte));
  socket.write(Buffer.concat([one, one]));
  t.ok(await eventually(() => got.split("HTTP/1.1 200 OK").length === 4, 20_000));
  socket.destroy();
  await server.close();
});

/** A call of `wait(ms)`. */
function waitCall(ms: number): Buffer {
  const body = Buffer.from("800100010000000477616974000000070800010000000000", "hex");
  body.writeInt32BE(ms, 19);
  return Buffer.concat([
    Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`, "latin1"),
    body,
  ]);
}

t.test("stops reading what is piled up behind a call, and answers all of it in order afterwards", async (t) => {
  const { server, port } = await served();
  const echo = Buffer.concat([
    Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${ECHO.length}\r\n\r\n`),
    ECHO,
  ]);
  const socket = openSocket(port, "127.0.0.1");
  let got = "";
  socket.on("data", (chunk: Buffer) => {
    got += chunk.toString("latin1");
  });
  const piled = 3000;
  socket.write(waitCall(50));
  for (let i = 0; i < piled; i++) socket.write(echo);
  t.ok(await eventually(() => got.split("HTTP/1.1 200 OK").length === piled + 2, 200_000));
  t.ok(got.indexOf("waited") < got.indexOf("echo"), "the first call's answer is the first");
  socket.destroy();
  await server.close();
});

t.test("a closed keep-alive connection is replaced, a status other than 200 is told", async (t) => {
  const { server, port } = await served();
  const { createServer } = await import("node:http");
  const other = createServer((_request, response) => response.writeHead(503, { "content-length": "0" }).end()).listen(
    0,
    "127.0.0.1",
  );
  await new Promise((resolve) => other.once("listening", resolve));
  const wrong = connect(`127.0.0.1:${(other.address() as { port: number }).port}`, { protocol: "http" });
  await t.rejects(createClient(Streams, wrong).echo("x"), { message: /503/ });
  await wrong.close();
  await new Promise((resolve) => other.close(resolve));
  t.match(await post(port, ECHO, { connection: "close" }), { status: 200 });
  await server.close();
});
