import fc from "fast-check";
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect as openChannel } from "../../../lib/client/connect.ts";
import { Calculator, DivideByZero } from "../../helpers/calculator.ts";
import { PORT, world } from "../../helpers/virtual-service.ts";

const work = { dividend: 84, divisor: 2 };

t.test("dials when the first call is made, not before, and keeps the connection", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  await platform.clock.advance(10_000);
  t.equal(platform.dials.length, 0);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  t.equal(platform.dials.length, 1);
});

t.test("carries every kind of answer, whatever the pieces in which bytes arrive", async (t) => {
  for (const protocol of ["framed", "unframed"] as const) {
    for (const encoding of ["compact", "binary", "compact-fb"] as const) {
      const { platform, witness, up, connect } = world();
      platform.weather.split = true;
      await up();
      const { calc, channel } = connect({ protocol, encoding });
      const answers = Promise.all([
        calc.divide(work),
        calc.echo("héllo"),
        calc.sum3(1, 2, 3),
        calc.ping(),
        calc.constructor(),
        calc.toString(),
        calc["__proto__"](7),
        calc.log("line"),
        calc.blob(Buffer.alloc(10_000, 5)),
        calc.divide({ dividend: 1, divisor: 0 }).catch((error: unknown) => error),
        calc.divide({ dividend: 666, divisor: 1 }).catch((error: unknown) => error),
      ]);
      const [quotient, echoed, sum, nothing, constructor, toString, proto, logged, blob, declared, undeclared] =
        await platform.clock.until(answers);
      t.same(
        [quotient, echoed, sum, nothing, constructor, toString, proto, logged],
        [42, "héllo", 6, undefined, "constructor", "toString", 7, undefined],
      );
      t.ok(blob.equals(Buffer.alloc(10_000, 5)));
      t.ok(declared instanceof DivideByZero);
      t.match(declared, { message: "1 / 0" });
      t.match(undeclared, {
        name: "ApplicationError",
        code: "APP_ERROR",
        applicationType: 6,
        delivery: "answered",
        peer: "10.0.0.1:9090",
        method: "divide",
      });
      t.notMatch((undeclared as Error).message, /secret/);
      t.match(witness.errors, [{ message: "secret" }]);
      t.same(witness.lines, ["line"]);
      await platform.clock.until(channel.close());
    }
  }
});

t.test("replies come home in any order", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const order: string[] = [];
  const calls = [300, 100, 200].map((ms) => calc.after(ms, `${ms}`).then((text) => order.push(text)));
  await platform.clock.until(Promise.all(calls));
  t.same(order, ["100", "200", "300"]);
});

t.test("a refused port: the call fails when it has waited for a connection, and says so", async (t) => {
  const { platform, connect } = world();
  const { calc } = connect();
  const start = platform.now();
  const error = await platform.clock.until(calc.divide(work).catch((error: unknown) => error));
  t.match(error, {
    name: "ConnectionError",
    code: "CONNECT_FAILED",
    delivery: "unsent",
    phase: "connect",
    peer: "10.0.0.1:9090",
    method: "divide",
    cause: { code: "ECONNREFUSED" },
  });
  t.equal(Math.round((error as { elapsedMs: number }).elapsedMs / 100), 50);
  t.ok(platform.now() - start <= 5_010);
});

t.test("a refused port: the call never waits longer than its deadline", async (t) => {
  const { platform, connect } = world();
  const { calc } = connect();
  const start = platform.now();
  const error = await platform.clock.until(calc.divide(work, { timeoutMs: 250 }).catch((error: unknown) => error));
  t.match(error, { code: "CONNECT_FAILED", delivery: "unsent" });
  t.ok(platform.now() - start <= 251);
});

t.test("attempts to connect get rarer while calls wait, and none is made when nobody does", async (t) => {
  const { platform, connect } = world(7);
  const { calc } = connect({ connectTimeoutMs: 20_000 });
  await platform.clock.until(calc.divide(work).catch(() => undefined));
  const { dials } = platform;
  const gaps = dials.slice(1).map((at, i) => at - (dials[i] as number));
  for (const [i, gap] of gaps.entries()) {
    const full = Math.min(3_000, 100 * 2 ** i);
    t.ok(gap >= full / 2 && gap <= full + 2, `gap ${i}: ${gap} of ${full}`);
  }
  t.ok(dials.length >= 10);
  await platform.clock.advance(60_000);
  t.equal(platform.dials.length, dials.length);
  t.equal(platform.clock.pending, 0, "no timer is left");
});

t.test("the first call after the server comes back succeeds", async (t) => {
  const { platform, up, connect } = world();
  const first = await up();
  const { calc } = connect();
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  await platform.clock.until(first.close());
  await platform.clock.until(calc.divide(work, { timeoutMs: 9_000 }).catch(() => undefined));
  await platform.clock.advance(600_000);
  await up();
  t.equal(await platform.clock.until(calc.divide(work, { timeoutMs: 100 })), 42);
});

t.test("a call made while the server is away succeeds if it comes back in time", async (t) => {
  const { platform, up, connect } = world();
  const { calc } = connect();
  const call = calc.divide(work, { timeoutMs: 4_000 });
  await platform.clock.advance(1_000);
  await up();
  t.equal(await platform.clock.until(call), 42);
});

t.test("a server that nobody hears of: the attempt and the call end in time", async (t) => {
  const { platform, connect } = world();
  platform.weather.silentDial = true;
  const { calc } = connect();
  const start = platform.now();
  const soon = await platform.clock.until(calc.divide(work, { timeoutMs: 300 }).catch((error: unknown) => error));
  t.match(soon, { name: "DeadlineError", code: "DEADLINE", delivery: "unsent", phase: "connect" });
  t.ok(platform.now() - start <= 301);
  t.match(await platform.clock.until(calc.divide(work).catch((error: unknown) => error)), { code: "CONNECT_FAILED" });
});

t.test("a peer that never answers: DEADLINE, and nobody can say whether it ran", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const error = await platform.clock.until(
    calc.after(60_000, "x", { timeoutMs: 100 }).catch((error: unknown) => error),
  );
  t.match(error, {
    name: "DeadlineError",
    code: "DEADLINE",
    delivery: "unknown",
    phase: "wait",
    peer: "10.0.0.1:9090",
    method: "after",
    elapsedMs: Number,
  });
  t.match((error as Error).message, "after to 10.0.0.1:9090: no answer within 100 ms (wait)");
});

t.test("the default deadline is 30 seconds", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const start = platform.now();
  t.match(await platform.clock.until(calc.after(60_000, "x").catch((error: unknown) => error)), { code: "DEADLINE" });
  t.equal(Math.round((platform.now() - start) / 1000), 30);
});

t.test("a late reply never reaches another call", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const late = calc.after(200, "late", { timeoutMs: 100 });
  await t.rejects(platform.clock.until(late), { code: "DEADLINE" });
  const next = Promise.all(Array.from({ length: 50 }, (_, i) => calc.after(i * 5, `next ${i}`)));
  t.same(
    await platform.clock.until(next),
    Array.from({ length: 50 }, (_, i) => `next ${i}`),
  );
});

t.test("a reset fails the calls under way, and the next one gets a new connection", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const lost = Promise.all(
    [calc.after(1_000, "a"), calc.after(1_000, "b")].map((call) => call.catch((error: unknown) => error)),
  );
  await platform.clock.advance(100);
  platform.resetAll();
  const errors = await platform.clock.until(lost);
  for (const error of errors)
    t.match(error, {
      name: "ConnectionError",
      code: "CONNECTION_LOST",
      delivery: "unknown",
      phase: "wait",
      cause: { code: "ECONNRESET" },
    });
  t.not(errors[0], errors[1], "each has its own error");
  t.equal(await platform.clock.until(calc.divide(work)), 42);
});

t.test("a half-open connection is given up after three silent calls", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect({ timeoutMs: 100 });
  await platform.clock.until(calc.divide(work));
  platform.weather.blackHole = true;
  for (let i = 0; i < 3; i++)
    t.match(await platform.clock.until(calc.divide(work).catch((error: unknown) => error)), {
      code: "DEADLINE",
      phase: "wait",
    });
  platform.weather.blackHole = false;
  t.equal(platform.dials.length, 1);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  t.equal(platform.dials.length, 2);
});

t.test("a signal abandons its call and no other", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const controller = new AbortController();
  const calls = [
    calc.after(100, "a", { signal: controller.signal }).catch((error: unknown) => error),
    calc.after(100, "b"),
  ] as const;
  await platform.clock.advance(50);
  controller.abort(new Error("changed my mind"));
  const [cancelled, other] = await platform.clock.until(Promise.all(calls));
  t.match(cancelled, { code: "CANCELLED", delivery: "unknown", phase: "wait", cause: { message: "changed my mind" } });
  t.equal(other, "b");
  await t.rejects(calc.divide(work, { signal: controller.signal }), { code: "CANCELLED", delivery: "unsent" });
  await t.rejects(calc.divide(work, { timeoutMs: 0 }), { code: "DEADLINE", delivery: "unsent" });
});

t.test("an argument that does not fit fails its call alone: not one byte is sent", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  const bad = { dividend: 1, divisor: "2" } as unknown as typeof work;
  const first = calc.divide(bad).catch((error: unknown) => error);
  t.match(await platform.clock.until(first), {
    name: "EncodeError",
    code: "INVALID_ARGUMENT",
    delivery: "unsent",
    phase: "encode",
    path: "work.divisor",
  });
  t.ok(platform.sockets.every((socket) => socket.delivered === 0));
  const mixed = Promise.all([calc.divide(work), calc.divide(bad).catch(() => "bad"), calc.divide(work)]);
  t.same(await platform.clock.until(mixed), [42, "bad", 42]);
});

t.test("headers fail a call that cannot carry them", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  await t.rejects(platform.clock.until(calc.divide(work, { headers: { a: "b" } })), {
    code: "UNSUPPORTED",
    delivery: "unsent",
  });
  t.equal(await platform.clock.until(calc.divide(work, { headers: {} })), 42);
});

t.test("a message above the limit is not sent", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect({ maxFrameBytes: 1000 });
  await t.rejects(platform.clock.until(calc.echo("x".repeat(2000))), { code: "LIMIT_EXCEEDED", delivery: "unsent" });
  t.equal(await platform.clock.until(calc.echo("x")), "x");
});

t.test("calls that wait are bounded", async (t) => {
  const { platform, connect } = world();
  const { calc } = connect({ maxQueuedCalls: 3 });
  const calls = Array.from({ length: 5 }, () => calc.divide(work).catch((error: { code: string }) => error.code));
  t.same(await platform.clock.until(Promise.all(calls)), [
    "CONNECT_FAILED",
    "CONNECT_FAILED",
    "CONNECT_FAILED",
    "OVERLOADED",
    "OVERLOADED",
  ]);
});

t.test("calls wait when the server does not read, and none is lost when it does", async (t) => {
  const { platform, up, connect } = world();
  const server = await up({ maxConnectionRequestBytes: 100_000 });
  const { calc, channel } = connect({ maxUnsentBytes: 200_000 });
  const text = "x".repeat(20_000);
  const calls = Array.from({ length: 100 }, (_, i) => calc.after(1_000, `${i} ${text}`));
  await platform.clock.advance(500);
  t.ok(platform.sockets.every((socket) => socket.writableLength < 500_000));
  const texts = await platform.clock.until(Promise.all(calls));
  t.same(
    texts.map((text) => Number(text.split(" ")[0])),
    Array.from({ length: 100 }, (_, i) => i),
  );
  await platform.clock.until(Promise.all([channel.close(), server.close()]));
});

t.test("calls of which no byte was sent go out again on the next connection", async (t) => {
  const { platform, witness, up, connect } = world();
  // It stops reading at once, so that what is written piles up in the client.
  const stuck = await up({ maxConnectionRequestBytes: 1 });
  const { calc } = connect({ maxUnsentBytes: 10 << 20 });
  const big = "x".repeat(300_000);
  const calls = Array.from({ length: 10 }, (_, i) =>
    calc.after(1, `${i}${big}`).then(
      (text) => text.length,
      (error: { delivery: string }) => error.delivery,
    ),
  );
  await platform.clock.advance(1);
  platform.resetAll();
  await platform.clock.until(stuck.close());
  await up();
  const results = await platform.clock.until(Promise.all(calls));
  const lost = results.filter((result) => result === "unknown").length;
  t.ok(lost >= 1 && lost < 10, `${lost} lost`);
  t.equal(results.filter((result) => result === 300_001).length, 10 - lost);
  t.ok(witness.started <= 10);
});

t.test("close fails the calls that wait, and every later one", async (t) => {
  const { platform, up, connect } = world();
  const { calc, channel } = connect();
  const waiting = calc.divide(work).catch((error: unknown) => error);
  await platform.clock.until(channel.close());
  t.match(await waiting, { code: "CLOSED", delivery: "unsent" });
  await up();
  const other = connect();
  const running = other.calc.after(1_000, "x").catch((error: unknown) => error);
  await platform.clock.advance(100);
  await platform.clock.until(Promise.all([other.channel.close(), other.channel.close()]));
  t.match(await running, { code: "CLOSED", delivery: "unknown" });
  await t.rejects(other.calc.divide(work), { code: "CLOSED", delivery: "unsent" });
  await other.channel[Symbol.asyncDispose]();
  await platform.clock.advance(10);
  t.equal(platform.clock.pending, 2, "the handler that still waits, and its server that looks for the client");
  await platform.clock.advance(3_000);
  t.equal(platform.clock.pending, 0);
});

t.test("a call that was answered leaves nothing behind", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc, channel } = connect();
  for (let i = 0; i < 200; i++) await platform.clock.until(calc.divide(work));
  t.ok(platform.clock.pending <= 1, "one timer a connection");
  await platform.clock.until(channel.close());
  await platform.clock.advance(10);
  t.equal(platform.clock.pending, 0);
});

t.test("whatever happens to the network, every call settles by its deadline and with its own answer", async (t) => {
  type Step = {
    readonly what: "call" | "wait" | "reset" | "restart" | "hole" | "clear" | "cancel";
    readonly n: number;
  };
  const step: fc.Arbitrary<Step> = fc.record({
    what: fc.constantFrom(
      "call" as const,
      "call" as const,
      "call" as const,
      "wait" as const,
      "reset" as const,
      "restart" as const,
      "hole" as const,
      "clear" as const,
      "cancel" as const,
    ),
    n: fc.nat(1_000),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.boolean(), fc.array(step, { maxLength: 30 }), async (seed, split, steps) => {
      const { platform, up, connect } = world(seed);
      platform.weather.split = split;
      let server = await up();
      const { calc, channel } = connect({ timeoutMs: 2_000 });
      const late: string[] = [];
      const wrong: string[] = [];
      const controllers: AbortController[] = [];
      let calls = 0;
      let settled = 0;
      const call = (ms: number): void => {
        const id = `call ${calls++}`;
        const start = platform.now();
        const controller = new AbortController();
        controllers.push(controller);
        calc
          .after(ms, id, { signal: controller.signal })
          .then(
            (text) => text === id || wrong.push(id),
            (error: { code?: string; delivery?: string }) => error.code !== undefined || wrong.push(id),
          )
          .finally(() => {
            settled++;
            if (platform.now() - start > 2_002) late.push(id);
          });
      };
      for (const { what, n } of steps) {
        if (what === "call") for (let i = 0; i < 1 + (n % 3); i++) call(n + i);
        else if (what === "wait") await platform.clock.advance(n);
        else if (what === "reset") platform.resetAll();
        else if (what === "hole") platform.weather.blackHole = true;
        else if (what === "clear") platform.weather.blackHole = false;
        else if (what === "cancel") controllers[n % Math.max(1, controllers.length)]?.abort();
        else {
          void server.close();
          await platform.clock.advance(n % 50);
          server = await up().catch(() => server);
        }
      }
      await platform.clock.advance(2_100);
      if (settled !== calls || late.length > 0 || wrong.length > 0)
        throw new Error(`${calls - settled} of ${calls} open; late ${late.join()}; wrong ${wrong.join()}`);
      platform.weather.blackHole = false;
      await platform.clock.until(channel.close());
      await platform.clock.until(server.close());
    }),
    { numRuns: 60 },
  );
  t.pass();
});

t.test("a name is resolved anew for each connection, so that it may come to mean another server", async (t) => {
  const { platform, up } = world();
  await up();
  const asked: object[] = [];
  const openSocket = platform.connect.bind(platform);
  platform.connect = (address) => {
    asked.push(address);
    return openSocket(address);
  };
  const channel = openChannel(`calc.example.org:${PORT}`, { platform });
  const calc = createClient(Calculator, channel);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  platform.resetAll();
  await platform.clock.advance(1_000);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  t.match(asked, [{ host: "calc.example.org" }, { host: "calc.example.org" }]);
  await channel.close();
});

t.test("what a dialer gives and is no transport fails its attempt", async (t) => {
  const { platform } = world();
  for (const none of [5, undefined, {}, { start() {} }]) {
    const channel = openChannel({ target: "odd", dial: async () => none as never }, { platform, protocol: "framed" });
    const call = createClient(Calculator, channel).divide(work);
    await t.rejects(platform.clock.until(call), { code: "CONNECT_FAILED", message: /expected a transport/ });
    await channel.close();
  }
});

t.test("a client of no service, or over no channel, is refused at once", async (t) => {
  const { connect } = world();
  const { channel } = connect();
  t.throws(() => createClient(undefined as never, channel), { code: "CONFIGURATION", message: /expected a service/ });
  for (const none of [undefined, {}, 5] as never[])
    t.throws(() => createClient(Calculator, none), { code: "CONFIGURATION", message: /expected a channel/ });
});

for (const protocol of ["framed", "unframed", "header", "http"] as const)
  t.test(`${protocol}: no call crosses the end of a connection on which nothing was said`, async (t) => {
    const { platform, up, connect } = world();
    await up({ openingTimeoutMs: 10_000 });
    const { calc } = connect({ protocol });
    platform.weather.latencyMs = 10;
    const unsent = calc.ping({ timeoutMs: 5 });
    await t.rejects(platform.clock.until(unsent), { code: "DEADLINE", delivery: "unsent" });
    // The server ends the connection at 10,010 ms: the end is under way when the call is made.
    await platform.clock.advance(10_010);
    t.equal(await platform.clock.until(calc.divide(work)), 42);
    t.equal(platform.dials.length, 2);
  });

t.test("a connection that was dialed for a call that gave up serves the next", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect();
  platform.weather.latencyMs = 10;
  await t.rejects(platform.clock.until(calc.ping({ timeoutMs: 5 })), { code: "DEADLINE" });
  await platform.clock.advance(3_000);
  t.equal(await platform.clock.until(calc.divide(work)), 42);
  t.equal(platform.dials.length, 1);
});
