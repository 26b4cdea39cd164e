/** Options of calls are the caller's values, and may be anything. */
import { setMaxListeners } from "node:events";
import t from "tap";
import type { CallOptions } from "../../../lib/call/call.ts";
import type { Invoke } from "../../../lib/call/interceptor.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { rocketWorld } from "../../helpers/rocket-world.ts";
import { world } from "../../helpers/virtual-service.ts";

const boom = new Error("boom");
const throwing = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw boom;
    },
  });

/** Not one of them is what the option may be; what the error says. */
const UNFIT: readonly [string, unknown, RegExp][] = [
  ["a number for options", 5, /options: expected an object, got number/],
  ["a text", "x", /options: expected an object, got string/],
  ["a boolean", true, /got boolean/],
  ["a function", () => {}, /got function/],
  ["an array", [], /got Array/],
  ["a Map", new Map([["timeoutMs", 5]]), /got Map/],
  ["a signal in place of { signal }", new AbortController().signal, /got AbortSignal/],
  ["a Date", new Date(), /got Date/],
  ["an unknown name", { timeout: 5 }, /unknown option timeout, known are timeoutMs/],
  ["an unknown name that is undefined", { retries: undefined }, /unknown option retries/],
  ["an unknown name by inheritance", Object.create({ retries: 1 }), /unknown option retries/],
  ["timeoutMs NaN", { timeoutMs: Number.NaN }, /timeoutMs: expected a number of milliseconds, got NaN/],
  ["timeoutMs as text", { timeoutMs: "5" }, /timeoutMs: .* got string/],
  ["timeoutMs as bigint", { timeoutMs: 5n }, /got bigint/],
  ["timeoutMs as an object", { timeoutMs: { valueOf: () => 5 } }, /got Object/],
  ["timeoutBounds", { timeoutBounds: "all" }, /timeoutBounds: expected "call" or "response"/],
  ["idleTimeoutMs 0", { idleTimeoutMs: 0 }, /idleTimeoutMs: expected a number of milliseconds above 0, got 0/],
  ["queueTimeoutMs below 0", { queueTimeoutMs: -1 }, /queueTimeoutMs: .* of at least 0, got -1/],
  ["queueTimeoutMs NaN", { queueTimeoutMs: Number.NaN }, /got NaN/],
  [
    "a signal that looks like one",
    { signal: { aborted: false, addEventListener() {} } },
    /signal: expected an AbortSignal/,
  ],
  ["a signal made of the prototype", { signal: Object.create(AbortSignal.prototype) }, /expected an AbortSignal/],
  ["a proxy of a signal", { signal: new Proxy(AbortSignal.abort(), {}) }, /expected an AbortSignal/],
  ["onHeaders", { onHeaders: {} }, /onHeaders: expected a function, got Object/],
  ["inherit", { inherit: {} }, /inherit: expected the context of a handler/],
  ["inherit a number", { inherit: 1 }, /inherit: .* got number/],
  ["a context whose time is none", { inherit: { timeLeftMs: () => Number.NaN } }, /inherit.timeLeftMs\(\)/],
  [
    "a context whose time throws",
    {
      inherit: {
        timeLeftMs: () => {
          throw boom;
        },
      },
    },
    /boom/,
  ],
  ["a context with a strange signal", { inherit: { timeLeftMs: () => 5, signal: 1 } }, /inherit.signal/],
  ["headers that are no object", { headers: 5 }, /headers: expected an object/],
  ["a header that is undefined", { headers: { a: undefined } }, /header a: expected a string, got undefined/],
  ["a header with a line break", { headers: { a: "x\ny" } }, /header a/],
  ["headers that throw", { headers: throwing("a") }, /boom/],
  [
    "headers above the limit",
    { headers: Object.fromEntries(["a", "b", "c"].map((k) => [k, "y".repeat(30_000)])) },
    /limit/,
  ],
  ["a getter that throws", throwing("timeoutMs"), /boom/],
  [
    "a proxy that answers nothing",
    new Proxy(
      {},
      {
        get() {
          throw boom;
        },
        ownKeys() {
          throw boom;
        },
      },
    ),
    /boom/,
  ],
  ["a revoked proxy", revoked(), /proxy that has been revoked/],
];

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

for (const protocol of ["framed", "header", "http", "rocket"] as const) {
  t.test(`${protocol}: what is no option rejects its call, and nothing else notices`, async (t) => {
    const { platform, up, connect, witness } = world();
    await up();
    const { calc, channel } = connect({ protocol });
    for (const [what, given, says] of UNFIT) {
      const options = given as CallOptions;
      const before = calc.echo("before");
      const calls = [calc.echo("x", options), calc.log("x", options), channel.invoke("x", [], options)];
      for (const error of await Promise.all(calls.map(failure))) {
        t.ok(error instanceof ThriftError, what);
        t.match(error, { code: "INVALID_ARGUMENT", delivery: "unsent", phase: "encode", peer: "10.0.0.1:9090" }, what);
        t.match((error as Error).message, says);
        if (says.source === "boom") t.equal((error as Error).cause, boom);
      }
      t.equal(await platform.clock.until(before), "before");
      t.equal(await platform.clock.until(calc.echo("x")), "x");
    }
    t.same(witness.lines, []);
    await platform.clock.until(channel.close());
  });
}

t.test("streams and interactions give what fails, they never throw", async (t) => {
  const { client, close } = rocketWorld();
  for (const [what, given] of UNFIT) {
    const options = given as CallOptions;
    const wrong = { code: "INVALID_ARGUMENT", delivery: "unsent" };
    const stream = client.countTo(3, options);
    await t.rejects(stream.response, wrong, what);
    await t.rejects(
      (async () => {
        for await (const _ of stream) t.fail("an item");
      })(),
      wrong,
      what,
    );
    await t.rejects(Promise.resolve(client.add([1], options)), wrong, what);
    const talk = client.chat("x", [], options);
    talk.cancel();
    await t.rejects(talk.response, wrong, what);
  }
  t.equal(await client.echo("on"), "on");
  await close();
});

t.test("items that are none reject their call at once, before there is a connection", async (t) => {
  const { client, close, connections } = rocketWorld();
  const hostile = new Proxy([], {
    has() {
      throw boom;
    },
  });
  for (const items of [5, null, undefined, "text", {}, hostile] as unknown as Iterable<number>[]) {
    await t.rejects(Promise.resolve(client.add(items)), { code: "INVALID_ARGUMENT", delivery: "unsent" });
  }
  t.equal(connections, 0);
  await close();
});

t.test("more arguments than a method has are not taken for nothing", async (t) => {
  const { connect } = world();
  const { calc } = connect();
  const call = calc.echo as (...args: unknown[]) => Promise<unknown>;
  await t.rejects(call("a", "b"), { code: "INVALID_ARGUMENT", message: /options: expected an object, got string/ });
  await t.rejects(call("a", {}, "c"), { code: "INVALID_ARGUMENT", message: /3 arguments, expected at most 2/ });
  await t.rejects(call("a", undefined, {}), { code: "INVALID_ARGUMENT", message: /3 arguments/ });
});

t.test("each option is read once, in order to be judged", async (t) => {
  const { platform, up, connect } = world();
  await up();
  for (const interceptors of [[], [(next: Invoke) => next]]) {
    const { calc } = connect({ protocol: "rocket", interceptors });
    const reads: string[] = [];
    const values = { timeoutMs: 1_000, signal: new AbortController().signal, headers: { a: "b" }, queueTimeoutMs: 5 };
    const options = new Proxy(values, {
      get(target, key) {
        if (typeof key === "string") reads.push(key);
        return Reflect.get(target, key);
      },
    });
    t.equal(await platform.clock.until(calc.echo("x", options)), "x");
    t.same(reads.filter((key) => key in values).sort(), ["headers", "queueTimeoutMs", "signal", "timeoutMs"]);
    t.equal(new Set(reads).size, reads.length);
  }
});

t.test("null, undefined and frozen options, and options without a prototype, are fine", async (t) => {
  const { platform, up, connect } = world();
  await up();
  const { calc } = connect({ protocol: "rocket" });
  const nothing = { timeoutMs: undefined, signal: null, headers: undefined, onHeaders: null, inherit: undefined };
  const all = [undefined, null, {}, Object.freeze({ timeoutMs: 5_000 }), Object.create(null), nothing];
  for (const options of all) t.equal(await platform.clock.until(calc.echo("x", options as CallOptions)), "x");
});

t.test("what a connection cannot carry is refused, not left out", async (t) => {
  const { platform, up, connect } = world();
  await up();
  for (const protocol of ["framed", "unframed", "header", "http"] as const) {
    const { calc } = connect({ protocol });
    const call = failure(calc.echo("x", { queueTimeoutMs: 5 }));
    t.match(await platform.clock.until(call), { code: "UNSUPPORTED", delivery: "unsent" }, protocol);
  }
});

t.test("thousands of calls and streams on one signal add one listener, and leave none", async (t) => {
  const { client, close } = rocketWorld();
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const { signal } = new AbortController();
  let listeners = 0;
  let most = 0;
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (...args: unknown[]) {
    if (this === signal) most = Math.max(most, ++listeners);
    return Reflect.apply(addEventListener, this, args);
  };
  EventTarget.prototype.removeEventListener = function (...args: unknown[]) {
    if (this === signal) listeners--;
    return Reflect.apply(removeEventListener, this, args);
  };
  t.teardown(() => Object.assign(EventTarget.prototype, { addEventListener, removeEventListener }));
  setMaxListeners(1, signal);
  const parent = { timeLeftMs: () => 10_000, signal } as unknown as NonNullable<CallOptions["inherit"]>;
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 1_000 }, (_, i) =>
      client.echo(`${i}`, i % 2 === 0 ? { signal } : { inherit: parent }),
    );
    const both = client.echo("both", { signal: new AbortController().signal, inherit: parent });
    const stream = client.countTo(3, { signal, inherit: parent });
    await Promise.all([...calls, both, stream.response]);
    for await (const _ of stream);
  }
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  t.same(warnings, []);
  t.ok(most <= 1, `${most} listeners at once`);
  t.equal(listeners, 0);
  await close();
});
