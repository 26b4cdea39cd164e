import t from "tap";
import { Keepalive } from "../../../lib/connection/keepalive.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

function started(intervalMs: number): {
  platform: VirtualPlatform;
  heard: { signs: number };
  events: string[];
  keepalive: Keepalive;
} {
  const platform = new VirtualPlatform();
  const heard = { signs: 0 };
  const events: string[] = [];
  const keepalive = new Keepalive(
    platform,
    intervalMs,
    () => heard.signs,
    () => events.push("ping"),
    () => events.push("dead"),
  );
  keepalive.start();
  return { platform, heard, events, keepalive };
}

t.test("pings after silence, and finds a peer dead that does not answer", async (t) => {
  const { platform, events } = started(100);
  await platform.clock.advance(99);
  t.same(events, []);
  await platform.clock.advance(1);
  t.same(events, ["ping"]);
  await platform.clock.advance(100);
  t.same(events, ["ping", "dead"]);
  await platform.clock.advance(1_000);
  t.same(events, ["ping", "dead"], "told once");
  t.equal(platform.clock.pending, 0);
});

t.test("any sign of life counts, and nobody is pinged who talks", async (t) => {
  const { platform, heard, events, keepalive } = started(100);
  for (let i = 0; i < 10; i++) {
    heard.signs++;
    await platform.clock.advance(100);
  }
  t.same(events, []);
  await platform.clock.advance(100);
  heard.signs++;
  await platform.clock.advance(100);
  t.same(events, ["ping"], "an answer saves it");
  keepalive.stop();
  t.equal(platform.clock.pending, 0);
});

t.test("Infinity is never", async (t) => {
  t.equal(started(Number.POSITIVE_INFINITY).platform.clock.pending, 0);
});
