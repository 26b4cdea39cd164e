/** Faults of the connection and of the process at its other end. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import type { Link, Tap } from "../proxy.ts";
import { worst } from "../verdict.ts";
import { answersAgain, healthy, linkFault } from "./shared.ts";

const IN_FLIGHT = 1_000;

const refused: Fault = {
  name: "connection refused",
  async run(lab) {
    const server = await lab.server();
    await server.kill();
    const client = await lab.client({ port: server.port });
    return client.judged({ count: 10 }, { answered: "none", never: "unknown" });
  },
};

const silent: Fault = {
  name: "accepted and never answered",
  run: (lab) =>
    linkFault(lab, {
      taps: { request: () => undefined },
      order: { count: 10 },
      expected: { answered: "none", never: "answered" },
    }),
};

const killed: Fault = {
  name: "server killed with 1,000 calls in flight",
  async run(lab) {
    const server = await lab.server();
    const client = await lab.client({ port: server.port });
    await client.warmUp();
    const calls = client.calls({ kind: "text", text: "never", count: IN_FLIGHT, timeoutMs: 5_000 });
    await sleep(1_000);
    server.signal("SIGKILL");
    return client.judge(await calls, { answered: "none", never: "unsent" });
  },
};

const stopped: Fault = {
  name: "server stopped, then continued",
  async run(lab) {
    const server = await lab.server();
    const client = await lab.client({ port: server.port });
    await client.warmUp();
    server.signal("SIGSTOP");
    const during = await client.judged({ count: 10 }, { answered: "none", never: "answered" });
    server.signal("SIGCONT");
    return during.outcome === "died" ? during : worst(["stopped", during], ["continued", await answersAgain(client)]);
  },
};

const MID_REPLY = "reset in the middle of a reply";

const resets: readonly Fault[] = [
  resetIn("reset in the middle of a request", "request", half),
  resetIn(MID_REPLY, "reply", half),
  resetIn("reset in the middle of a reply's header", "reply", () => 2),
];

function half(chunk: Buffer): number {
  return chunk.length >> 1;
}

function resetIn(name: string, direction: "request" | "reply", passed: (chunk: Buffer) => number): Fault {
  const tap: Tap = (chunk, link) => {
    const end = direction === "request" ? link.server : link.client;
    end.write(chunk.subarray(0, passed(chunk)), () => reset(link));
    return undefined;
  };
  return {
    name,
    run: (lab) =>
      linkFault(lab, {
        taps: { [direction]: tap },
        order: { count: 10 },
        // Some replies may be whole in the half that comes.
        expected: { never: "unsent", ...(name !== MID_REPLY && { answered: "none" as const }) },
      }),
  };
}

function reset({ client, server }: Link): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}

const halfClosed: Fault = {
  name: "half-closed after the request",
  run: (lab) =>
    linkFault(lab, {
      taps: {
        request: (_chunk, { client }) => {
          client.end();
          return undefined;
        },
      },
      order: { count: 10 },
      expected: { answered: "none", never: "answered" },
    }),
};

const slowReply: Fault = {
  name: "a reply at one byte a second",
  run: (lab) =>
    linkFault(lab, { taps: { reply: trickle("client") }, order: { count: 10 }, expected: { answered: "none" } }),
};

const slowRequest: Fault = {
  name: "a request at one byte a second",
  run: (lab) =>
    linkFault(lab, { taps: { request: trickle("server") }, order: { count: 10 }, expected: { answered: "none" } }),
};

function trickle(to: keyof Link): Tap {
  return (chunk, link) => {
    let at = 0;
    const timer = setInterval(() => {
      const end = link[to];
      if (at >= chunk.length || !end.writable) clearInterval(timer);
      else end.write(chunk.subarray(at, ++at));
    }, 1_000);
    link[to].once("close", () => clearInterval(timer));
    return undefined;
  };
}

const unread: Fault = {
  name: "a client that never reads its replies",
  async run(lab) {
    const server = await lab.server();
    const proxy = await lab.proxy(server.port);
    const client = await lab.client({ port: proxy.port });
    await client.warmUp();
    const before = await server.rssMiB();
    proxy.arm({
      reply: (_chunk, link) => {
        link.server.pause();
        return undefined;
      },
    });
    const during = await client.judged(
      { kind: "bytes", length: 1 << 18, count: IN_FLIGHT },
      { answered: "none", never: "answered" },
    );
    const after = server.ended === undefined ? (await server.rssMiB()) - before : 0;
    const { detail, ...well } = await healthy(lab, server);
    return worst(["calls", during], ["server", { ...well, detail: `${detail}, grown by ${Math.round(after)} MiB` }]);
  },
};

const restarted: Fault = {
  name: "server restarted under load",
  async run(lab) {
    const server = await lab.server();
    const client = await lab.client({ port: server.port });
    await client.warmUp();
    const calls = client.calls({ kind: "text", text: "never", count: IN_FLIGHT, timeoutMs: 3_000 });
    await sleep(500);
    await server.kill();
    await lab.server({ port: server.port });
    const during = client.judge(await calls, { answered: "none", never: "unsent" });
    return during.outcome === "died" ? during : worst(["during", during], ["after", await answersAgain(client)]);
  },
};

const moved: Fault = {
  name: "a DNS name that changes its address",
  async run(lab) {
    const name = "moving.test";
    const first = await lab.server({ host: "127.0.0.2" });
    await lab.server({ host: "127.0.0.3", port: first.port });
    const anywhere = await lab.client({ host: name, port: first.port }, { [name]: "127.0.0.2" });
    await anywhere.warmUp();
    await anywhere.setName(name, "127.0.0.3");
    await first.kill();
    return answersAgain(anywhere);
  },
};

export const connectionFaults: readonly Fault[] = [
  refused,
  silent,
  killed,
  stopped,
  ...resets,
  halfClosed,
  slowReply,
  slowRequest,
  unread,
  restarted,
  moved,
];
