/** One client of one protocol that calls without rest and holds every answer against what it must be. */
import type { Channel } from "../../lib/client/channel.ts";
import { type Client, createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import { ThriftError } from "../../lib/errors/errors.ts";
import type { Dialer } from "../../lib/transport/transport.ts";
import type { Chance } from "../fuzz/random.ts";
import { type CounterMethods, Counters, type CountersMethods } from "../helpers/counters.ts";
import { Stop, Streams, type StreamsMethods } from "../helpers/streams.ts";
import type { Model } from "./model.ts";

export interface ActorOptions {
  readonly name: string;
  readonly target: string | Dialer;
  readonly options: ConnectOptions;
  /** Whether it can carry streams. */
  readonly streams: boolean;
}

/** How many of what an actor did. */
export interface Tally {
  answered: number;
  readonly failed: Map<string, number>;
}

const TIMEOUT_MS = 2_000;
const IMPATIENT: ConnectOptions = {
  timeoutMs: TIMEOUT_MS,
  stallTimeoutMs: TIMEOUT_MS,
  backoff: { firstMs: 20, maxMs: 200 },
};
/** A stream that is open has no deadline: the connection must notice that its peer's bytes make no sense any more. */
const WATCHFUL: ConnectOptions = { keepaliveMs: TIMEOUT_MS };
/** Longer than any call may last; whatever does has hung. */
const HANGS_MS = 10_000;
const AT_A_TIME = 4;
/** Of binary: mostly small, now and then so large that it leaves in many pieces. */
const SIZES = [...new Array<number>(30).fill(900), ...new Array<number>(9).fill(200_000), 3_000_000];

export class Actor {
  readonly name: string;
  readonly tally: Tally = { answered: 0, failed: new Map() };
  readonly #channel: Channel;
  readonly #client: Client<StreamsMethods>;
  readonly counters: Client<CountersMethods>;
  readonly #chance: Chance;
  readonly #model: Model;
  readonly #streams: boolean;
  #running = true;
  #serial = 0;
  #lanes: Promise<void>[] = [];

  constructor({ name, target, options, streams }: ActorOptions, chance: Chance, model: Model) {
    this.name = name;
    this.#channel = connect(target, { ...options, ...IMPATIENT, ...(streams && WATCHFUL) });
    this.#client = createClient(Streams, this.#channel);
    this.counters = createClient(Counters, this.#channel);
    this.#chance = chance;
    this.#model = model;
    this.#streams = streams;
  }

  start(): void {
    this.#lanes = Array.from({ length: AT_A_TIME }, () => this.#live());
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#lanes);
    await this.#channel.close();
  }

  async #live(): Promise<void> {
    while (this.#running) {
      const act = this.#chance.pick(this.#streams ? ALL : CALLS);
      const settled = await withLimit(act.call(this, this.#client, this.#chance));
      if (settled === "hung") this.#model.lies.push(`${this.name}: ${act.name} hung`);
      else this.#count(settled);
      // Others want to live too.
      await new Promise((resolve) => setTimeout(resolve, 1 + this.#chance.below(10)));
    }
  }

  #count(outcome: "answered" | ThriftError): void {
    if (outcome === "answered") this.tally.answered++;
    else this.tally.failed.set(outcome.code, (this.tally.failed.get(outcome.code) ?? 0) + 1);
  }

  /** A text that no other call has. */
  text(): string {
    return `${this.name} ${this.#serial++} ${"x".repeat(this.#chance.below(200))}`;
  }

  /** A call of `echo` or `log`, whose texts the model knows. */
  async known(text: string, call: Promise<unknown>, answer: unknown): Promise<"answered" | ThriftError> {
    try {
      this.#model.onAnswered(this.name, text, (await call) === answer);
      return "answered";
    } catch (error) {
      if (!(error instanceof ThriftError)) throw error;
      this.#model.onFailed(this.name, text, error);
      return error;
    }
  }

  /** Any other: resolves to whether the answer was right. */
  async checked(what: string, call: Promise<boolean>): Promise<"answered" | ThriftError> {
    try {
      if (!(await call)) this.#model.lies.push(`${this.name}: a wrong answer of ${what}`);
      return "answered";
    } catch (error) {
      if (error instanceof ThriftError) return error;
      throw error;
    }
  }
}

async function withLimit<T>(work: Promise<T>): Promise<T | "hung"> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<"hung">((resolve) => {
    timer = setTimeout(() => resolve("hung"), HANGS_MS);
  });
  const outcome = await Promise.race([work, limit]);
  clearTimeout(timer);
  return outcome;
}

type Act = (this: Actor, client: Client<StreamsMethods>, chance: Chance) => Promise<"answered" | ThriftError>;

const CALLS: readonly Act[] = [
  function echo(client) {
    const text = this.text();
    return this.known(text, client.echo(text), text);
  },
  function blob(client, chance) {
    const bytes = Buffer.alloc(chance.below(chance.pick(SIZES)), chance.below(256));
    return this.checked(
      "blob",
      client.blob(bytes).then((got) => bytes.equals(got)),
    );
  },
  function declaredException(client) {
    const call = client.echo("stop").then(
      () => false,
      (error: unknown) => {
        if (error instanceof Stop) return error.at === 1;
        throw error;
      },
    );
    return this.checked("declared exception", call);
  },
  function deadline(client, chance) {
    return this.checked(
      "wait",
      client.wait(chance.below(60), { timeoutMs: 30 }).then((got) => got === "waited"),
    );
  },
  function cancel(client, chance) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), chance.below(20));
    return this.checked(
      "wait",
      client.wait(10, { signal: controller.signal }).then((got) => got === "waited"),
    );
  },
  function oneway(client) {
    return this.checked(
      "log",
      client.log(this.text()).then(() => true),
    );
  },
];

const STREAMS: readonly Act[] = [
  function stream(client, chance) {
    const last = 15 + chance.below(500);
    return this.checked("countTo", countsTo(client.countTo(last), last));
  },
  function brokenOff(client, chance) {
    const stop = 1 + chance.below(20);
    const call = async (): Promise<boolean> => {
      let count = 0;
      for await (const n of client.countTo(10_000)) {
        if (n !== ++count) return false;
        if (n === stop) break;
      }
      return count === stop;
    };
    return this.checked("countTo, broken off", call());
  },
  function sink(client, chance) {
    const items = Array.from({ length: chance.below(50) }, () => chance.below(1_000));
    const sum = BigInt(items.reduce((a, b) => a + b, 0));
    return this.checked(
      "add",
      Promise.resolve(client.add(items)).then((got) => got === sum),
    );
  },
  function both(client, chance) {
    const words = Array.from({ length: chance.below(20) }, (_, i) => `word ${i}`);
    const call = async (): Promise<boolean> => {
      const got: string[] = [];
      for await (const word of client.upper(words)) got.push(word);
      return got.join() === words.join().toUpperCase();
    };
    return this.checked("upper", call());
  },
  function largeItems(client) {
    const call = async (): Promise<boolean> => {
      let count = 0;
      for await (const item of client.blobs(5, 100_000)) if (item.length === 100_000 && item[0] === count) count++;
      return count === 5;
    };
    return this.checked("blobs", call());
  },
];

const INTERACTIONS: readonly Act[] = [
  function interaction(_client, chance) {
    const from = chance.below(1_000);
    const call = async (): Promise<boolean> => {
      using counter = await this.counters.open(from);
      return await countsUpAndDown(counter.client, from);
    };
    return this.checked("an interaction", call());
  },
  function performed() {
    const call = async (): Promise<boolean> => {
      using counter = this.counters.createCounter();
      return await countsUpAndDown(counter.client, 0);
    };
    return this.checked("an interaction that its first call creates", call());
  },
  function forgottenInteraction(_client, chance) {
    const call = async (): Promise<boolean> => {
      const { response, client } = await this.counters.resume(chance.below(100));
      await client.forget();
      // Nobody ends it: the connection's end does.
      return response.startsWith("at ");
    };
    return this.checked("an interaction left alone", call());
  },
];

const ALL: readonly Act[] = [...CALLS, ...STREAMS, ...INTERACTIONS];

async function countsUpAndDown(counter: Client<CounterMethods>, from: number): Promise<boolean> {
  if ((await counter.add(1)) !== from + 1) return false;
  await counter.forget();
  if ((await counter.add(12)) !== 12) return false;
  let left = 12;
  for await (const n of counter.countDown()) if (n !== left--) return false;
  return left === 0;
}

async function countsTo(items: AsyncIterable<number>, last: number): Promise<boolean> {
  let count = 0;
  for await (const n of items) if (n !== ++count) return false;
  return count === last;
}
