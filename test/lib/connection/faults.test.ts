/** Every protocol over a connection that breaks: at each byte, in each direction, in several ways. Every call settles, nothing is left. */
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { type Client, createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { type Server, serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import type { Dialer, Transport } from "../../../lib/transport/transport.ts";
import { type Fault, faulty } from "../../helpers/faulty-transport.ts";
import { type Lateness, late } from "../../helpers/late-transport.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Stop, Streams, type StreamsMethods } from "../../helpers/streams.ts";

t.setTimeout(300_000);

/** How a client speaks, by the name that tests have for it. */
const SPEAKERS = {
  framed: { protocol: "framed" },
  unframed: { protocol: "unframed" },
  header: { protocol: "header" },
  http: { protocol: "http" },
  rocket: { protocol: "rocket" },
  "framed binary": { protocol: "framed", encoding: "binary" },
  "unframed json": { protocol: "unframed", encoding: "json" },
  "framed zlib": { protocol: "framed", zlib: true },
  "header zlib": { protocol: "header", compressRequests: true },
  "rocket binary zlib": { protocol: "rocket", encoding: "binary", compressFromBytes: 8, checksums: true },
} as const satisfies Readonly<Record<string, ConnectOptions>>;
type Protocol = keyof typeof SPEAKERS;
const PROTOCOLS = Object.keys(SPEAKERS) as readonly Protocol[];
/** Cut at one byte in eleven: their frames are those of the others, with other bytes in them. */
const COARSE: readonly Protocol[] = ["framed binary", "unframed json", "header zlib", "rocket binary zlib"];
const speaksRocket = (protocol: Protocol): boolean => SPEAKERS[protocol].protocol === "rocket";
/** Only Rocket has pings. */
const pings = (protocol: Protocol, keepaliveMs: number): ConnectOptions =>
  speaksRocket(protocol) ? { keepaliveMs } : {};

/** What a client does; the outcome of each call, an error of ours or the IDL's if it failed. */
async function play(client: Client<StreamsMethods>, protocol: Protocol): Promise<unknown[]> {
  const calls: Promise<unknown>[] = [client.echo("one"), client.log("line"), client.echo("stop"), client.wait(0)];
  if (speaksRocket(protocol))
    calls.push(readAll(client.countTo(20)), client.add([1, 2, 3]), readAll(client.upper(["a", "b"])));
  return (await Promise.allSettled(calls)).map((outcome) =>
    outcome.status === "fulfilled" ? outcome.value : outcome.reason,
  );
}

async function readAll<T>(items: AsyncIterable<T>): Promise<number> {
  let count = 0;
  for await (const _ of items) count++;
  return count;
}

type AnyFault = Fault & Lateness;

interface Faults {
  readonly client?: AnyFault;
  readonly server?: AnyFault;
}

const rough = (transport: Transport, fault: AnyFault): Transport => faulty(late(transport, fault), fault);

/** Plays over a first connection with faults; connections after it are sound. */
async function broken(
  t: { fail(message: string): unknown },
  protocol: Protocol,
  faults: Faults,
  options: ConnectOptions = {},
): Promise<unknown[]> {
  const link = memory();
  let connections = 0;
  const server = await serve(
    {
      listen: (platform, accept, onError) =>
        link.listener.listen(
          platform,
          (transport) =>
            accept(connections === 1 && faults.server !== undefined ? rough(transport, faults.server) : transport),
          onError,
        ),
      close: () => link.listener.close(),
    },
    (r) => r.add(Streams, streamHandlers(new Seen())),
    { onError() {} },
  );
  const dialer: Dialer = {
    target: "memory",
    async dial(platform, signal) {
      connections++;
      const transport = await link.dialer.dial(platform, signal);
      return connections === 1 && faults.client !== undefined ? rough(transport, faults.client) : transport;
    },
  };
  const channel = connect(dialer, { ...SPEAKERS[protocol], backoff: { firstMs: 1, maxMs: 1 }, ...options });
  const outcomes = await play(createClient(Streams, channel), protocol);
  for (const outcome of outcomes)
    if (outcome instanceof Error && !(outcome instanceof ThriftError || outcome instanceof Stop))
      t.fail(`${protocol} ${JSON.stringify(faults)}: ${outcome.stack}`);
  await channel.close();
  if (!(await emptied(server)))
    t.fail(
      `${protocol} ${JSON.stringify(faults)}: ${server.connections} connections, ${server.load.inFlight} calls left`,
    );
  await server.close();
  return outcomes;
}

/** Soon, or when zlib's threads have come to it. */
async function emptied(server: Server): Promise<boolean> {
  // A call counts until its handler has ended, which may take longer than its connection.
  const empty = (): boolean => server.connections === 0 && server.load.inFlight === 0;
  for (let i = 0; i < 500 && !(await eventually(empty, 50)); i++) await sleep(20);
  return empty();
}

for (const protocol of PROTOCOLS) {
  t.test(`${protocol}: bytes may come one by one`, async (t) => {
    const outcomes = await broken(t, protocol, { client: { pieceBytes: 1 }, server: { pieceBytes: 1 } });
    t.same(outcomes.slice(0, 2), ["one", undefined]);
    t.ok(outcomes[2] instanceof Stop);
    if (speaksRocket(protocol)) t.same(outcomes.slice(4), [20, 6n, 2]);
  });

  t.test(`${protocol}: every call settles wherever the connection is cut or ended, on either side`, async (t) => {
    // Beyond the opening each byte is like others of its kind: primes reach all of them in turn.
    const coarse = COARSE.includes(protocol);
    for (let at = 0; at < 700; at += coarse ? 11 : at < 120 ? 1 : 7) {
      await broken(t, protocol, { client: { cutAfter: at } });
      await broken(t, protocol, { server: { cutAfter: at } });
      if (at % 3 === 0) await broken(t, protocol, { client: { endAfter: at } });
      if (at % 3 === 0) await broken(t, protocol, { server: { endAfter: at } });
      if (at % 3 === 1) await broken(t, protocol, { client: { resetAfter: at } });
      if (at % 3 === 1) await broken(t, protocol, { server: { resetAfter: at } });
    }
    t.pass("all settled");
  });

  t.test(`${protocol}: bytes that are late, or stand still for a while, change nothing`, async (t) => {
    const expected = await broken(t, protocol, {});
    for (const at of [0, 1, 40, 90, 150, 300]) {
      const client = { delayTurns: at % 7, stallAfter: at };
      t.same(await broken(t, protocol, { client }), expected);
      t.same(await broken(t, protocol, { server: client }), expected);
      t.same(await broken(t, protocol, { client: { ...client, pieceBytes: 3 }, server: { delayTurns: 3 } }), expected);
    }
  });

  t.test(`${protocol}: every call settles where writes change places`, async (t) => {
    // Most of what follows makes no sense to its reader, which may wait for the rest of it.
    const patience = { timeoutMs: 40, stallTimeoutMs: 50, ...pings(protocol, 30) };
    const hold = setInterval(() => {}, 1_000);
    t.teardown(() => clearInterval(hold));
    for (let at = 0; at < 400; at += 23) {
      await broken(t, protocol, { client: { swapAfter: at, pieceBytes: 16 } }, patience);
      await broken(t, protocol, { server: { swapAfter: at, pieceBytes: 16 } }, patience);
    }
    t.pass("all settled");
  });

  t.test(`${protocol}: one-way silence ends in deadlines`, async (t) => {
    // A connection in memory holds no process alive.
    const hold = setInterval(() => {}, 1_000);
    t.teardown(() => clearInterval(hold));
    for (const at of [0, 1, 50, 200]) {
      await broken(
        t,
        protocol,
        { client: { silentAfter: at } },
        { timeoutMs: 30, stallTimeoutMs: 50, ...pings(protocol, 20) },
      );
      await broken(
        t,
        protocol,
        { server: { silentAfter: at } },
        { timeoutMs: 30, stallTimeoutMs: 50, ...pings(protocol, 20) },
      );
    }
    t.pass("all settled");
  });
}
