/** One call of each kind over one connection. */
import { connect, createClient } from "scrimp";
import { Calculator, NoAnswer, Operation } from "./gen/calculator.ts";

/** Gets each call as text, what came of it, and how long it took. */
export type Report = (call: string, outcome: string, elapsedMs: number) => void;

/** Calls the calculator at `address` (`host:port`); each call is reported when it is over. */
export async function callCalculator(address: string, report: Report): Promise<void> {
  const channel = connect(address);
  const calculator = createClient(Calculator, channel);
  const timed = async (call: string, run: () => Promise<string>): Promise<void> => {
    const began = performance.now();
    const outcome = await run();
    report(call, outcome, performance.now() - began);
  };

  await timed("calculate 84 / 2", async () => {
    const answer = await calculator.calculate({ operation: Operation.DIVIDE, left: 84, right: 2 });
    return `${answer}`;
  });
  await timed("calculate 1 / 0", async () => {
    try {
      return `${await calculator.calculate({ operation: Operation.DIVIDE, left: 1, right: 0 }, { timeoutMs: 1_000 })}`;
    } catch (error) {
      if (error instanceof NoAnswer) return `NoAnswer: ${error.message}`;
      throw error;
    }
  });
  await timed('remember "84 / 2 = 42"', async () => {
    await calculator.remember("84 / 2 = 42");
    return "sent, nobody waits";
  });
  await timed("journal of the last 2", async () => {
    const works = await calculator.journal(2);
    return [...works].map(([operation, list]) => `${list.length} of operation ${operation}`).join(", ");
  });
  await timed("10,000 calculate at once", async () => {
    const began = performance.now();
    const works = Array.from({ length: 10_000 }, (_, left) => ({ operation: Operation.MULTIPLY, left, right: left }));
    const answers = await Promise.all(works.map((work) => calculator.calculate(work)));
    const each = ((performance.now() - began) / works.length) * 1_000;
    return `the last is ${answers.at(-1)}, ${each.toFixed(1)} µs each`;
  });
  await channel.close();
}
