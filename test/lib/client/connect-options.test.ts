import fc from "fast-check";
import t, { type Test } from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { CONNECT_OPTIONS } from "../../../lib/client/judged-options.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { framed } from "../../../lib/framing/framed.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { compact, compactFb } from "../../../lib/protocol/compact.ts";
import { json } from "../../../lib/protocol/json.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { tls } from "../../../lib/transport/tls.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { unix } from "../../../lib/transport/unix.ts";
import { ANY_VALUES } from "../../helpers/any-value.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";

const PROTOCOLS = ["rocket", "auto", "framed", "unframed", "header", "http"] as const;
const OPTIONS = Object.keys(CONNECT_OPTIONS) as (keyof ConnectOptions)[];

/** Connects with what may be no options at all, and calls: refused at once, or every call settles as calls do. */
async function refusedOrWorking(t: Test, options: unknown, what: string): Promise<"refused" | "working"> {
  const link = memory();
  const server = await serve(link.listener, (r) => r.add(Streams, streamHandlers(new Seen())), { onError() {} });
  try {
    const channel = connect(link.dialer, options as ConnectOptions);
    const client = createClient(Streams, channel);
    const stream = (async () => {
      let last = 0;
      for await (const n of client.countTo(20)) last = n;
      return last;
    })();
    const settled = await Promise.allSettled([client.echo("hello"), client.log("line"), stream]);
    for (const one of settled)
      if (one.status === "rejected" && !(one.reason instanceof ThriftError)) t.fail(`${what}: ${one.reason}`);
    await channel.close();
    return "working";
  } catch (error) {
    const { code, delivery } = error as ThriftError;
    if (code !== "CONFIGURATION" || delivery !== "unsent") t.fail(`${what}: ${error}`);
    return "refused";
  } finally {
    await server.close();
  }
}

t.test("each option takes what it says, or is refused at once, whatever it is given", async (t) => {
  const accepted: Record<string, string[]> = {};
  for (const option of OPTIONS)
    for (const [name, make] of Object.entries(ANY_VALUES)) {
      const options = { timeoutMs: 200, [option]: make() };
      const outcome = await refusedOrWorking(t, options, `${option}: ${name}`);
      if (outcome === "working") (accepted[option] ??= []).push(name);
    }
  for (const option of OPTIONS) t.ok(accepted[option]?.includes("undefined"), `${option}: undefined is absent`);
  const without = (option: string): string[] => (accepted[option] ?? []).filter((name) => name !== "undefined");
  t.same(without("keepUnknown"), ["true", "false"]);
  t.same(without("tls"), ["false"]);
  t.same(without("datagrams"), []);
  t.same(without("zlib"), ["false"]);
  t.same(without("path"), []);
  t.same(without("checksums"), ["true", "false"]);
  t.same(without("maxDepth"), ["1", "2", "3", "100"]);
  t.same(without("interceptors"), ["[]", "a list of functions"]);
  t.same(without("encoding"), ['"compact"']);
  t.same(without("replyCompression"), ['"zlib"']);
  t.same(without("backoff"), ["{}"]);
  t.same(without("platform"), []);
});

t.test("with any options over any protocol: refused at once, or every call settles", async (t) => {
  const value = fc.constantFrom(...Object.keys(ANY_VALUES));
  const options = fc.dictionary(fc.constantFrom(...OPTIONS), value, { maxKeys: 2 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PROTOCOLS), options, async (protocol, names) => {
      const given = Object.entries(names).map(([option, name]) => [option, ANY_VALUES[name]?.()]);
      await refusedOrWorking(t, { protocol, timeoutMs: 200, ...Object.fromEntries(given) }, JSON.stringify(names));
    }),
    { numRuns: 300, seed: 13 },
  );
  t.pass("none did anything else");
});

t.test("what is no object of options is refused", async (t) => {
  for (const [name, make] of Object.entries(ANY_VALUES)) {
    const outcome = await refusedOrWorking(t, make(), name);
    const taken = ["undefined", "{}"].includes(name);
    t.equal(outcome, taken ? "working" : "refused", name);
  }
});

t.test("an option that is not known is refused with its name, at every depth", async (t) => {
  for (const [options, message] of [
    [{ timeout: 5 }, /^timeout: unknown option of connect, which takes .*timeoutMs/],
    [{ TLS: true }, /^TLS: unknown option of connect/],
    [{ backoff: { first: 5 } }, /^backoff\.first: unknown option of backoff, which takes firstMs, maxMs$/],
    [{ replyCompression: { algorithm: "zlib", from: 5 } }, /^replyCompression\.from: unknown option of/],
    [{ maxConnections: 5 }, /^maxConnections: unknown option of connect/],
  ] as [object, RegExp][])
    t.throws(() => connect("x:1", options), { code: "CONFIGURATION", message });
});

t.test("tls beside a dialer or a socket of another kind is refused: nothing leaves in the clear", async (t) => {
  const link = memory();
  for (const secure of [true, {}, { unverified: true }])
    for (const target of [tcp("x", 1), unix("/x"), tls("x", 1), udp("x", 1), link.dialer, "unix:/x", "udp://x:1"])
      t.throws(() => connect(target, { tls: secure }), { code: "CONFIGURATION", message: /^tls: / });
  for (const target of [tcp("x", 1), "unix:/x", "udp://x:1", "x:1"]) connect(target, { tls: false });
  connect("x:1", { tls: true });
});

t.test("an option that means nothing in what is spoken is refused, and says where it does", async (t) => {
  const only: readonly [ConnectOptions, readonly string[]][] = [
    [{ zlib: true }, ["framed", "unframed", "header"]],
    [{ path: "/x" }, ["http", "header-http"]],
    [{ compressRequests: true }, ["header", "header-http"]],
    ...[
      { replyCompression: "zlib" as const },
      { checksums: true },
      { streamItems: 5 },
      { streamBytes: 5 },
      { connectionBytes: 5 },
      { maxStreams: 5 },
      { keepaliveMs: 5 },
      { compressFromBytes: 5 },
    ].map((options): [ConnectOptions, readonly string[]] => [options, ["rocket", "auto"]]),
  ];
  for (const [options, where] of only) {
    const [name] = Object.keys(options);
    for (const protocol of PROTOCOLS) {
      if (where.includes(protocol)) connect("x:1", { ...options, protocol });
      else
        t.throws(() => connect("x:1", { ...options, protocol }), {
          code: "CONFIGURATION",
          message: `${name}: means nothing with ${protocol}, only with ${where.join(", ")}`,
        });
    }
    t.throws(() => connect("x:1", { ...options, protocol: framed }), { code: "CONFIGURATION" });
    t.throws(() => connect("udp://x:1", options), { message: `${name}: UDP has no such thing, use TCP` });
  }
  for (const protocol of PROTOCOLS) {
    const nothing = { zlib: false, compressRequests: false, checksums: false, tls: false };
    connect("x:1", { protocol, ...nothing });
    t.throws(() => connect("x:1", { protocol, datagrams: {} }), { message: /^datagrams: only UDP has them/ });
  }
  for (const options of [{ maxUnsentBytes: 5 }, { stallTimeoutMs: 5 }])
    t.throws(() => connect("udp://x:1", options), { message: /UDP has no such thing/ });
});

t.test("an encoding that cannot be carried is refused, by its name and as an object", async (t) => {
  const encodings = { compact, binary, "compact-fb": compactFb, json };
  const carried: Readonly<Record<string, readonly string[]>> = {
    rocket: ["compact", "binary", "compact-fb"],
    auto: ["compact", "binary", "compact-fb"],
    header: ["compact", "binary", "compact-fb"],
    framed: ["compact", "binary", "compact-fb", "json"],
    unframed: ["compact", "binary", "compact-fb", "json"],
    http: ["compact", "binary", "compact-fb", "json"],
  };
  for (const protocol of PROTOCOLS)
    for (const [name, object] of Object.entries(encodings)) {
      const byName = (): unknown => connect("x:1", { protocol, encoding: name as "json" });
      const byObject = (): unknown => connect("x:1", { protocol, encoding: object });
      // Rocket's compact is fbthrift's: the object of Apache's says something else.
      const objectFits = name !== "compact" || !["rocket", "auto"].includes(protocol);
      if (carried[protocol]?.includes(name)) byName();
      else t.throws(byName, { code: "CONFIGURATION", message: new RegExp(`^encoding: .* got "${name}"$`) });
      if (carried[protocol]?.includes(name) && objectFits) byObject();
      else t.throws(byObject, { code: "CONFIGURATION", message: new RegExp(`^encoding: .* got "${name}"$`) });
    }
  const own = { ...binary, name: "of-my-own" };
  connect("x:1", { protocol: "framed", encoding: own });
  for (const protocol of ["rocket", "auto", "header"] as const)
    t.throws(() => connect("x:1", { protocol, encoding: own }), { message: /^encoding: .* got "of-my-own"$/ });
  connect("x:1", { encoding: { ...binary } });
});

t.test(
  "waits that contradict one another are refused; a bound that is set alone moves the default of the other",
  async (t) => {
    t.throws(() => connect("x:1", { backoff: { firstMs: 200, maxMs: 100 } }), {
      code: "CONFIGURATION",
      message: "backoff.firstMs: expected at most maxMs, 100, got 200",
    });
    for (const backoff of [
      { firstMs: 5_000 },
      { maxMs: 50 },
      { firstMs: 5, maxMs: 5 },
      { maxMs: Number.POSITIVE_INFINITY },
      { firstMs: 0 },
    ])
      connect("x:1", { backoff });
    t.throws(() => connect("x:1", { backoff: { firstMs: Number.POSITIVE_INFINITY } }), { code: "CONFIGURATION" });
  },
);

t.test("an address, host or port that is none is refused, and what is no target", async (t) => {
  for (const target of [
    "",
    "x",
    "x:0",
    "x:65536",
    "x:1:2",
    "udp://x:0",
    "udp://x",
    "a b:1",
    "unix:",
    null,
    undefined,
    5,
    {},
    [],
  ])
    t.throws(() => connect(target as string), { code: "CONFIGURATION" }, String(target));
  t.throws(() => connect({ target: "x" } as never), { code: "CONFIGURATION", message: /^target: expected an address/ });
  for (const port of [Number.NaN, 0, -1, 65_536, 1.5, "80", null, undefined] as number[])
    for (const act of [() => tcp("x", port), () => udp("x", port), () => tls("x", port)])
      t.throws(act, { code: "CONFIGURATION", message: /expected a port from 1 to 65535, got / });
  for (const host of ["", "a b", "[::1]", "a/b", "x".repeat(256), "a\0b", null, undefined, 5] as string[])
    for (const act of [() => tcp(host, 1), () => udp(host, 1), () => tls(host, 1)])
      t.throws(act, { code: "CONFIGURATION", message: /expected a host's name or address/ });
  for (const port of [Number.NaN, -1, 65_536, 1.5, "80", null, undefined] as number[])
    for (const act of [() => tcp.listen(port), () => udp.listen(port)])
      t.throws(act, { code: "CONFIGURATION", message: /expected a port from 0 to 65535, got / });
  for (const options of [{ host: "" }, { port: 5 }, { host: null }, { backlog: 5 }, null, "127.0.0.1"] as object[])
    for (const act of [() => tcp.listen(0, options), () => udp.listen(0, options)])
      t.throws(act, { code: "CONFIGURATION" });
});

t.test("options are taken as they are when connect is called", async (t) => {
  const link = memory();
  const server = await serve(link.listener, (r) => r.add(Streams, streamHandlers(new Seen())));
  const lines: string[] = [];
  const options = { interceptors: [], protocol: "framed" as string } as { interceptors: unknown[]; protocol: string };
  const channel = connect(link.dialer, options as ConnectOptions);
  options.interceptors.push(() => lines.push("called"));
  options.protocol = "http";
  t.equal(await createClient(Streams, channel).echo("x"), "x");
  t.same(lines, []);
  await channel.close();
  await server.close();
});

t.test("createClient refuses what it does not know, and a name that is none", async (t) => {
  const channel = connect("x:1");
  for (const options of [
    { multiplexed: "" },
    { multiplexed: 1 },
    { multiplexed: null },
    { multiplex: true },
    null,
    "x",
  ])
    t.throws(() => createClient(Streams, channel, options as never), { code: "CONFIGURATION" });
  for (const multiplexed of [true, false, "name", undefined]) createClient(Streams, channel, { multiplexed } as object);
});

t.test("a compression that this Node lacks is refused, not waited for in vain", async (t) => {
  const has = Object.hasOwn(await import("node:zlib"), "zstdCompressSync");
  const act = (): unknown => connect("x:1", { replyCompression: "zstd" });
  if (has) act();
  else t.throws(act, { code: "CONFIGURATION", message: /^replyCompression: zstd is not in this version of Node/ });
});

t.test("a platform is used as it is given", async (t) => {
  let timers = 0;
  const platform = Object.create(nodePlatform, {
    startTimer: {
      value: (...args: Parameters<typeof nodePlatform.startTimer>) => {
        timers++;
        return nodePlatform.startTimer(...args);
      },
    },
  });
  const channel = connect("x:1", { platform, timeoutMs: 1 });
  await t.rejects(createClient(Streams, channel).echo("x"), { code: "DEADLINE" });
  t.ok(timers > 0);
  await channel.close();
});
