import fc from "fast-check";
import t from "tap";
import { CallTable } from "../../../lib/call/call-table.ts";
import type { ServerCall } from "../../../lib/call/server-call.ts";

const call = (id: number): ServerCall =>
  ({ id, previous: undefined, next: undefined, nextInBucket: undefined }) as unknown as ServerCall;

t.test("knows its calls by their ids and in their order, whatever is added and removed", async (t) => {
  // Seqids that share a bucket of the table, negative ones and equal ones.
  const seqid = fc.constantFrom(0, 1024, 2048, -1, 1023, 7, -2147483648, 2147483647);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), seqid, fc.nat()), { maxLength: 100 }), (steps) => {
      const calls = new CallTable(0.618);
      const model: ServerCall[] = [];
      for (const [add, id, which] of steps) {
        if (add) {
          const one = call(id);
          calls.append(one);
          model.push(one);
        } else if (model.length > 0) {
          const [one] = model.splice(which % model.length, 1);
          calls.remove(one as ServerCall);
        }
      }
      const listed: ServerCall[] = [];
      calls.forEach((one) => listed.push(one));
      const ids = new Set(model.map((one) => one.id));
      return (
        calls.size === model.length &&
        listed.length === model.length &&
        listed.every((one, i) => one === model[i]) &&
        [0, 1024, 2048, -1, 1023, 7, -2147483648, 2147483647, 3].every(
          (id) => (calls.get(id) !== undefined) === ids.has(id),
        )
      );
    }),
    { numRuns: 500 },
  );
  t.pass();
});

t.test("a call may be removed while all are visited", async (t) => {
  const calls = new CallTable(0.618);
  for (let i = 0; i < 5; i++) calls.append(call(i));
  calls.forEach((one) => calls.remove(one));
  t.equal(calls.size, 0);
  t.equal(calls.first, undefined);
});

t.test("no choice of ids makes looking for one slow", async (t) => {
  let looked = 0;
  class Counted {
    previous: undefined;
    next: undefined;
    nextInBucket: undefined;
    readonly #id: number;
    constructor(id: number) {
      this.#id = id;
    }
    get id(): number {
      looked++;
      return this.#id;
    }
  }
  const COUNT = 20_000;
  for (const step of [1, 2, 1_024, 65_536, 0x10001, -7]) {
    const calls = new CallTable(0.618);
    looked = 0;
    for (let i = 0; i < COUNT; i++) {
      calls.get(i * step) !== undefined;
      calls.append(new Counted((i * step) | 0) as unknown as ServerCall);
    }
    t.ok(looked < 20 * COUNT, `step ${step}: looked at ${looked / COUNT} ids for each`);
  }
});

t.test("calls of one id are not linked to one another once ids are forgotten", async (t) => {
  const calls = new CallTable(0.618);
  const all = Array.from({ length: 100 }, () => call(7));
  for (const one of all.slice(0, 50)) calls.append(one);
  calls.forgetIds();
  for (const one of all.slice(50)) calls.append(one);
  t.ok(all.every(({ nextInBucket }) => nextInBucket === undefined));
  for (const one of all) calls.remove(one);
  t.equal(calls.size, 0);
});
