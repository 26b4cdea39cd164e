/** Faults of the application behind a server. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { BLOCK_MS } from "../handlers.ts";
import { worst } from "../verdict.ts";
import { answersAgain, healthy } from "./shared.ts";

function handlerFault(name: string, text: string): Fault {
  return {
    name,
    async run(lab) {
      const server = await lab.server();
      const client = await lab.client({ port: server.port });
      await client.warmUp();
      const during = await client.judged({ kind: "text", text, count: 10 }, { answered: "none", never: "unsent" });
      if (during.outcome === "died") return during;
      return worst(["calls", during], ["after", await answersAgain(client)], ["server", await healthy(lab, server)]);
    },
  };
}

const blocked: Fault = {
  name: "a handler that blocks the event loop for 5 s",
  async run(lab) {
    const server = await lab.server();
    const client = await lab.client({ port: server.port });
    await client.warmUp();
    const during = await client.judged({ kind: "text", text: "block" }, { answered: "none", never: "unsent" });
    await sleep(BLOCK_MS - during.settledMs);
    if (during.outcome === "died") return during;
    return worst(["calls", during], ["after", await answersAgain(client)], ["server", await healthy(lab, server)]);
  },
};

export const handlerFaults: readonly Fault[] = [
  handlerFault("a handler that throws", "throw"),
  handlerFault("a handler that rejects", "reject"),
  handlerFault("a handler that returns the wrong type", "wrong type"),
  handlerFault("a handler that never returns", "never"),
  blocked,
];
