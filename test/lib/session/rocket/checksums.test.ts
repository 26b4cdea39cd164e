import { Buffer } from "node:buffer";
import t from "tap";
import type { Transport } from "../../../../lib/transport/transport.ts";
import { rocketWorld } from "../../../helpers/rocket-world.ts";

/** Changes one byte of what is written, wherever `word` stands in it. */
function damaging(transport: Transport, word: string): Transport {
  return new Proxy(transport, {
    get(target, key) {
      if (key !== "write") {
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (bytes: Buffer) => {
        const at = bytes.indexOf(word);
        if (at >= 0) bytes[at] = (bytes[at] as number) ^ 1;
        return target.write(bytes);
      };
    },
  });
}

for (const clientLimits of [{}, { compressFromBytes: 1 }]) {
  t.test(`calls with checksums are carried as others are, ${JSON.stringify(clientLimits)}`, async (t) => {
    const world = rocketWorld({
      client: { checksums: true, replyCompression: { algorithm: 1, fromBytes: 1 } },
      clientLimits,
    });
    const large = Buffer.alloc(300_000, "large");
    t.same(await Promise.all([world.client.echo("héllo"), world.client.echo(""), world.client.blob(large)]), [
      "héllo",
      "",
      large,
    ]);
    let last = 0;
    for await (const n of world.client.countTo(20)) last = n;
    t.equal(last, 20);
    await t.rejects(world.client.echo("stop"), { message: "stopped" });
    t.equal(world.leftovers(), 0);
    await world.close();
  });
}

t.test("damaged arguments are not carried out, and the connection goes on", async (t) => {
  const world = rocketWorld({
    client: { checksums: true },
    between: (client, server) => [damaging(client, "precious"), server],
  });
  await world.client.log("precious");
  await t.rejects(world.client.echo("precious"), {
    code: "CHECKSUM",
    delivery: "unsent",
    message: /^arguments of 'echo': payload of 11 bytes has CRC-32C [0-9a-f]{8}, sent with [0-9a-f]{8}$/,
  });
  t.equal(await world.client.echo("other"), "other");
  t.same(world.seen.lines, []);
  await world.close();
});

t.test("a damaged result is CHECKSUM, and the connection goes on", async (t) => {
  const world = rocketWorld({
    client: { checksums: true },
    between: (client, server) => [client, damaging(server, "precious")],
  });
  await t.rejects(world.client.echo("precious"), { code: "CHECKSUM", delivery: "answered", phase: "decode" });
  t.equal(await world.client.echo("other"), "other");
  await world.close();
});

t.test("without checksums nobody notices, for nothing says that there is damage", async (t) => {
  const world = rocketWorld({ between: (client, server) => [damaging(client, "precious"), server] });
  t.equal(await world.client.echo("precious"), "qrecious");
  await world.close();
});
