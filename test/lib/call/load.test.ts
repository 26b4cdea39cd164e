import t from "tap";
import { Load, type LoadLimits, type TurnedAway, type WaitingCall } from "../../../lib/call/load.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

/** Takes the clock a few milliseconds on, as a handler does that computes. */
class Call implements WaitingCall {
  gone = false;
  readonly from: unknown;
  readonly #world: World;
  readonly #name: string;
  readonly #takesMs: number;

  constructor(world: World, name: string, takesMs: number, from: unknown) {
    this.from = from;
    this.#world = world;
    this.#name = name;
    this.#takesMs = takesMs;
  }

  begin(): void {
    this.#world.log.push(this.#name);
    this.#world.platform.clock.now += this.#takesMs;
  }

  letGo(): void {}

  turnAway({ code, reason }: TurnedAway): void {
    this.#world.log.push(`${this.#name} ${code}`);
    this.#world.reasons.push(reason);
  }
}

class World {
  readonly platform = new VirtualPlatform();
  readonly log: string[] = [];
  readonly reasons: string[] = [];
  readonly load: Load;

  constructor(limits: Partial<LoadLimits> = {}) {
    this.load = new Load(this.platform, {
      maxRunningCalls: Number.POSITIVE_INFINITY,
      queueTimeoutMs: 5_000,
      streamCreditTimeoutMs: 300_000,
      crowdedCreditTimeoutMs: 30_000,
      crowdedIdleTimeoutMs: 300_000,
      ...limits,
    });
  }

  /** A call arrives: it is begun, or waits. */
  arrive(name: string, takesMs: number, queueTimeoutMs = 0, deadline = Number.POSITIVE_INFINITY, from = "one"): Call {
    const call = new Call(this, name, takesMs, from);
    if (this.load.beginsNow(this.platform.now())) call.begin();
    else this.load.wait(call, queueTimeoutMs, deadline);
    return call;
  }

  /** As `arrive`, of one of several connections, and patient. */
  arriveFrom(from: string, name: string, takesMs: number, queueTimeoutMs = 0): Call {
    return this.arrive(`${from}${name}`, takesMs, queueTimeoutMs, Number.POSITIVE_INFINITY, from);
  }

  /** The event loop looks at the network, once. */
  poll(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

t.test("calls that take no time are begun at once, however many come in one turn", async (t) => {
  const world = new World();
  for (let i = 0; i < 10_000; i++) world.arrive(`${i}`, 0);
  t.equal(world.log.length, 10_000);
  t.equal(world.load.waiting, 0);
});

t.test("between calls that take long the event loop looks at the network, and their order stays", async (t) => {
  const world = new World();
  for (let i = 0; i < 40; i++) world.arrive(`${i}`, 2);
  t.ok(world.log.length < 20, `${world.log.length} begun in the first turn`);
  let turns = 0;
  for (; world.load.waiting > 0; turns++) await world.poll();
  t.ok(turns >= 4, `${turns} turns`);
  t.same(
    world.log,
    Array.from({ length: 40 }, (_, i) => `${i}`),
  );
});

t.test("a new turn begins at once again", async (t) => {
  const world = new World();
  for (let i = 0; i < 16; i++) world.arrive(`${i}`, 2);
  while (world.load.waiting > 0) await world.poll();
  await world.poll();
  await world.poll();
  world.arrive("next", 0);
  t.equal(world.log.at(-1), "next");
});

t.test("no more handlers run than may, and the next is begun when one has ended", async (t) => {
  const world = new World({ maxRunningCalls: 2 });
  const { load, log } = world;
  for (const name of ["a", "b", "c", "d", "e"]) {
    const begin = (): void => {
      log.push(name);
      load.began();
    };
    if (load.beginsNow(world.platform.now())) begin();
    else
      load.wait(
        { from: load, begin, turnAway: () => t.fail("turned away"), gone: false, letGo() {} },
        0,
        Number.POSITIVE_INFINITY,
      );
  }
  await world.poll();
  t.same(log, ["a", "b"]);
  load.ended();
  await world.poll();
  t.same(log, ["a", "b", "c"]);
  load.ended();
  load.ended();
  await world.poll();
  t.same(log, ["a", "b", "c", "d", "e"]);
});

t.test("who has waited too long is turned away and not begun, by its own limit or the server's", async (t) => {
  const world = new World({ maxRunningCalls: 1, queueTimeoutMs: 300 });
  world.load.began();
  world.arrive("long", 0);
  world.arrive("short", 0, 100);
  world.arrive("hasty", 0, 0, world.platform.now() + 400);
  await world.platform.clock.advance(99);
  t.same(world.log, []);
  await world.platform.clock.advance(2);
  t.same(world.log, ["short QUEUE_TIMEOUT"]);
  await world.platform.clock.advance(100);
  t.same(world.log, ["short QUEUE_TIMEOUT", "hasty QUEUE_TIMEOUT"], "half of its time is over");
  await world.platform.clock.advance(100);
  t.same(world.log, ["short QUEUE_TIMEOUT", "hasty QUEUE_TIMEOUT", "long QUEUE_TIMEOUT"]);
  t.match(world.reasons[0], /waited 10\d ms for its turn/);
  t.equal(world.platform.clock.pending, 0, "no timer is left");
  world.load.ended();
  await world.poll();
  t.equal(world.log.length, 3);
});

t.test("when the first in the queue has waited as long as a newcomer may, the newcomer is told at once", async (t) => {
  const world = new World({ maxRunningCalls: 1, queueTimeoutMs: 1_000 });
  world.load.began();
  world.arrive("first", 0);
  await world.platform.clock.advance(200);
  world.arrive("patient", 0, 300);
  world.arrive("impatient", 0, 200);
  t.same(world.log, ["impatient OVERLOADED"]);
  t.equal(world.reasons[0], "overloaded: calls would wait 200 ms for their turn, this one may wait 200 ms");
});

t.test("a process that stood still for seconds turns nobody away for it who came since", async (t) => {
  const world = new World();
  const names = Array.from({ length: 60 }, (_, i) => `${i}`);
  for (const name of names.slice(0, 20)) world.arrive(name, 2);
  t.ok(world.load.waiting > 0);
  world.platform.clock.now += 4_000;
  for (const name of names.slice(20, 40)) world.arrive(name, 2, 500);
  await world.poll();
  for (const name of names.slice(40)) world.arrive(name, 2, 500);
  while (world.load.waiting > 0) await world.poll();
  t.same(world.log, names);
});

t.test("a burst of calls that take little is not turned away on a machine that is busy with others", async (t) => {
  const world = new World();
  let calls = 0;
  // Kept from running for longer than a turn, twice in every 120 calls: the second time after only three of them.
  const burst = (count: number): void => {
    for (let i = 0; i < count; i++, calls++) world.arrive("", calls % 120 === 0 || calls % 120 === 3 ? 12 : 0.025);
  };
  burst(9_900);
  while (world.load.waiting > 0) {
    await world.poll();
    if (calls < 10_000) burst(2);
  }
  t.same(world.reasons, []);
});

t.test("connections whose calls wait take turns, and each keeps the order of its calls", async (t) => {
  const world = new World({ maxRunningCalls: 1 });
  world.load.began();
  for (let i = 1; i <= 4; i++) world.arriveFrom("a", `${i}`, 0);
  world.arriveFrom("b", "1", 0);
  world.arriveFrom("b", "2", 0);
  world.arriveFrom("c", "1", 0);
  world.load.ended();
  await world.poll();
  t.same(world.log, ["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
});

t.test("a quiet connection waits for one call of each other, not for 30,000 of a busy one", async (t) => {
  const world = new World();
  for (let i = 0; i < 30_000; i++) world.arriveFrom("busy", `${i}`, 1);
  const { log, platform, load } = world;
  for (let i = 0; i < 50; i++) {
    const before = platform.now();
    const begun = log.length;
    world.arriveFrom("quiet", `${i}`, 1, 100);
    while (!log.includes(`quiet${i}`)) await world.poll();
    t.ok(log.indexOf(`quiet${i}`) - begun <= 2, `${log.indexOf(`quiet${i}`) - begun} calls begun before`);
    t.ok(platform.now() - before <= 20, `${platform.now() - before} ms`);
  }
  t.ok(load.waiting > 20_000, "while the busy one still waits");
  t.same(
    world.reasons.filter((reason) => !reason.includes("5000 ms")),
    [],
    "only calls of the busy one are turned away",
  );
});

t.test("a busy connection's newcomer is told of its own line, a quiet one's of how slowly any is begun", async (t) => {
  const world = new World({ maxRunningCalls: 1 });
  world.load.began();
  world.arriveFrom("busy", "1", 0);
  world.arriveFrom("busy", "2", 0);
  await world.platform.clock.advance(200);
  world.load.ended();
  await world.poll();
  t.same(world.log, ["busy1", "busy2"]);
  world.load.began();
  world.arriveFrom("busy", "3", 0);
  await world.platform.clock.advance(100);
  world.arriveFrom("other", "1", 0);
  await world.platform.clock.advance(100);
  world.arriveFrom("busy", "4", 0, 150);
  world.arriveFrom("quiet", "1", 0, 150);
  world.arriveFrom("other", "2", 0, 150);
  t.same(world.log.slice(2), ["busy4 OVERLOADED", "quiet1 OVERLOADED"]);
});

t.test("who has waited too long leaves the line, and its order stays, though others come meanwhile", async (t) => {
  const world = new World({ maxRunningCalls: 1 });
  world.load.began();
  world.arriveFrom("a", "1", 0);
  const brings = world.arriveFrom("a", "2", 0, 100);
  const { turnAway } = brings;
  brings.turnAway = (why) => {
    turnAway.call(brings, why);
    world.arriveFrom("a", "4", 0);
  };
  world.arriveFrom("a", "3", 0);
  world.arriveFrom("b", "1", 0, 100);
  world.arriveFrom("c", "1", 0);
  await world.platform.clock.advance(101);
  t.equal(world.load.waiting, 4);
  world.load.ended();
  await world.poll();
  t.same(world.log, ["a2 QUEUE_TIMEOUT", "b1 QUEUE_TIMEOUT", "a1", "c1", "a3", "a4"]);
});

t.test("one for whom nobody waits any more is passed over", async (t) => {
  const world = new World({ maxRunningCalls: 1 });
  world.load.began();
  world.arrive("gone", 0).gone = true;
  world.arrive("there", 0);
  world.load.ended();
  await world.poll();
  t.same(world.log, ["there"]);
  t.equal(world.load.waiting, 0);
});

t.test("under twice the load a server can bear, all its time goes to calls that are answered in time", async (t) => {
  const world = new World();
  const { clock } = world.platform;
  const PATIENCE_MS = 500;
  let inTime = 0;
  let late = 0;
  const toldAfter: number[] = [];
  const arriveAll = async (ms: number): Promise<void> => {
    const end = clock.now + ms;
    let next = clock.now;
    while (clock.now < end) {
      // What came while handlers had the processor is read now: two calls for each millisecond, which take one each.
      for (; next <= clock.now; next += 0.5) {
        const deadline = next + PATIENCE_MS;
        const arrived = next;
        const call: WaitingCall = {
          from: world,
          gone: false,
          letGo() {},
          begin: () => {
            clock.now += 1;
            if (clock.now <= deadline) inTime++;
            else late++;
          },
          turnAway: () => toldAfter.push(clock.now - arrived),
        };
        if (world.load.beginsNow(clock.now)) call.begin();
        else world.load.wait(call, 0, deadline);
      }
      const before = clock.now;
      await world.poll();
      if (clock.now === before) clock.now += 0.5;
    }
  };
  await arriveAll(4_000);
  toldAfter.sort((a, b) => a - b);
  const median = toldAfter[toldAfter.length >> 1] as number;
  t.ok(median <= 12, `half of those turned away are told within a turn: ${median} ms`);
  t.equal(late, 0, "nothing is begun in vain");
  t.ok(inTime >= 0.95 * 4_000, `${inTime} of 4,000 that could be`);
});
