import t from "tap";
import { Connection, EARLY_FLUSH_BYTES, EARLY_FLUSH_FRAMES, type Session } from "../../../lib/connection/connection.ts";
import { framed } from "../../../lib/framing/framed.ts";
import { binary } from "../../../lib/protocol/binary.ts";
import { withDefaultLimits } from "../../../lib/protocol/limits.ts";
import type { Transport, TransportEvents } from "../../../lib/transport/transport.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

/** Keeps what is written; takes it at once, or holds it until `drain`. */
class FakeTransport implements Transport {
  readonly peer = "fake";
  readonly writes: Buffer[] = [];
  queuedBytes = 0;
  holds = false;
  paused = false;
  ended = false;
  destroyed = false;
  events: TransportEvents | undefined;

  start(events: TransportEvents): void {
    this.events = events;
  }
  write(bytes: Buffer): boolean {
    this.writes.push(Buffer.from(bytes));
    if (this.holds) this.queuedBytes += bytes.length;
    return !this.holds;
  }
  drain(): void {
    this.holds = false;
    this.queuedBytes = 0;
    this.events?.onDrain();
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
  end(): void {
    this.ended = true;
  }
  destroy(cause?: Error): void {
    if (this.destroyed) return;
    this.destroyed = true;
    queueMicrotask(() => this.events?.onClose(cause));
  }
}

class Log implements Session {
  readonly lines: string[] = [];
  frames = 0;
  /** What `onFrame` does. */
  act: () => boolean = () => true;

  onFrame(): boolean {
    this.frames++;
    return this.act();
  }
  onSent(): void {
    this.lines.push("sent");
  }
  onDrain(): void {
    this.lines.push("drain");
  }
  onEnd(): void {
    this.lines.push("end");
  }
  onClose(error: Error): void {
    this.lines.push(`close: ${error.message}`);
  }
}

function open(maxUnsentBytes = 1 << 20) {
  return openOn(new VirtualPlatform(), maxUnsentBytes);
}

function openOn(platform: VirtualPlatform, maxUnsentBytes = 1 << 20) {
  const transport = new FakeTransport();
  const log = new Log();
  const connection = new Connection(transport, "server", platform, { maxUnsentBytes, stallTimeoutMs: 1_000 });
  connection.start(log, framed.createReader(log, binary, withDefaultLimits()), framed, "framed binary");
  const write = (length: number, byte = 1): void => {
    const start = connection.beginFrame();
    connection.out.reserve(length).fill(byte, connection.out.pos, connection.out.pos + length);
    connection.out.pos += length;
    connection.endFrame(start);
  };
  return { platform, transport, log, connection, write };
}

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

t.test("frames of one tick leave in one write, however deep the promises behind them", async (t) => {
  const { transport, write } = open();
  write(1);
  await Promise.resolve().then(() => write(2));
  void (async () => {
    for (let i = 0; i < 5; i++) await null;
    write(3);
  })();
  t.equal(transport.writes.length, 0);
  await tick();
  t.same(
    transport.writes.map((bytes) => bytes.toString("hex")),
    ["00000001010000000201010000000301 0101".replace(" ", "")],
  );
});

t.test("replies written while a chunk is worked off leave with its end, without waiting for the tick", async (t) => {
  const { transport, log, write } = open();
  log.act = () => {
    write(1);
    return true;
  };
  transport.events?.onData(Buffer.from("0000000109000000010900000001", "hex"));
  t.equal(log.frames, 2);
  t.equal(transport.writes.length, 1);
  t.equal(transport.writes[0]?.length, 10);
});

t.test("a peer that sends no more is looked for while there is work for it, and no longer", async (t) => {
  const { platform, transport, log, connection } = open();
  let looks = 0;
  Object.assign(transport, { probe: () => void looks++ });
  transport.events?.onEnd();
  t.same(log.lines, ["end"]);
  t.equal(looks, 1, "libuv tells an end where the reset comes with the last bytes");
  await platform.clock.advance(65_000);
  t.equal(looks, 3);
  connection.destroy(new Error("done"));
  await tick();
  await platform.clock.advance(65_000);
  t.equal(looks, 3);
  t.equal(platform.clock.pending, 0);
});

t.test("a peer that is wanted no more when it ends is not looked for", async (t) => {
  const { platform, transport, log, connection } = open();
  let looks = 0;
  Object.assign(transport, { probe: () => void looks++ });
  log.onEnd = () => connection.end();
  transport.events?.onEnd();
  await platform.clock.advance(500);
  t.equal(looks, 0);
  connection.destroy();
});

t.test("a batch that is long enough leaves at once", async (t) => {
  const { transport, write } = open();
  write(EARLY_FLUSH_BYTES);
  t.equal(transport.writes.length, 1);
  for (let i = 0; i < EARLY_FLUSH_FRAMES; i++) write(1);
  t.equal(transport.writes.length, 2);
  await tick();
  t.equal(transport.writes.length, 2);
});

t.test("an aborted frame leaves no byte, and no write when it was alone", async (t) => {
  const { transport, connection, write } = open();
  const abort = (): void => {
    const start = connection.beginFrame();
    connection.out.reserve(100_000);
    connection.out.pos += 100_000;
    connection.abortFrame(start);
  };
  abort();
  await tick();
  t.equal(transport.writes.length, 0);
  write(1);
  abort();
  write(1);
  await tick();
  t.equal(Buffer.concat(transport.writes).toString("hex"), "00000001010000000101");
});

t.test(
  "while the transport has a batch, the next one grows, keeps its bytes and leaves when there is room",
  async (t) => {
    const { transport, log, connection, write } = open(1_000);
    transport.holds = true;
    write(500, 7);
    await tick();
    t.ok(connection.hasRoom);
    write(600, 8);
    await tick();
    t.equal(transport.writes.length, 1);
    t.notOk(connection.hasRoom);
    t.equal(connection.sentBytes, 504);
    t.equal(connection.writtenBytes, 1_108);
    transport.drain();
    t.same(log.lines, ["sent", "sent", "drain"]);
    t.ok(transport.writes[1]?.subarray(4).every((byte) => byte === 8));
    t.ok(connection.hasRoom);
  },
);

t.test("an idle connection holds no buffer", async (t) => {
  const { connection, write } = open();
  t.equal(connection.out.buf.length, 0);
  write(10);
  t.ok(connection.out.buf.length > 0);
  await tick();
  t.equal(connection.out.buf.length, 0);
});

t.test("stops between two frames of a chunk, and goes on where it stopped", async (t) => {
  const { transport, log, connection } = open();
  log.act = () => {
    connection.pause();
    return false;
  };
  transport.events?.onData(Buffer.from("00000001090000000109 0000000109".replace(" ", ""), "hex"));
  t.equal(log.frames, 1);
  t.ok(transport.paused);
  connection.resume();
  t.equal(log.frames, 2);
  t.ok(transport.paused, "it was paused again");
  log.act = () => true;
  connection.resume();
  t.equal(log.frames, 3);
  t.notOk(transport.paused);
});

t.test("bad framing ends the connection: what was written leaves, nothing more is read", async (t) => {
  const { platform, transport, log, write } = open();
  log.act = () => {
    write(1);
    return true;
  };
  transport.events?.onData(Buffer.from("0000000109ffffffff", "hex"));
  t.equal(Buffer.concat(transport.writes).toString("hex"), "0000000101");
  t.ok(transport.ended);
  t.notOk(transport.destroyed, "the peer may still read");
  transport.events?.onData(Buffer.from("0000000109", "hex"));
  t.equal(log.frames, 1);
  await platform.clock.advance(1_500);
  t.ok(transport.destroyed);
  t.match(log.lines.at(-1), /^close: connection to fake lost: frame of -1 bytes/);
});

t.test("what is written behind the end is dropped, and does no harm", async (t) => {
  const { platform, transport, connection, write } = open();
  connection.end();
  write(1);
  await tick();
  t.equal(transport.writes.length, 0);
  connection.destroy(new Error("enough"));
  await platform.clock.settle();
  write(1);
  await tick();
  t.equal(transport.writes.length, 0);
  t.equal(platform.clock.pending, 0);
});

t.test("reads the time once a tick", async (t) => {
  const { platform, transport, connection } = open();
  let looks = 0;
  const { now } = platform;
  platform.now = () => {
    looks++;
    return now.call(platform);
  };
  for (let i = 0; i < 10; i++) connection.now();
  t.equal(looks, 1);
  transport.events?.onData(Buffer.from("0000000109", "hex"));
  connection.now();
  connection.now();
  t.equal(looks, 2);
});

/** So many frames of one byte. */
function manyFrames(count: number): Buffer {
  return Buffer.alloc(count * 5, Buffer.from("0000000109", "hex"));
}

t.test("a chunk of many frames is read in several turns when they take their time, all in their order", async (t) => {
  const { platform, transport, connection, log } = open();
  log.act = () => {
    platform.clock.now += 0.05;
    return connection.keepsTurn();
  };
  transport.events?.onData(manyFrames(1_000));
  t.ok(log.frames <= 200, `${log.frames} frames in the first turn`);
  t.equal(transport.paused, true, "nothing more is taken from the network meanwhile");
  let turns = 1;
  for (; log.frames < 1_000; turns++) {
    const before = log.frames;
    await tick();
    t.ok(log.frames - before <= 400, `${log.frames - before} frames in a look at the network`);
  }
  t.ok(turns >= 3, `${turns} turns`);
  await tick();
  t.equal(transport.paused, false);
});

t.test(
  "beside a connection with more frames than a turn can take, others with few are read as they come",
  async (t) => {
    const { platform, transport, connection, log } = open();
    log.act = () => {
      platform.clock.now += 0.05;
      return connection.keepsTurn();
    };
    const quiet = openOn(platform);
    quiet.log.act = () => quiet.connection.keepsTurn();
    transport.events?.onData(manyFrames(10_000));
    for (let i = 0; i < 20; i++) {
      await tick();
      quiet.transport.events?.onData(manyFrames(10));
      t.equal(quiet.log.frames, 10 * (i + 1));
    }
    t.ok(log.frames < 10_000);
    connection.destroy();
  },
);

t.test("connections that each could fill a turn go on one after another", async (t) => {
  const platform = new VirtualPlatform();
  const greedy = Array.from({ length: 4 }, () => openOn(platform));
  for (const { log, connection } of greedy) {
    log.act = () => {
      platform.clock.now += 0.05;
      return connection.keepsTurn();
    };
  }
  for (const { transport } of greedy) transport.events?.onData(manyFrames(2_000));
  for (let i = 0; i < 12; i++) await tick();
  const frames = greedy.map(({ log }) => log.frames);
  t.ok(Math.max(...frames) - Math.min(...frames) <= 130, frames.join(", "));
  for (const { connection } of greedy) connection.destroy();
});

t.test("a session that wants nothing read is not read when its turn comes, nor before it", async (t) => {
  const { platform, transport, connection, log } = open();
  log.act = () => {
    platform.clock.now += 5;
    return connection.keepsTurn();
  };
  transport.events?.onData(manyFrames(200));
  const { frames } = log;
  connection.pause();
  for (let i = 0; i < 3; i++) await tick();
  t.equal(log.frames, frames);
  t.equal(transport.paused, true);
  connection.resume();
  t.ok(log.frames > frames);
  const before = log.frames;
  connection.pause();
  connection.resume();
  t.equal(log.frames, before, "it stands in line again");
  while (log.frames < 200) await tick();
});

t.test("a connection that closes while it stands in line reads nothing more", async (t) => {
  const { platform, transport, connection, log } = open();
  log.act = () => {
    platform.clock.now += 5;
    return connection.keepsTurn();
  };
  transport.events?.onData(manyFrames(200));
  const { frames } = log;
  connection.destroy();
  for (let i = 0; i < 3; i++) await tick();
  t.equal(log.frames, frames);
});

const CHUNK_BYTES = 64 * 1024;

t.test("a message of many chunks is read in turns, though none of them ends it", async (t) => {
  const { platform, transport, connection, log } = open();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(8 * CHUNK_BYTES);
  transport.events?.onData(length);
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let paused = 0;
  for (let i = 0; i < 8; i++) {
    platform.clock.now += 1;
    transport.events?.onData(Buffer.from(chunk));
    if (!transport.paused) continue;
    paused++;
    t.ok(connection.inLine);
    await tick();
    t.notOk(transport.paused, "read again once the event loop has looked at the network");
  }
  t.ok(paused >= 2, `${paused} times`);
  t.equal(log.frames, 1);
});

t.test("of many that read large messages few go on in one turn, as each brings two chunks more", async (t) => {
  const platform = new VirtualPlatform();
  const many = Array.from({ length: 40 }, () => openOn(platform));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(8 * CHUNK_BYTES);
  platform.clock.now += 10;
  for (const { transport } of many) transport.events?.onData(Buffer.concat([length, Buffer.alloc(CHUNK_BYTES)]));
  platform.clock.now += 10;
  for (const { transport } of many) transport.events?.onData(Buffer.alloc(CHUNK_BYTES));
  const waiting = (): number => many.filter(({ transport }) => transport.paused).length;
  t.ok(waiting() >= 38, `${waiting()} stand in line`);
  await tick();
  t.ok(waiting() >= 38 - 8, `${waiting()} stand in line after a turn`);
  for (let i = 0; i < 5; i++) await tick();
  t.equal(waiting(), 0);
});

t.test("work that the bytes on the wire do not tell brings the next look at the turn", async (t) => {
  const { platform, transport, connection, log } = open();
  log.act = () => {
    connection.charge(1_000_000);
    platform.clock.now += 3;
    return connection.keepsTurn();
  };
  transport.events?.onData(Buffer.from("0000000101".repeat(4), "hex"));
  t.equal(log.frames, 2, "the turn begins with the first look");
  t.ok(transport.paused);
  for (let i = 0; i < 4; i++) await tick();
  t.equal(log.frames, 4);
});
