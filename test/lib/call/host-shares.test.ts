import t from "tap";
import { callRefusal, streamRefusal } from "../../../lib/call/admission.ts";
import type { Dispatcher } from "../../../lib/call/dispatcher.ts";
import { type HostShare, HostShares } from "../../../lib/call/host-shares.ts";
import { Load } from "../../../lib/call/load.ts";
import { withDefaultServeLimits } from "../../../lib/server/limits.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

t.test("clients of one host share, whatever their ports, and a network of IPv6 is one host", async (t) => {
  const shares = new HostShares();
  const same = (a: string, b: string): boolean => shares.join(a) === shares.join(b);
  t.ok(same("10.0.0.1:1", "10.0.0.1:65535"));
  t.notOk(same("10.0.0.1:1", "10.0.0.2:1"));
  t.ok(same("[2001:db8::1]:1", "[2001:db8:0:0:ffff::2]:2"));
  t.notOk(same("[2001:db8::1]:1", "[2001:db8:0:1::1]:1"));
  t.ok(same("[::1]:1", "[0:0:0:0::2]:2"));
  t.ok(same("unix:/run/one", "unix:/run/one"));
  t.notOk(same("unix:/run/one", "unix:/run/two"));
});

t.test("a host is forgotten when its last session is over and its last handler has ended", async (t) => {
  const load = new Load(new VirtualPlatform(), withDefaultServeLimits({}));
  const share = load.hosts.join("10.0.0.1:1");
  load.hosts.join("10.0.0.1:2");
  load.enter(share, 10);
  load.enterStream(share, 5);
  load.hosts.part(share);
  load.hosts.part(share);
  t.equal(load.hosts.size, 1, "handlers run");
  load.leave(share, 10);
  t.equal(load.hosts.join("10.0.0.1:3"), share, "one that comes again finds what it left");
  load.hosts.part(share);
  load.leaveStream(share, 5);
  t.same([load.hosts.size, share.requestBytes], [0, 0]);
});

/** A server that has nearly all it may, and two hosts. */
function scene() {
  const limits = withDefaultServeLimits({ maxCalls: 10, maxAllStreams: 10, maxRequestBytes: 1000 });
  const load = new Load(new VirtualPlatform(), limits);
  const dispatcher = { load, limits } as Partial<Dispatcher> as Dispatcher;
  const inFlight = (share: HostShare) => ({ size: 0, requestBytes: 0, share });
  return {
    load,
    greedy: load.hosts.join("10.0.0.1:1"),
    other: load.hosts.join("10.0.0.2:1"),
    call: (share: HostShare) => callRefusal(dispatcher, inFlight(share)),
    stream: (share: HostShare) => streamRefusal(dispatcher, inFlight(share), 100),
  };
}

t.test("one host gets half of the calls, and others still get theirs", async (t) => {
  const { load, greedy, other, call } = scene();
  for (let i = 0; i < 5; i++) {
    t.equal(call(greedy), undefined);
    load.enter(greedy, 1);
  }
  t.same(call(greedy), { code: "OVERLOADED", reason: "overloaded: 5 calls in flight from 10.0.0.1, limit 0.5 of 10" });
  t.equal(call(other), undefined);
  load.leave(greedy, 1);
  t.equal(call(greedy), undefined);
});

t.test("one host gets half of the bytes, with those of its streams, and others still get theirs", async (t) => {
  const { load, greedy, other, call } = scene();
  load.enter(greedy, 300);
  load.enterStream(greedy, 200);
  t.match(call(greedy)?.reason, /^overloaded: 500 bytes of requests in flight from 10\.0\.0\.1, limit 0\.5 of 1000$/);
  t.equal(call(other), undefined);
});

t.test("one host gets half of the streams, and others still get theirs", async (t) => {
  const { load, greedy, other, stream } = scene();
  for (let i = 0; i < 5; i++) load.enterStream(greedy, 0);
  t.match(stream(greedy)?.reason, /^overloaded: 5 streams open from 10\.0\.0\.1$/);
  t.equal(stream(other), undefined);
});
