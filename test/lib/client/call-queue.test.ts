/** The queue against a model: its size is what it holds, whatever is done to its calls, and each call leaves it once. */
import fc from "fast-check";
import t from "tap";
import { ClientCall } from "../../../lib/call/client-call.ts";
import { CallQueue } from "../../../lib/client/call-queue.ts";
import type { Method } from "../../../lib/schema/service.ts";
import { Calculator } from "../../helpers/calculator.ts";
import { VirtualPlatform } from "../../helpers/virtual-platform.ts";

const method = Calculator.methods.get("ping") as Method;

t.test("holds what the model holds, in its order", async (t) => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("add" as const), ms: fc.integer({ min: 1, max: 50 }) }),
    fc.record({ do: fc.constant("cancel" as const), which: fc.nat(30) }),
    fc.record({ do: fc.constant("settle" as const), which: fc.nat(30) }),
    fc.record({ do: fc.constant("drain" as const), most: fc.nat(5), fails: fc.boolean() }),
    fc.record({ do: fc.constant("putBack" as const) }),
    fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 1, max: 60 }) }),
    fc.record({ do: fc.constant("fail" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const platform = new VirtualPlatform();
      const all: ClientCall[] = [];
      let model: ClientCall[] = [];
      let sent: ClientCall[] = [];
      const queue = new CallQueue(platform, {
        peer: "nowhere",
        waitsUntil: (call) => call.deadline,
        giveUp: (call) => call.expire(),
        progressOfWaiting: () => ({ phase: "queue", delivery: "unsent" }),
        onNobodyWaits() {},
      });
      const holder = { peer: "sent", now: () => platform.now(), release() {}, progressOf: queue.progressOf };
      for (const step of steps) {
        if (step.do === "add") {
          const now = platform.now();
          const call = new ClientCall(method, method.nameBytes, [], undefined, now, now + step.ms, queue);
          call.promise.catch(() => {});
          all.push(call);
          model.push(call);
          queue.add(call);
        } else if (step.do === "cancel") all[step.which]?.cancel();
        // As a diagnostics channel's subscriber, or anything else that is not the queue, may bring about.
        else if (step.do === "settle") {
          const call = all[step.which];
          if (call !== undefined && !model.includes(call)) call.succeed(1);
        } else if (step.do === "drain") {
          let left = step.most;
          const expected = model.filter((call) => !call.settled).slice(0, left);
          const taken: ClientCall[] = [];
          queue.drain((call) => {
            if (left-- === 0) return false;
            taken.push(call);
            call.holder = { ...holder, progressOf: () => ({ phase: "wait", delivery: "unknown" }) };
            if (step.fails) call.fail(new Error("x"));
            return true;
          });
          if (taken.some((call, i) => call !== expected[i]) || taken.length !== expected.length) return false;
          sent = taken.filter((call) => !call.settled);
          model = model.filter((call) => !taken.includes(call));
        } else if (step.do === "putBack") {
          const back = sent.filter((call) => !call.settled);
          sent = [];
          if (back.length > 0) queue.putBack(back);
          model = [...back, ...model];
        } else if (step.do === "pass") await platform.clock.advance(step.ms);
        else {
          queue.fail(() => new Error("gone"));
          model = [];
        }
        model = model.filter((call) => !call.settled);
        if (queue.size !== model.length) return false;
      }
      await platform.clock.advance(200);
      return queue.size === 0 && platform.clock.pending === 0;
    }),
    { numRuns: 150 },
  );
  t.pass();
});
