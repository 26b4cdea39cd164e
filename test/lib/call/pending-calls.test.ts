import fc from "fast-check";
import t from "tap";
import { PendingCalls } from "../../../lib/call/pending-calls.ts";

t.test("gives a call back once, to the seqid it got", async (t) => {
  const pending = new PendingCalls<string>();
  const a = pending.add("a");
  const b = pending.add("b");
  t.not(a, b);
  t.equal(pending.take(b), "b");
  t.equal(pending.take(b), undefined);
  t.equal(pending.take(a), "a");
  t.equal(pending.size, 0);
});

t.test("never gives out 0 or a negative number, and knows neither", async (t) => {
  const pending = new PendingCalls<string>();
  const first = pending.add("a");
  t.ok(first > 0);
  for (const seqid of [0, -1, -5, 0x7fffffff, -0x80000000, first | -0x80000000])
    t.equal(pending.take(seqid), undefined);
  t.equal(pending.size, 1);
});

t.test("keeps the slot of an abandoned call until its late reply has come", async (t) => {
  const pending = new PendingCalls<string>();
  const late = pending.add("late");
  pending.abandon(late);
  t.same([pending.size, pending.abandoned], [0, 1]);
  // More calls than there are turns: a turn alone would come round to the late one's.
  let right = 0;
  for (let i = 0; i < 70_000; i++) if (pending.take(pending.add("x")) === "x") right++;
  t.equal(right, 70_000);
  t.equal(pending.take(late), undefined);
  t.equal(pending.abandoned, 0);
  t.equal(pending.take(late), undefined, "a second reply changes nothing");
  t.equal(pending.abandoned, 0);
});

t.test("is full at 65,536 calls, abandoned ones included", async (t) => {
  const pending = new PendingCalls<number>();
  const seqids = Array.from({ length: 65_536 }, (_, i) => pending.add(i));
  t.equal(new Set(seqids).size, 65_536);
  t.equal(pending.add(1), -1);
  pending.abandon(seqids[7] as number);
  t.equal(pending.add(1), -1);
  pending.take(seqids[7] as number);
  t.ok(pending.add(1) > 0);
});

t.test("does what a map of fresh ids would do, whatever comes in which order", async (t) => {
  type Step = { readonly do: "add" } | { readonly do: "take" | "abandon"; readonly which: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.constant({ do: "add" } as const),
    fc.record({ do: fc.constantFrom("take" as const, "abandon" as const), which: fc.nat(40) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const pending = new PendingCalls<number>();
      /** Every seqid that was ever given out, with its call while somebody waits. */
      const given: { readonly seqid: number; call: number | undefined; answered: boolean }[] = [];
      for (const [i, step] of steps.entries()) {
        const known = step.do === "add" ? undefined : given[step.which % Math.max(1, given.length)];
        if (step.do === "add") {
          const seqid = pending.add(i);
          // A seqid in use, waited for or not, is not given out again.
          if (given.some((other) => other.seqid === seqid && !other.answered)) return false;
          given.push({ seqid, call: i, answered: false });
        } else if (known !== undefined && step.do === "take") {
          const reused = given.some((other) => other !== known && other.seqid === known.seqid && !other.answered);
          if (!reused && pending.take(known.seqid) !== (known.answered ? undefined : known.call)) return false;
          if (!reused) {
            known.answered = true;
            known.call = undefined;
          }
        } else if (known !== undefined && !known.answered) {
          pending.abandon(known.seqid);
          known.call = undefined;
        }
      }
      const waiting: number[] = [];
      pending.forEach((call) => waiting.push(call));
      const expected = given.filter((one) => one.call !== undefined).map((one) => one.call as number);
      return (
        pending.size === expected.length &&
        waiting.sort((a, b) => a - b).join() === expected.sort((a, b) => a - b).join()
      );
    }),
    { numRuns: 500 },
  );
  t.pass();
});
