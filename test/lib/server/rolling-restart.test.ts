/** Servers that are replaced under load, on real sockets: every call runs exactly once, and its caller sees nothing of it. */
import t from "tap";
import { nodePlatform } from "../../../lib/platform.ts";
import { CALLS, FleetLoad, STREAMS } from "../../helpers/fleet-load.ts";
import { Fleet } from "../../helpers/rolling-fleet.ts";

// Much work: it may take its time where the machine has other work.
t.setTimeout(300_000);

const RESTARTS = 20;

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
  t.same(load.troubles, []);
  t.same(fleet.executions.notOnce(load.begun), []);
  t.equal(fleet.executions.counts.size, load.begun.length, "nothing ran that nobody called");
  t.same(fleet.errors, []);
  t.ok(load.answered.length >= RESTARTS * 100);
  for (const { channel } of clients) await channel.close();
  await fleet.close();
});
