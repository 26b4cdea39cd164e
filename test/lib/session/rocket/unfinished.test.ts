import t from "tap";
import { serve } from "../../../../lib/server/server.ts";
import { memory } from "../../../../lib/transport/memory.ts";
import type { Transport } from "../../../../lib/transport/transport.ts";
import { Calculator } from "../../../helpers/calculator.ts";
import { firstFragment, nextFragment, pingBytes, setupBytes } from "../../../helpers/rocket-bytes.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../../helpers/virtual-service.ts";

const turns = async (count = 20): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

async function scene() {
  const platform = new VirtualPlatform();
  const { listener, dialer } = memory();
  const handlers = calculator(platform, new Witness());
  const server = await serve(listener, (r) => r.add(Calculator, handlers), { platform, stallTimeoutMs: 1000 });
  const client: Transport = await dialer.dial(platform, new AbortController().signal);
  let closed = false;
  client.start({ onData() {}, onDrain() {}, onEnd: () => client.end(), onClose: () => (closed = true) });
  client.write(setupBytes());
  await turns();
  return {
    server,
    client,
    closed: () => closed,
    /** Writes `bytes` every 100 ms, `count` times. */
    async drip(bytes: Buffer, count: number) {
      for (let i = 0; i < count; i++) {
        client.write(bytes);
        await turns();
        await platform.clock.advance(100);
      }
      await turns();
    },
  };
}

t.test("a message that stops coming ends its connection, though pings and other messages go on", async (t) => {
  const { server, client, drip, closed } = await scene();
  client.write(firstFragment(1, 1000));
  client.write(firstFragment(3, 1000));
  await drip(Buffer.concat([pingBytes(), nextFragment(3, 10)]), 8);
  t.notOk(closed(), "it is given stallTimeoutMs");
  await drip(Buffer.concat([pingBytes(), nextFragment(3, 10)]), 10);
  t.ok(closed());
  t.equal(server.connections, 0);
  await server.close();
});

t.test("messages that go on, each by itself, may take longer than stallTimeoutMs", async (t) => {
  const { server, client, drip, closed } = await scene();
  client.write(firstFragment(1, 1000));
  client.write(firstFragment(3, 1000));
  for (let i = 0; i < 6; i++) {
    await drip(nextFragment(1, 10), 4);
    await drip(nextFragment(3, 10), 4);
  }
  t.notOk(closed());
  client.destroy();
  await turns();
  await server.close();
});
