/** Datagrams by the clock of a story: all arrive, unless the network is silent; some twice, some late. Knows no messages. */
import { Buffer } from "node:buffer";
import type { DatagramAddress, DatagramEvents, DatagramSocket } from "../../../lib/platform/platform.ts";

/** How a network treats what is sent. */
export type DatagramWeather = "fair" | "doubled" | "late";

/** What one datagram in three takes where some are late. */
const LATE_MS = 30;

/** What the sockets need of their world. */
export interface DatagramWorld {
  readonly clock: { signs: number; startOwn(delayMs: number, onTime: () => void): unknown };
  readonly weather: { readonly blackHole: boolean; readonly latencyMs: number };
  freePort(): number;
}

export class QuickDatagrams {
  weather: DatagramWeather = "fair";
  readonly #platform: DatagramWorld;
  readonly #sockets = new Map<string, { readonly events: DatagramEvents }>();
  #sent = 0;

  constructor(platform: DatagramWorld) {
    this.#platform = platform;
  }

  async open(how: "bind" | "connect", address: DatagramAddress, events: DatagramEvents): Promise<DatagramSocket> {
    const bound = how === "bind" && address.port !== 0;
    const local = { host: "127.0.0.1", port: bound ? address.port : this.#platform.freePort() };
    const key = keyOf(local);
    if (this.#sockets.has(key)) throw Object.assign(new Error(`bind EADDRINUSE ${key}`), { code: "EADDRINUSE" });
    this.#sockets.set(key, { events });
    return {
      local,
      queuedBytes: 0,
      send: (bytes, to, sent) => {
        this.#send(bytes, local, to ?? address);
        setImmediate(() => {
          this.#platform.clock.signs++;
          sent(null);
        });
      },
      close: () => void this.#sockets.delete(key),
    };
  }

  #send(bytes: Buffer, from: DatagramAddress, to: DatagramAddress): void {
    const { weather, clock } = this.#platform;
    if (weather.blackHole) return;
    const copy = Buffer.from(bytes);
    const late = this.weather === "late" && this.#sent++ % 3 === 0;
    this.#arrive(copy, from, to, weather.latencyMs + (late ? LATE_MS : 0));
    if (this.weather === "doubled") this.#arrive(Buffer.from(bytes), from, to, weather.latencyMs + 1);
    clock.signs++;
  }

  #arrive(bytes: Buffer, from: DatagramAddress, to: DatagramAddress, ms: number): void {
    this.#platform.clock.startOwn(ms, () =>
      this.#sockets.get(keyOf(to))?.events.onDatagram(bytes, from.host, from.port),
    );
  }
}

function keyOf({ host, port }: DatagramAddress): string {
  return `${host}:${port}`;
}
