/** The server: `serve`, and one handler for each method of the two services. */
import { setTimeout } from "node:timers/promises";
import { type Server, serve, tcp, udp } from "scrimp";
import { Calculator, NoAnswer, Operation, type Work } from "./gen/calculator.ts";
import { Counter } from "./gen/counter.ts";

const SUMS: Readonly<Record<number, (left: bigint, right: bigint) => bigint>> = {
  [Operation.ADD]: (left, right) => left + right,
  [Operation.SUBTRACT]: (left, right) => left - right,
  [Operation.MULTIPLY]: (left, right) => left * right,
  [Operation.DIVIDE]: (left, right) => left / right,
};

function calculate(work: Work): bigint {
  const sum = SUMS[work.operation];
  if (sum === undefined) throw new NoAnswer({ message: `no operation ${work.operation}`, work });
  if (work.operation === Operation.DIVIDE && work.right === 0) {
    throw new NoAnswer({ message: `${work.left} cannot be divided by 0`, work });
  }
  return sum(BigInt(work.left), BigInt(work.right));
}

async function* totals(numbers: AsyncIterable<number>): AsyncGenerator<bigint> {
  let total = 0n;
  for await (const number of numbers) {
    total += BigInt(number);
    yield total;
  }
}

/** `break` at the caller ends it where it stands. */
async function* upTo(last: number, note: (line: string) => void): AsyncGenerator<number> {
  let number = 1;
  try {
    for (; number <= last; number++) yield number;
  } finally {
    if (number <= last) note(`countTo(${last}) was cancelled`);
  }
}

/** Serves on 127.0.0.1, over TCP and UDP; port 0 takes any that is free. `note` gets what the server has to tell. */
export function serveCalculator(port: number, note: (line: string) => void): Promise<Server> {
  const journal: Work[] = [];
  return serve([tcp.listen(port, { host: "127.0.0.1" }), udp.listen(port)], (registry) => {
    registry.add(Calculator, {
      calculate(work) {
        journal.push(work);
        return calculate(work);
      },
      async journal(last) {
        const works = new Map<Operation, Work[]>();
        for (const work of journal.slice(-last)) {
          works.set(work.operation, [...(works.get(work.operation) ?? []), work]);
        }
        return works;
      },
      remember: (line) => note(line),
    });
    registry.add(Counter, {
      countTo: (last) => upTo(last, note),
      async addUp(numbers) {
        let sum = 0n;
        for await (const total of totals(numbers)) sum = total;
        return sum;
      },
      runningTotal: (numbers) => totals(numbers),
      async rest(milliseconds, { signal }) {
        signal.addEventListener("abort", () => note("rest was aborted"));
        await setTimeout(milliseconds, undefined, { signal });
      },
    });
  });
}
