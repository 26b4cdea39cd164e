/** A full server: who goes for a newcomer, and how. */
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { type ConnectionEvent, connectionClosed } from "../../../lib/observe/diagnostics.ts";
import { type ServeOptions, serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

const ALL = ["rocket", "framed", "header", "http"] as const;
const LASTING = { timeoutMs: Number.POSITIVE_INFINITY };

async function scene(options: ServeOptions) {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const errors: unknown[] = [];
  const handlers = streamHandlers(new Seen(), platform);
  const server = await serve(tcp.listen(9090), (r) => r.add(Streams, handlers), {
    platform,
    onError: (error) => errors.push(error),
    ...options,
  });
  const dial = (protocol: (typeof ALL)[number]) => {
    const channel = connect(tcp("10.0.0.1", 9090), { platform, protocol });
    return { channel, client: createClient(Streams, channel) };
  };
  /** A client that has made one call. */
  const rested = async (protocol: (typeof ALL)[number]) => {
    const made = dial(protocol);
    await clock.until(made.client.echo("once"));
    return made;
  };
  return { platform, clock, errors, server, dial, rested };
}

for (const protocol of ALL) {
  t.test(`idle ${protocol} clients cannot lock newcomers out, and their next calls are served`, async (t) => {
    const { clock, server, rested, errors } = await scene({ maxConnections: 3 });
    const idle = [];
    for (let i = 0; i < 3; i++) idle.push(await rested(protocol));
    await clock.advance(2_000);
    const newcomers = [];
    for (let i = 0; i < 3; i++) newcomers.push(await rested(protocol));
    await clock.advance(2_000);
    t.equal(server.connections, 3, "those that rested have gone");
    for (const { client } of idle) t.equal(await clock.until(client.echo("again")), "again");
    t.same(errors, []);
    await clock.until(Promise.all([...idle, ...newcomers].map(({ channel }) => channel.close())));
    await clock.until(server.close());
    await clock.advance(60_000);
    t.equal(clock.pending, 0);
  });
}

t.test("the connection that has rested longest goes, and none that has work", async (t) => {
  const { clock, server, rested } = await scene({ maxConnections: 4 });
  const busy = await rested("rocket");
  const streaming = await rested("rocket");
  const lately = await rested("header");
  const longest = await rested("framed");
  const call = busy.client.wait(60_000, LASTING);
  const stream = streaming.client.countTo(1_000, LASTING);
  await clock.until(stream.response);
  await clock.advance(1_500);
  await clock.until(lately.client.echo("still here"));
  await clock.advance(1_500);
  const gone: unknown[] = [];
  const onClosed = (event: unknown): void => {
    const { side, conversation } = event as ConnectionEvent;
    if (side === "server") gone.push(conversation);
  };
  connectionClosed.subscribe(onClosed);
  const newcomer = await rested("http");
  await clock.advance(1_500);
  connectionClosed.unsubscribe(onClosed);
  t.match(gone, [/^framed/]);
  t.equal(gone.length, 1);
  stream.cancel();
  await clock.advance(60_000);
  t.equal(await call, "waited");
  t.equal(server.connections, 4);
  await clock.until(Promise.all([busy, streaming, lately, longest, newcomer].map(({ channel }) => channel.close())));
  await clock.until(server.close());
});

t.test("where all have work, or have just had, the newcomer goes", async (t) => {
  const { clock, server, rested, dial } = await scene({ maxConnections: 2 });
  const busy = await rested("rocket");
  const call = busy.client.wait(10_000, LASTING);
  const fresh = await rested("framed");
  await clock.advance(100);
  await eventually(() => server.load.calls === 1);
  const late = dial("framed");
  await t.rejects(clock.until(late.client.echo("no place", { timeoutMs: 300 })), { name: "ConnectionError" });
  t.equal(server.connections, 2);
  await clock.advance(1_000);
  t.equal(await clock.until(late.client.echo("a second later")), "a second later");
  await clock.advance(10_000);
  t.equal(await call, "waited");
  await clock.until(Promise.all([busy, fresh, late].map(({ channel }) => channel.close())));
  await clock.until(server.close());
});
