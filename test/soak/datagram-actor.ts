/** A client over UDP: what may run once only, what may run again, and what has no answer. */
import type { Channel } from "../../lib/client/channel.ts";
import { type Client, createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import { ThriftError } from "../../lib/errors/errors.ts";
import type { Implementation } from "../../lib/server/registry.ts";
import type { Chance } from "../fuzz/random.ts";
import { Counter, type CounterMethods } from "../helpers/counter-service.ts";
import type { Tally } from "./actor.ts";
import type { Model } from "./model.ts";

/** The handlers that the model watches. */
export function counterHandlers(model: Model): Implementation<CounterMethods> {
  return {
    echo: (x) => x,
    once(call) {
      model.onExecuted(`udp ${call}`);
      return call;
    },
    text: (length) => "x".repeat(length),
    fail() {
      throw new Error("not for callers");
    },
    log() {},
    async *count() {},
  };
}

const TIMEOUT_MS = 2_000;

export class DatagramActor {
  readonly name = "udp";
  readonly tally: Tally = { answered: 0, failed: new Map() };
  readonly #channel: Channel;
  readonly #client: Client<CounterMethods>;
  readonly #chance: Chance;
  readonly #model: Model;
  #running = true;
  #serial = 0;
  #life: Promise<void> = Promise.resolve();

  constructor(target: string, chance: Chance, model: Model) {
    this.#channel = connect(target, { timeoutMs: TIMEOUT_MS });
    this.#client = createClient(Counter, this.#channel);
    this.#chance = chance;
    this.#model = model;
  }

  start(): void {
    this.#life = this.#live();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#life;
    await this.#channel.close();
  }

  async #live(): Promise<void> {
    while (this.#running) {
      await Promise.all([this.#once(), this.#echo(), this.#client.log("a line")]);
      await new Promise((resolve) => setTimeout(resolve, 1 + this.#chance.below(10)));
    }
  }

  async #once(): Promise<void> {
    const call = this.#serial++;
    try {
      this.#model.onAnswered(this.name, `udp ${call}`, (await this.#client.once(call)) === call);
      this.tally.answered++;
    } catch (error) {
      if (!(error instanceof ThriftError)) throw error;
      this.#model.onFailed(this.name, `udp ${call}`, error);
      this.tally.failed.set(error.code, (this.tally.failed.get(error.code) ?? 0) + 1);
    }
  }

  async #echo(): Promise<void> {
    const x = this.#chance.below(1_000_000);
    if ((await this.#client.echo(x)) !== x) this.#model.lies.push(`${this.name}: a wrong answer of echo`);
    this.tally.answered++;
  }
}
