import fc from "fast-check";
import t, { type Test } from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { DRAIN_OPTIONS, SERVE_OPTIONS } from "../../../lib/server/judged-options.ts";
import { Registry } from "../../../lib/server/registry.ts";
import { type ServeOptions, serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { ANY_VALUES } from "../../helpers/any-value.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";

const OPTIONS = Object.keys(SERVE_OPTIONS) as (keyof ServeOptions)[];

/** Serves with what may be no options at all, and is called: refused before anything is set up, or every call settles as calls do. */
async function refusedOrWorking(t: Test, options: unknown, what: string): Promise<"refused" | "working"> {
  const link = memory();
  let setUp = false;
  const begun = serve(
    link.listener,
    (registry) => {
      setUp = true;
      registry.add(Streams, streamHandlers(new Seen()));
    },
    options as ServeOptions,
  );
  const server = await begun.catch((error: unknown) => {
    const { code, delivery } = error as ThriftError;
    if (code !== "CONFIGURATION" || delivery !== "unsent") t.fail(`${what}: ${error}`);
    return undefined;
  });
  if (server === undefined) return "refused";
  t.ok(setUp, what);
  for (const protocol of ["rocket", "framed"] as const) {
    const channel = connect(link.dialer, { protocol, timeoutMs: 200, connectTimeoutMs: 200 });
    const client = createClient(Streams, channel);
    const stream = (async () => {
      let last = 0;
      for await (const n of client.countTo(20)) last = n;
      return last;
    })();
    for (const one of await Promise.allSettled([client.echo("hello"), client.log("line"), stream]))
      if (one.status === "rejected" && !(one.reason instanceof ThriftError)) t.fail(`${what}: ${one.reason}`);
    await channel.close();
  }
  await server.close();
  return "working";
}

t.test("each option takes what it says, or is refused before anything is set up", async (t) => {
  const accepted: Record<string, string[]> = {};
  for (const option of OPTIONS)
    for (const [name, make] of Object.entries(ANY_VALUES)) {
      const outcome = await refusedOrWorking(t, { [option]: make() }, `${option}: ${name}`);
      if (outcome === "working") (accepted[option] ??= []).push(name);
    }
  for (const option of OPTIONS) t.ok(accepted[option]?.includes("undefined"), `${option}: undefined is absent`);
  const without = (option: string): string[] => (accepted[option] ?? []).filter((name) => name !== "undefined");
  t.same(without("oldBinary"), ["true", "false"]);
  t.same(without("replyOrder"), ['"ordered"']);
  t.same(without("onError"), ["a function", "a class"]);
  t.same(without("interceptors"), ["[]", "a list of functions"]);
  t.same(without("datagrams"), [], "without UDP");
  t.same(without("utf8"), ['"check"']);
  t.same(without("maxRunningCalls"), [
    "1",
    "2",
    "3",
    "100",
    "1500",
    `${2 ** 31 - 1}`,
    `${2 ** 31}`,
    `${2 ** 32}`,
    "Infinity",
  ]);
});

t.test("with any options: refused at once, or every call settles", async (t) => {
  const value = fc.constantFrom(...Object.keys(ANY_VALUES));
  const options = fc.dictionary(fc.constantFrom(...OPTIONS), value, { maxKeys: 3 });
  await fc.assert(
    fc.asyncProperty(options, async (names) => {
      const given = Object.entries(names).map(([option, name]) => [option, ANY_VALUES[name]?.()]);
      await refusedOrWorking(t, Object.fromEntries(given), JSON.stringify(names));
    }),
    { numRuns: 300, seed: 13 },
  );
});

t.test("what is no object of options is refused", async (t) => {
  for (const [name, make] of Object.entries(ANY_VALUES)) {
    const outcome = await refusedOrWorking(t, make(), name);
    t.equal(outcome, ["undefined", "{}"].includes(name) ? "working" : "refused", name);
  }
});

t.test("an option of connections means nothing over UDP alone, and one of UDP nothing without it", async (t) => {
  const over = (listeners: Parameters<typeof serve>[0], options: object): Promise<unknown> =>
    serve(listeners, () => {}, options).then((server) => server.close());
  for (const options of [
    { maxConnections: 5 },
    { openingTimeoutMs: 5 },
    { maxUnsentBytes: 5 },
    { stallTimeoutMs: 5 },
    { streamItems: 5 },
    { keepaliveMs: 5 },
    { compressFromBytes: 5 },
    { maxConnectionRequestBytes: 5 },
    { replyOrder: "ordered" },
    { oldBinary: true },
  ]) {
    const [name] = Object.keys(options);
    const meaningless = { code: "CONFIGURATION", message: `${name}: means nothing with UDP alone` };
    await t.rejects(over(udp.listen(0), options), meaningless);
    await over([udp.listen(0), memory().listener], options);
  }
  for (const options of [
    { maxCalls: 5 },
    { maxRunningCalls: 5 },
    { maxDepth: 5 },
    { utf8: "replace" },
    { oldBinary: false },
  ])
    await over(udp.listen(0), options);
  await t.rejects(over(memory().listener, { datagrams: {} }), {
    code: "CONFIGURATION",
    message: "datagrams: means nothing without a listener of UDP",
  });
  await over([udp.listen(0), memory().listener], { datagrams: {} });
});

t.test("a listener that is none, or that is there twice, is refused", async (t) => {
  const { listener, dialer } = memory();
  const one = tcp.listen(0, { host: "127.0.0.1" });
  for (const given of [
    undefined,
    null,
    9090,
    "x:1",
    {},
    [],
    [null],
    dialer,
    [listener, dialer],
    [one, one],
    tcp("x", 1),
  ])
    await t.rejects(
      serve(given as never, () => {}),
      { code: "CONFIGURATION", message: /^listener/ },
    );
  for (const setup of [undefined, null, {}, "x"])
    await t.rejects(serve(listener, setup as never), { code: "CONFIGURATION", message: /^setup: expected a function/ });
});

t.test("drain refuses what it does not know", async (t) => {
  t.same(Object.keys(DRAIN_OPTIONS), ["timeoutMs"]);
  const server = await serve(memory().listener, () => {});
  for (const options of [{ timeoutMs: null }, { timeoutMs: 5n }, { timeout: 5 }, null, 5, [5]])
    await t.rejects(server.drain(options as object), { code: "CONFIGURATION" });
  await server.drain({ timeoutMs: undefined } as object);
});

t.test("a registry refuses options, names and implementations that are none", async (t) => {
  const registry = new Registry();
  const handlers = streamHandlers(new Seen());
  for (const options of [{ name: "" }, { name: 5 }, { name: null }, { prefix: "x" }, null, "x"])
    t.throws(() => registry.add(Streams, handlers, options as object), { code: "CONFIGURATION" });
  for (const implementation of [null, undefined, 5, "x"])
    t.throws(() => registry.add(Streams, implementation as never), {
      code: "CONFIGURATION",
      message: /^implementation/,
    });
  for (const name of ["", 5, null, undefined])
    t.throws(() => registry.procedure(name as string, () => 1), { code: "CONFIGURATION", message: /^procedure name/ });
  for (const fn of [null, undefined, 5, {}])
    t.throws(() => registry.procedure("p", fn as never), { code: "CONFIGURATION", message: /^procedure p: / });
  registry.add(Streams, handlers, { name: undefined } as object);
  registry.add(Streams, handlers, { name: "other" });
});
