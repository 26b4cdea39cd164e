/** A UDP server that gets any datagram: it must go on answering a client, and throw nothing. */
import { Buffer } from "node:buffer";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { udp } from "../../../lib/transport/udp.ts";
import { Counter } from "../../helpers/counter-service.ts";
import { DatagramWorld, WorldHost } from "../../helpers/datagram-world.ts";
import type { Target } from "../target.ts";

const SERVER = { host: "10.0.0.1", port: 9_000 };

export async function datagramTargets(): Promise<Target[]> {
  const world = new DatagramWorld(1);
  await serve(
    udp.listen(SERVER.port, { host: SERVER.host }),
    (registry) =>
      registry.add(Counter, {
        echo: (x) => x,
        text: (length) => "x".repeat(Math.max(0, Math.min(length, 10_000))),
        fail: () => {
          throw new Error("not for callers");
        },
        log() {},
        async *count() {},
        once: (x) => x * 2,
      }),
    { platform: new WorldHost(world, SERVER.host), onError() {} },
  );
  const channel = connect(udp(SERVER.host, SERVER.port), {
    platform: new WorldHost(world, "10.0.0.2"),
    timeoutMs: 10_000,
  });
  const client = createClient(Counter, channel);
  const seeds = await recorded(world, async () => {
    const calls = Promise.allSettled([client.echo(1), client.once(2), client.log("line"), client.fail()]);
    await world.run(1_000);
    await calls;
  });
  let from = 0;
  return [
    {
      name: "datagram",
      seeds,
      async run(bytes) {
        world.deliver(bytes, { host: `10.0.1.${from++ % 250}`, port: 5_000 }, SERVER);
        const answer = client.echo(7);
        await world.run(50);
        if ((await answer) !== 7) throw new Error("a wrong answer to another client");
      },
    },
  ];
}

/** What is sent while `talk` runs. */
async function recorded(world: DatagramWorld, talk: () => Promise<void>): Promise<Buffer[]> {
  const seeds: Buffer[] = [];
  const deliver = world.deliver.bind(world);
  world.deliver = (bytes, from, to) => {
    seeds.push(Buffer.from(bytes));
    deliver(bytes, from, to);
  };
  await talk();
  world.deliver = deliver;
  return seeds;
}
