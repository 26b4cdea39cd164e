/** What a handler is told of its caller's time once that is over. */
import t from "tap";
import type { HandlerContext } from "../../../lib/call/call.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { scene } from "../../helpers/datagram-scene.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

for (const protocol of ["rocket", "header", "http"] as const) {
  t.test(`over ${protocol} a handler has 0 ms left once its caller's time is over, not Infinity`, async (t) => {
    const platform = new VirtualPlatform();
    const contexts: HandlerContext[] = [];
    const wait = (ms: number, context: HandlerContext): Promise<string> => {
      contexts.push(context);
      return new Promise((resolve) => platform.startTimer(ms, false, () => resolve("late")));
    };
    const handlers = { ...streamHandlers(new Seen(), platform), wait };
    const server = await serve(tcp.listen(9090), (r) => r.add(Streams, handlers), { platform });
    const channel = connect(tcp("10.0.0.1", 9090), { platform, protocol });
    const call = createClient(Streams, channel).wait(150, { timeoutMs: 60 });
    await t.rejects(platform.clock.until(call), { code: "DEADLINE" });
    await platform.clock.advance(20);
    const [context] = contexts as [HandlerContext];
    t.ok(context.signal.aborted, "and is told");
    t.equal(context.timeLeftMs(), 0);
    await platform.clock.advance(200);
    t.equal(context.timeLeftMs(), 0, "after its end too");
    await platform.clock.until(Promise.all([channel.close(), server.close()]));
  });
}

scene("over UDP a handler has 0 ms left once its caller's time is over, not Infinity", async (t, stage) => {
  const contexts: HandlerContext[] = [];
  let finish = (): void => {};
  const once = (x: number, context: HandlerContext): Promise<number> => {
    contexts.push(context);
    return new Promise((resolve) => (finish = () => resolve(x)));
  };
  await stage.serve({}, {}, { once });
  await stage.after(
    1_000,
    stage.counter.once(1, { timeoutMs: 500 }).catch(() => 0),
  );
  const [context] = contexts as [HandlerContext];
  t.ok(context.signal.aborted, "and is told");
  t.equal(context.timeLeftMs(), 0);
  finish();
  await stage.after(1_000, Promise.resolve());
  t.equal(context.timeLeftMs(), 0, "after its end too");
});
