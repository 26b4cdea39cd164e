/** One call of each kind: plain calls over framed compact, calls with many items over Rocket on the same port, one over UDP. */
import { connect, createClient } from "scrimp";
import { Calculator, NoAnswer, Operation } from "./gen/calculator.ts";
import { Counter } from "./gen/counter.ts";

/** Gets each call as text, what came of it, and how long it took. */
export type Report = (call: string, outcome: string, elapsedMs: number) => void;

const NUMBERS = Array.from({ length: 1_000 }, (_, index) => index + 1);

/** Calls the server at `address` (`host:port`), and over UDP at `overUdp`; each call is reported when it is over. */
export async function callCalculator(address: string, report: Report, overUdp = `udp://${address}`): Promise<void> {
  const timed = async (call: string, run: () => Promise<string>): Promise<void> => {
    const began = performance.now();
    const outcome = await run();
    report(call, outcome, performance.now() - began);
  };
  await plainCalls(address, timed);
  await callsWithItems(address, timed);
  await callOverUdp(overUdp, timed);
}

type Timed = (call: string, run: () => Promise<string>) => Promise<void>;

async function plainCalls(address: string, timed: Timed): Promise<void> {
  const channel = connect(address);
  const calculator = createClient(Calculator, channel);
  await timed("calculate 84 / 2", async () => {
    const answer = await calculator.calculate({ operation: Operation.DIVIDE, left: 84, right: 2 });
    return `${answer}`;
  });
  await timed("calculate 1 / 0", async () => {
    try {
      return `${await calculator.calculate({ operation: Operation.DIVIDE, left: 1, right: 0 }, { timeoutMs: 5_000 })}`;
    } catch (error) {
      if (error instanceof NoAnswer) return `NoAnswer: ${error.message}`;
      throw error;
    }
  });
  await timed('remember "84 / 2 = 42"', async () => {
    await calculator.remember("84 / 2 = 42");
    return "oneway: nobody waits";
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

async function callsWithItems(address: string, timed: Timed): Promise<void> {
  const channel = connect(address, { protocol: "rocket" });
  const counter = createClient(Counter, channel);
  await timed("stream: countTo 1,000", async () => {
    let items = 0;
    for await (const _ of counter.countTo(1_000)) items++;
    return `${items} items`;
  });
  await timed("sink: addUp 1 to 1,000", async () => `${await counter.addUp(NUMBERS)}`);
  await timed("both: runningTotal", async () => {
    let last = 0n;
    for await (const total of counter.runningTotal(NUMBERS)) last = total;
    return `${last} at the end`;
  });
  await channel.close();
}

async function callOverUdp(address: string, timed: Timed): Promise<void> {
  const channel = connect(address);
  const calculator = createClient(Calculator, channel);
  await timed("over UDP: calculate 6 * 7", async () => {
    const answer = await calculator.calculate({ operation: Operation.MULTIPLY, left: 6, right: 7 });
    return `${answer}, run at most once`;
  });
  await channel.close();
}
