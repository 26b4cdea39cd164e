import t from "tap";
import type { Call } from "../../../lib/call/call.ts";
import { chainInterceptors, type Interceptor } from "../../../lib/call/interceptor.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { Calculator, DivideByZero } from "../../helpers/calculator.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../helpers/virtual-service.ts";

const work = { dividend: 84, divisor: 2 };

/** Writes down what passes. */
function tracer(lines: string[], name: string): Interceptor {
  return (next) => async (call) => {
    lines.push(`${name} > ${call.side} ${call.method.name} ${JSON.stringify(call.args)}`);
    try {
      const result = await next(call);
      lines.push(`${name} < ${JSON.stringify(result)}`);
      return result;
    } catch (error) {
      lines.push(`${name} ! ${(error as Error).message}`);
      throw error;
    }
  };
}

async function open(
  t: { teardown(act: () => Promise<void>): void },
  client: readonly Interceptor[],
  server: readonly Interceptor[],
) {
  const link = memory();
  const running = await serve(
    link.listener,
    (r) => r.add(Calculator, calculator(new VirtualPlatform(), new Witness())),
    { interceptors: server, onError: () => undefined },
  );
  const channel = connect(link.dialer, { interceptors: client });
  t.teardown(async () => {
    await channel.close();
    await running.close();
  });
  return createClient(Calculator, channel);
}

t.test("no interceptors are no function at all", async (t) => {
  const last = async (): Promise<unknown> => 1;
  t.equal(chainInterceptors(undefined, last), undefined);
  t.equal(chainInterceptors([], last), undefined);
});

t.test("the same function serves on both sides, the first outermost, errors included", async (t) => {
  const lines: string[] = [];
  const calc = await open(t, [tracer(lines, "a"), tracer(lines, "b")], [tracer(lines, "c")]);
  t.equal(await calc.divide(work), 42);
  const args = JSON.stringify([work]);
  t.same(lines.splice(0), [
    `a > client divide ${args}`,
    `b > client divide ${args}`,
    `c > server divide ${args}`,
    "c < 42",
    "b < 42",
    "a < 42",
  ]);
  await t.rejects(calc.divide({ dividend: 1, divisor: 0 }), DivideByZero);
  t.same(lines.slice(-3), ["c ! 1 / 0", "b ! 1 / 0", "a ! 1 / 0"]);
});

t.test("may change arguments, options and results, answer by itself, and call again", async (t) => {
  const half: Interceptor = (next) => async (call) =>
    ((await next({ ...call, args: [{ ...(call.args[0] as typeof work), divisor: 1 }] })) as number) / 2;
  let attempts = 0;
  const again: Interceptor = (next) => async (call) => {
    attempts++;
    const first = await next(call);
    return attempts > 5 ? first : await next(call);
  };
  const calc = await open(t, [half, again], []);
  t.equal(await calc.divide(work), 42);
  const canned = await open(t, [() => async () => 7], []);
  t.equal(await canned.divide(work), 7);
  const refusing = await open(
    t,
    [],
    [
      () => async () => {
        throw new DivideByZero({ message: "not today" });
      },
    ],
  );
  await t.rejects(refusing.divide(work), { message: "not today" });
});

t.test("sees the options of the caller and the context of the handler, each on its side", async (t) => {
  const seen: Call[] = [];
  const keep: Interceptor = (next) => (call) => {
    seen.push(call);
    return next(call);
  };
  const calc = await open(t, [keep], [keep]);
  await calc.divide(work, { timeoutMs: 5_000 });
  const [client, server] = seen;
  t.match(client, { side: "client", options: { timeoutMs: 5_000 }, context: undefined });
  t.match(server, { side: "server", options: {}, context: { peer: "memory" } });
  t.equal(client?.wireName.toString(), "divide");
});
