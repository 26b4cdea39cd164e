/** A call settles by its deadline, whatever its client's interceptors do with it. */
import t from "tap";
import type { Call } from "../../../lib/call/call.ts";
import type { Interceptor } from "../../../lib/call/interceptor.ts";
import { world } from "../../helpers/virtual-service.ts";

const never = new Promise<never>(() => {});
const unfit = (call: Call): Call => ({ ...call, args: [Symbol("no text")] });
const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

/** Interceptors that do not come back, and what is known of a call that they had. */
const LOST: readonly [string, Interceptor, "unsent" | "unknown"][] = [
  ["never hands it on", () => () => never, "unsent"],
  ["keeps the answer", (next) => (call) => next(call).then(() => never), "unknown"],
  ["keeps the failure", (next) => (call) => next(unfit(call)).catch(() => never), "unknown"],
  [
    "tries for ever",
    (next) => async (call) => {
      for (;;) await next(unfit(call)).catch(() => {});
    },
    "unknown",
  ],
];

t.test("what was told as unsent is not sent any more", async (t) => {
  const { platform, up, connect, witness } = world();
  const server = await up();
  const late: Interceptor = (next) => async (call) => {
    await new Promise<void>((resolve) => platform.startTimer(1_000, false, () => resolve()));
    return next({ ...call, options: { timeoutMs: 60_000 } });
  };
  const { calc, channel } = connect({ protocol: "framed", interceptors: [late] });
  const lost = failure(calc.divide({ dividend: 84, divisor: 2 }, { timeoutMs: 500 }));
  t.match(await platform.clock.until(lost), { code: "DEADLINE", delivery: "unsent" });
  await platform.clock.advance(2_000);
  t.equal(witness.started, 0);
  await platform.clock.until(channel.close());
  await platform.clock.until(server.close());
});

t.test("a closed channel leaves no timer behind, though its calls were in time", async (t) => {
  const { platform, up, connect } = world();
  const server = await up();
  const { calc, channel } = connect({ protocol: "framed", interceptors: [(next) => next] });
  t.equal(await platform.clock.until(calc.echo("x")), "x");
  await platform.clock.until(channel.close());
  await platform.clock.until(server.close());
  await platform.clock.advance(10);
  t.equal(platform.clock.pending, 0);
});

for (const [what, interceptor, delivery] of LOST) {
  t.test(`an interceptor that ${what}: DEADLINE, and the others are answered`, async (t) => {
    const { platform, up, connect } = world();
    const server = await up();
    const { calc, channel } = connect({ protocol: "framed", interceptors: [onlyFor("lost", interceptor)] });
    const lost = failure(calc.echo("lost", { timeoutMs: 500 }));
    t.equal(await platform.clock.until(calc.echo("other")), "other");
    const began = platform.now();
    t.match(await platform.clock.until(lost), { code: "DEADLINE", delivery, phase: "interceptor" });
    t.ok(platform.now() - began <= 530, "by its deadline");
    await platform.clock.until(channel.close());
    await platform.clock.until(server.close());
  });

  t.test(`an interceptor that ${what}, and a signal that aborts: CANCELLED soon after`, async (t) => {
    const { platform, up, connect } = world();
    const server = await up();
    const { calc, channel } = connect({ protocol: "framed", interceptors: [onlyFor("lost", interceptor)] });
    const controller = new AbortController();
    const began = platform.now();
    const lost = failure(calc.echo("lost", { signal: controller.signal }));
    await platform.clock.advance(100);
    controller.abort("enough");
    const error = await platform.clock.until(lost);
    t.match(error, { code: "CANCELLED", delivery, phase: "interceptor", cause: "enough" });
    t.ok(platform.now() - began < 200, "long before its deadline");
    await platform.clock.until(channel.close());
    await platform.clock.until(server.close());
  });
}

t.test("attempts share the time of their call, unless an interceptor gives them more", async (t) => {
  const { platform, connect } = world();
  const times: number[] = [];
  const began = platform.now();
  const again: Interceptor = (next) => async (call) => {
    await failure(next(call));
    times.push(platform.now() - began);
    await failure(next(call));
    times.push(platform.now() - began);
    return next({ ...call, options: { ...call.options, timeoutMs: 900 } });
  };
  const { calc, channel } = connect({ protocol: "framed", interceptors: [again], connectTimeoutMs: 10_000 });
  const call = failure(calc.echo("x", { timeoutMs: 400 }));
  t.match(await platform.clock.until(call), { code: "CONNECT_FAILED", delivery: "unsent" });
  t.same(times, [400, 400]);
  t.ok(platform.now() - began >= 900 && platform.now() - began < 930);
  await platform.clock.until(channel.close());
});

t.test("an interceptor may answer for a call whose time is over", async (t) => {
  const { platform, connect } = world();
  const instead: Interceptor = (next) => (call) => next(call).catch(() => "instead");
  const { calc, channel } = connect({ protocol: "framed", interceptors: [instead], connectTimeoutMs: 10_000 });
  t.equal(await platform.clock.until(calc.echo("x", { timeoutMs: 400 })), "instead");
  await platform.clock.until(channel.close());
});

/** `interceptor` around calls with that argument, and nothing around others. */
function onlyFor(argument: string, interceptor: Interceptor): Interceptor {
  return (next) => {
    const around = interceptor(next);
    return (call) => (call.args[0] === argument ? around(call) : next(call));
  };
}
