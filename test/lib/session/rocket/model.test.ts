/** Any interleaving of calls, streams, reading, cancelling and closing: what is read is right, every call settles, nothing is left. */
import fc from "fast-check";
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { playAll, step } from "../../../helpers/rocket-steps.ts";
import { eventually, rocketWorld, Seen, streamHandlers } from "../../../helpers/rocket-world.ts";
import { Streams } from "../../../helpers/streams.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

t.setTimeout(300_000);

const threads = fc.array(fc.array(step, { maxLength: 6 }), { minLength: 1, maxLength: 6 });

t.test("whatever is done in whatever order, and wherever the connection ends", async () => {
  await fc.assert(
    fc.asyncProperty(threads, fc.option(fc.nat(60)), async (threads, closeAfter) => {
      const world = rocketWorld();
      await world.client.echo("up");
      const session = world.clientSession();
      const server = world.serverSession();
      const played = threads.map((steps) => playAll(world.client, steps, () => closeAfter !== null));
      if (closeAfter !== null) {
        for (let i = 0; i < closeAfter; i++) await new Promise((resolve) => setImmediate(resolve));
        session.destroy(new Error("pulled"));
      }
      await Promise.all(played);
      if (!(await eventually(() => session.leftovers + server.leftovers + world.leftovers() === 0)))
        throw new Error(`${session.leftovers}, ${server.leftovers}, ${world.leftovers()} left`);
      await world.close();
      return world.seen.errors.length === 0;
    }),
    { numRuns: 150 },
  );
});

/** What a connection's windows are, and what becomes of it. */
const surroundings = fc.record({
  seed: fc.nat(1_000_000),
  latencyMs: fc.nat(30),
  split: fc.boolean(),
  clientItems: fc.constantFrom(1, 2, 5, 100, 2_048),
  serverItems: fc.constantFrom(1, 2, 5, 100, 2_048),
  streamBytes: fc.constantFrom(1, 100, 1 << 20),
  ends: fc.option(fc.record({ how: fc.constantFrom("reset", "close", "drain"), afterMs: fc.nat(300) })),
});

t.test("so it is in a network of its own time, whatever the windows, and no timer is left", async () => {
  await fc.assert(
    fc.asyncProperty(threads, surroundings, async (threads, { seed, latencyMs, split, ends, ...windows }) => {
      const platform = new VirtualPlatform(seed);
      const { clock } = platform;
      Object.assign(platform.weather, { latencyMs, split });
      const seen = new Seen();
      const { clientItems, serverItems, streamBytes } = windows;
      const setup = (r: Parameters<Parameters<typeof serve>[1]>[0]): unknown =>
        r.add(Streams, streamHandlers(seen, platform));
      const onError = (error: unknown): void => void seen.errors.push(error);
      const options = { platform, onError, streamItems: serverItems, streamBytes };
      const server = await serve(tcp.listen(9090), setup, options);
      const channel = connect(tcp("10.0.0.1", 9090), { platform, streamItems: clientItems, streamBytes });
      const client = createClient(Streams, channel);
      let disturbed = false;
      const played = Promise.all(threads.map((steps) => playAll(client, steps, () => disturbed)));
      if (ends !== null) {
        clock.start(ends.afterMs, () => {
          disturbed = true;
          if (ends.how === "reset") platform.resetAll();
          else void (ends.how === "close" ? server.close() : server.drain());
        });
      }
      await clock.until(played);
      await clock.until(Promise.all([channel.close(), server.close()]));
      await clock.advance(60_000);
      const left = [server.connections, server.load.inFlight, server.load.waiting, clock.pending];
      if (left.some((count) => count !== 0)) throw new Error(`${left.join()} left`);
      if (seen.errors.length > 0) throw seen.errors[0];
    }),
    { numRuns: 50 },
  );
});
