/** Calls that nobody waits for any more: they count, for every limit, until their handlers have come to their end. */
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { type ServeOptions, type Server, serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Streams } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

const KIB = 1 << 10;

/** A server whose `blob` takes no heed of its signal: it ends when it is let. */
async function deaf(platform: VirtualPlatform, options: ServeOptions = {}): Promise<[Server, (() => void)[]]> {
  const running: (() => void)[] = [];
  const server = await serve(
    tcp.listen(9090),
    (r) =>
      r.add(Streams, {
        ...streamHandlers(new Seen(), platform),
        blob: () => new Promise((resolve) => running.push(() => resolve(Buffer.alloc(0)))),
      }),
    { platform, ...options },
  );
  return [server, running];
}
const ignore = (): void => {};

for (const protocol of ["rocket", "framed", "header", "http"] as const)
  t.test(`${protocol}: a call whose caller is gone counts until its handler ends`, async (t) => {
    const platform = new VirtualPlatform();
    const { clock } = platform;
    const [server, running] = await deaf(platform, { maxCalls: 2, maxHostShare: 1 });
    const gone = [1, 2].map(() => connect(tcp("x", 9090), { platform, protocol }));
    for (const channel of gone) createClient(Streams, channel).blob(Buffer.alloc(KIB)).catch(ignore);
    await clock.advance(20);
    platform.resetAll();
    await clock.advance(20);
    t.equal(server.connections, 0);
    t.same([server.load.calls, server.load.inFlight], [2, 2]);
    await clock.until(Promise.all(gone.map((channel) => channel.close())));
    t.ok(server.load.requestBytes > 2 * KIB, `${server.load.requestBytes} bytes`);
    const other = connect(tcp("x", 9090), { platform, protocol });
    const client = createClient(Streams, other);
    await t.rejects(clock.until(client.echo("x")), { code: "OVERLOADED", delivery: "unsent" });
    for (const end of running) end();
    await clock.settle();
    t.same([server.load.calls, server.load.requestBytes], [0, 0]);
    t.equal(await clock.until(client.echo("x")), "x");
    await clock.until(Promise.all([other.close(), server.close()]));
  });

t.test("rocket: a call that was cancelled, or is over its time, counts until its handler ends", async (t) => {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const [server, running] = await deaf(platform, { maxConnectionCalls: 2 });
  const channel = connect(tcp("x", 9090), { platform });
  const client = createClient(Streams, channel);
  const controller = new AbortController();
  client.blob(Buffer.alloc(KIB), { signal: controller.signal }).catch(ignore);
  client.blob(Buffer.alloc(KIB), { timeoutMs: 50 }).catch(ignore);
  await clock.advance(20);
  controller.abort();
  await clock.advance(100);
  t.equal(server.load.calls, 2);
  await t.rejects(clock.until(client.echo("x")), {
    code: "OVERLOADED",
    message: /2 calls in flight on this connection/,
  });
  running[0]?.();
  await clock.settle();
  t.equal(await clock.until(client.echo("x")), "x");
  running[1]?.();
  await clock.settle();
  t.same([server.load.calls, server.load.requestBytes], [0, 0]);
  await clock.until(Promise.all([channel.close(), server.close()]));
});

t.test("rocket: a storm of calls that are cancelled at once holds no more than a connection may", async (t) => {
  const platform = new VirtualPlatform();
  const { clock } = platform;
  const limit = 256 * KIB;
  const [server, running] = await deaf(platform, { maxConnectionRequestBytes: limit });
  const channel = connect(tcp("x", 9090), { platform, maxUnsentBytes: 4 << 20 });
  const client = createClient(Streams, channel);
  let most = 0;
  for (let i = 0; i < 200; i++) {
    const controller = new AbortController();
    client.blob(Buffer.alloc(8 * KIB), { signal: controller.signal }).catch(ignore);
    await clock.advance(3);
    controller.abort();
    await clock.advance(3);
    most = Math.max(most, server.load.requestBytes);
  }
  t.ok(most >= limit && most < limit + 64 * KIB, `${most} bytes held`);
  t.ok(running.length < 40, `${running.length} handlers run`);
  const other = connect(tcp("x", 9090), { platform });
  t.equal(await clock.until(createClient(Streams, other).echo("x")), "x", "others are served");
  while (server.load.calls > 0) {
    for (const end of running.splice(0)) end();
    await clock.advance(5);
  }
  t.same([server.load.calls, server.load.requestBytes], [0, 0]);
  await clock.until(Promise.all([channel.close(), other.close(), server.close()]));
});

t.test(
  "rocket: calls that are cancelled while they wait for their turn count until the queue lets go of them",
  async (t) => {
    const platform = new VirtualPlatform();
    const { clock } = platform;
    const [server, running] = await deaf(platform, {
      maxRunningCalls: 1,
      maxConnectionCalls: 4,
      queueTimeoutMs: 1_000,
    });
    const channel = connect(tcp("x", 9090), { platform });
    const client = createClient(Streams, channel);
    client.blob(Buffer.alloc(KIB)).catch(ignore);
    await clock.advance(10);
    const controller = new AbortController();
    for (let i = 0; i < 3; i++) client.blob(Buffer.alloc(KIB), { signal: controller.signal }).catch(ignore);
    await clock.advance(10);
    controller.abort();
    await clock.advance(10);
    t.same([server.load.calls, server.load.waiting], [4, 3]);
    await t.rejects(clock.until(client.echo("x")), { code: "OVERLOADED" });
    await clock.advance(2_000);
    t.same([server.load.calls, server.load.waiting], [1, 0]);
    t.equal(running.length, 1, "none of them was begun");
    running[0]?.();
    await clock.settle();
    t.equal(server.load.requestBytes, 0);
    await clock.until(Promise.all([channel.close(), server.close()]));
  },
);

for (const protocol of ["rocket", "header", "http"] as const)
  t.test(`${protocol}: no time is left behind the deadline`, async (t) => {
    const platform = new VirtualPlatform();
    const { clock } = platform;
    const left: number[] = [];
    const server = await serve(
      tcp.listen(9090),
      (r) =>
        r.add(Streams, {
          ...streamHandlers(new Seen(), platform),
          echo: async (text, ctx) => {
            left.push(ctx.timeLeftMs());
            await new Promise<void>((resolve) => platform.startTimer(150, false, resolve));
            left.push(ctx.timeLeftMs(), ctx.signal.aborted ? 1 : 0);
            await new Promise<void>((resolve) => platform.startTimer(150, false, resolve));
            left.push(ctx.timeLeftMs());
            return text;
          },
        }),
      { platform, onError: ignore },
    );
    const channel = connect(tcp("x", 9090), { platform, protocol });
    await t.rejects(clock.until(createClient(Streams, channel).echo("x", { timeoutMs: 60 })), { code: "DEADLINE" });
    await clock.advance(500);
    const [first = 0, ...later] = left;
    t.ok(first > 0 && first <= 60, `${first} ms left at first`);
    t.same(later, [0, 1, 0]);
    await clock.until(Promise.all([channel.close(), server.close()]));
  });
