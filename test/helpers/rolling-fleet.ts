/**
 * Three servers that are replaced one after the other, and callers whose every call has a name of its own: what each server ran is
 * counted by that name. Knows the streams service; where time comes from is the platform's.
 */
import type { Channel } from "../../lib/client/channel.ts";
import { type Client, createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import type { Platform } from "../../lib/platform/platform.ts";
import type { Implementation } from "../../lib/server/registry.ts";
import { type Server, serve } from "../../lib/server/server.ts";
import { parseAddress } from "../../lib/transport/address.ts";
import { tcp } from "../../lib/transport/tcp.ts";
import type { Dialer, Transport } from "../../lib/transport/transport.ts";
import { Seen, streamHandlers } from "./rocket-world.ts";
import { Streams, type StreamsMethods } from "./streams.ts";

/** Long enough for any machine: a drain that is cut off by its timeout would end calls. */
const DRAIN_MS = 120_000;

/** How often each call was begun, by its name, on whichever server. */
export class Executions {
  readonly counts: Map<string, number> = new Map<string, number>();

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  /** Of `names`, those that did not run exactly once. */
  notOnce(names: Iterable<string>): string[] {
    return [...names]
      .filter((name) => this.counts.get(name) !== 1)
      .map((name) => `${name}: ${this.counts.get(name) ?? 0}`);
  }
}

/** One turn in which others get theirs. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Handlers that count their calls, and take some turns. */
function handlers(executions: Executions, platform: Platform): Implementation<StreamsMethods> {
  async function* spell(text: string): AsyncGenerator<string> {
    for (const letter of text) {
      await turn();
      yield letter;
    }
  }
  return {
    ...streamHandlers(new Seen(), platform),
    echo(text) {
      executions.add(text);
      return text.endsWith("slow")
        ? turn()
            .then(turn)
            .then(() => text)
        : text;
    },
    log: (line) => executions.add(line),
    async opened(text) {
      executions.add(text);
      return { response: text, stream: spell(text) };
    },
    collect(text, items) {
      executions.add(text);
      return { response: text, final: countOf(items) };
    },
    async chat(text, items) {
      executions.add(text);
      return { response: text, stream: items };
    },
  };
}

async function countOf(items: AsyncIterable<unknown>): Promise<bigint> {
  let count = 0n;
  for await (const _ of items) count++;
  return count;
}

/** A way to several servers: begins with the next at each attempt, and goes on to another where nobody listens. */
function anyOf(addresses: readonly string[], first: number): Dialer {
  const dialers = addresses.map((address) => {
    const { host, port } = parseAddress(address) as { host: string; port: number };
    return tcp(host, port);
  });
  let next = first;
  const dial = async (platform: Platform, signal: AbortSignal): Promise<Transport> => {
    let failure: unknown;
    for (let i = 0; i < dialers.length; i++) {
      try {
        return await (dialers[next++ % dialers.length] as Dialer).dial(platform, signal);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  };
  return { target: addresses.join(), dial };
}

export interface FleetClient {
  readonly channel: Channel;
  readonly client: Client<StreamsMethods>;
}

/** The servers of one service, each at an address that it keeps. */
export class Fleet {
  readonly executions: Executions = new Executions();
  /** Errors that servers reported. */
  readonly errors: unknown[] = [];
  readonly #platform: Platform;
  readonly #servers: Server[] = [];
  #addresses: readonly string[] = [];
  #nextClient = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async start(count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.#servers.push(await this.#serve(0));
    this.#addresses = this.#servers.map(({ address }) => address);
  }

  #serve(port: number): Promise<Server> {
    const listener = tcp.listen(port, { host: "127.0.0.1" });
    return serve(listener, (r) => r.add(Streams, handlers(this.executions, this.#platform)), {
      platform: this.#platform,
      onError: (error) => void this.errors.push(error),
    });
  }

  /** A client of all of them; the first of a fleet begins with the first server, the next with the second. */
  connect(options: ConnectOptions = {}): FleetClient {
    const dialer = anyOf(this.#addresses, this.#nextClient++);
    const channel = connect(dialer, {
      platform: this.#platform,
      timeoutMs: DRAIN_MS,
      connectTimeoutMs: DRAIN_MS,
      ...options,
    });
    return { channel, client: createClient(Streams, channel) };
  }

  /** As an operator does: one drains and ends, and its successor takes the address. Gives the one that has ended. */
  async restart(index: number): Promise<Server> {
    const at = index % this.#servers.length;
    const old = this.#servers[at] as Server;
    await old.drain({ timeoutMs: DRAIN_MS });
    this.#servers[at] = await this.#serve(Number(old.address.split(":").at(-1)));
    return old;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) await server.close();
  }
}
