/** An idle channel keeps no process alive; a call, a stream or a dial does. */
import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";
import type { VirtualSocket } from "../../helpers/virtual-platform.ts";
import { PORT, type World, world } from "../../helpers/virtual-service.ts";

/** Whether the client's newest socket keeps the process alive. */
const held = ({ platform }: World): boolean | undefined =>
  platform.sockets.filter((socket: VirtualSocket) => socket.remotePort === 9090 && !socket.destroyed).at(-1)?.held;

for (const protocol of ["framed", "unframed", "header", "http", "rocket", "auto"] as const) {
  t.test(`${protocol}: a connection is held while a call is in flight, and let go when it rests`, async (t) => {
    const scene = world();
    const { platform } = scene;
    await scene.up();
    const { calc, channel } = scene.connect({ protocol });
    for (let round = 0; round < 2; round++) {
      const call = calc.after(1_000, "x");
      await platform.clock.advance(500);
      t.equal(held(scene), true, "in flight");
      t.equal(await platform.clock.until(call), "x");
      t.equal(held(scene), false, "at rest");
      const late = calc.after(1_000, "x", { timeoutMs: 100 }).catch(({ code }: { code: string }) => code);
      await platform.clock.advance(50);
      t.equal(held(scene), true, "in flight");
      t.equal(await platform.clock.until(late), "DEADLINE");
      await platform.clock.advance(100);
      t.not(held(scene), true, "given up");
      await platform.clock.until(calc.log("x"));
      await platform.clock.advance(1_000);
      t.not(held(scene), true, "sent");
    }
    await platform.clock.until(channel.close());
  });
}

t.test("a stream that is open holds the process", async (t) => {
  const scene = world();
  const { platform } = scene;
  const server = await serve(tcp.listen(PORT), (r) => r.add(Streams, streamHandlers(new Seen(), platform)), {
    platform,
  });
  const { channel } = scene.connect({ protocol: "rocket" });
  const client = createClient(Streams, channel);
  const stream = client.countTo(1_000_000);
  await platform.clock.until(stream.response);
  await platform.clock.advance(1_000);
  t.equal(held(scene), true);
  stream.cancel();
  await platform.clock.advance(10);
  t.equal(held(scene), false);
  await platform.clock.until(channel.close());
  await platform.clock.until(server.close());
});
