/** The services, clients, errors, interceptors and procedures that run over TCP run over UDP, beside it and from one server. */
import t from "tap";
import { callCalculator } from "../../examples/calculator/client.ts";
import { serveCalculator } from "../../examples/calculator/server.ts";
import { connect, createClient, type Interceptor, serve, tcp, udp } from "../../lib/index.ts";
import { Calculator, DivideByZero } from "../helpers/calculator.ts";
import { VirtualPlatform } from "../helpers/virtual-platform.ts";
import { calculator, Witness } from "../helpers/virtual-service.ts";

/** Adds `side method` to `lines` for each call. */
function noting(lines: string[]): Interceptor {
  return (next) => (call) => {
    lines.push(`${call.side} ${call.method.name}`);
    return next(call);
  };
}

t.test("one server answers the same service over TCP and UDP, with the same errors", async (t) => {
  const [witness, errors, lines] = [new Witness(), [] as unknown[], [] as string[]];
  const server = await serve(
    [tcp.listen(0, { host: "127.0.0.1" }), udp.listen(0)],
    (registry) =>
      registry
        .add(Calculator, calculator(new VirtualPlatform(), witness))
        .procedure("upper", (text: string) => text.toUpperCase()),
    { onError: (error) => errors.push(error), interceptors: [noting(lines)] },
  );
  t.teardown(() => server.close());
  for (const [i, address] of server.addresses.entries()) {
    const channel = connect(address, { interceptors: [noting(lines)] });
    const calc = createClient(Calculator, channel, { multiplexed: i === 1 });
    t.equal(await calc.divide({ dividend: 84, divisor: 2 }), 42);
    await t.rejects(calc.divide({ dividend: 1, divisor: 0 }), new DivideByZero({ message: "1 / 0" }));
    await t.rejects(calc.divide({ dividend: 666, divisor: 1 }), {
      code: "APP_ERROR",
      delivery: "answered",
      message: "internal error in 'divide'",
    });
    t.equal(await calc.sum3(1, 2, 3), 6);
    await calc.log(`over ${address}`);
    t.equal(await channel.invoke("upper", ["é"]), "É");
    await channel.close();
  }
  t.same(
    witness.lines,
    server.addresses.map((address) => `over ${address}`),
  );
  t.equal(errors.length, 2);
  const half = lines.length / 2;
  t.same(lines.slice(0, half), lines.slice(half), "interceptors saw the same");
});

t.test("`npm start` shows a call over UDP", async (t) => {
  const server = await serveCalculator(0, () => {});
  t.teardown(() => server.close());
  const outcomes = new Map<string, string>();
  await callCalculator(server.addresses[0] ?? "", (call, outcome) => outcomes.set(call, outcome), server.addresses[1]);
  t.equal(outcomes.get("over UDP: 6 * 7"), "42, run at most once");
});
