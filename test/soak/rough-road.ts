/** A TCP proxy whose target can change, and which does to its connections what networks do. Knows only bytes. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Chance } from "../fuzz/random.ts";

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

const STALL_MS = 300;

export class RoughRoad {
  targetPort: number;
  faults = 0;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#join(client));
  }

  static async open(targetPort: number): Promise<RoughRoad> {
    const road = new RoughRoad(targetPort);
    road.#server.listen(0, "127.0.0.1");
    await once(road.#server, "listening");
    return road;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get links(): number {
    return this.#links.size;
  }

  #join(client: Socket): void {
    const server = connect({ port: this.targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const link: Link = { client, server };
    this.#links.add(link);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on("data", (chunk) => {
        if (!to.write(chunk)) from.pause();
      });
      to.on("drain", () => from.resume());
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        this.#links.delete(link);
      });
    }
  }

  /** Something happens to one connection. */
  harm(chance: Chance): void {
    const links = [...this.#links];
    if (links.length === 0) return;
    this.faults++;
    harms[chance.below(harms.length)]!(links[chance.below(links.length)]!, chance);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
    await closed;
  }
}

const harms: readonly ((link: Link, chance: Chance) => void)[] = [
  function reset({ client, server }) {
    client.resetAndDestroy();
    server.resetAndDestroy();
  },
  function closeServerSide({ server }) {
    server.destroy();
  },
  function halfClose({ client }) {
    client.end();
  },
  function stall({ client, server }) {
    client.pause();
    server.pause();
    setTimeout(() => {
      client.resume();
      server.resume();
    }, STALL_MS).unref();
  },
  function damage({ client }, chance) {
    client.write(Buffer.from(Array.from({ length: 1 + chance.below(40) }, () => chance.below(256))));
  },
];
