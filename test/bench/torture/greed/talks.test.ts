import { connect } from "node:net";
import { constants, inflateSync } from "node:zlib";
import t from "tap";
import { scrimp } from "../../../../bench/torture/greed/systems/scrimp.ts";
import {
  chunkedPost,
  classicTalks,
  InfoKind,
  infoBlock,
  message,
  post,
  theader,
} from "../../../../bench/torture/greed/talks/classic.ts";
import {
  fragment,
  openRequest,
  ping,
  request,
  rocketTalk,
  streamRequest,
} from "../../../../bench/torture/greed/talks/rocket.ts";
import { NUMBERS, SMALL } from "../../../../bench/torture/greed/talks/talk.ts";

// Greed that a server refuses as garbage would prove nothing: what is said must be understood.
const ports = await scrimp.serve();

/** Whether what comes back is, in the end, what `isAll` wants. */
async function understood(said: readonly Buffer[], isAll: (bytes: Buffer) => boolean): Promise<boolean> {
  const socket = connect(ports.tcp, "127.0.0.1");
  socket.write(Buffer.concat(said));
  let came = Buffer.alloc(0);
  for await (const chunk of socket) {
    came = Buffer.concat([came, chunk as Buffer]);
    if (isAll(came)) return true;
  }
  return false;
}

const echoes = (bytes: Buffer): number => bytes.toString("latin1").split("a few words").length - 1;

const inflated = (bytes: Buffer): Buffer =>
  bytes.length === 0 ? bytes : inflateSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });

for (const [way, open] of Object.entries({ Rocket: rocketTalk, ...classicTalks })) {
  t.test(`${way}: calls are understood, however often they are said`, async (t) => {
    const talk = open();
    const said = [talk.hello, talk.calls(SMALL, 3), talk.calls(SMALL, 3)];
    t.ok(await understood(said, (bytes) => echoes(way === "zlib" ? inflated(bytes) : bytes) === 6));
  });
}

t.test("Rocket: headers, streams, pings and fragments are understood", async (t) => {
  const { hello, ids } = rocketTalk();
  const withHeaders = request(SMALL, { headers: [["a", "1"]] });
  t.ok(await understood([hello, ids.give(withHeaders, 2)], (bytes) => echoes(bytes) === 2));
  const open = openRequest({ ...SMALL, args: SMALL.args.subarray(0, 10) });
  const rest = (id: number): Buffer[] =>
    [...SMALL.args.subarray(10)].map((byte, i, all) => fragment(id, Buffer.from([byte]), i === all.length - 1));
  const opened = ids.give(open, 1);
  t.ok(await understood([hello, opened, ...rest(ids.last)], (bytes) => echoes(bytes) === 1));
  t.ok(await understood([hello, ping], (bytes) => bytes.includes(ping.subarray(-1_000))));
  const items = (bytes: Buffer): number => bytes.toString("hex").split("3c1c000000").length - 1;
  t.ok(await understood([hello, ids.give(streamRequest(NUMBERS, 4), 1)], (bytes) => items(bytes) >= 3));
});

t.test("Rocket: what is taken back is what was asked for last", (t) => {
  const { ids } = rocketTalk();
  const calls = ids.give(request(SMALL), 5);
  const cancelled = ids.cancel(2);
  t.equal(calls.readUInt32BE(3), 1);
  t.same([cancelled.readUInt32BE(3), cancelled.readUInt32BE(12)], [7, 9]);
  t.equal(ids.last, 9);
  t.end();
});

t.test("THeader and HTTP: headers and chunks are understood", async (t) => {
  for (const kind of Object.values(InfoKind)) {
    const frame = theader(
      message(SMALL),
      infoBlock(kind, 3, (i) => `header-${i}`),
    );
    t.ok(await understood([frame, frame], (bytes) => echoes(bytes) === 2));
  }
  t.ok(
    await understood([post(message(SMALL), "x: 1\r\n"), chunkedPost(message(SMALL))], (bytes) => echoes(bytes) === 2),
  );
});

t.teardown(() => setImmediate(() => process.exit()));
