import t from "tap";
import { clientCall, serverCall } from "../../../lib/observe/diagnostics.ts";
import { Metrics, TIME_BOUNDS_MS } from "../../../lib/observe/metrics.ts";
import { DivideByZero } from "../../helpers/calculator.ts";
import { world } from "../../helpers/virtual-service.ts";

t.test("counts calls by side, method and outcome, with their times", async (t) => {
  const metrics = new Metrics();
  t.teardown(() => metrics.stop());
  for (const protocol of ["framed", "rocket"] as const) {
    const before = metrics.snapshot();
    const { platform, up, connect } = world();
    const server = await up();
    const { calc, channel } = connect({ protocol });
    await platform.clock.until(Promise.all([1, 2, 3].map((divisor) => calc.divide({ dividend: 6, divisor }))));
    await t.rejects(platform.clock.until(calc.divide({ dividend: 1, divisor: 0 })), DivideByZero);
    await t.rejects(platform.clock.until(calc.divide({ dividend: 666, divisor: 1 })), { code: "APP_ERROR" });
    await t.rejects(platform.clock.until(calc.after(60_000, "x", { timeoutMs: 30 })), { code: "DEADLINE" });
    await platform.clock.until(Promise.all([channel.close(), server.close()]));

    const counted = (side: string, method: string, outcome: string): number => {
      const count = (calls = before.calls): number =>
        calls.find((c) => c.side === side && c.method === method && c.outcome === outcome)?.count ?? 0;
      return count(metrics.snapshot().calls) - count();
    };
    for (const side of ["client", "server"]) {
      t.equal(counted(side, "divide", "ok"), 3, `${protocol} ${side}`);
      t.equal(counted(side, "divide", "declared"), 1);
    }
    t.equal(counted("client", "divide", "APP_ERROR"), 1);
    t.equal(counted("server", "divide", "error"), 1, "what the handler threw");
    t.equal(counted("client", "after", "DEADLINE"), 1);
    const { client, server: served } = metrics.snapshot().connections;
    t.equal(client.opened - before.connections.client.opened, 1);
    t.equal(client.closed - before.connections.client.closed, 1);
    // What was on its way when the connection was closed did not arrive.
    t.ok(served.receivedBytes > 100 && client.sentBytes >= served.receivedBytes);
    t.ok(client.receivedBytes > 50 && served.sentBytes >= client.receivedBytes);
  }
  for (const { count, times, totalMs } of metrics.snapshot().calls) {
    t.equal(times.length, TIME_BOUNDS_MS.length + 1);
    t.equal(
      times.reduce((sum, n) => sum + n, 0),
      count,
    );
    t.ok(totalMs >= 0);
  }
});

t.test("puts each time into the first bucket that holds it", async (t) => {
  const metrics = new Metrics();
  t.teardown(() => metrics.stop());
  for (const elapsedMs of [0, 0.5, 0.51, 10_000, 10_001]) clientCall.publish({ method: "m", peer: "p", elapsedMs });
  const [call] = metrics.snapshot().calls;
  t.equal(call?.times[0], 2);
  t.equal(call?.times[1], 1);
  t.same(call?.times.slice(-2), [1, 1]);
});

t.test("counts what was turned away and dials that failed; stopped, it leaves no subscriber", async (t) => {
  const metrics = new Metrics();
  const { platform, up, connect } = world();
  const { calc, channel } = connect();
  const call = calc.divide({ dividend: 1, divisor: 1 });
  await platform.clock.advance(10);
  const server = await up({ maxConnectionCalls: 1 });
  await platform.clock.until(call);
  const both = [calc.after(50, "x"), calc.divide({ dividend: 1, divisor: 1 }).catch(() => undefined)];
  await platform.clock.until(Promise.all(both));
  t.match(metrics.snapshot(), { refused: 1, failedDials: 1 });
  const seen = metrics.snapshot();
  metrics.stop();
  metrics.stop();
  t.notOk(clientCall.hasSubscribers);
  t.notOk(serverCall.hasSubscribers);
  await platform.clock.until(calc.divide({ dividend: 1, divisor: 1 }));
  t.same(metrics.snapshot(), seen);
  await platform.clock.until(Promise.all([channel.close(), server.close()]));
});

t.test("a connection that never said what it speaks is neither opened nor closed, and its bytes count", async (t) => {
  const metrics = new Metrics();
  t.teardown(() => metrics.stop());
  const { platform, up } = world();
  const server = await up();
  const [, port] = server.address.split(":");
  const socket = platform.connect({ host: "10.0.0.1", port: Number(port) });
  socket.on("connect", () => socket.write("not thrift!")).on("error", () => socket.destroy());
  await platform.clock.advance(60_000);
  const { opened, closed, receivedBytes } = metrics.snapshot().connections.server;
  t.same([opened, closed, receivedBytes], [0, 0, 11]);
  await platform.clock.until(server.close());
});
