import t from "tap";
import type { Call } from "../../../lib/call/call.ts";
import { chainInterceptors, type Interceptor } from "../../../lib/call/interceptor.ts";
import { createClient } from "../../../lib/client/client.ts";
import { connect } from "../../../lib/client/connect.ts";
import { serve } from "../../../lib/server/server.ts";
import { memory } from "../../../lib/transport/memory.ts";
import { tcp } from "../../../lib/transport/tcp.ts";
import { Calculator, DivideByZero } from "../../helpers/calculator.ts";
import { Counters, Tally } from "../../helpers/counters.ts";
import { Seen, streamHandlers } from "../../helpers/rocket-world.ts";
import { Streams } from "../../helpers/streams.ts";
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

t.test("an interceptor is made once for a server, whatever it offers", async (t) => {
  let made = 0;
  const counting: Interceptor = (next) => {
    made++;
    return next;
  };
  const calc = await open(t, [], [counting]);
  await calc.divide(work);
  t.equal(made, 1);
});

t.test("the calls of interactions pass the server's interceptors too", async (t) => {
  const lines: string[] = [];
  const bouncer: Interceptor = (next) => async (call) => {
    if (call.method.name === "forget") throw new Error("not for you");
    return next(call);
  };
  const server = await serve(
    tcp.listen(0, { host: "127.0.0.1" }),
    (r) =>
      r.add(Counters, {
        open: async (count) => new Tally(count),
        resume: (count) => ({ response: "", interaction: new Tally(count) }),
        ping() {},
        createCounter: () => new Tally(7),
      }),
    { interceptors: [tracer(lines, "s"), bouncer], onError: () => undefined },
  );
  const channel = connect(server.address);
  const counters = createClient(Counters, channel);
  using opened = await counters.open(1);
  await opened.client.forget();
  t.equal(await opened.client.add(2), 3, "what an interceptor refuses does not happen");
  using performed = counters.createCounter();
  for await (const _ of performed.client.countDown());
  const calls = lines.filter((line) => line.includes(">"));
  t.same(calls, ["s > server open [1]", "s > server forget []", "s > server add [2]", "s > server countDown []"]);
  await channel.close();
  await server.close();
});

t.test("a call that an interceptor made up is refused, not guessed at", async (t) => {
  const maker: Interceptor = (next) => (call) => next({ ...call, procedure: undefined });
  const calc = await open(t, [], [maker]);
  await t.rejects(calc.divide(work), { code: "APP_ERROR" });
});

t.test("a call of an interceptor's own making fails by itself, unsent, and costs the connection nothing", async (t) => {
  const spoil: Record<string, (call: Call) => unknown> = {
    nothing: () => undefined,
    "no method": (call) => ({ ...call, method: undefined }),
    "a name that is text": (call) => ({ ...call, wireName: "countTo" }),
    "no arguments": (call) => ({ ...call, args: null }),
    "no items": (call) => ({ ...call, stream: undefined }),
    "other items": (call) => ({ ...call, stream: {} }),
  };
  for (const [what, spoiled] of Object.entries(spoil)) {
    const interceptor: Interceptor = (next) => async (call) =>
      await next(call.method.name === "countTo" ? (spoiled(call) as Call) : call);
    const link = memory();
    const server = await serve(link.listener, (r) => r.add(Streams, streamHandlers(new Seen())));
    const channel = connect(link.dialer, { interceptors: [interceptor] });
    const client = createClient(Streams, channel);
    const beside = client.wait(20);
    await t.rejects(
      client.countTo(3)[Symbol.asyncIterator]().next(),
      {
        code: "INVALID_ARGUMENT",
        delivery: "unsent",
        message: /copy the one that it got/,
      },
      what,
    );
    t.equal(await beside, "waited", "the call beside it");
    await channel.close();
    await server.close();
  }
});

t.test("an interceptor may drop what it called: that it fails does not end the process", async (t) => {
  const unhandled: unknown[] = [];
  const listener = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", listener);
  t.teardown(() => process.off("unhandledRejection", listener));
  const dropping: Interceptor = (next) => (call) => {
    void next(call);
    throw new Error("dropped");
  };
  const failing: Interceptor = () => async () => {
    throw new Error("failed");
  };
  const client = await open(t, [dropping, failing], []);
  await t.rejects(client.divide(work), { message: "dropped" });
  const server = await open(t, [], [dropping, failing]);
  await t.rejects(server.divide(work), { code: "APP_ERROR" });
  const calling = await open(t, [dropping], []);
  await t.rejects(calling.divide({ dividend: 1, divisor: 0 }), { message: "dropped" });
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.same(unhandled, []);
});
