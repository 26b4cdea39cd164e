/** A TCP proxy between a client and a healthy server of the same system, which does to the bytes what a fault says, once armed. */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { type Direction, FrameCutter, type Wire } from "./frames.ts";

/** One connection through the proxy. */
export interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/** What to send on in place of a chunk: undefined for nothing. May close either end. */
export type Tap = (chunk: Buffer, link: Link) => Buffer | undefined;

export interface Taps {
  readonly request?: Tap;
  readonly reply?: Tap;
}

export class Proxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  /** Undefined: all bytes pass. */
  #taps: Taps = {};

  private constructor(targetPort: number, cutting: Wire | undefined) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) =>
      this.#join(client, targetPort, cutting),
    );
  }

  /** `cutting`: taps get whole frames of that wire instead of chunks as they come. */
  static async start(targetPort: number, cutting?: Wire): Promise<Proxy> {
    const proxy = new Proxy(targetPort, cutting);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** From now on, for open connections too. */
  arm(taps: Taps): void {
    this.#taps = taps;
  }

  disarm(): void {
    this.#taps = {};
  }

  close(): void {
    this.#server.close();
    for (const { client, server } of this.#links) {
      client.destroy();
      server.destroy();
    }
  }

  #join(client: Socket, targetPort: number, cutting: Wire | undefined): void {
    const server = connect({ port: targetPort, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    const link: Link = { client, server };
    this.#links.add(link);
    this.#pass("request", link, client, server, cutting);
    this.#pass("reply", link, server, client, cutting);
  }

  #pass(direction: Direction, link: Link, from: Socket, to: Socket, cutting: Wire | undefined): void {
    const cutter = cutting === undefined ? undefined : new FrameCutter(cutting, direction);
    const send = (chunk: Buffer): void => {
      const tap = this.#taps[direction];
      const passed = tap === undefined ? chunk : tap(chunk, link);
      if (passed !== undefined && to.writable) to.write(passed);
    };
    from.on("data", (chunk: Buffer) => {
      for (const piece of cutter === undefined ? [chunk] : cutter.push(chunk)) send(piece);
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
    from.on("close", () => {
      to.destroy();
      this.#links.delete(link);
    });
  }
}
