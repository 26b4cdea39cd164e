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
  await timed("1,000 calculate at once", async () => {
    const works = Array.from({ length: 1_000 }, (_, left) => ({ operation: Operation.MULTIPLY, left, right: left }));
    const answers = await Promise.all(works.map((work) => calculator.calculate(work)));
    return `the last is ${answers.at(-1)}`;
  });
  await timed("journal of the last 1,002", async () => {
    const works = await calculator.journal(1_002);
    return [...works].map(([operation, list]) => `${list.length} of operation ${operation}`).join(", ");
  });
  await timed('remember "goodbye"', async () => {
    await calculator.remember("goodbye");
    return "sent, nobody waits";
  });
  await channel.close();
}
