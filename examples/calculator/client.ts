/** One call of each kind over Rocket, which is what `connect` speaks; then one as Apache's clients call, and one over UDP. */
import { type Channel, connect, createClient, DeadlineError } from "scrimp";
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
  const channel = connect(address);
  await plainCalls(channel, timed);
  await callsWithItems(channel, timed);
  await callsGivenUp(channel, timed);
  await channel.close();
  await callOtherwise(address, overUdp, timed);
}

type Timed = (call: string, run: () => Promise<string>) => Promise<void>;

async function plainCalls(channel: Channel, timed: Timed): Promise<void> {
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
}

async function callsWithItems(channel: Channel, timed: Timed): Promise<void> {
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
}

async function callsGivenUp(channel: Channel, timed: Timed): Promise<void> {
  const counter = createClient(Counter, channel);
  await timed("countTo 1,000,000, break", async () => {
    let items = 0;
    for await (const _ of counter.countTo(1_000_000)) if (++items === 3) break;
    return `${items} items read, then cancelled`;
  });
  await timed("rest 60 s, deadline 50 ms", async () => {
    try {
      await counter.rest(60_000, { timeoutMs: 50 });
      return "rested";
    } catch (error) {
      if (error instanceof DeadlineError) return `${error.code}, delivery ${error.delivery}`;
      throw error;
    }
  });
}

async function callOtherwise(address: string, overUdp: string, timed: Timed): Promise<void> {
  const multiplication = { operation: Operation.MULTIPLY, left: 6, right: 7 };
  const framed = connect(address, { protocol: "framed", encoding: "binary" });
  await timed(
    "framed binary: 6 * 7",
    async () => `${await createClient(Calculator, framed).calculate(multiplication)}`,
  );
  await framed.close();
  const udp = connect(overUdp);
  await timed("over UDP: 6 * 7", async () => {
    const answer = await createClient(Calculator, udp).calculate(multiplication);
    return `${answer}, run at most once`;
  });
  await udp.close();
}
