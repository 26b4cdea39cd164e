/** What the compiler must accept and refuse in code that calls and serves; compiled with everything else, never run. */
import { connect, createClient, memory, serve } from "../../lib/index.ts";
import { Calculator } from "../helpers/calculator.ts";
import { SecondService, ThriftTest } from "../helpers/odd-service.ts";

export async function callsAreTyped(): Promise<void> {
  const calc = createClient(Calculator, connect("127.0.0.1:9090"));
  const quotient: number = await calc.divide({ dividend: 84, divisor: 2 }, { timeoutMs: 50 });
  const nothing: undefined | void = await calc.log("line");
  // @ts-expect-error a string is no Work
  await calc.divide("x");
  // @ts-expect-error a required field is missing
  await calc.divide({ dividend: 84 });
  // @ts-expect-error no such method
  await calc.multiply(1, 2);
  // @ts-expect-error the result is a number
  const text: string = await calc.sum3(1, 2, 3);
  // @ts-expect-error options come after all arguments
  await calc.sum3(1, 2, { timeoutMs: 50 });
  // @ts-expect-error an option that does not exist
  await calc.ping({ timeout: 50 });
  void [quotient, nothing, text];
}

export async function handlersAreTyped(): Promise<void> {
  await serve(memory().listener, (r) => {
    r.add(SecondService, { secondtestString: (thing, context) => `${thing.length} ${context.peer}` });
    r.add(SecondService, { secondtestString: async (thing) => thing });
    // @ts-expect-error the result must be a string
    r.add(SecondService, { secondtestString: (thing) => thing.length });
    // @ts-expect-error the argument is a string
    r.add(SecondService, { secondtestString: (thing: number) => `${thing}` });
    // @ts-expect-error a handler is missing
    r.add(ThriftTest, { testVoid: () => undefined });
  });
}
