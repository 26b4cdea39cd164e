import t from "tap";
import { Pacing } from "../../../../lib/session/rocket/pacing.ts";
import type { Transport } from "../../../../lib/transport/transport.ts";
import { eventually, rocketWorld } from "../../../helpers/rocket-world.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";

const KIB = 1024;
const PIECE = 64 * KIB;

/** A way of so many bytes a millisecond and so long, with all the room that kernels have: pieces arrive one after another. */
class Way {
  readonly platform: VirtualPlatform = new VirtualPlatform();
  readonly pacing: Pacing = new Pacing(this.platform, () => this.send());
  readonly #bytesPerMs: number;
  readonly #lengthMs: number;
  /** Bytes that are still to be sent. */
  left = 0;
  position = 0;
  arrived = 0;
  /** When the last byte that was sent will have left. */
  #busyUntil = 0;
  /** The most that ever was on the way since it was last set to 0. */
  most = 0;
  answers = true;
  pings = 0;

  constructor(bytesPerMs: number, lengthMs: number) {
    this.#bytesPerMs = bytesPerMs;
    this.#lengthMs = lengthMs;
  }

  begin(bytes: number): void {
    if (this.left === 0) this.pacing.begin(this.position);
    this.left += bytes;
    this.send();
  }

  send(): void {
    if (this.left > 0) this.#ping();
    while (this.left > 0 && this.pacing.allows(this.position)) {
      const piece = Math.min(PIECE, this.left);
      this.left -= piece;
      this.position += piece;
      this.most = Math.max(this.most, this.position - this.arrived);
      const { now } = this.platform.clock;
      this.#busyUntil = Math.max(now, this.#busyUntil) + piece / this.#bytesPerMs;
      this.#after(this.#busyUntil + this.#lengthMs / 2 - now, () => {
        this.arrived += piece;
      });
      this.#ping();
    }
  }

  #ping(): void {
    if (!this.pacing.pingsAt(this.position, this.left === 0)) return;
    this.pings++;
    const data = this.pacing.ping(this.position);
    if (!this.answers) return;
    const thereAt = Math.max(this.platform.clock.now, this.#busyUntil) + this.#lengthMs;
    this.#after(thereAt - this.platform.clock.now, () => this.pacing.onEcho(data, 0, data.length, this.position));
  }

  #after(ms: number, what: () => void): void {
    this.platform.startTimer(ms, false, what);
  }
}

t.test("on a short way little is ahead of what is written next, however much there is room for", async (t) => {
  const way = new Way(300 * KIB, 0.1);
  way.begin(64 * KIB);
  await way.platform.clock.advance(50);
  way.most = 0;
  way.begin(100_000 * KIB);
  await way.platform.clock.advance(100);
  t.ok(way.most <= 512 * KIB, `${way.most} bytes on the way`);
  way.most = 0;
  await way.platform.clock.advance(100);
  t.ok(way.most <= 320 * KIB, `${way.most} bytes on the way`);
  const before = way.arrived;
  await way.platform.clock.advance(50);
  t.ok(way.arrived - before > 0.95 * 50 * 300 * KIB, "the way is never idle");
});

t.test("on a long way as much is under way as it holds", async (t) => {
  const way = new Way(20 * KIB, 80);
  way.begin(64 * KIB);
  await way.platform.clock.advance(1_000);
  way.begin(1_000_000 * KIB);
  await way.platform.clock.advance(8_000);
  const before = way.arrived;
  way.most = 0;
  await way.platform.clock.advance(2_000);
  t.ok(way.arrived - before > 0.9 * 2_000 * 20 * KIB, `${(way.arrived - before) / (2_000 * 20 * KIB)} of it used`);
  t.ok(way.most < 80 * 20 * KIB + 640 * KIB, `${way.most} bytes on the way`);
});

t.test("a window that held nothing back does not grow, however often it is used", async (t) => {
  const way = new Way(300 * KIB, 1);
  for (let i = 0; i < 1_000; i++) {
    way.begin(100 * KIB);
    await way.platform.clock.advance(5);
  }
  t.ok(way.pacing.window <= 256 * KIB, `${way.pacing.window} bytes`);
});

t.test("a peer that never answered a ping is not held back from, and gets no second one", async (t) => {
  const way = new Way(300 * KIB, 1);
  way.answers = false;
  way.begin(50_000 * KIB);
  t.equal(way.left, 0, "all of it has left at once");
  t.equal(way.pings, 1);
  way.begin(50_000 * KIB);
  t.equal(way.left, 0);
  t.equal(way.pings, 1);
});

t.test("a peer that falls silent is left to TCP after a second, and paced again when it answers", async (t) => {
  const way = new Way(300 * KIB, 1);
  way.begin(64 * KIB);
  await way.platform.clock.advance(100);
  way.answers = false;
  way.begin(50_000 * KIB);
  t.ok(way.left > 0);
  await way.platform.clock.advance(999);
  t.ok(way.left > 0, "it is waited for");
  await way.platform.clock.advance(200);
  t.equal(way.left, 0);
  t.equal(way.platform.clock.pending, 0, "no timer is left");
});

t.test("echoes of what was never sent, and old ones, change nothing", async (t) => {
  const platform = new VirtualPlatform();
  let wentOn = 0;
  const pacing = new Pacing(platform, () => wentOn++);
  pacing.begin(0);
  const data = Buffer.from(pacing.ping(1000));
  const echo = (position: number, time: number): void => {
    const forged = Buffer.alloc(16);
    forged.writeDoubleBE(position, 0);
    forged.writeDoubleBE(time, 8);
    pacing.onEcho(forged, 0, 16, 5000);
  };
  for (const position of [1001, 1e300, Number.POSITIVE_INFINITY, Number.NaN, -5]) echo(position, 0);
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e6]) echo(1000, time);
  pacing.onEcho(data, 0, 15, 5000);
  pacing.onEcho(Buffer.alloc(1024), 0, 1024, 5000);
  t.equal(wentOn, 0);
  await platform.clock.advance(5);
  pacing.onEcho(data, 0, 16, 5000);
  t.equal(wentOn, 1);
  pacing.onEcho(data, 0, 16, 5000);
  t.equal(wentOn, 1, "once");
  pacing.ping(2000);
  echo(2000, -1e308);
  t.ok(pacing.window >= PIECE && Number.isFinite(pacing.window), "whatever time the peer says");
});

/** Lets pass what `transport` writes only as long as `open` says; keeps the rest for later. */
function gate(transport: Transport): { transport: Transport; sent: () => number; open: boolean; release(): void } {
  let sent = 0;
  const kept: Buffer[] = [];
  const gate = {
    open: true,
    sent: () => sent,
    release() {
      gate.open = true;
      for (const bytes of kept.splice(0)) transport.write(bytes);
    },
    transport: {
      peer: transport.peer,
      get queuedBytes() {
        return transport.queuedBytes;
      },
      start: (events) => transport.start(events),
      write(bytes) {
        sent += bytes.length;
        if (gate.open) return transport.write(bytes);
        kept.push(Buffer.from(bytes));
        return true;
      },
      pause: () => transport.pause(),
      resume: () => transport.resume(),
      end: () => transport.end(),
      destroy: (cause) => transport.destroy(cause),
    } satisfies Transport,
  };
  return gate;
}

t.test(
  "a small reply is behind half a megabyte of a large one at most, though the way would take it all",
  async (t) => {
    let toClient: ReturnType<typeof gate> | undefined;
    const world = rocketWorld({
      between: (client, server) => {
        toClient = gate(server);
        return [client, toClient.transport];
      },
    });
    const bytes = Buffer.alloc(8 << 20, 7);
    t.ok(bytes.equals(await world.client.blob(bytes)), "the client has shown that it answers");
    const way = toClient as ReturnType<typeof gate>;
    const before = way.sent();
    way.open = false;
    const large = world.client.blob(bytes);
    t.ok(await eventually(() => way.sent() > before));
    await eventually(() => false, 300);
    t.ok(way.sent() - before < 600 * KIB, `${way.sent() - before} bytes sent ahead`);
    const small = world.client.echo("small");
    way.release();
    t.equal(await small, "small");
    t.ok(bytes.equals(await large));
    t.equal(world.leftovers(), 0);
    await world.close();
  },
);
