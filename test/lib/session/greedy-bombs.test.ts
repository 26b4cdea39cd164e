/** Calls whose arguments inflate a thousandfold, beside a quiet client: in turns of the event loop, not in milliseconds. */
import { deflateSync } from "node:zlib";
import t from "tap";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { binaryMessage, frame, RawClient } from "../../helpers/raw-client.ts";
import { setupBytes } from "../../helpers/rocket-bytes.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../helpers/virtual-service.ts";

const BLOB_BYTES = 100_000;
const ZEROS = "00".repeat(BLOB_BYTES);
/** Arguments of `blob`, strict binary. */
const ARGUMENTS = `0b0001${BLOB_BYTES.toString(16).padStart(8, "0")}${ZEROS}00`;

function lengthBefore(bytes: Buffer, lengthBytes: number): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(bytes.length, 0, lengthBytes);
  return Buffer.concat([length, bytes]);
}

/** Magic, flags, number, one word: binary, one transform, zlib. */
const theader = (): Buffer =>
  lengthBefore(
    Buffer.concat([
      Buffer.from("0fff0000000000010001 00010100".replace(" ", ""), "hex"),
      deflateSync(binaryMessage("blob", 1, 1, ARGUMENTS)),
    ]),
    4,
  );

/** Compact metadata: 1 binary, 2 name, 3 unary, 14 zlib. */
function rocket(i: number): Buffer {
  const metadata = Buffer.concat([
    Buffer.from("15001804", "hex"),
    Buffer.from("blob"),
    Buffer.from("1500b50200", "hex"),
  ]);
  const id = Buffer.alloc(4);
  id.writeUInt32BE(2 * i + 1);
  const data = deflateSync(Buffer.from(ARGUMENTS, "hex"));
  return lengthBefore(Buffer.concat([id, Buffer.from("1100", "hex"), lengthBefore(metadata, 3), data]), 3);
}

const BOMBS = 100;
const each = (make: (i: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: BOMBS }, (_, i) => make(i)));
const WAYS: Readonly<Record<string, () => Buffer>> = {
  THeader: () => each(theader),
  Rocket: () => Buffer.concat([setupBytes(), each(rocket)]),
};

const poll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

for (const [way, bytes] of Object.entries(WAYS)) {
  t.test(`${way}: what a call inflates to counts in its turn, not what came`, async (t) => {
    const platform = new VirtualPlatform();
    const link = memory();
    let begun = 0;
    const blob = (): Buffer => {
      begun++;
      platform.clock.now += 1;
      return Buffer.alloc(1);
    };
    const server = await serve(
      link.listener,
      (r) => r.add(Calculator, { ...calculator(platform, new Witness()), blob }),
      { platform },
    );
    const quiet = await RawClient.dial(link);
    const greedy = await RawClient.dial(link);
    greedy.send(bytes());
    let most = 0;
    let answered = 0;
    let turns = 0;
    for (; begun < BOMBS && turns < 10_000; turns++) {
      const before = begun;
      quiet.send(frame(binaryMessage("ping", 1, 1, "00")));
      await poll();
      most = Math.max(most, begun - before);
      if (quiet.received.length > 0 && (await quiet.frame()) !== undefined) answered++;
    }
    t.equal(begun, BOMBS);
    t.ok(most <= 6, `${most} calls of 1 ms begun in one turn`);
    t.ok(answered >= turns - 3, `${answered} answers in ${turns} turns`);
    greedy.destroy();
    quiet.destroy();
    await server.close();
  });
}
