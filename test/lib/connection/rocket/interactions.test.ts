import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import {
  type Created,
  defineModule,
  type OnewayMethod,
  type Service,
  type StreamMethod,
  type UnaryMethod,
} from "../../../../lib/schema/codegen-v1.ts";
import { type Server, serve } from "../../../../lib/server/server.ts";
import { tcp } from "../../../../lib/transport/tcp.ts";
import { eventually } from "../../../helpers/rocket-world.ts";

const amount = [{ id: 1, name: "amount", type: "i32" }] as const;
const $module = defineModule({
  name: "counters",
  services: [
    {
      kind: "interaction",
      name: "Counter",
      methods: [
        { name: "add", args: amount, returns: "i32" },
        { name: "forget", oneway: true, args: [] },
        { name: "countDown", args: [], stream: { type: "i32" } },
      ],
    },
    {
      kind: "service",
      name: "Counters",
      performs: ["Counter"],
      methods: [
        { name: "open", args: amount, creates: "Counter" },
        { name: "resume", args: amount, returns: "string", creates: "Counter" },
        { name: "ping", args: [] },
      ],
    },
  ],
});

interface CounterMethods {
  add: UnaryMethod<[amount: number], number>;
  forget: OnewayMethod<[]>;
  countDown: StreamMethod<[], number>;
}
interface CountersMethods {
  open: UnaryMethod<[amount: number], Created<CounterMethods>>;
  resume: UnaryMethod<[amount: number], Created<CounterMethods, string>>;
  ping: UnaryMethod<[], void>;
}
const Counters: Service<CountersMethods> = $module.service("Counters") as Service<CountersMethods>;

class Counter {
  static ended = 0;
  #count: number;
  constructor(count: number) {
    this.#count = count;
  }
  add(amount: number): number {
    this.#count += amount;
    return this.#count;
  }
  forget(): void {
    this.#count = 0;
  }
  async *countDown(): AsyncGenerator<number> {
    while (this.#count > 0) yield this.#count--;
  }
  [Symbol.dispose](): void {
    Counter.ended++;
  }
}

const start = (): Promise<Server> =>
  serve(
    tcp.listen(0, { host: "127.0.0.1" }),
    (r) =>
      r.add(Counters, {
        async open(amount) {
          if (amount < 0) throw new Error("negative");
          return new Counter(amount);
        },
        resume: (amount) => ({ response: `at ${amount}`, interaction: new Counter(amount) }),
        ping() {},
      }),
    { onError() {} },
  );

t.test("an interaction is an object at the server, with calls, oneways and streams of its own", async (t) => {
  Counter.ended = 0;
  const server = await start();
  const channel = connect(server.address, { protocol: "rocket" });
  const counters = createClient(Counters, channel);
  const [a, b] = await Promise.all([counters.open(10), counters.resume(100)]);
  t.equal(b.response, "at 100");
  t.equal(await a.client.add(1), 11);
  t.equal(await b.client.add(1), 101);
  await a.client.forget();
  t.equal(await a.client.add(3), 3);
  const down: number[] = [];
  for await (const n of a.client.countDown()) down.push(n);
  t.same(down, [3, 2, 1]);
  a.end();
  a.end();
  t.ok(await eventually(() => Counter.ended === 1));
  await t.rejects(a.client.add(1), { code: "UNKNOWN_SESSION" });
  t.equal(await b.client.add(1), 102, "the other lives");
  await channel.close();
  t.ok(await eventually(() => Counter.ended === 2), "the end of the connection ends it");
  await server.close();
});

t.test("an interaction does not outlive its connection, nor follow the channel to the next", async (t) => {
  const server = await start();
  const channel = connect(server.address, { protocol: "rocket" });
  const counters = createClient(Counters, channel);
  const counter = await counters.open(1);
  const drained = server.drain();
  await t.rejects(
    (async () => {
      for (;;) await counter.client.add(1);
    })(),
    { code: /UNKNOWN_SESSION|SHUTTING_DOWN/, delivery: "unsent" },
  );
  await channel.close();
  await drained;
});

t.test("a factory that fails makes nothing, and other connections carry no interactions", async (t) => {
  const server = await start();
  const channel = connect(server.address, { protocol: "rocket" });
  await t.rejects(createClient(Counters, channel).open(-1), { code: "APP_ERROR" });
  const framed = connect(server.address, { protocol: "framed" });
  await t.rejects(createClient(Counters, framed).open(1), { code: "UNSUPPORTED", message: /interaction/ });
  await framed.close();
  await channel.close();
  await server.close();
});
