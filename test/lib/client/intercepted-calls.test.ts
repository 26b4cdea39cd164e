/** Whatever an interceptor does, its call ends: with its deadline, its caller's signal or its channel. */
import t from "tap";
import type { CallOptions } from "../../../lib/call/call.ts";
import type { Interceptor } from "../../../lib/call/interceptor.ts";
import { world } from "../../helpers/virtual-service.ts";

const failure = (call: Promise<unknown>): Promise<unknown> => call.catch((error: unknown) => error);

const hangs: Interceptor = () => () => new Promise(() => {});
const twice: Interceptor = (next) => async (call) => {
  await next(call).catch(() => undefined);
  return next(call);
};

async function intercepted(interceptor: Interceptor) {
  const { platform, up, connect, witness } = world();
  const server = await up();
  const { calc, channel } = connect({ protocol: "rocket", interceptors: [interceptor] });
  const close = async (): Promise<void> => {
    await platform.clock.until(channel.close());
    await platform.clock.until(server.close());
    await platform.clock.advance(20);
  };
  return { platform, calc, channel, witness, close };
}

t.test(
  "a call whose interceptor does not come back fails with its deadline, and the others are answered",
  async (t) => {
    const { platform, calc, close } = await intercepted((next) => (call) => {
      return call.args[0] === "hangs" ? new Promise(() => {}) : next(call);
    });
    const call = failure(calc.echo("hangs", { timeoutMs: 100 }));
    t.equal(await platform.clock.until(calc.echo("x")), "x");
    await platform.clock.advance(120);
    t.match(await call, { code: "DEADLINE", delivery: "unsent", method: "echo", message: /within 100 ms/ });
    await close();
    t.equal(platform.clock.pending, 0);
  },
);

t.test("a closed channel leaves no timer behind, though its calls were in time", async (t) => {
  const { platform, calc, close } = await intercepted((next) => next);
  t.equal(await platform.clock.until(calc.echo("x")), "x");
  await close();
  t.equal(platform.clock.pending, 0);
});

t.test("it fails with its caller's signal, that of the handler it is made for, and its channel", async (t) => {
  const { platform, calc, close } = await intercepted(hangs);
  const [own, inherited] = [new AbortController(), new AbortController()];
  const inherit = { timeLeftMs: () => 1_000, signal: inherited.signal } as never;
  const calls = [
    failure(calc.echo("a", { signal: own.signal })),
    failure(calc.echo("b", { inherit })),
    failure(calc.echo("c", { signal: AbortSignal.abort("before") })),
    failure(calc.echo("d", { timeoutMs: 0 })),
    failure(calc.echo("e", { timeoutMs: Number.POSITIVE_INFINITY })),
  ];
  own.abort("why");
  inherited.abort("because");
  await platform.clock.advance(20);
  for (const [i, cause] of ["why", "because", "before"].entries())
    t.match(await calls[i], { code: "CANCELLED", delivery: "unsent", cause });
  t.match(await calls[3], { code: "DEADLINE", delivery: "unsent" });
  await close();
  t.match(await calls[4], { code: "CLOSED", delivery: "unsent" });
  t.equal(platform.clock.pending, 0);
});

t.test("attempts share the time that their caller gave, whatever an interceptor would give them", async (t) => {
  for (const timeoutMs of [undefined, 60_000]) {
    const more: Interceptor = (next) => (call) => next({ ...call, options: { ...call.options, timeoutMs } as never });
    const { platform, calc, witness, close } = await intercepted((next) => twice(more(next)));
    const call = failure(calc.after(1e6, "x", { timeoutMs: 100 }));
    await platform.clock.advance(120);
    t.match(await call, { code: "DEADLINE" });
    t.equal(witness.started, 1, "there was no time left for the second");
    await close();
  }
});

t.test("an interceptor may give an attempt less time, and says itself what becomes of a failure", async (t) => {
  const impatient: Interceptor = (next) => async (call) => {
    const attempt = next({ ...call, options: { ...call.options, timeoutMs: 50 } });
    return attempt.catch((error: Error) => `made of ${(error as unknown as { code: string }).code}`);
  };
  const { platform, calc, close } = await intercepted(impatient);
  for (const timeoutMs of [1_000, 50]) {
    const call = failure(calc.after(1e6, "x", { timeoutMs }));
    await platform.clock.advance(60);
    t.equal(await call, "made of DEADLINE");
  }
  await close();
});

t.test("what a caller was told is unsent is not sent later", async (t) => {
  let goOn = (): void => {};
  const rest = new Promise<void>((resolve) => (goOn = resolve));
  const slow: Interceptor = (next) => (call) =>
    rest.then(() => next({ ...call, options: withoutSignal(call.options) }));
  const { platform, calc, witness, close } = await intercepted(slow);
  const controller = new AbortController();
  const call = failure(calc.echo("x", { signal: controller.signal }));
  controller.abort();
  await platform.clock.advance(20);
  t.match(await call, { code: "CANCELLED", delivery: "unsent" });
  goOn();
  await platform.clock.advance(100);
  t.equal(witness.started, 0);
  await close();
});

function withoutSignal(options: CallOptions): CallOptions {
  const { signal: _, ...others } = options;
  return others;
}

t.test("an interceptor that tries for ever holds nobody up", async (t) => {
  const forever: Interceptor = (next) => async (call) => {
    if (call.args[0] !== "lost") return next(call);
    for (let over = false; ; ) {
      await next({ ...call, args: [Symbol("no text")] }).catch((error: unknown) => (over = !isUnfit(error)));
      if (over) await new Promise(() => {});
    }
  };
  const { platform, calc, close } = await intercepted(forever);
  const call = failure(calc.echo("lost", { timeoutMs: 100 }));
  t.equal(await platform.clock.until(calc.echo("x")), "x");
  await platform.clock.advance(120);
  t.match(await call, { code: "DEADLINE", delivery: "unknown" });
  await close();
});

function isUnfit(error: unknown): boolean {
  return (error as { readonly code?: string }).code === "INVALID_ARGUMENT";
}

t.test("when the clock has leapt, interceptors are still the first to know what became of a call", async (t) => {
  const { platform, connect } = world();
  const { calc, channel } = connect({ protocol: "framed", interceptors: [(next) => next] });
  const calls = [failure(calc.echo("a", { timeoutMs: 5 })), failure(calc.echo("b"))];
  platform.clock.now += 3_600_000;
  await platform.clock.advance(50);
  for (const call of calls) t.match(await call, { delivery: "unsent" });
  await platform.clock.until(channel.close());
});
