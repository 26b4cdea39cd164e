import { connect as plainSocket } from "node:net";
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { eventually, Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";
import { world } from "../../helpers/virtual-service.ts";

const LONG = [Number.POSITIVE_INFINITY, 2 ** 31, 1e300];
const loopback = { host: "127.0.0.1" };

t.test("a time that Node's timers cannot take is waited for, in every option of both sides", async (t) => {
  for (const ms of LONG) {
    const seen = new Seen();
    const server = await serve(tcp.listen(0, loopback), (r) => r.add(Streams, streamHandlers(seen)), {
      openingTimeoutMs: ms,
      queueTimeoutMs: ms,
      keepaliveMs: ms,
      stallTimeoutMs: ms,
      maxRunningCalls: 1,
    });
    const channel = connect(server.address, {
      timeoutMs: ms,
      connectTimeoutMs: ms,
      keepaliveMs: ms,
      stallTimeoutMs: ms,
      backoff: { maxMs: ms },
    });
    const silent = plainSocket(Number(server.address.split(":")[1]), loopback.host).on("error", () => {});
    const client = createClient(Streams, channel);
    // One waits for its turn after the other; both are there when the server is told to stop.
    const calls = [client.wait(40), client.wait(1, { timeoutMs: ms })];
    await eventually(() => server.load.inFlight === 2);
    t.equal(server.connections, 2, "the silent one was not shown out");
    const drained = server.drain({ timeoutMs: ms });
    t.same(await Promise.all(calls), ["waited", "waited"]);
    silent.destroy();
    await channel.close();
    await drained;
  }
});

t.test("a drain without limit waits for a call as long as it runs", async (t) => {
  const { platform, up, connect } = world();
  const server = await up();
  const { calc, channel } = connect({ timeoutMs: Number.POSITIVE_INFINITY });
  const call = calc.after(2 ** 31 - 1, "at last");
  await platform.clock.advance(100);
  const drained = server.drain({ timeoutMs: Number.POSITIVE_INFINITY });
  await platform.clock.advance(2 ** 31);
  t.equal(await call, "at last");
  await drained;
  await channel.close();
  t.equal(platform.clock.pending, 0);
});

t.test("a drain with 0 closes at once", async (t) => {
  const { platform, up, connect } = world();
  const server = await up();
  const { calc, channel } = connect();
  const call = calc.after(1_000, "never").catch((error: unknown) => error);
  await platform.clock.advance(100);
  const drained = server.drain({ timeoutMs: 0 });
  await platform.clock.advance(50);
  await drained;
  await channel.close();
  t.match(await call, { code: "CONNECTION_LOST" });
});

t.test("a drain that is asked for wrongly is none: the server goes on", async (t) => {
  const { up, connect, platform } = world();
  const server = await up();
  for (const timeoutMs of [Number.NaN, -1, "10", null] as number[])
    await t.rejects(server.drain({ timeoutMs }), {
      code: "CONFIGURATION",
      message: /^timeoutMs: expected milliseconds/,
    });
  await t.rejects(server.drain({ timeout: 1 } as object), {
    code: "CONFIGURATION",
    message: /^timeout: unknown option/,
  });
  t.notOk(server.draining);
  const { calc, channel } = connect();
  t.equal(await platform.clock.until(calc.echo("x")), "x");
  await channel.close();
  await server.close();
});
