import { subscribe, unsubscribe } from "node:diagnostics_channel";
import t from "tap";
import { world } from "../../helpers/virtual-service.ts";

const work = { dividend: 84, divisor: 2 };

t.test("says what happens to connections, calls and attempts, while somebody listens", async (t) => {
  const events: [string, Record<string, unknown>][] = [];
  const listen = (message: unknown, name: string | symbol): void =>
    void events.push([String(name), message as Record<string, unknown>]);
  const names = [
    "connection:open",
    "connection:close",
    "client:call",
    "server:call",
    "server:refused",
    "client:dial",
  ].map((name) => `scrimp:${name}`);
  for (const name of names) subscribe(name, listen);
  t.teardown(() => names.forEach((name) => unsubscribe(name, listen)));

  const { platform, up, connect } = world();
  const { calc, channel } = connect();
  const call = calc.divide(work);
  await platform.clock.advance(10);
  const server = await up({ maxConnectionCalls: 1 });
  await platform.clock.until(call);
  await platform.clock.until(Promise.all([calc.after(50, "x"), calc.divide(work).catch(() => undefined)]));
  await platform.clock.until(Promise.all([channel.close(), server.close()]));

  const of = (name: string): Record<string, unknown>[] =>
    events.filter(([other]) => other === `scrimp:${name}`).map(([, event]) => event);
  t.match(of("client:dial")[0], {
    target: "10.0.0.1:9090",
    attempt: 1,
    backoffMs: Number,
    error: { code: "ECONNREFUSED" },
  });
  t.match(of("connection:open"), [
    { side: "client", conversation: "framed compact" },
    { side: "server", conversation: "framed compact" },
  ]);
  t.equal(of("connection:close").length, 2);
  t.match(
    of("client:call").map(({ method, error }) => [method, error === undefined]),
    [
      ["divide", true],
      ["divide", false],
      ["after", true],
    ],
  );
  t.match(
    of("server:call").map(({ method }) => method),
    ["divide", "after"],
  );
  t.match(of("server:refused"), [{ method: "divide", reason: /overloaded/ }]);
  t.ok(of("client:call").every(({ elapsedMs }) => typeof elapsedMs === "number" && elapsedMs >= 0));
});
