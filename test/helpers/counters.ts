/** A service whose interactions are counters: objects that live at the server as long as their client wants. Linked by hand. */
import {
  type Created,
  defineModule,
  type OnewayMethod,
  type Performs,
  type Service,
  type StreamMethod,
  type UnaryMethod,
} from "../../lib/schema/codegen-v1.ts";

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

export interface CounterMethods {
  add: UnaryMethod<[amount: number], number>;
  forget: OnewayMethod<[]>;
  countDown: StreamMethod<[], number>;
}
export interface CountersMethods {
  open: UnaryMethod<[amount: number], Created<CounterMethods>>;
  resume: UnaryMethod<[amount: number], Created<CounterMethods, string>>;
  ping: UnaryMethod<[], void>;
  createCounter: Performs<CounterMethods>;
}
export const Counters: Service<CountersMethods> = $module.service("Counters") as Service<CountersMethods>;

/** The object behind an interaction. */
export class Tally {
  #count: number;
  readonly #onEnd: () => void;

  constructor(count: number, onEnd: () => void = () => {}) {
    this.#count = count;
    this.#onEnd = onEnd;
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
    this.#onEnd();
  }
}
