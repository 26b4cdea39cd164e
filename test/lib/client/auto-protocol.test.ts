import t from "tap";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import type { ConnectOptions } from "../../../lib/client/connect-options.ts";
import { serve } from "../../../lib/server/server.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { type Bewilderment, classicOnly } from "../../helpers/classic-only.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, PORT, Witness } from "../../helpers/virtual-service.ts";

/** A server that is bewildered by Rocket as `how` says, now; undefined: it speaks it. */
async function place(how: () => Bewilderment | undefined) {
  const platform = new VirtualPlatform();
  const witness = new Witness();
  const listener = classicOnly(tcp.listen(PORT), how);
  const server = await serve(listener, (r) => r.add(Calculator, calculator(platform, witness)), { platform });
  const join = (options: ConnectOptions = {}) => {
    const channel = connect(tcp("10.0.0.1", PORT), { platform, protocol: "auto", ...options });
    return { channel, calc: createClient(Calculator, channel) };
  };
  return { platform, witness, listener, server, join };
}

const work = (dividend: number) => ({ dividend, divisor: 1 });

t.test("a server of Rocket is asked once, and then spoken to in Rocket", async (t) => {
  const { platform, server, join } = await place(() => undefined);
  const { calc, channel } = join();
  const answers = Promise.all([1, 2, 3].map((n) => calc.divide(work(n), { headers: { a: "b" } })));
  await platform.clock.advance(100);
  t.same(await answers, [1, 2, 3], "headers need Rocket");
  t.equal(platform.dials.length, 2, "one connection to ask, one to call");
  t.equal(server.connections, 1, "the first was closed");
  platform.resetAll();
  await platform.clock.advance(1_000);
  const again = calc.divide(work(4));
  await platform.clock.advance(1_000);
  t.equal(await again, 4);
  t.equal(platform.dials.length, 3, "not asked again");
  await channel.close();
});

for (const how of ["hangs", "ends", "resets", "answers in HTTP", "answers framed"] as const) {
  t.test(`a server of framed Thrift that ${how} when it reads Rocket gets each call once, framed`, async (t) => {
    const { platform, witness, listener, join } = await place(() => how);
    const { calc, channel } = join();
    const began = platform.now();
    const answers = Promise.all([1, 2, 3].map((n) => calc.divide(work(n))));
    await platform.clock.advance(1_100);
    t.same(await answers, [1, 2, 3]);
    t.ok(platform.now() - began <= 1_100, "asking is bounded");
    t.equal(witness.started, 3);
    t.equal(listener.setups, 1);
    platform.resetAll();
    await platform.clock.advance(1_000);
    const again = calc.divide(work(4));
    await platform.clock.advance(1_000);
    t.equal(await again, 4);
    t.equal(listener.setups, 1, "not asked again");
    await channel.close();
  });
}

t.test("asking takes half of the time to connect at most, and fails with the connection", async (t) => {
  const { platform, join } = await place(() => "hangs");
  const { calc, channel } = join({ connectTimeoutMs: 100 });
  const answer = calc.divide(work(1));
  await platform.clock.advance(100);
  t.equal(await answer, 1);
  await channel.close();

  const other = join({ connectTimeoutMs: 100 });
  platform.weather.silentDial = true;
  const lost = other.calc.divide(work(1)).catch((error: unknown) => error);
  await platform.clock.advance(100);
  t.match(await lost, { delivery: "unsent" });
  await other.channel.close();
});

t.test(
  "a refused connection, or one without a word, makes the answer doubtful: the server is asked again",
  async (t) => {
    let how: Bewilderment | undefined;
    const { platform, listener, server, join } = await place(() => how);
    const { calc, channel } = join({ timeoutMs: 2_000 });
    const first = calc.divide(work(1));
    await platform.clock.advance(100);
    t.equal(await first, 1);

    how = "resets";
    platform.resetAll();
    await platform.clock.advance(1_000);
    const crossing = calc.divide(work(2));
    await platform.clock.advance(1_000);
    t.equal(await crossing, 2, "it had not left");
    const found = calc.divide(work(3));
    await platform.clock.advance(2_000);
    t.equal(await found, 3, "asked again, and called framed");
    t.equal(listener.setups, 2, "the connection that was for calls, and the question");
    await server.close();
    await platform.clock.advance(10);

    const refused = calc.divide(work(4)).catch((error: unknown) => error);
    await platform.clock.advance(10_000);
    t.match(await refused, { delivery: "unsent" });
    how = undefined;
    const next = await serve(tcp.listen(PORT), (r) => r.add(Calculator, calculator(platform, new Witness())), {
      platform,
    });
    const back = calc.divide(work(5), { headers: { a: "b" } });
    await platform.clock.advance(5_000);
    t.equal(await back, 5, "Rocket again");
    await channel.close();
    await next.close();
  },
);

t.test("nothing is left when a channel closes while it asks", async (t) => {
  const { platform, server, join } = await place(() => "hangs");
  const { calc, channel } = join();
  const lost = calc.divide(work(1)).catch((error: unknown) => error);
  await platform.clock.advance(10);
  await channel.close();
  t.match(await lost, { code: "CLOSED" });
  await platform.clock.advance(2);
  t.equal(server.connections, 0);
  t.equal(platform.clock.pending, 0);
  await server.close();
});

t.test("a client that was not told names what it found in place of Rocket", async (t) => {
  const found: Readonly<Record<string, object>> = {
    "answers in HTTP": {
      code: "CONNECT_FAILED",
      delivery: "unsent",
      message: /this looks like an HTTP answer: see the option 'protocol'/,
    },
    "answers framed": { code: "CONNECT_FAILED", delivery: "unsent", message: /this looks like framed Thrift/ },
    ends: { code: "CONNECT_FAILED", delivery: "unsent", message: /has sent nothing .* see the option 'protocol'/ },
    hangs: { code: "DEADLINE", cause: { message: /has sent nothing .* see the option 'protocol'/ } },
  };
  for (const [how, error] of Object.entries(found)) {
    const { platform, server, join } = await place(() => how as Bewilderment);
    const { calc, channel } = join({ protocol: "rocket", timeoutMs: 200 });
    const lost = calc.divide(work(1)).catch((thrown: unknown) => thrown);
    await platform.clock.advance(300);
    t.match(await lost, error, how);
    await channel.close();
    await server.close();
  }
});

t.test("refuses a protocol that is none, and an encoding that Rocket does not have", async (t) => {
  const known = "rocket, framed, unframed, header, http, header-http, auto";
  t.throws(() => connect("x:1", { protocol: "soap" as "framed" }), {
    code: "CONFIGURATION",
    message: `protocol: expected ${known}, got "soap"`,
  });
  for (const protocol of ["rocket", "auto"] as const)
    t.throws(() => connect("x:1", { protocol, encoding: "json" }), { code: "CONFIGURATION", message: /^encoding: / });
  t.throws(() => connect("x:1", { encoding: "json" }), { code: "CONFIGURATION" });
});
