import { deflateSync } from "node:zlib";
import t, { type Test } from "tap";
import { serverRefused } from "../../../lib/observe/diagnostics.ts";
import type { Method } from "../../../lib/schema/service.ts";
import { type ServeOptions, serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import type { Transport } from "../../../lib/transport/transport.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { binaryMessage, frame } from "../../helpers/raw-client.ts";
import { callBytes, firstFragment, setupBytes } from "../../helpers/rocket-bytes.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../helpers/virtual-service.ts";

const KIB = 1 << 10;
const MIB = 1 << 20;
const NOTHING = { partial: 0, fragments: 0, requests: 0, replies: 0, zlib: 0, items: 0 };
const turns = async (count = 40): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A calculator, and clients that do as they like. */
async function scene(t: Test, options: ServeOptions) {
  const platform = new VirtualPlatform();
  const { listener, dialer } = memory();
  const witness = new Witness();
  const server = await serve(listener, (r) => r.add(Calculator, calculator(platform, witness)), {
    platform,
    ...options,
  });
  const refused: string[] = [];
  const onRefused = (event: unknown): void => void refused.push((event as { reason: string }).reason);
  serverRefused.subscribe(onRefused);
  const clients: Transport[] = [];
  t.teardown(() => serverRefused.unsubscribe(onRefused));
  return {
    server,
    refused,
    platform,
    witness,
    /** A client that writes `bytes`; what it gets is in the array. */
    async client(...bytes: Buffer[]) {
      const got: Buffer[] = [];
      const client = await dialer.dial(platform, new AbortController().signal);
      clients.push(client);
      client.start({ onData: (chunk) => got.push(chunk), onDrain() {}, onEnd: () => client.end(), onClose() {} });
      for (const piece of bytes) client.write(piece);
      await turns();
      return { client, got };
    },
    async end() {
      for (const client of clients) client.destroy();
      await turns();
      await server.close();
      t.same(server.load.held, NOTHING);
    },
  };
}

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);
/** Half of a call of `blob`, as far as its bytes. */
const blobHead = (bytes: number): Buffer =>
  Buffer.concat([
    Buffer.from("80010001", "hex"),
    u32(4),
    Buffer.from("blob"),
    u32(1),
    Buffer.from("0b0001", "hex"),
    u32(bytes),
  ]);
const blob = (bytes: number): Buffer => Buffer.concat([blobHead(bytes), zeros(bytes), zeros(1)]);

function u32(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(n);
  return bytes;
}

const HALF = 512 * KIB;
const beginnings: readonly (readonly [string, Buffer])[] = [
  ["framed", Buffer.concat([u32(MIB), blobHead(MIB - 100), zeros(HALF)])],
  ["unframed", Buffer.concat([blobHead(MIB), zeros(HALF)])],
  ["THeader", Buffer.concat([u32(MIB), Buffer.from("0fff0000000000010001000000000000", "hex"), zeros(HALF)])],
  [
    "HTTP",
    Buffer.concat([
      Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-thrift\r\nContent-Length: ${MIB}\r\n\r\n`),
      zeros(HALF),
    ]),
  ],
  ["Rocket", Buffer.concat([setupBytes(), Buffer.from([0x10, 0, 0]), zeros(HALF)])],
];

for (const [name, beginning] of beginnings)
  t.test(`halves of messages are bounded in all connections together: ${name}`, async (t) => {
    const { server, client, refused, end } = await scene(t, { maxHeldBytes: 4 * MIB });
    for (let i = 0; i < 20; i++) {
      await client(beginning);
      const { partial } = server.load.held;
      t.ok(partial >= HALF && partial <= 4 * MIB, `${partial} bytes`);
    }
    t.ok(refused.length >= 10, `${refused.length} ended`);
    t.match(refused[0], /overloaded: held \d+ bytes, most of all, when all connections held \d+, limit 4194304/);
    await end();
  });

t.test("who holds most is ended, and the others are served", async (t) => {
  const { server, client, end } = await scene(t, { maxHeldBytes: MIB });
  const small = await client(Buffer.concat([u32(200 * KIB), blobHead(200 * KIB - 100), zeros(50 * KIB)]));
  await client(beginnings[0]?.[1] as Buffer);
  await client(beginnings[0]?.[1] as Buffer);
  t.equal(server.connections, 2);
  const whole = frame(blob(10));
  small.client.write(zeros(200 * KIB - 50 * KIB - blobHead(0).length));
  small.client.write(whole);
  await turns();
  t.ok(Buffer.concat(small.got).length > 10);
  await end();
});

t.test("unfinished fragments are bounded in all connections together", async (t) => {
  const { server, client, refused, end } = await scene(t, { maxHeldBytes: 4 * MIB });
  const pieces = Array.from({ length: 16 }, (_, i) => firstFragment(2 * i + 1, 60_000));
  for (let i = 0; i < 10; i++) {
    await client(setupBytes(), ...pieces);
    const { fragments } = server.load.held;
    t.ok(fragments >= 16 * 60_000 && fragments <= 4 * MIB, `${fragments} bytes`);
  }
  t.ok(refused.length >= 6, `${refused.length} ended`);
  await end();
});

t.test("answers that are not read are bounded in all connections together", async (t) => {
  const { server, client, refused, end } = await scene(t, { maxHeldBytes: 8 * MIB });
  for (let i = 0; i < 10; i++) {
    const quiet = await client();
    quiet.client.pause();
    quiet.client.write(frame(blob(2 * MIB)));
    await turns();
    const { replies } = server.load.held;
    t.ok(replies >= 2 * MIB && replies <= 8 * MIB, `${replies} bytes`);
  }
  t.ok(refused.length >= 6, `${refused.length} ended`);
  await end();
});

t.test("answers in pieces that are not read are bounded in all connections together", async (t) => {
  const { server, client, refused, end } = await scene(t, { maxHeldBytes: 8 * MIB });
  const call = callBytes(1, Calculator.methods.get("blob") as Method, [zeros(2 * MIB)]);
  for (let i = 0; i < 10; i++) {
    const quiet = await client(setupBytes());
    quiet.client.pause();
    quiet.client.write(call);
    await turns();
    const { replies } = server.load.held;
    t.ok(replies > MIB && replies <= 8 * MIB, `${replies} bytes`);
  }
  t.ok(refused.length >= 4, `${refused.length} ended`);
  await end();
});

t.test("what comes after a request that is being worked on counts until it is read", async (t) => {
  const { server, client, platform, end } = await scene(t, {});
  const body = binaryMessage("after", 1, 1, `080001000000640b0002000000016100`);
  const head = `POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-thrift\r\nContent-Length: ${body.length}\r\n\r\n`;
  const request = Buffer.concat([Buffer.from(head), body]);
  const { got } = await client(request, Buffer.concat(Array.from({ length: 3 }, () => request)));
  t.ok(server.load.held.partial >= 3 * request.length);
  for (let i = 0; i < 5; i++) {
    await platform.clock.advance(100);
    await turns();
  }
  t.equal(Buffer.concat(got).toString("latin1").split("200 OK").length, 5);
  t.same(server.load.held, NOTHING);
  await end();
});

t.test("an answer that is read at last counts no more", async (t) => {
  const { server, client, end } = await scene(t, {});
  const slow = await client();
  slow.client.pause();
  slow.client.write(frame(blob(2 * MIB)));
  await turns();
  t.ok(server.load.held.replies >= 2 * MIB);
  slow.client.resume();
  await turns();
  t.same(server.load.held, NOTHING);
  await end();
});

t.test("calls beyond maxRequestBytes are refused, unsent, and taken again when others have ended", async (t) => {
  const { server, client, platform, witness, end } = await scene(t, { maxRequestBytes: 100, maxHostShare: 1 });
  const after = (seqid: number): Buffer =>
    frame(binaryMessage("after", 1, seqid, `080001000000640b000200000040${"61".repeat(64)}00`));
  const first = await client(after(1));
  t.ok(server.load.held.requests > 80);
  await client(after(1));
  const { got } = await client(after(2));
  t.match(Buffer.concat(got).toString("latin1"), /overloaded: \d+ bytes of requests in flight, limit 100/);
  t.equal(witness.started, 2);
  await platform.clock.advance(200);
  await turns();
  t.equal(server.load.held.requests, 0);
  t.ok(first.got.length > 0);
  await end();
});

t.test("zlib streams count with what they take, and are bounded with the rest", async (t) => {
  const { server, client, end } = await scene(t, { maxHeldBytes: MIB });
  for (let i = 0; i < 8; i++) {
    await client(deflateSync(frame(blob(10))).subarray(0, 20));
    await turns(100);
    t.ok(server.load.held.zlib <= MIB);
  }
  t.ok(server.load.held.zlib > 0);
  t.ok(server.connections <= 4 * 2);
  await end();
});
