import t from "tap";
import type { Fault } from "../../../bench/torture/fault.ts";
import { faults } from "../../../bench/torture/faults.ts";
import { Lab } from "../../../bench/torture/lab.ts";
import { makeCalls } from "../../../bench/torture/report.ts";
import type { TortureClient } from "../../../bench/torture/system.ts";
import { verdict, worst } from "../../../bench/torture/verdict.ts";

const order = { kind: "echo", count: 1, timeoutMs: 5, graceMs: 5 } as const;

function clientWhose(echo: () => Promise<boolean>): TortureClient {
  return { echo, text: async (text) => text, bytes: async (length) => length };
}

t.test("the judge sees a hanging call, a wrong answer, a wrong blame and a lost call", async (t) => {
  const hung = await makeCalls(
    clientWhose(() => new Promise(() => {})),
    order,
  );
  t.match(verdict(hung), { outcome: "hung" });
  const wrong = await makeCalls(
    clientWhose(async () => false),
    order,
  );
  t.match(verdict(wrong), { outcome: "wrong" });
  const blaming = await makeCalls(
    clientWhose(() => Promise.reject(Object.assign(new Error("lost"), { code: "X", delivery: "unsent" }))),
    order,
  );
  t.match(verdict(blaming), { outcome: "settled", detail: "1 × X: lost" });
  t.match(verdict(blaming, { never: "unsent" }), { outcome: "wrong" });
  t.match(verdict(blaming, { answered: "all" }), { outcome: "wrong" });
  const answered = await makeCalls(
    clientWhose(async () => true),
    order,
  );
  t.match(verdict(answered, { answered: "all" }), { outcome: "settled" });
  t.match(verdict(answered, { answered: "none" }), { outcome: "wrong" });
  t.match(worst(["a", verdict(answered)], ["b", verdict(hung)]), {
    outcome: "hung",
    detail: /a: 1 answered \| b: 1 hung/,
  });
});

/** The whole table takes minutes: `npm run torture -- --own`. These show that the machinery works from end to end. */
const sample = /killed|a reply with a cut body/;

for (const system of ["scrimp", "scrimp over Rocket"]) {
  t.test(`${system} settles what is done to it`, async (t) => {
    const torture = async (fault: Fault): Promise<void> => {
      const lab = new Lab(system);
      t.match(await fault.run(lab), { outcome: "settled" }, fault.name);
      await lab.close();
    };
    await Promise.all(faults.filter(({ name }) => sample.test(name)).map(torture));
  });
}
