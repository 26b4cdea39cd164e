import { once } from "node:events";
import { type AddressInfo, connect as connectSocket, createServer, type Server } from "node:net";
import t from "tap";
import { itemFrame } from "../../../bench/peers/stream/raw-socket.ts";
import { scrimp } from "../../../bench/peers/stream/scrimp.ts";
import {
  loadSharingContender,
  loadStreamContender,
  RAW_SOCKET,
  sharingContenderNames,
  streamContenderNames,
} from "../../../bench/stream/contenders.ts";
import { itemsOf } from "../../../bench/stream/items.ts";

const SIZES = [64, 16_384];

for (const name of streamContenderNames) {
  t.test(`${name} brings every item, from the server and from the client, several streams after another`, async (t) => {
    for (const itemBytes of SIZES) {
      const contender = await loadStreamContender(name);
      const server = await contender.serve(itemBytes);
      const client = await contender.connect(server.port, itemBytes);
      for (const ms of [0, 5]) {
        const before = server.sent();
        const received = await client.receive(ms);
        t.ok(received > 0, `${itemBytes} for ${ms} ms`);
        t.equal(received, server.sent() - before);
        t.ok((await client.send(ms)) > 0, "as many as the other side has counted");
      }
      client.close();
      server.close();
    }
  });

  // The raw socket looks at no item.
  if (name === RAW_SOCKET) continue;
  t.test(`${name} does not take an item of another length for what it waits for`, async (t) => {
    const contender = await loadStreamContender(name);
    const server = await contender.serve(64);
    const client = await contender.connect(server.port, 65);
    await t.rejects(client.receive(0), /65/);
    await t.rejects(client.send(0));
    client.close();
    server.close();
  });
}

for (const name of sharingContenderNames) {
  t.test(`${name} carries resting streams, small calls and big ones on one connection`, async (t) => {
    const contender = await loadSharingContender(name);
    const server = await contender.serve(64);
    const client = await contender.connect(server.port, 64);
    await Promise.all(Array.from({ length: 20 }, () => client.rest()));
    await Promise.all([client.big(5_000_000), client.small(), client.receive(1), client.small()]);
    client.close();
    server.close();
    t.pass();
  });
}

t.test("the raw socket's frames are those that ours sends", async (t) => {
  for (const itemBytes of SIZES) {
    const server = await scrimp.serve(itemBytes);
    const seen: Buffer[] = [];
    const proxy = await recordingProxy(server.port, seen);
    const client = await scrimp.connect((proxy.address() as AddressInfo).port, itemBytes);
    const items = itemsOf(itemBytes);
    const count = await client.receive(0);
    const frames = Buffer.concat(Array.from({ length: count }, (_, i) => itemFrame(items[i % items.length]!)));
    t.ok(Buffer.concat(seen).includes(frames), `${itemBytes}`);
    client.close();
    proxy.close();
    server.close();
  }
});

/** Passes everything on, and keeps what the server says. */
async function recordingProxy(port: number, seen: Buffer[]): Promise<Server> {
  const proxy = createServer((client) => {
    const server = connectSocket(port, "127.0.0.1");
    client.pipe(server).pipe(client);
    client.on("error", () => server.destroy());
    server.on("data", (chunk) => seen.push(chunk)).on("error", () => client.destroy());
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
  return proxy;
}

// Some peers keep timers that would hold the process for minutes.
t.teardown(() => setImmediate(() => process.exit()));
