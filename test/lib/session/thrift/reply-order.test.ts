import fc from "fast-check";
import t from "tap";
import type { ReplyOrder } from "../../../../lib/call/dispatcher.ts";
import type { Implementation, Registry } from "../../../../lib/server/registry.ts";
import { serve } from "../../../../lib/server/server.ts";
import { memory } from "../../../../lib/transport/memory.ts";
import { Calculator, type CalculatorMethods } from "../../../helpers/calculator.ts";
import { binaryMessage, frame, RawClient } from "../../../helpers/raw-client.ts";
import { VirtualPlatform } from "../../../helpers/virtual-platform.ts";
import { calculator, Witness } from "../../../helpers/virtual-service.ts";

/** A server whose `echo` answers when the test says so, and a client that sees the texts of the replies. */
async function open(replyOrder: ReplyOrder, framed = true) {
  const link = memory();
  const running = new Map<string, () => void>();
  const handlers = calculator(new VirtualPlatform(), new Witness());
  const waiting = {
    value: (text: string) =>
      text.startsWith("now") ? text : new Promise<string>((resolve) => running.set(text, () => resolve(text))),
  };
  Object.defineProperty(handlers, "echo", waiting);
  const server = await serve(
    link.listener,
    (r: Registry) => r.add(Calculator, handlers as Implementation<CalculatorMethods>),
    { replyOrder },
  );
  const raw = await RawClient.dial(link);
  const wrap = (message: Buffer): Buffer => (framed ? frame(message) : message);
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    /** Type 4 is that of messages to oneway methods, which `echo` is none of. */
    call: (seqid: number, text: string, type = 1): void => {
      raw.send(
        wrap(
          binaryMessage(
            "echo",
            type,
            seqid,
            `0b0001 ${Buffer.from([0, 0, 0, text.length]).toString("hex")} ${Buffer.from(text).toString("hex")} 00`,
          ),
        ),
      );
    },
    log: (): void => {
      raw.send(wrap(binaryMessage("log", 4, 0, "0b0001 00000000 00")));
    },
    finish: (text: string): void => {
      running.get(text)?.();
      running.delete(text);
    },
    settle,
    /** Texts of the replies so far, in their order. */
    replies: (): string[] => [...raw.received.toString("latin1").matchAll(/(?:now|call) \d+/g)].map(([text]) => text),
    close: async (): Promise<void> => {
      raw.destroy();
      await server.close();
    },
  };
}

for (const framed of [true, false]) {
  const framing = framed ? "framed" : "unframed";

  t.test(`auto, ${framing}: distinct seqids are answered as they come`, async (t) => {
    const { call, finish, settle, replies, close } = await open("auto", framed);
    for (const seqid of [1, 2, 3]) call(seqid, `call ${seqid}`);
    await settle();
    for (const seqid of [3, 1, 2]) {
      finish(`call ${seqid}`);
      await settle();
    }
    t.same(replies(), ["call 3", "call 1", "call 2"]);
    await close();
  });

  t.test(`auto, ${framing}: a seqid that is in flight already makes the connection ordered for good`, async (t) => {
    const { call, finish, settle, replies, close } = await open("auto", framed);
    for (const n of [1, 2]) call(0, `call ${n}`);
    call(0, "now 3");
    await settle();
    finish("call 2");
    await settle();
    t.same(replies(), [], "the first has not been answered");
    finish("call 1");
    await settle();
    t.same(replies(), ["call 1", "call 2", "now 3"]);
    for (const seqid of [7, 8]) call(seqid, `call ${seqid}`);
    await settle();
    finish("call 8");
    await settle();
    finish("call 7");
    await settle();
    t.same(replies().slice(3), ["call 7", "call 8"]);
    await close();
  });
}

t.test("auto: a client that sends one call at a time never notices, with seqid 0 always", async (t) => {
  const { call, finish, settle, replies, close } = await open("auto");
  for (let i = 0; i < 5; i++) {
    call(0, `call ${i}`);
    await settle();
    finish(`call ${i}`);
    await settle();
  }
  for (const seqid of [1, 2]) call(seqid, `call ${seqid + 10}`);
  await settle();
  finish("call 12");
  await settle();
  t.same(replies().slice(5), ["call 12"], "it is not ordered");
  await close();
});

t.test("auto: oneway calls with seqid 0 do not make a connection ordered", async (t) => {
  const { call, log, finish, settle, replies, close } = await open("auto");
  log();
  call(0, "call 0");
  log();
  call(1, "call 1");
  await settle();
  finish("call 1");
  await settle();
  t.same(replies(), ["call 1"]);
  await close();
});

t.test("auto: nor do oneway messages to a method that has an answer", async (t) => {
  const { call, finish, settle, replies, close } = await open("auto");
  call(0, "call 0", 4);
  call(0, "call 1", 4);
  call(2, "call 2");
  await settle();
  finish("call 2");
  await settle();
  t.same(replies(), ["call 2"]);
  await close();
});

t.test("every policy answers as a list of outstanding calls would", async (t) => {
  type Step = { readonly do: "call" | "finish"; readonly n: number };
  const step: fc.Arbitrary<Step> = fc.record({
    do: fc.constantFrom("call" as const, "call" as const, "finish" as const, "finish" as const),
    n: fc.nat(5),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("auto" as const, "ordered" as const, "unordered" as const),
      fc.array(step, { maxLength: 40 }),
      async (policy, steps) => {
        const { call, finish, settle, replies, close } = await open(policy);
        const expected: string[] = [];
        /** Calls in their order, with whether they have finished. */
        const outstanding: { readonly seqid: number; readonly text: string; done: boolean }[] = [];
        let ordered = policy === "ordered";
        let made = 0;
        for (const { do: what, n } of steps) {
          if (what === "call") {
            const text = `call ${made++}`;
            if (policy === "auto" && outstanding.some(({ seqid }) => seqid === n)) ordered = true;
            outstanding.push({ seqid: n, text, done: false });
            call(n, text);
          } else {
            const running = outstanding.filter(({ done }) => !done);
            const one = running[n % Math.max(1, running.length)];
            if (one === undefined) continue;
            await settle();
            one.done = true;
            finish(one.text);
          }
          await settle();
          if (!ordered)
            for (const one of outstanding.filter(({ done }) => done))
              expected.push(...outstanding.splice(outstanding.indexOf(one), 1).map(({ text }) => text));
          while (ordered && outstanding[0]?.done === true)
            expected.push((outstanding.shift() as { text: string }).text);
        }
        const got = replies();
        await close();
        t.same(got, expected);
      },
    ),
    { numRuns: 60 },
  );
});
