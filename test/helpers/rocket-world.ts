/** The streams service behind one Rocket connection, with both sessions in the test's hands: what they leave behind can be asked. */
import type { AdmissionLimits } from "../../lib/call/admission-limits.ts";
import type { Dispatcher } from "../../lib/call/dispatcher.ts";
import { Load } from "../../lib/call/load.ts";
import type { Procedure } from "../../lib/call/procedure.ts";
import { UserCode } from "../../lib/call/user-code.ts";
import { Channel } from "../../lib/client/channel.ts";
import { type Client, createClient } from "../../lib/client/client.ts";
import { Connection } from "../../lib/connection/connection.ts";
import { nodePlatform } from "../../lib/platform/node.ts";
import type { Platform } from "../../lib/platform/platform.ts";
import { compactFb } from "../../lib/protocol/compact.ts";
import { withDefaultLimits } from "../../lib/protocol/limits.ts";
import { type Implementation, Registry } from "../../lib/server/registry.ts";
import { type RocketClientOptions, RocketClientSession } from "../../lib/session/rocket/client-session.ts";
import { Desks } from "../../lib/session/rocket/desk.ts";
import type { RocketLimits } from "../../lib/session/rocket/limits.ts";
import { withDefaultRocketLimits } from "../../lib/session/rocket/limits.ts";
import { RocketServerSession } from "../../lib/session/rocket/server-session.ts";
import { memoryPair } from "../../lib/transport/memory.ts";
import type { Transport } from "../../lib/transport/transport.ts";
import { Stop, Streams, type StreamsMethods } from "./streams.ts";
import { StrictRocketPeer } from "./strict-rocket-peer.ts";

/** What handlers saw, and the errors that nobody was told. */
export class Seen {
  readonly lines: string[] = [];
  readonly errors: unknown[] = [];
  /** Handlers whose signal has aborted, or whose generator was closed. */
  readonly ended: string[] = [];
}

/** Handlers with something of everything. */
export function streamHandlers(seen: Seen, platform: Platform = nodePlatform): Implementation<StreamsMethods> {
  const pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = platform.startTimer(ms, true, resolve);
      signal.addEventListener("abort", () => {
        platform.stopTimer(timer);
        resolve();
      });
    });
  return {
    echo(text, ctx) {
      for (const [name, value] of ctx.headers) ctx.setReplyHeader(name, value.toUpperCase());
      if (text === "stop") throw new Stop({ message: "stopped", at: 1 });
      if (text === "fail") throw new Error("secret");
      return text;
    },
    wait(ms, ctx) {
      ctx.signal.addEventListener("abort", () => seen.ended.push("wait"));
      return pause(ms, ctx.signal).then(() => "waited");
    },
    blob: (bytes) => bytes,
    log: (line) => void seen.lines.push(line),
    async *countTo(last, ctx) {
      ctx.signal.addEventListener("abort", () => seen.ended.push("signal"));
      try {
        for (let i = 1; i <= last; i++) yield i;
        if (last === 13) throw new Stop({ message: "unlucky", at: 13 });
        if (last === 14) throw new Error("secret");
      } finally {
        seen.ended.push("countTo");
      }
    },
    async opened(text) {
      if (text === "stop") throw new Stop({ message: "never", at: 0 });
      return { response: `opened ${text}`, stream: [...text] };
    },
    async *blobs(count, size) {
      try {
        for (let i = 0; i < count; i++) yield Buffer.alloc(size, i);
      } finally {
        seen.ended.push("blobs");
      }
    },
    async add(items) {
      let sum = 0n;
      try {
        for await (const item of items) {
          if (item === 10_000) throw new Stop({ message: "too much", at: item });
          sum += BigInt(item);
        }
      } finally {
        seen.ended.push("add");
      }
      return sum;
    },
    collect: (text, items) => ({ response: `collecting ${text}`, final: total(items) }),
    async *upper(items) {
      try {
        for await (const item of items) {
          if (item === "end") return;
          yield item.toUpperCase();
        }
      } finally {
        seen.ended.push("upper");
      }
    },
    chat: (text, items) => ({ response: `hello ${text}`, stream: items }),
  };
}

async function total(items: AsyncIterable<Buffer>): Promise<bigint> {
  let bytes = 0;
  for await (const item of items) bytes += item.length;
  return BigInt(bytes);
}

export interface RocketWorld {
  readonly client: Client<StreamsMethods>;
  readonly channel: Channel;
  readonly seen: Seen;
  readonly dispatcher: Dispatcher & { draining: boolean };
  /** The sessions of the newest connection; there once something was called. */
  clientSession(): RocketClientSession;
  serverSession(): RocketServerSession;
  /** Connections that were opened. */
  readonly connections: number;
  /** What both sessions still hold. */
  leftovers(): number;
  close(): Promise<void>;
}

export interface RocketWorldOptions {
  readonly client?: Partial<RocketClientOptions>;
  readonly clientLimits?: Partial<RocketLimits>;
  readonly serverLimits?: Partial<RocketLimits> & Partial<AdmissionLimits>;
  readonly handlers?: Partial<Implementation<StreamsMethods>>;
  readonly platform?: Platform;
  /** Stands between the two ends, behind the strict peer. */
  readonly between?: (client: Transport, server: Transport) => [Transport, Transport];
  /** Violations of the C++ rules are looked for and end the test, unless the test provokes them. Default true. */
  readonly strict?: boolean;
}

export function rocketWorld(options: RocketWorldOptions = {}): RocketWorld {
  const platform = options.platform ?? nodePlatform;
  const seen = new Seen();
  const table = new Registry().add(Streams, { ...streamHandlers(seen, platform), ...options.handlers }).table();
  const limits = {
    maxConnectionCalls: 1024,
    maxCalls: 65_536,
    maxAllStreams: 65_536,
    streamCreditTimeoutMs: 300_000,
    crowdedCreditTimeoutMs: 30_000,
    crowdedIdleTimeoutMs: 300_000,
    streamIdleTimeoutMs: Number.POSITIVE_INFINITY,
    maxConnectionRequestBytes: 32 << 20,
    maxRequestBytes: 256 << 20,
    maxHostShare: 1,
    maxRunningCalls: Number.POSITIVE_INFINITY,
    queueTimeoutMs: 5_000,
    ...options.serverLimits,
  };
  const dispatcher = {
    find: (buf: Buffer, start: number, end: number) => table.find(buf, start, end),
    performed: () => undefined,
    intercept: (procedure: Procedure) => procedure,
    code: new UserCode((error) => void seen.errors.push(error)),
    load: new Load(platform, limits),
    limits,
    replyOrder: "auto" as const,
    draining: false,
    reportError: (error: unknown) => void seen.errors.push(error),
    onSessionClose() {},
  };
  const connectionLimits = { maxUnsentBytes: 1 << 20, stallTimeoutMs: 30_000 };
  const rocket: RocketClientOptions = {
    protocol: compactFb,
    limits: withDefaultLimits(),
    rocketLimits: withDefaultRocketLimits(options.clientLimits),
    desks: new Desks(withDefaultLimits()),
    ...options.client,
  };
  const stricts: StrictRocketPeer[] = [];
  let client: RocketClientSession;
  let server: RocketServerSession;
  const dialer = {
    target: "memory",
    dial: async (): Promise<Transport> => {
      const pair = memoryPair();
      const strict = new StrictRocketPeer();
      stricts.push(strict);
      const [here, there] = strict.between(...(options.between?.(...pair) ?? pair));
      server = new RocketServerSession(new Connection(there, "server", platform, connectionLimits), dispatcher, {
        limits: withDefaultLimits(),
        rocketLimits: withDefaultRocketLimits(options.serverLimits),
        desks: new Desks(withDefaultLimits()),
      });
      return here;
    },
  };
  const channelLimits = {
    timeoutMs: 30_000,
    connectTimeoutMs: 5_000,
    maxQueuedCalls: 10_000,
    backoff: { firstMs: 100, maxMs: 3_000 },
    streamItems: rocket.rocketLimits.streamItems,
    streamBytes: rocket.rocketLimits.streamBytes,
  };
  const channel = new Channel(
    dialer,
    (transport, owner) =>
      (client = new RocketClientSession(
        new Connection(transport, "client", platform, connectionLimits),
        owner,
        rocket,
      )),
    platform,
    channelLimits,
  );
  return {
    client: createClient(Streams, channel),
    channel,
    seen,
    dispatcher,
    clientSession: () => client,
    serverSession: () => server,
    get connections() {
      return stricts.length;
    },
    leftovers: () => client.leftovers + server.leftovers + dispatcher.load.inFlight,
    async close() {
      await channel.close();
      const violations = stricts.flatMap((strict) => strict.violations);
      if (options.strict !== false && violations.length > 0)
        throw new Error(`a C++ peer would have closed the connection:\n${violations.join("\n")}`);
    },
  };
}

/** Waits until `condition` holds, some turns of the event loop at most. */
export async function eventually(condition: () => boolean, turns = 2000): Promise<boolean> {
  for (let i = 0; i < turns && !condition(); i++) await new Promise((resolve) => setImmediate(resolve));
  return condition();
}
