/**
 * Load on a fleet: callers that call without rest, each call under a name that no other has, and hold what they get against what it
 * must be. Knows no servers.
 */
import type { Client } from "../../lib/client/client.ts";
import { turn } from "./rolling-fleet.ts";
import type { StreamsMethods } from "./streams.ts";

/** Sends the call of that name; true when what came back was right and whole. */
type Act = (client: Client<StreamsMethods>, name: string) => Promise<boolean>;

async function* paced(text: string): AsyncGenerator<string> {
  for (const letter of text) {
    await turn();
    yield letter;
  }
}

async function* letters(text: string): AsyncGenerator<Buffer> {
  for await (const letter of paced(text)) yield Buffer.from(letter);
}

async function joined(items: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const item of items) text += item;
  return text;
}

/** What classic Thrift can ask. */
export const CALLS: Readonly<Record<string, Act>> = {
  quick: async (client, name) => (await client.echo(name)) === name,
  slow: async (client, name) => (await client.echo(name)) === name,
  oneway: async (client, name) => (await client.log(name)) === undefined,
};

/** What needs Rocket. */
export const STREAMS: Readonly<Record<string, Act>> = {
  stream: async (client, name) => {
    const opened = client.opened(name);
    return (await joined(opened)) === name && (await opened.response) === name;
  },
  sink: async (client, name) => {
    const sinking = client.collect(name, letters(name));
    return (await sinking) === BigInt(name.length) && (await sinking.response) === name;
  },
  chat: async (client, name) => (await joined(client.chat(name, paced(name)))) === name,
};

/** What one call came to that was not as it should be. */
export interface Trouble {
  readonly name: string;
  readonly error: unknown;
}

/** Callers at work until they are stopped. */
export class FleetLoad {
  /** Names of all calls, those that were answered, and what went wrong. */
  readonly begun: string[] = [];
  readonly answered: string[] = [];
  readonly troubles: Trouble[] = [];
  #running = true;
  readonly #rest: () => Promise<void>;
  readonly #lanes: Promise<void>[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  /** `rest`: what a caller does between two calls. */
  constructor(rest: () => Promise<void> = turn) {
    this.#rest = rest;
  }

  /** `lanes` of each kind of call, one after the other on each. */
  start(name: string, client: Client<StreamsMethods>, acts: Readonly<Record<string, Act>>, lanes: number): void {
    for (const [kind, act] of Object.entries(acts))
      for (let lane = 0; lane < lanes; lane++) this.#lanes.push(this.#live(`${name}.${lane}`, kind, client, act));
  }

  async #live(lane: string, kind: string, client: Client<StreamsMethods>, act: Act): Promise<void> {
    for (let i = 0; this.#running; i++) {
      const name = `${lane}.${i} ${kind}`;
      this.begun.push(name);
      try {
        if (await act(client, name)) this.#answer(name);
        else this.troubles.push({ name, error: new Error("a wrong answer") });
      } catch (error) {
        this.troubles.push({ name, error });
      }
      await this.#rest();
    }
  }

  #answer(name: string): void {
    this.answered.push(name);
    const count = this.answered.length;
    const due = this.#waiting.filter((waiting) => waiting.count <= count);
    this.#waiting = this.#waiting.filter((waiting) => waiting.count > count);
    for (const { resolve } of due) resolve();
  }

  /** Resolves when so many more were answered. */
  more(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ count: this.answered.length + count, resolve }));
  }

  /** Begins nothing more; resolves when all that was begun has come to its end. */
  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#lanes);
  }
}
