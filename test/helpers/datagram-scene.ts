/** A client and a server over UDP in a world without real time, for tests of their sessions. */
import { Buffer } from "node:buffer";
import t, { type Test } from "tap";
import type { HandlerContext } from "../../lib/call/call.ts";
import type { Channel } from "../../lib/client/channel.ts";
import { type Client, createClient } from "../../lib/client/client.ts";
import { connect } from "../../lib/client/connect.ts";
import type { ConnectOptions } from "../../lib/client/connect-options.ts";
import { ThriftError } from "../../lib/errors/errors.ts";
import { type ServeOptions, type Server, serve } from "../../lib/server/server.ts";
import type { DatagramOptions } from "../../lib/session/datagram/client-options.ts";
import type { DatagramCounters } from "../../lib/session/datagram/counters.ts";
import type { ServeDatagramOptions } from "../../lib/session/datagram/server-options.ts";
import { udp } from "../../lib/transport/udp.ts";
import { Counter, type CounterMethods } from "./counter-service.ts";
import { DatagramWorld, WorldHost, type WorldSocket } from "./datagram-world.ts";

/** Where the server is in its world. */
export const SERVER = { host: "10.0.0.1", port: 9_000 };

/** One client, one server, and the network between them. */
export class Scene {
  readonly world: DatagramWorld = new DatagramWorld(1);
  readonly clientHost: WorldHost = new WorldHost(this.world, "10.0.0.2");
  readonly serverHost: WorldHost = new WorldHost(this.world, SERVER.host);
  readonly lines: string[] = [];
  readonly errors: unknown[] = [];
  runs = 0;
  /** Ends the call that `once` is busy with. */
  finish: (() => void) | undefined;
  slow = false;
  server!: Server;
  readonly channel: Channel;
  readonly counter: Client<CounterMethods>;

  constructor(options: DatagramOptions = {}, connectOptions: ConnectOptions = {}) {
    this.channel = connect(udp(SERVER.host, SERVER.port), {
      platform: this.clientHost,
      timeoutMs: 10_000,
      datagrams: options,
      ...connectOptions,
    });
    this.counter = createClient(Counter, this.channel);
  }

  async serve(
    datagrams: ServeDatagramOptions = {},
    options: ServeOptions = {},
    handlers: { readonly once?: (x: number, context: HandlerContext) => Promise<number> } = {},
  ): Promise<void> {
    this.server = await serve(
      udp.listen(SERVER.port, { host: SERVER.host }),
      (registry) =>
        registry.add(Counter, {
          echo: (x) => x,
          text: (length) => "x".repeat(length),
          fail: () => {
            throw new Error("not for callers");
          },
          log: (line) => void this.lines.push(line),
          async *count() {},
          once: (x) => {
            this.runs++;
            if (!this.slow) return x * 2;
            return new Promise<number>((resolve) => {
              this.finish = () => resolve(x * 2);
            });
          },
          ...handlers,
        }),
      { platform: this.serverHost, datagrams, onError: (error) => this.errors.push(error), ...options },
    );
  }

  /** Lets `ms` pass, then what became of `promise`. */
  async after<T>(ms: number, promise: Promise<T>): Promise<T | ThriftError | "waiting"> {
    let outcome: T | ThriftError | "waiting" = "waiting";
    promise.then(
      (value) => {
        outcome = value;
      },
      (error: unknown) => {
        outcome = error as ThriftError;
      },
    );
    await this.world.run(ms);
    return outcome;
  }

  /** Calls each time that the client sends. */
  onRequest(look: (bytes: Buffer, at: number) => void): void {
    this.world.onDeliver = (bytes, from) => {
      if (from.host === this.clientHost.host) look(Buffer.from(bytes), this.world.now);
      return bytes;
    };
  }

  get counters(): Readonly<DatagramCounters> {
    return this.server.datagrams[0] as DatagramCounters;
  }

  get clientSocket(): WorldSocket | undefined {
    return [...this.world.sockets].find(([key]) => key.startsWith(this.clientHost.host))?.[1];
  }

  async close(): Promise<void> {
    await this.channel.close();
    await this.server?.close();
  }
}

/** A test that plays in a world of its own, and leaves nothing behind. */
export function scene(
  name: string,
  act: (t: Test, scene: Scene) => Promise<void>,
  options: DatagramOptions = {},
  connectOptions: ConnectOptions = {},
): void {
  t.test(name, async (t) => {
    const stage = new Scene(options, connectOptions);
    await act(t, stage);
    await stage.close();
    t.equal(stage.world.sockets.size, 0, "no socket is left");
  });
}

/** What became of a call must be such an error. */
export function failed(t: Test, outcome: unknown, code: string, delivery: string, text: RegExp): void {
  t.ok(outcome instanceof ThriftError, String(outcome));
  t.match(outcome, { code, delivery, message: text });
}
