/** Servers that are replaced under load: every call runs exactly once, and its caller sees nothing of it. */
import t, { type Test } from "tap";
import { ThriftError } from "../../../lib/errors/errors.ts";
import { nodePlatform } from "../../../lib/platform/node.ts";
import { CALLS, FleetLoad, STREAMS } from "../../helpers/fleet-load.ts";
import { Fleet, type FleetClient } from "../../helpers/rolling-fleet.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

// Much work: it may take its time where the machine has other work.
t.setTimeout(300_000);

const RESTARTS = 20;

function loseNothing(t: Test, fleet: Fleet, load: FleetLoad): void {
  t.same(load.troubles, []);
  t.same(fleet.executions.notOnce(load.begun), []);
  t.equal(fleet.executions.counts.size, load.begun.length, "nothing ran that nobody called");
  t.same(fleet.errors, []);
}

t.test("twenty restarts of three servers under load: no error, and every call has run exactly once", async (t) => {
  const fleet = new Fleet(nodePlatform);
  await fleet.start(3);
  const clients = [fleet.connect(), fleet.connect(), fleet.connect()];
  const load = new FleetLoad();
  for (const [i, { client }] of clients.entries()) load.start(`${i}`, client, { ...CALLS, ...STREAMS }, 3);
  for (let i = 0; i < RESTARTS; i++) {
    await load.more(100);
    const old = await fleet.restart(i);
    t.equal(old.connections + old.load.inFlight + old.load.waiting, 0, "nothing is left in what has drained");
  }
  await load.stop();
  loseNothing(t, fleet, load);
  for (const { channel } of clients) await channel.close();
  await fleet.close();
});

for (let seed = 1; seed <= 6; seed++) {
  t.test(`wherever the farewell crosses what is on its way, seed ${seed}`, async (t) => {
    const platform = new VirtualPlatform(seed);
    const { clock, weather } = platform;
    weather.latencyMs = 1 + Math.floor(platform.random() * 20);
    weather.split = seed % 3 === 0;
    const rest = (): Promise<void> =>
      new Promise((resolve) => clock.start(Math.floor(platform.random() * 10), () => resolve()));
    const fleet = new Fleet(platform);
    await fleet.start(3);
    const clients = [fleet.connect(), fleet.connect(), fleet.connect()];
    const load = new FleetLoad(rest);
    for (const [i, { client }] of clients.entries()) load.start(`${i}`, client, { ...CALLS, ...STREAMS }, 2);
    for (let i = 0; i < RESTARTS / 2; i++) {
      await clock.until(load.more(Math.floor(platform.random() * 40)));
      await clock.until(fleet.restart(i));
    }
    await clock.until(load.stop());
    loseNothing(t, fleet, load);
    for (const { channel } of clients) await clock.until(channel.close());
    await fleet.close();
    await clock.advance(2_000);
    t.equal(clock.pending, 0, "no timer is left");
  });
}

t.test(
  "classic Thrift has no farewell: what is lost says so, what is `unsent` never ran, and nothing runs twice",
  async (t) => {
    const fleet = new Fleet(nodePlatform);
    await fleet.start(3);
    const load = new FleetLoad();
    const clients: FleetClient[] = [];
    for (const protocol of ["framed", "unframed", "header", "http"] as const) {
      clients.push(fleet.connect({ protocol }));
      load.start(protocol, (clients.at(-1) as FleetClient).client, CALLS, 3);
    }
    for (let i = 0; i < RESTARTS; i++) {
      await load.more(100);
      await fleet.restart(i);
    }
    await load.stop();
    const ran = (name: string): number => fleet.executions.counts.get(name) ?? 0;
    const answered = load.answered.filter((name) => !name.endsWith("oneway"));
    t.same(
      answered.filter((name) => ran(name) !== 1),
      [],
      "what was answered ran once",
    );
    t.same(
      load.begun.filter((name) => ran(name) > 1),
      [],
    );
    for (const { name, error } of load.troubles) {
      if (!(error instanceof ThriftError)) t.fail(`${name}: ${String(error)}`);
      else if (error.delivery === "unsent") t.equal(ran(name), 0, name);
      else t.match(error, { code: "CONNECTION_LOST", delivery: "unknown" });
    }
    for (const { channel } of clients) await channel.close();
    await fleet.close();
  },
);
