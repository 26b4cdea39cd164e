/** Every protocol over a connection that breaks: at each byte, in each direction, in several ways. Every call settles, nothing is left. */
import t from "tap";
import { type Client, createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { ThriftError } from "../../../lib/errors.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import type { Dialer } from "../../../lib/transport/transport.ts";
import { type Fault, faulty } from "../../helpers/faulty-transport.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Stop, Streams, type StreamsMethods } from "../../helpers/streams.ts";

t.setTimeout(300_000);

const PROTOCOLS = ["framed", "unframed", "header", "http", "rocket"] as const;
type Protocol = (typeof PROTOCOLS)[number];

/** What a client does; the outcome of each call, an error of ours or the IDL's if it failed. */
async function play(client: Client<StreamsMethods>, protocol: Protocol): Promise<unknown[]> {
  const calls: Promise<unknown>[] = [client.echo("one"), client.log("line"), client.echo("stop"), client.wait(0)];
  if (protocol === "rocket")
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

interface Faults {
  readonly client?: Fault;
  readonly server?: Fault;
}

/** Plays over a first connection with faults; connections behind it are sound. */
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
            accept(connections === 1 && faults.server !== undefined ? faulty(transport, faults.server) : transport),
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
      return connections === 1 && faults.client !== undefined ? faulty(transport, faults.client) : transport;
    },
  };
  const channel = connect(dialer, { protocol, backoff: { firstMs: 1, maxMs: 1 }, ...options });
  const outcomes = await play(createClient(Streams, channel), protocol);
  for (const outcome of outcomes)
    if (outcome instanceof Error && !(outcome instanceof ThriftError || outcome instanceof Stop))
      t.fail(`${protocol} ${JSON.stringify(faults)}: ${outcome.stack}`);
  await channel.close();
  if (!(await eventually(() => server.connections === 0)))
    t.fail(`${protocol} ${JSON.stringify(faults)}: ${server.connections} connections left`);
  if (server.load.inFlight !== 0) t.fail(`${protocol} ${JSON.stringify(faults)}: ${server.load.inFlight} calls left`);
  await server.close();
  return outcomes;
}

for (const protocol of PROTOCOLS) {
  t.test(`${protocol}: bytes may come one by one`, async (t) => {
    const outcomes = await broken(t, protocol, { client: { pieceBytes: 1 }, server: { pieceBytes: 1 } });
    t.same(outcomes.slice(0, 2), ["one", undefined]);
    t.ok(outcomes[2] instanceof Stop);
    if (protocol === "rocket") t.same(outcomes.slice(4), [20, 6n, 2]);
  });

  t.test(`${protocol}: every call settles wherever the connection is cut or ended, on either side`, async (t) => {
    // Beyond the opening each byte is like others of its kind: primes reach all of them in turn.
    for (let at = 0; at < 700; at += at < 120 ? 1 : 7) {
      await broken(t, protocol, { client: { cutAfter: at } });
      await broken(t, protocol, { server: { cutAfter: at } });
      if (at % 3 === 0) await broken(t, protocol, { client: { endAfter: at } });
      if (at % 3 === 0) await broken(t, protocol, { server: { endAfter: at } });
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
        { timeoutMs: 30, keepaliveMs: 20, stallTimeoutMs: 50 },
      );
      await broken(
        t,
        protocol,
        { server: { silentAfter: at } },
        { timeoutMs: 30, keepaliveMs: 20, stallTimeoutMs: 50 },
      );
    }
    t.pass("all settled");
  });
}
