import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { type ConnectionEvent, connectionClosed } from "../../../lib/observe/diagnostics.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { binaryMessage, frame, RawClient, say } from "../../helpers/raw-client.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, PORT, Witness, world } from "../../helpers/virtual-service.ts";

const work = { dividend: 84, divisor: 2 };
const echo = (seqid: number, text: string): Buffer =>
  frame(
    binaryMessage(
      "echo",
      1,
      seqid,
      `0b0001 ${Buffer.from([0, 0, 0, text.length]).toString("hex")} ${Buffer.from(text).toString("hex")} 00`,
    ),
  );

t.test("refuses calls above the limit of a connection before it reads their arguments", async (t) => {
  const { platform, witness, up, connect } = world();
  await up({ maxConnectionCalls: 2 });
  const { calc } = connect();
  const calls = Promise.all(
    Array.from({ length: 5 }, (_, i) => calc.after(100, `${i}`).catch((error: unknown) => error)),
  );
  const [a, b, ...refused] = await platform.clock.until(calls);
  t.same([a, b], ["0", "1"]);
  for (const error of refused)
    t.match(error, { code: "OVERLOADED", applicationType: 11, delivery: "unsent", safeToRetry: true });
  t.equal(witness.started, 2);
  t.equal(await platform.clock.until(calc.divide(work)), 42, "there is room again");
});

t.test("refuses calls above the limit of all connections together", async (t) => {
  const { platform, up, connect } = world();
  await up({ maxCalls: 2, maxHostShare: 1 });
  const clients = Array.from({ length: 4 }, () => connect().calc);
  const calls = Promise.all(
    clients.map((calc, i) => calc.after(100, `${i}`).catch((error: { code: string }) => error.code)),
  );
  t.same(await platform.clock.until(calls), ["0", "1", "OVERLOADED", "OVERLOADED"]);
});

t.test("closes connections above the limit, and takes new ones when others have gone", async (t) => {
  const { platform, up, connect } = world();
  const server = await up({ maxConnections: 1 });
  const first = connect();
  const second = connect({ timeoutMs: 1_000 });
  t.equal(await platform.clock.until(first.calc.divide(work)), 42);
  await t.rejects(platform.clock.until(second.calc.divide(work)), { name: "ConnectionError" });
  t.equal(server.connections, 1);
  await platform.clock.until(first.channel.close());
  await platform.clock.advance(10);
  t.equal(await platform.clock.until(second.calc.divide(work)), 42);
});

t.test("a full server shows out who has said nothing for longest, and no one who has spoken", async (t) => {
  const link = memory();
  const server = await serve(link.listener, (r) => r.procedure("x", () => 1), { maxConnections: 3 });
  const speak = async (): Promise<RawClient> => {
    const client = (await RawClient.dial(link)).send(frame(binaryMessage("nope", 1, 1, "00")));
    t.ok(await client.frame(), "is answered");
    return client;
  };
  const first = await speak();
  const [older, younger] = [await RawClient.dial(link), await RawClient.dial(link)];
  const second = await speak();
  await older.untilEnd();
  const closed = (): boolean[] => [first, younger, second].map((client) => client.closed || client.ended);
  t.same(closed(), [false, false, false]);
  const third = await speak();
  await younger.untilEnd();
  t.same(closed(), [false, true, false]);
  await (await RawClient.dial(link)).untilEnd();
  t.notOk(third.closed, "all have spoken: the newcomer goes");
  t.equal(server.connections, 3);
  await server.close();
});

t.test("a oneway call is never answered, whatever its handler does", async (t) => {
  const { platform, witness, up, connect } = world();
  const server = await up({ maxConnectionCalls: 1 });
  const { calc } = connect();
  await platform.clock.until(calc.log("first"));
  t.equal(await platform.clock.until(calc.divide(work)), 42, "the next message is the reply to the next call");
  t.same(witness.lines, ["first"]);
  await platform.clock.until(server.close());
});

t.test("a oneway handler that throws is reported", async (t) => {
  const platform = new VirtualPlatform();
  const errors: unknown[] = [];
  const handlers = calculator(platform, new Witness());
  Object.defineProperty(handlers, "log", { value: () => Promise.reject(new Error("full disk")) });
  const server = await serve(tcp.listen(PORT), (r) => r.add(Calculator, handlers), {
    platform,
    onError: (error, context) => errors.push([error, context?.method.name, context?.peer]),
  });
  const channel = connect(tcp("x", PORT), { platform, protocol: "framed" });
  await platform.clock.until(createClient(Calculator, channel).log("x"));
  await platform.clock.advance(10);
  t.match(errors, [[{ message: "full disk" }, "log", /^10\.0\.0\.2:/]]);
  await platform.clock.until(Promise.all([channel.close(), server.close()]));
});

t.test("drain finishes what runs, refuses what is new, and returns", async (t) => {
  const { platform, up, connect } = world();
  const server = await up();
  const busy = connect();
  const idle = connect();
  await platform.clock.until(idle.calc.divide(work));
  const running = busy.calc.after(500, "done");
  await platform.clock.advance(100);
  const drained = server.drain({ timeoutMs: 10_000 });
  await platform.clock.advance(10);
  t.equal(server.connections, 1, "idle connections are closed at once");
  await t.rejects(platform.clock.until(busy.calc.divide(work)), { code: "OVERLOADED", message: /shutting down/ });
  t.equal(await platform.clock.until(running), "done");
  await platform.clock.until(drained);
  t.equal(server.connections, 0);
  await t.rejects(platform.clock.until(busy.calc.divide(work, { timeoutMs: 100 })), { code: "CONNECT_FAILED" });
  await server.drain();
});

t.test("drain gives up on calls that do not end", async (t) => {
  const { platform, up, connect } = world();
  const server = await up();
  const { calc } = connect();
  const endless = calc.after(60_000, "x").catch((error: unknown) => error);
  await platform.clock.advance(100);
  const start = platform.now();
  await platform.clock.until(server.drain({ timeoutMs: 1_000 }));
  t.ok(platform.now() - start <= 1_100);
  t.match(await platform.clock.until(endless), { code: "CONNECTION_LOST", delivery: "unknown" });
});

t.test("close tells running handlers by their signal", async (t) => {
  const link = memory();
  let signal: AbortSignal | undefined;
  const platform = new VirtualPlatform();
  const handlers = calculator(platform, new Witness());
  const server = await serve(link.listener, (r) =>
    r
      .procedure("wait", (context: { signal: AbortSignal }) => {
        signal = context.signal;
        return new Promise(() => undefined);
      })
      .add(Calculator, handlers),
  );
  const channel = connect(link.dialer, { protocol: "framed" });
  const call = channel.invoke("wait").catch((error: unknown) => error);
  while (signal === undefined) await new Promise((resolve) => setImmediate(resolve));
  t.notOk(signal.aborted);
  await server.close();
  t.ok(signal.aborted);
  t.match(await call, { code: "CONNECTION_LOST" });
  await channel.close();
});

t.test("a client that is gone aborts its calls, and no other client's", async (t) => {
  const link = memory();
  const signals: AbortSignal[] = [];
  const server = await serve(link.listener, (r) =>
    r.procedure("wait", (context: { signal: AbortSignal }) => {
      signals.push(context.signal);
      return new Promise(() => undefined);
    }),
  );
  const [one, other] = [connect(link.dialer, { protocol: "framed" }), connect(link.dialer, { protocol: "framed" })];
  const calls = [one.invoke("wait"), other.invoke("wait")].map((call) => call.catch(() => undefined));
  while (signals.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await one.close();
  while (server.connections > 1) await new Promise((resolve) => setImmediate(resolve));
  t.same(
    signals.map((signal) => signal.aborted),
    [true, false],
  );
  await Promise.all([other.close(), server.close(), ...calls]);
});

t.test("a client that stalls in the middle of a frame loses its connection, and only that", async (t) => {
  const { platform, up, connect } = world();
  const server = await up({ stallTimeoutMs: 1_000 });
  const { calc } = connect();
  await platform.clock.until(calc.divide(work));
  const stalled = platform.connect({ host: "x", port: PORT });
  stalled.on("error", () => undefined);
  await platform.clock.advance(2);
  stalled.write(Buffer.from("0000006482210105", "hex"));
  await platform.clock.advance(900);
  t.equal(server.connections, 2);
  await platform.clock.advance(800);
  t.equal(server.connections, 1);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
});

t.test("a frame that arrives slowly but steadily is waited for", async (t) => {
  const { platform, up } = world();
  const server = await up({ stallTimeoutMs: 1_000 });
  const slow = platform.connect({ host: "x", port: PORT });
  let answer = Buffer.alloc(0);
  slow.on("data", (chunk: Buffer) => {
    answer = Buffer.concat([answer, chunk]);
  });
  await platform.clock.advance(2);
  for (const byte of echo(3, "slowly")) {
    slow.write(Buffer.of(byte));
    await platform.clock.advance(700);
  }
  t.equal(say(answer.subarray(4)), `REPLY echo #3 0b000000000006${Buffer.from("slowly").toString("hex")}00`);
  await platform.clock.until(server.close());
});

t.test("a client that says nothing, or nothing that is known, is not waited for", async (t) => {
  const { platform, up } = world();
  const server = await up({ openingTimeoutMs: 1_000 });
  for (const opening of ["", "00000010"]) {
    const silent = platform.connect({ host: "x", port: PORT });
    silent.on("error", () => undefined);
    await platform.clock.advance(2);
    if (opening !== "") silent.write(Buffer.from(opening, "hex"));
  }
  await platform.clock.advance(500);
  t.equal(server.connections, 2);
  await platform.clock.advance(600);
  t.equal(server.connections, 0);
});

t.test("whoever runs a server learns what a client spoke that none of its protocols is", async (t) => {
  const { platform, up } = world();
  const server = await up();
  const closed: string[] = [];
  const onClosed = (event: unknown): void => {
    const { side, error } = event as ConnectionEvent & { error?: Error };
    if (side === "server") closed.push(error?.message ?? "");
  };
  connectionClosed.subscribe(onClosed);
  for (const opening of [
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00",
    "SSH-2.0-OpenSSH_9.6\r\n",
  ]) {
    const client = platform.connect({ host: "x", port: PORT });
    client.on("error", () => undefined).on("data", () => undefined);
    await platform.clock.advance(2);
    client.write(Buffer.from(opening, "latin1"));
    await platform.clock.advance(2_000);
    client.destroy();
    await platform.clock.advance(10);
  }
  connectionClosed.unsubscribe(onClosed);
  t.match(closed, [
    /this looks like an HTTP\/2 preface, which is not spoken here/,
    /this looks like a TLS ClientHello, which is not spoken here/,
    /opening is none of .*: 5353482d322e30/,
  ]);
  t.equal(server.connections, 0);
  await platform.clock.until(server.close());
});

t.test(
  "stops reading a client that does not read its replies, keeps little for it, and goes on when it does",
  async (t) => {
    const { platform, up } = world();
    const server = await up({ maxUnsentBytes: 100_000, stallTimeoutMs: 60_000 });
    const greedy = platform.connect({ host: "x", port: PORT });
    await platform.clock.advance(2);
    greedy.pause();
    const far = platform.sockets.at(-1);
    const request = frame(binaryMessage("blob", 1, 1, `0b0001 00002710 ${"07".repeat(10_000)} 00`));
    for (let i = 0; i < 500; i++) greedy.write(request);
    await platform.clock.advance(5_000);
    t.ok((far?.writableLength ?? 0) < 400_000, `${far?.writableLength} bytes wait to be sent`);
    t.ok(greedy.writableLength > 2_000_000, "and the client feels it");
    let got = 0;
    greedy.on("data", (chunk: Buffer) => {
      got += chunk.length;
    });
    greedy.resume();
    await platform.clock.advance(10_000);
    t.equal(got, 500 * request.length, "a reply is as long as its request");
    await platform.clock.until(server.close());
  },
);

t.test("a client that never reads its replies loses its connection", async (t) => {
  const { platform, up } = world();
  const server = await up({ maxUnsentBytes: 100_000, stallTimeoutMs: 5_000 });
  const greedy = platform.connect({ host: "x", port: PORT });
  greedy.on("error", () => undefined);
  await platform.clock.advance(2);
  greedy.pause();
  const request = frame(binaryMessage("blob", 1, 1, `0b0001 00002710 ${"07".repeat(10_000)} 00`));
  for (let i = 0; i < 100; i++) greedy.write(request);
  await platform.clock.advance(4_000);
  t.equal(server.connections, 1);
  await platform.clock.advance(5_000);
  t.equal(server.connections, 0);
});

t.test("answers written after the client has gone are dropped without harm", async (t) => {
  const { platform, up, connect } = world();
  const server = await up();
  const { calc, channel } = connect();
  const calls = Array.from({ length: 20 }, () => calc.after(1_000, "late").catch(() => undefined));
  await platform.clock.advance(100);
  await platform.clock.until(channel.close());
  await platform.clock.advance(5_000);
  await Promise.all(calls);
  t.equal(server.connections, 0);
  t.equal(server.load.inFlight, 0);
});

t.test("garbage behind good calls costs that connection: nothing is left of it", async (t) => {
  const link = memory();
  const server = await serve(link.listener, (r) => r.procedure("x", () => 1));
  const raw = await RawClient.dial(link);
  raw.send(frame(binaryMessage("nope", 1, 1, "00")), "ffffffff ffffffff");
  t.equal(say(await raw.frame()), `EXC 1 nope #1 "unknown method 'nope'"`);
  await raw.untilEnd();
  raw.destroy();
  while (server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  await server.close();
});

t.test("serves on several listeners at once", async (t) => {
  const link = memory();
  const server = await serve([tcp.listen(0, { host: "127.0.0.1" }), link.listener], (r) =>
    r.procedure("twice", (x: number) => x * 2),
  );
  t.match(server.addresses, [/^127\.0\.0\.1:\d+$/, "memory"]);
  for (const target of [server.address, link.dialer]) {
    const channel = connect(target);
    t.equal(await channel.invoke("twice", [21]), 42);
    await channel.close();
  }
  await server[Symbol.asyncDispose]();
});

t.test("refuses a frame limit that would make openings ambiguous", async (t) => {
  await t.rejects(
    serve(memory().listener, () => undefined, { maxFrameBytes: 0x0d00_0000 }),
    { code: "CONFIGURATION" },
  );
});

t.test("an error in onError itself is printed and kills nothing", async (t) => {
  const printed: unknown[][] = [];
  const { error } = console;
  console.error = (...line: unknown[]) => printed.push(line);
  t.teardown(() => {
    console.error = error;
  });
  const link = memory();
  const server = await serve(
    link.listener,
    (r) =>
      r.procedure("fail", () => {
        throw new Error("cause");
      }),
    {
      onError() {
        throw new Error("broken reporter");
      },
    },
  );
  const channel = connect(link.dialer, { protocol: "framed" });
  await t.rejects(channel.invoke("fail"), { code: "APP_ERROR", message: "internal error in 'fail'" });
  t.match(printed, [[/fail/, { message: "broken reporter" }]]);
  await channel.close();
  await server.close();
});

t.test("listens nowhere when one of its listeners cannot", async (t) => {
  const taken = await serve(tcp.listen(0, { host: "127.0.0.1" }), () => undefined);
  const port = Number(taken.address.split(":")[1]);
  const link = memory();
  const both = [link.listener, tcp.listen(port, { host: "127.0.0.1" })];
  await t.rejects(
    serve(both, () => undefined),
    { code: "EADDRINUSE" },
  );
  const channel = connect(link.dialer, { protocol: "framed", connectTimeoutMs: 20 });
  await t.rejects(channel.invoke("x"), { code: "CONNECT_FAILED" });
  await channel.close();
  await taken.close();
});

t.test("a listener is of one server at a time, and free again when that has closed", async (t) => {
  const listener = tcp.listen(0, { host: "127.0.0.1" });
  const up = () => serve(listener, (r) => r.procedure("name", () => "answer"));
  const first = await up();
  await t.rejects(up(), { code: "CONFIGURATION", message: /another server listens/ });
  const channel = connect(first.address);
  t.equal(await channel.invoke("name"), "answer", "the first one is as it was");
  await channel.close();
  await first.close();
  await (await up()).close();
});
