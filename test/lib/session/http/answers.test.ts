/** Exactly one answer to each request, and exactly the headers that were given: a server and its clients over HTTP. */
import t, { type Test } from "tap";
import type { HandlerContext } from "../../../../lib/call/call.ts";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../../lib/client/connect-options.ts";
import { closeHeader, type HeaderFrame, openHeader, readHeader } from "../../../../lib/framing/header/theader.ts";
import { nodePlatform } from "../../../../lib/platform/node.ts";
import { serve } from "../../../../lib/server/server.ts";
import { type MemoryLink, memory } from "../../../../lib/transport/memory.ts";
import { ByteWriter } from "../../../../lib/wire/byte-writer.ts";
import { Calculator, calculatorHandlers } from "../../../helpers/calculator-scene.ts";
import { binaryMessage, RawClient } from "../../../helpers/raw-client.ts";

const CALL = 1;
const REPLY = 2;
const EXCEPTION = 3;
const ONEWAY = 4;

const hex32 = (n: number): string => n.toString(16).padStart(8, "0");
const text = (value: string, id = 1): string =>
  `0b${id.toString(16).padStart(4, "0")} ${hex32(Buffer.byteLength(value))} ${Buffer.from(value).toString("hex")} 00`;
const call = (name: string, value: string, type = CALL, seqid = 7): Buffer =>
  binaryMessage(name, type, seqid, text(value));

/** A request with `body`; `lines` are more of its head. */
function post(body: Buffer, lines = ""): Buffer {
  const head = `POST / HTTP/1.1\r\nHost: x\r\n${lines}Content-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), body]);
}

/** The message in a THeader frame that has the number `seqid`. */
function header(body: Buffer, seqid: number, headers?: ReadonlyMap<string, string>): Buffer {
  const w = new ByteWriter();
  const start = openHeader(w, { seqid, protocolId: 0, headers });
  w.reserve(body.length).set(body, w.pos);
  w.pos += body.length;
  closeHeader(w, start);
  return Buffer.from(w.view(0));
}

interface HttpAnswer {
  readonly status: string;
  readonly head: string;
  readonly body: Buffer;
}

/** The next answer; undefined when the connection has ended. */
async function answer(raw: RawClient): Promise<HttpAnswer | undefined> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const byte = await raw.take(1);
    if (byte.length === 0) return undefined;
    head += byte.toString("latin1");
  }
  const body = await raw.take(Number(/Content-Length: (\d+)/.exec(head)?.[1] ?? 0));
  return { status: head.slice(9, 12), head, body };
}

function headerOf(got: HttpAnswer | undefined): HeaderFrame {
  const body = got?.body ?? Buffer.alloc(0);
  return readHeader(body, 4, body.length, 1 << 20);
}

interface Scene {
  readonly link: MemoryLink;
  readonly raw: RawClient;
  readonly lines: string[];
  readonly contexts: HandlerContext[];
  readonly errors: unknown[];
}

async function scene(t: Test): Promise<Scene> {
  const link = memory();
  const lines: string[] = [];
  const contexts: HandlerContext[] = [];
  const errors: unknown[] = [];
  const server = await serve(link.listener, (r) => r.add(Calculator, calculatorHandlers(contexts, lines)), {
    onError: (error) => errors.push(error),
  });
  t.teardown(() => server.close());
  const raw = await RawClient.dial(link);
  t.teardown(() => raw.destroy());
  return { link, raw, lines, contexts, errors };
}

/** How many bytes came that nobody has asked for: the server has had its time. */
async function surplus(raw: RawClient): Promise<number> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  return raw.received.length;
}

t.test(
  "two callers on one connection: each gets its own answer, whatever type the first one's message has",
  async (t) => {
    const { raw, link } = await scene(t);
    for (const type of [CALL, ONEWAY]) {
      raw.send(post(call("echo", "slow", type, 1)));
      t.equal(await surplus(raw), 0);
      raw.send(post(call("echo", "of another", CALL, 1)));
      t.equal(await surplus(raw), 0, "the second waits for the first");
      const other = await RawClient.dial(link);
      other.send(post(call("echo", "release")));
      t.match((await answer(other))?.body.toString("latin1"), /release/);
      other.destroy();
      t.match((await answer(raw))?.body.toString("latin1"), /slow/);
      t.match((await answer(raw))?.body.toString("latin1"), /of another/);
      t.equal(await surplus(raw), 0);
    }
  },
);

for (const type of [CALL, ONEWAY]) {
  t.test(`a oneway method gets an empty 200 at once, called by a message of type ${type}`, async (t) => {
    const { raw, lines } = await scene(t);
    raw.send(post(call("log", "a", type)), post(call("log", "b", type)), post(call("echo", "c")));
    for (let i = 0; i < 2; i++) {
      const got = await answer(raw);
      t.match(got, { status: "200" });
      t.equal(got?.body.length, 0);
    }
    t.match((await answer(raw))?.body.toString("latin1"), /echo.*c/s);
    t.same(lines, ["a", "b"]);
    t.equal(await surplus(raw), 0);
  });

  t.test(`a oneway method whose arguments cannot be read gets one answer, type ${type}`, async (t) => {
    const { raw, lines } = await scene(t);
    raw.send(post(call("log", "abc", type).subarray(0, -3)), post(call("echo", "c")));
    t.match(await answer(raw), { status: "200" });
    t.match((await answer(raw))?.body.toString("latin1"), /echo.*c/s);
    t.same(lines, []);
    t.equal(await surplus(raw), 0);
  });

  t.test(`what is refused gets one answer with the reason, type ${type}`, async (t) => {
    const { raw } = await scene(t);
    raw.send(post(call("none", "a", type)), post(call("echo", "fail", type)), post(call("echo", "c")));
    t.equal((await answer(raw))?.body[3], EXCEPTION);
    t.equal((await answer(raw))?.body[3], EXCEPTION);
    t.match((await answer(raw))?.body.toString("latin1"), /echo.*c/s);
    t.equal(await surplus(raw), 0);
  });
}

t.test("messages of types that no call has get one answer, oneway methods too", async (t) => {
  const { raw, lines } = await scene(t);
  for (const type of [0, REPLY, EXCEPTION, 5, 9]) {
    for (const name of ["echo", "log"]) {
      raw.send(post(call(name, "a", type)));
      t.equal((await answer(raw))?.body[3], EXCEPTION, `${name} ${type}`);
      t.equal(await surplus(raw), 0);
    }
  }
  t.same(lines, []);
});

t.test("a request holds one message: what stands after it gets no answer of its own", async (t) => {
  const { raw, lines } = await scene(t);
  const pairs = [
    [call("echo", "one"), call("echo", "two")],
    [call("log", "one"), call("echo", "two")],
    [call("none", "one"), call("echo", "two")],
    [call("echo", "slow"), call("log", "two")],
  ];
  for (const pair of pairs) raw.send(post(Buffer.concat(pair)));
  t.match((await answer(raw))?.body.toString("latin1"), /one/);
  t.equal((await answer(raw))?.body.length, 0);
  t.equal((await answer(raw))?.body[3], EXCEPTION);
  t.equal(await surplus(raw), 0);
  t.same(lines, ["one"]);
});

t.test("a body that is no message is answered with 400, and nothing after it is read", async (t) => {
  for (const body of [
    Buffer.from("x"),
    Buffer.from("80010001", "hex"),
    Buffer.from("[1,nonsense"),
    Buffer.from("8221", "hex"),
  ]) {
    const { raw } = await scene(t);
    raw.send(post(call("echo", "first")), post(body), post(call("echo", "last")));
    t.match((await answer(raw))?.body.toString("latin1"), /first/);
    const refusal = await answer(raw);
    t.match(refusal, { status: "400", head: /Connection: close/ });
    t.equal(await answer(raw), undefined);
  }
});

t.test("a bad request after a good one is answered with its status, after the good one's answer", async (t) => {
  const { raw } = await scene(t);
  raw.send(post(call("echo", "first")), "474554202f20485454502f312e310d0a486f73743a20780d0a0d0a");
  t.match((await answer(raw))?.body.toString("latin1"), /first/);
  t.match(await answer(raw), { status: "405" });
  t.equal(await answer(raw), undefined);
});

t.test("THeader in bodies: read, and answered in kind, with both numbers and headers within the frame", async (t) => {
  const { raw, contexts, lines } = await scene(t);
  const headers = new Map([["content-length", "of the call"], ["Big", "y".repeat(30_000)]]); // biome-ignore format: one line says it
  raw.send(
    post(header(call("echo", "a", CALL, 0), 5, headers), "X-Outer: é\r\n"),
    post(header(call("log", "b"), 6)),
    post(call("echo", "bare")),
    post(header(call("none", "c", CALL, 3), 8)),
  );
  const frame = headerOf(await answer(raw));
  t.match(frame, { seqid: 5, protocolId: 0 });
  t.equal(frame.headers.get("content-length"), "of the call");
  t.equal(frame.headers.get("Big")?.length, 30_000);
  t.match(frame.payload.toString("latin1"), /echo\0\0\0\0/);
  t.equal(contexts[0]?.headers.get("x-outer"), "\u00e9");
  t.equal((await answer(raw))?.body.length, 0);
  t.match((await answer(raw))?.body.toString("latin1"), /^\x80\x01\0\x02.*bare/s);
  t.equal(headerOf(await answer(raw)).seqid, 8);
  t.same(lines, ["b"]);
});

t.test(
  "persistent THeader headers in a body hold for that request only: the next may be another client's",
  async (t) => {
    const { raw, contexts } = await scene(t);
    const framed = Buffer.concat([
      Buffer.from("00000000 0fff0000 00000001 0003 0000 020101610162 00000000".replaceAll(" ", ""), "hex"),
      call("echo", "a"),
    ]);
    framed.writeUInt32BE(framed.length - 4, 0);
    raw.send(post(framed), post(header(call("echo", "b"), 2)));
    await answer(raw);
    await answer(raw);
    t.same(
      contexts.map((context) => Object.fromEntries(context.headers)),
      [{ a: "b" }, {}],
    );
  },
);

t.test("damaged THeader frames in bodies are answered with a status", async (t) => {
  const good = header(call("echo", "a"), 1);
  const transformed = Buffer.from(good);
  transformed[15] = 1;
  for (const body of [
    Buffer.concat([good, good]),
    good.subarray(0, -1),
    Buffer.concat([good, Buffer.of(0)]),
    transformed,
  ]) {
    const { raw } = await scene(t);
    raw.send(post(body));
    t.match(await answer(raw), { status: "400" });
    t.equal(await answer(raw), undefined);
  }
});

async function told(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => value,
    (error: { code?: string; delivery?: string }) => `${error.code} ${error.delivery}`,
  );
}

async function client(t: Test, options: ConnectOptions = {}) {
  const { link, errors } = await scene(t);
  const channel = connect(link.dialer, { protocol: "http", ...options });
  t.teardown(() => channel.close());
  const got = new Map<string, string>();
  const calc = createClient(Calculator, channel);
  const echo = (headers: Readonly<Record<string, string>>): Promise<unknown> => {
    got.clear();
    return told(calc.echo("x", { headers, onHeaders: (all) => all.forEach((value, name) => got.set(name, value)) }));
  };
  return { channel, calc, got, errors, echo };
}

t.test("header text comes as it was given, there and back", async (t) => {
  const { got, echo } = await client(t);
  for (const value of ["", "é ☃ 😀", "Ã©", "\u00a0", "a\tb", "a, b", "=?utf-8?q?x?=", '"', "ÿ", "\ufeff"]) {
    t.equal(await echo({ user: value }), "x");
    t.equal(got.get("user"), value, JSON.stringify(value));
  }
});

t.test("headers that HTTP uses itself, or cannot tell apart, fail their call unsent, and no other", async (t) => {
  const { calc, got, echo } = await client(t);
  for (const name of [
    ..."host content-length Content-Type connection transfer-encoding TE trailer upgrade keep-alive expect accept".split(
      " ",
    ),
    ..."proxy-connection Proxy-Authorization proxy-authenticate content-encoding accept-encoding http2-settings".split(
      " ",
    ),
  ])
    t.equal(await echo({ [name]: "x" }), "INVALID_ARGUMENT unsent", name);
  t.equal(await echo({ a: "1", A: "2" }), "INVALID_ARGUMENT unsent");
  const calls = Promise.all([echo({ host: "x" }), calc.echo("beside"), calc.log("line")]);
  t.same(await calls, ["INVALID_ARGUMENT unsent", "beside", undefined]);
  t.equal(await echo({ "x-host": "x" }), "x");
  t.equal(got.get("x-host"), "x");
});

t.test("headers that our own server could not read fail their call unsent", async (t) => {
  const { got, echo } = await client(t);
  t.equal(await echo({ a: "y".repeat(16_000) }), "x");
  t.equal(got.get("a")?.length, 16_000);
  t.equal(await echo({ a: "y".repeat(16_300) }), "INVALID_ARGUMENT unsent");
  t.equal(await echo({ a: "é".repeat(8_190) }), "INVALID_ARGUMENT unsent", "counted in bytes");
  let length = 16_300;
  while ((await echo({ a: "y".repeat(length) })) !== "x") length--;
  t.ok(length > 16_000, `${length} bytes arrive, and whatever does not is not sent`);
});

t.test("reply headers that HTTP cannot carry fail their call, whatever it would have answered", async (t) => {
  const link = memory();
  const errors: unknown[] = [];
  let name = "";
  const handlers = calculatorHandlers([]);
  const echo = (text: string, context: HandlerContext) => {
    context.setReplyHeader(name, name === "big" ? "y".repeat(16_300) : "x");
    if (text === "fail") throw new Error("secret");
    return text === "late" ? Promise.resolve(text) : text;
  };
  const server = await serve(link.listener, (r) => r.add(Calculator, Object.assign(handlers, { echo })), {
    onError: (error) => errors.push(error),
  });
  const channel = connect(link.dialer, { protocol: "http" });
  const calc = createClient(Calculator, channel);
  for (name of ["content-length", "Connection", "host", "big"])
    for (const text of ["now", "late", "fail"])
      t.equal(await told(calc.echo(text)), "APP_ERROR answered", `${name} ${text}`);
  t.equal(errors.length, 12);
  t.match(errors[0], { code: "INVALID_ARGUMENT", message: /content-length/ });
  name = "x-fine";
  t.equal(await calc.echo("now"), "now");
  t.equal(server.connections, 1, "on the same connection");
  await channel.close();
  await server.close();
});

t.test("THeader over HTTP, ours with ours: every header that THeader carries", async (t) => {
  for (const encoding of ["binary", "compact", "compact-fb"] as const) {
    for (const compressRequests of [false, true]) {
      const { calc, got, echo } = await client(t, { protocol: "header-http", encoding, compressRequests });
      t.same(await Promise.all([calc.echo("a"), calc.log("b"), calc.echo("c")]), ["a", undefined, "c"]);
      t.equal(await echo({ host: "x", "Content-Length": "☃", big: "y".repeat(32_768) }), "x");
      t.same([got.get("host"), got.get("Content-Length"), got.get("big")?.length], ["x", "☃", 32_768]);
      await t.rejects(calc.echo("fail"), { code: "APP_ERROR" });
    }
  }
});

/** A server that sends `pieces` for each request, as latin1; `BODY` stands for a reply to it, with `LENGTH` bytes. */
async function scripted(t: Test, script: (turn: number) => readonly string[], options: ConnectOptions = {}) {
  const link = memory();
  let turn = 0;
  await link.listener.listen(
    nodePlatform,
    (transport) =>
      transport.start({
        onData(chunk) {
          const request = chunk.toString("latin1");
          const seqid = chunk.readInt32BE(request.indexOf("\r\n\r\n") + 4 + 12);
          const reply = binaryMessage("echo", REPLY, seqid, text("yo", 0));
          for (const piece of script(turn++)) {
            const filled = piece.replace("LENGTH", `${reply.length}`).replace("BODY", () => reply.toString("latin1"));
            transport.write(Buffer.from(filled, "latin1"));
          }
        },
        onDrain: () => undefined,
        onEnd: () => transport.end(),
        onClose: () => undefined,
      }),
    t.error,
  );
  const channel = connect(link.dialer, { protocol: "http", encoding: "binary", timeoutMs: 5_000, ...options });
  t.teardown(() => channel.close());
  return createClient(Calculator, channel);
}

const OK = "HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\n\r\nBODY";

t.test("interim answers are passed over, however many, and wherever they are split", async (t) => {
  const interim =
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 x\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 199\r\n\r\n";
  for (const pieces of [[interim + OK], [interim, OK], [interim.repeat(500), OK], [...(interim + interim), OK]]) {
    const calc = await scripted(t, () => pieces);
    t.equal(await calc.echo("x"), "yo");
    t.equal(await calc.echo("x"), "yo");
  }
});

t.test("interim answers without end, and an upgrade that nobody asked for, fail the call at once", async (t) => {
  const endless = await scripted(t, () => ["HTTP/1.1 100 Continue\r\n\r\n".repeat(20_000)]);
  await t.rejects(endless.echo("x"), { message: /interim/ });
  const upgraded = await scripted(t, () => [`HTTP/1.1 101 Switching Protocols\r\n\r\n${OK}`]);
  await t.rejects(upgraded.echo("x"), { message: /status 101/ });
});

t.test(
  "a second answer to one request is nobody's: the connection ends before another call could take it",
  async (t) => {
    for (const extra of [OK, "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 408 Request Timeout\r\n\r\n", "x\r\n"]) {
      const calc = await scripted(t, (turn) => (turn === 0 ? [OK + extra] : [OK]));
      t.equal(await calc.echo("a"), "yo");
      t.equal(await calc.echo("b"), "yo", JSON.stringify(extra));
    }
  },
);

t.test("an answer that another reader could understand otherwise fails its call, and no other", async (t) => {
  for (const head of [
    "HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\nContent-Length: LENGTH",
    "HTTP/1.1 200 OK\r\nContent-Length: +LENGTH",
    "HTTP/1.1 200 OK\r\nContent-Length: LENGTH\r\nTransfer-Encoding: chunked",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
    "HTTP/1.1 200 OK\r\nX : a\r\nContent-Length: LENGTH",
    "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: LENGTH",
    "HTTP/1.1 200 OK\nContent-Length: LENGTH",
    "HTTP/1.1 200 O\x01K\r\nContent-Length: LENGTH",
    "HTTP/1.1  200 OK\r\nContent-Length: LENGTH",
    "HTTP/1.1 0200 OK\r\nContent-Length: LENGTH",
    "HTTP/2 200 OK\r\nContent-Length: LENGTH",
    "http/1.1 200 OK\r\nContent-Length: LENGTH",
    "HTTP/1.1 204 OK\r\nContent-Length: LENGTH",
    "HTTP/1.1 206 OK\r\nContent-Length: LENGTH",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: LENGTH",
  ]) {
    const calc = await scripted(t, (turn) => (turn === 0 ? [`${head}\r\n\r\nBODY`] : [OK]));
    await t.rejects(
      calc.echo("a"),
      { code: /^(PROTOCOL_ERROR|CONNECTION_LOST)$/, delivery: "unknown" },
      JSON.stringify(head),
    );
    t.equal(await calc.echo("b"), "yo");
  }
});

t.test("a body in answer to a oneway call is nobody's", async (t) => {
  const calc = await scripted(t, () => [OK]);
  await calc.log("x");
  t.equal(await calc.echo("b"), "yo");
});

t.test("a path that would break the request line is a configuration error", async (t) => {
  for (const path of ["", "a", "/a b", "/a\r\nX: y", "/é", `/${"a".repeat(9_000)}`])
    t.throws(() => connect("127.0.0.1:1", { protocol: "http", path }), { code: "CONFIGURATION" }, path.slice(0, 10));
});
