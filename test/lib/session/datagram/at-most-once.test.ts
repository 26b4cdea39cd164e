/** A model of the promise: however datagrams fare, no call runs twice, and an error that says `unsent` is true. */
import t from "tap";
import { createClient } from "../../../../lib/client/client.ts";
import { connect } from "../../../../lib/client/connect.ts";
import { ThriftError } from "../../../../lib/errors/errors.ts";
import { type Server, serve } from "../../../../lib/server/server.ts";
import { udp } from "../../../../lib/transport/udp.ts";
import { Counter } from "../../../helpers/counter-service.ts";
import { DatagramWorld, FAIR, type Faults, WorldHost } from "../../../helpers/datagram-world.ts";

/** Each call has a fate of its own; fifty share a world, its faults, restarts and leaps. */
const SCHEDULES = process.env.CI ? 100_000 : 10_000;
const CALLS_A_WORLD = 50;
const SERVER = { host: "10.0.0.1", port: 9_000 };

interface Outcome {
  value?: number;
  error?: unknown;
}

class Story {
  readonly world: DatagramWorld;
  readonly runs = new Map<number, number>();
  readonly outcomes = new Map<number, Outcome>();
  readonly client: WorldHost;
  readonly serverHost: WorldHost;
  server!: Server;
  /** The server takes so long. */
  slowMs = 0;

  constructor(seed: number) {
    this.world = new DatagramWorld(seed);
    this.client = new WorldHost(this.world, "10.0.0.2");
    this.serverHost = new WorldHost(this.world, SERVER.host);
  }

  async start(): Promise<void> {
    const { world, runs } = this;
    const options = {
      platform: this.serverHost,
      datagrams: { maxRememberedCalls: 8 + Math.floor(world.random() * 32) },
      onError: () => {},
    };
    this.server = await serve(
      udp.listen(SERVER.port, { host: SERVER.host }),
      (registry) =>
        registry.add(Counter, {
          echo: (x) => x,
          text: (length) => "x".repeat(length),
          fail: () => {
            throw new Error("no");
          },
          log: () => {},
          async *count() {},
          once: (call) => {
            runs.set(call, (runs.get(call) ?? 0) + 1);
            if (world.random() < 0.5) return call * 2;
            return new Promise<number>((resolve) => world.at(world.random() * this.slowMs, () => resolve(call * 2)));
          },
        }),
      options,
    );
  }

  async play(): Promise<void> {
    const { world } = this;
    await this.start();
    const channel = connect(udp(SERVER.host, SERVER.port), { platform: this.client });
    const counter = createClient(Counter, channel);
    for (let call = 0; call < CALLS_A_WORLD; call++) {
      world.at(world.random() * 60_000, () => {
        const outcome: Outcome = {};
        this.outcomes.set(call, outcome);
        const timeoutMs = 10 + world.random() * 20_000;
        counter.once(call, { timeoutMs }).then(
          (value) => {
            outcome.value = value;
          },
          (error: unknown) => {
            outcome.error = error;
          },
        );
      });
    }
    this.#disturb();
    await world.run(600_000);
    await channel.close();
    await this.server.close();
    await world.run(10_000);
  }

  #disturb(): void {
    const { world } = this;
    const faults: Faults = {
      lose: world.random() * 0.4,
      double: world.random() * 0.4,
      strand: world.random() * 0.2,
      damage: world.random() * 0.1,
      maxDelayMs: world.random() * 2_000,
    };
    world.faults = world.random() < 0.1 ? FAIR : faults;
    this.slowMs = world.random() * 5_000;
    for (let i = Math.floor(world.random() * 3); i > 0; i--)
      world.at(world.random() * 80_000, () => void this.#restart());
    for (let i = Math.floor(world.random() * 3); i > 0; i--) world.at(world.random() * 80_000, () => this.#rebind());
    for (let i = Math.floor(world.random() * 3); i > 0; i--) world.at(world.random() * 80_000, () => this.#leap());
  }

  async #restart(): Promise<void> {
    await this.server.close();
    await this.start();
  }

  #rebind(): void {
    for (const [key, socket] of this.world.sockets) if (key.startsWith(this.client.host)) return socket.rebind();
  }

  #leap(): void {
    const host = this.world.random() < 0.5 ? this.client : this.serverHost;
    host.leapMs += this.world.random() * 200_000;
  }

  /** What was promised and not kept. */
  complaint(): string | undefined {
    for (let call = 0; call < CALLS_A_WORLD; call++) {
      const runs = this.runs.get(call) ?? 0;
      const { value, error } = this.outcomes.get(call) ?? {};
      if (runs > 1) return `call ${call} ran ${runs} times`;
      if (value === undefined && error === undefined) return `call ${call} never settled`;
      if (value !== undefined && (value !== call * 2 || runs !== 1))
        return `call ${call} gave ${value} and ran ${runs} times`;
      if (error !== undefined && !(error instanceof ThriftError)) return `call ${call} failed with ${String(error)}`;
      if (error instanceof ThriftError && error.delivery === "unsent" && runs !== 0)
        return `call ${call} ran and was called unsent: ${error.message}`;
    }
    return undefined;
  }
}

t.setTimeout(600_000);

t.test(
  `runs no call twice over ${SCHEDULES} random schedules of loss, copies, delay, damage, restarts, new ports and leaping clocks`,
  { timeout: 600_000 },
  async (t) => {
    let answered = 0;
    let sent = 0;
    for (let seed = 0; seed < SCHEDULES / CALLS_A_WORLD; seed++) {
      const story = new Story(seed);
      await story.play();
      const complaint = story.complaint();
      if (complaint !== undefined) {
        t.fail(`${complaint} (seed ${seed})`);
        return;
      }
      for (const { value } of story.outcomes.values()) if (value !== undefined) answered++;
      sent += story.world.sent;
    }
    t.ok(answered > SCHEDULES / 3, `${answered} of ${SCHEDULES} calls were answered`);
    t.comment(`${sent} datagrams`);
  },
);
