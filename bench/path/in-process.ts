/**
 * Our server and our client without sockets: transports that keep what is written and give what they are told, so that the cost
 * of the library stands alone. Knows no clock.
 */
import {
  connect,
  createClient,
  type Dialer,
  type Listener,
  serve,
  type Transport,
  type TransportEvents,
} from "../../lib/index.ts";
import type { Service, UnaryMethod } from "../../lib/schema/codegen-v1.ts";
import type { Msg } from "../fixtures/messages.ts";
import { bench } from "../schema/module.ts";

export const echoService: Service<{ echo: UnaryMethod<[message: Msg<bigint>], Msg<bigint>> }> = bench.service("Echo");

/** One end whose other end is the caller's hands. */
export class HandTransport implements Transport {
  readonly peer = "hand";
  readonly identity = undefined;
  readonly queuedBytes = 0;
  events: TransportEvents | undefined;
  /** Copies of what was written, if `keep`. */
  written: Buffer[] = [];
  readonly #keep: boolean;

  constructor(keep: boolean) {
    this.#keep = keep;
  }

  start(events: TransportEvents): void {
    this.events = events;
  }

  write(bytes: Buffer): boolean {
    if (this.#keep) this.written.push(Buffer.from(bytes));
    return true;
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

/** A server with one connection; `onData` of its events takes what a client would send. */
export async function handServer(how: "sync" | "async"): Promise<TransportEvents> {
  const transport = new HandTransport(false);
  const listener: Listener = {
    listen: async (_platform, accept) => {
      accept(transport);
      return "hand";
    },
    close: async () => {},
  };
  const echo = how === "sync" ? (message: Msg<bigint>) => message : async (message: Msg<bigint>) => message;
  await serve(listener, (registry) =>
    registry.add(bench.service("Echo"), {
      echo,
      echoText: (text: string) => text,
      echoBinary: (bytes: Buffer) => bytes,
    }),
  );
  return transport.events!;
}

/** A client and the transport that it writes to. */
export function handClient(): { echo: (message: Msg<bigint>) => Promise<Msg<bigint>>; transport: HandTransport } {
  const transport = new HandTransport(true);
  const dialer: Dialer = { target: "hand", dial: async () => transport };
  return { echo: createClient(echoService, connect(dialer, { protocol: "framed" })).echo, transport };
}
