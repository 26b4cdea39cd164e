/** The small parts of UDP: cookies, memory, round trip, window, rates, and the clock of the memory. */
import t from "tap";
import type { ClientCall } from "../../../../lib/call/client-call.ts";
import { COOKIE_LENGTH, Cookies, EPOCH_MS, epochsBetween, sameBoot } from "../../../../lib/session/datagram/cookies.ts";
import { Exchange } from "../../../../lib/session/datagram/exchange.ts";
import { Exchanges } from "../../../../lib/session/datagram/exchanges.ts";
import { ExecutedCalls } from "../../../../lib/session/datagram/executed-calls.ts";
import { readHex, writeHex } from "../../../../lib/session/datagram/hex.ts";
import { PatientClock } from "../../../../lib/session/datagram/patient-clock.ts";
import { RoundTrip } from "../../../../lib/session/datagram/round-trip.ts";
import { SourceRates } from "../../../../lib/session/datagram/source-rates.ts";
import { Window } from "../../../../lib/session/datagram/window.ts";

t.test("a cookie is good for its client and address, in its epoch and the next", async (t) => {
  const cookies = new Cookies(0.5);
  const cookie = cookies.make("client", "1.2.3.4:5", 1_000);
  t.equal(cookie.length, COOKIE_LENGTH);
  t.equal(cookies.judge(cookie, "client", "1.2.3.4:5", 1_500), "good");
  t.equal(cookies.judge(cookie, "client", "1.2.3.4:5", 1_600), "good");
  t.equal(cookies.judge(cookie, "client", "1.2.3.4:5", EPOCH_MS), "aging");
  t.equal(cookies.judge(cookie, "client", "1.2.3.4:5", 2 * EPOCH_MS), "bad");
  t.equal(cookies.judge(cookie, "other", "1.2.3.4:5", 1_500), "bad");
  t.equal(cookies.judge(cookie, "client", "1.2.3.4:6", 1_500), "bad");
  t.equal(new Cookies(0.5).judge(cookie, "client", "1.2.3.4:5", 1_500), "bad");
  for (const wrong of ["", "x".repeat(COOKIE_LENGTH), cookie.slice(1), `${cookie.slice(0, -1)}x`])
    t.equal(cookies.judge(wrong, "client", "1.2.3.4:5", 1_500), "bad");
});

t.test("cookies tell incarnations and epochs apart", async (t) => {
  const cookies = new Cookies(0.25);
  const [early, late] = [cookies.make("c", "a", 0), cookies.make("c", "a", 3 * EPOCH_MS)];
  t.ok(sameBoot(early, late));
  t.notOk(sameBoot(early, new Cookies(0.75).make("c", "a", 0)));
  t.equal(epochsBetween(early, late), 3);
  t.equal(epochsBetween(cookies.make("c", "a", 65_535 * EPOCH_MS), cookies.make("c", "a", 65_536 * EPOCH_MS)), 1);
});

const memory = (maxEntries: number, maxBytes = 1_000) =>
  new ExecutedCalls({ maxEntries, maxBytes, maxReplyBytes: 100, keepMs: 1_000, keepUnnamedMs: 300 });

t.test("remembers a call until it has expired, then forgets its client too", async (t) => {
  const calls = memory(4);
  const call = calls.begin("c", 1, "", 0);
  t.equal(calls.bytes, 100);
  if (call) calls.finish(call, Buffer.alloc(7), 10);
  t.same([calls.find("c", 1, "")?.reply?.length, calls.bytes], [7, 7]);
  calls.expire(1_009);
  t.equal(calls.entries, 1);
  calls.expire(1_010);
  t.same([calls.entries, calls.bytes], [0, 0]);
  calls.expire(2_100);
  t.ok(calls.empty);
});

t.test("evicts nothing that has not expired: when it is full it admits nothing", async (t) => {
  const calls = memory(2);
  t.ok(calls.begin("c", 1, "", 0));
  t.ok(calls.begin("c", 2, "", 0));
  t.equal(calls.begin("c", 3, "", 500_000), undefined);
  t.equal(memory(10, 150).begin("c", 1, "", 0)?.seqid, 1);
  const tight = memory(10, 150);
  tight.begin("c", 1, "", 0);
  t.equal(tight.begin("c", 2, "", 0), undefined);
});

t.test("forgets what a client has settled, and knows it for settled when it turns up again", async (t) => {
  const calls = memory(4);
  const first = calls.begin("c", 5, "", 0);
  const second = calls.begin("c", 6, "", 0);
  if (first) calls.finish(first, Buffer.alloc(1), 0);
  calls.settle("c", 7, 0);
  t.equal(calls.find("c", 5, ""), undefined);
  t.ok(calls.isSettled("c", 5));
  t.notOk(calls.isSettled("c", 7));
  t.ok(calls.find("c", 6, ""), "one that runs is kept until it ends");
  if (second) calls.finish(second, Buffer.alloc(1), 0);
  t.equal(calls.entries, 0);
  calls.settle("unknown", 100, 0);
  t.notOk(calls.isSettled("unknown", 1));
});

t.test("forgets what is settled far above the last floor without going through all seqids", async (t) => {
  const calls = memory(4);
  for (const seqid of [3, 1_000_000_000, 2_000_000_000]) {
    const call = calls.begin("c", seqid, "", 0);
    if (call) calls.finish(call, Buffer.alloc(1), 0);
  }
  calls.settle("c", 2_000_000_000, 0);
  t.same([calls.entries, calls.find("c", 3, ""), calls.find("c", 1_000_000_000, "")], [1, undefined, undefined]);
  t.equal(calls.find("c", 2_000_000_000, "")?.seqid, 2_000_000_000);
});

t.test("knows calls without a client by what they say", async (t) => {
  const calls = memory(4);
  const call = calls.begin(undefined, 1, "1.2.3.4:5 1 abc", 0);
  t.equal(calls.find(undefined, 1, "1.2.3.4:5 1 abc"), call);
  t.equal(calls.find("c", 1, ""), undefined);
  if (call) calls.abandon(call);
  t.ok(calls.empty);
});

t.test("gives calls without a client half of its bytes, but at least one call", async (t) => {
  const calls = memory(100, 400);
  const begun = [1, 2, 3].map((seqid) => calls.begin(undefined, seqid, `key ${seqid}`, 0));
  t.same(
    begun.map((call) => call?.seqid),
    [1, 2, undefined],
  );
  t.ok(calls.begin("c", 1, "", 0));
  const [first] = begun;
  if (first) calls.finish(first, Buffer.alloc(1), 0);
  t.ok(calls.begin(undefined, 4, "key 4", 0), "a short answer takes less than the room that was set aside for it");
  const tight = memory(100, 100);
  t.ok(tight.begin(undefined, 1, "key", 0));
  t.equal(memory(1).begin(undefined, 1, "key", 0)?.seqid, 1);
});

t.test("counts requests that load the network, and knows below which seqid all are settled", async (t) => {
  const exchanges = new Exchanges(10);
  const add = (seqid: number): Exchange => {
    const exchange = new Exchange({} as ClientCall, seqid, true, "", Buffer.alloc(0), Buffer.alloc(0));
    exchanges.add(exchange);
    return exchange;
  };
  t.equal(exchanges.settledBelow(10), 10);
  const [first, second] = [add(10), add(11)];
  t.equal(exchanges.settledBelow(12), 10);
  exchanges.progress(first);
  exchanges.progress(first);
  t.same([exchanges.size, exchanges.unanswered], [2, 1]);
  exchanges.remove(second);
  t.equal(exchanges.settledBelow(12), 10);
  exchanges.remove(first);
  t.same([exchanges.size, exchanges.unanswered, exchanges.settledBelow(12)], [0, 0, 12]);
});

t.test("waits longer after each sending, and learns from answers", async (t) => {
  const trip = new RoundTrip();
  t.equal(trip.waitMs(1, 0), 200);
  t.equal(trip.waitMs(2, 0), 200);
  t.equal(trip.waitMs(3, 1), 800);
  t.equal(trip.waitMs(9, 1), 2_000);
  for (let i = 0; i < 50; i++) trip.add(1);
  t.equal(trip.waitMs(1, 0), 50);
  for (let i = 0; i < 50; i++) trip.add(300);
  t.ok(trip.waitMs(1, 0) > 550, `${trip.waitMs(1, 0)}`);
});

t.test("opens the window by one an answer and halves it on a loss", async (t) => {
  const window = new Window(8);
  t.equal(window.size, 4);
  for (let i = 0; i < 3; i++) window.grow();
  t.equal(window.size, 7);
  for (let i = 0; i < 30; i++) window.grow();
  t.equal(window.size, 8);
  window.shrink();
  t.equal(window.size, 4);
  for (let i = 0; i < 4; i++) window.grow();
  t.equal(window.size, 5);
  for (let i = 0; i < 9; i++) window.shrink();
  t.equal(window.size, 1);
  t.equal(new Window(2).size, 2);
});

t.test("lets an address send its burst and then its rate, without a place for each address", async (t) => {
  const rates = new SourceRates(10, 3, 7);
  t.same(
    [1, 2, 3, 4].map(() => rates.take("1.2.3.4", 0)),
    [true, true, true, false],
  );
  t.ok(rates.take("5.6.7.8", 0));
  t.notOk(rates.take("1.2.3.4", 50));
  t.ok(rates.take("1.2.3.4", 150));
  t.notOk(rates.take("1.2.3.4", 100), "a clock that goes back gives nothing");
});

t.test("the memory's clock goes with the system's and takes no leap", async (t) => {
  const clock = new PatientClock(1_000);
  clock.advance(1_700);
  t.equal(clock.now, 700);
  clock.advance(3_600_000);
  t.equal(clock.now, 2_700);
  clock.advance(0);
  t.equal(clock.now, 2_700);
});

t.test("writes numbers as eight hex digits, and reads nothing else for one", async (t) => {
  const bytes = Buffer.alloc(10);
  for (const value of [0, 1, 0xabcdef, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]) {
    writeHex(bytes, 1, value);
    t.equal(bytes.toString("latin1", 1, 9), value.toString(16).padStart(8, "0"));
    t.equal(readHex(bytes, 1), value);
  }
  for (const text of ["0000000g", "-0000001", " 0000001", "ABCDEF01", "0000000", "\u00ff0000000"])
    t.equal(readHex(Buffer.from(text, "latin1"), 0), -1, text);
});
