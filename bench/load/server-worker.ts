/** The server under load, in a process of its own: scrimp's, or a plain `net` server that holds the same sockets. */
import { createServer, type Server as NetServer } from "node:net";
import type { ServeOptions } from "../../lib/index.ts";
import { serve, tcp } from "../../lib/index.ts";
import type { Answers } from "../answers.ts";
import { memory, restingMemory } from "./memory.ts";
import { LoadService } from "./service.ts";

export interface LoadServerRole {
  /** `plain` echoes bytes and knows no calls. */
  readonly kind: "plain" | "scrimp";
}

export async function loadServerWorker({ kind }: LoadServerRole): Promise<Answers> {
  return {
    listen: (options: ServeOptions) => (kind === "plain" ? listenPlain() : listenScrimp(options)),
    memory,
    restingMemory,
    cpuSeconds: () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  };
}

function listenPlain(): Promise<number> {
  const server: NetServer = createServer({ noDelay: true }, (socket) => {
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("error", () => socket.destroy());
  });
  return new Promise((resolve) => {
    server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () =>
      resolve((server.address() as { port: number }).port),
    );
  });
}

async function listenScrimp(options: ServeOptions): Promise<number> {
  let held: (() => void)[] = [];
  const server = await serve(
    tcp.listen(0, { host: "127.0.0.1" }),
    (registry) =>
      registry.add(LoadService, {
        text: (text) => text,
        bytes: (bytes) => bytes,
        burn,
        hold: (id) => new Promise<number>((resolve) => held.push(() => resolve(id))),
        release: () => {
          const count = held.length;
          for (const letGo of held) letGo();
          held = [];
          return count;
        },
        async *numbers() {
          for (let i = 0; ; i++) yield i;
        },
      }),
    options,
  );
  return Number(server.address.split(":").at(-1));
}

function burn(us: number): void {
  const end = performance.now() + us / 1000;
  while (performance.now() < end);
}
