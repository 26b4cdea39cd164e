/** One connection with the widest pipeline beside a quiet one, by each protocol: in turns of the event loop, not in milliseconds. */
import t from "tap";
import { serve } from "../../../../lib/server/server.ts";
import { memory } from "../../../../lib/transport/memory.ts";
import { Calculator } from "../../../helpers/calculator.ts";
import { RawClient } from "../../../helpers/raw-client.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../../helpers/virtual-service.ts";

/** A call of `ping`, strict binary. */
const PING = Buffer.concat([Buffer.from("80010001000000047069 6e67 00000007 00".replaceAll(" ", ""), "hex")]);
const CALLS = 2_000;
/** Calls may be read up to a turn of 2 ms at 0.1 ms each, and those between two looks. */
const MOST_IN_A_TURN = 20 + 64;

const many = (bytes: Buffer): Buffer => Buffer.alloc(bytes.length * CALLS, bytes);

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

const http = Buffer.concat([Buffer.from(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${PING.length}\r\n\r\n`), PING]);

const PIPELINES: Readonly<Record<string, Buffer>> = {
  "small frames": many(framed(PING)),
  "one frame with all calls": framed(many(PING)),
  "calls without frames": many(PING),
  "HTTP requests": many(http),
};

const poll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

for (const [name, bytes] of Object.entries(PIPELINES)) {
  t.test(
    `${name}: a wide pipeline is worked off in many turns, and a quiet client is answered meanwhile`,
    async (t) => {
      const platform = new VirtualPlatform();
      const link = memory();
      let begun = 0;
      const ping = (): void => {
        begun++;
        platform.clock.now += 0.1;
      };
      const server = await serve(
        link.listener,
        (r) => r.add(Calculator, { ...calculator(platform, new Witness()), ping }),
        { platform },
      );
      const quiet = await RawClient.dial(link);
      quiet.send(framed(PING));
      const answer = (await quiet.frame()) as Buffer;
      t.equal(begun, 1);
      const greedy = await RawClient.dial(link);
      greedy.send(bytes);
      let most = 0;
      let answered = 0;
      let turns = 0;
      for (; begun < CALLS && turns < 10_000; turns++) {
        const before = begun;
        if (turns % 8 === 0) quiet.send(framed(PING));
        await poll();
        most = Math.max(most, begun - before);
        if (quiet.received.length > 0) {
          answered++;
          t.same(await quiet.frame(), answer);
        }
      }
      t.ok(most <= 2 * MOST_IN_A_TURN, `${most} calls begun in one turn`);
      t.ok(turns >= 10, `${turns} turns`);
      t.ok(answered >= turns / 8 - 2, `${answered} answers in ${turns} turns`);
      greedy.destroy();
      quiet.destroy();
      await server.close();
    },
  );
}
