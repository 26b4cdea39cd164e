/** What `serve` is given, judged: its listeners, each option by itself, and whether it has a meaning for these listeners. */
import { MAX_FRAME_BYTES } from "../framing/detect.ts";
import { flag, func, list, oneOf, options, patienceOrNone, thing, whole } from "../options/kinds.ts";
import { badOption, configuration, type OptionTable, readOptions } from "../options/options.ts";
import { LIMITS } from "../protocol/limits.ts";
import { COMMON_OPTIONS } from "../session/common-options.ts";
import { SERVE_DATAGRAM_OPTIONS } from "../session/datagram/server-options.ts";
import type { ServerFamily } from "../session/family.ts";
import { ROCKET_LIMITS } from "../session/rocket/limits.ts";
import type { Listener } from "../transport/transport.ts";
import { type DatagramListener, isDatagramListener } from "../transport/udp.ts";
import { READING } from "../wire/reader-options.ts";
import { SERVER_LIMITS } from "./limits.ts";
import type { DrainOptions, ServeOptions } from "./serve-options.ts";

/** A place to serve, of either kind. */
export type AnyListener = Listener | DatagramListener;

/** Every option of `serve`. */
export const SERVE_OPTIONS: OptionTable<ServeOptions> = {
  ...COMMON_OPTIONS,
  ...ROCKET_LIMITS,
  ...SERVER_LIMITS,
  maxFrameBytes: whole(1, MAX_FRAME_BYTES - 1),
  oldBinary: flag,
  onError: func(),
  families: list(thing<ServerFamily>("a protocol family", { name: "string", openings: "function" })),
  replyOrder: oneOf("auto", "ordered", "unordered"),
  datagrams: options(SERVE_DATAGRAM_OPTIONS),
};

/** Every option of `drain`. */
export const DRAIN_OPTIONS: OptionTable<DrainOptions> = { timeoutMs: patienceOrNone };

/** Options that mean something where there are no connections. */
const OVER_UDP: ReadonlySet<string> = new Set<keyof ServeOptions>([
  ...(Object.keys({ ...LIMITS, ...READING }) as (keyof ServeOptions)[]),
  "maxConnectionCalls",
  "maxCalls",
  "maxRequestBytes",
  "maxHostShare",
  "maxRunningCalls",
  "queueTimeoutMs",
  "interceptors",
  "onError",
  "platform",
  "datagrams",
]);

const STREAMS = thing<Listener>("a Listener", { listen: "function", close: "function" });
const DATAGRAMS = thing<DatagramListener>("a DatagramListener", { open: "function" });
const LISTENERS = list<AnyListener>(
  {
    expects: "a Listener such as tcp.listen(9090)",
    read(value, name) {
      if (typeof value !== "object" || value === null) throw badOption(name, this.expects, value);
      return "datagrams" in value ? DATAGRAMS.read(value, name) : STREAMS.read(value, name);
    },
  },
  1,
);

/** The listeners, of which there is at least one, each once. Throws CONFIGURATION. */
export function judgedListeners(given: unknown): readonly AnyListener[] {
  const listeners = LISTENERS.read(Array.isArray(given) ? given : [given], "listener");
  if (new Set(listeners).size === listeners.length) return listeners;
  throw configuration("listener: the same is there twice, and can be listened on once");
}

/** The options. Throws CONFIGURATION, also for one that means nothing for `listeners`. */
export function judgedServeOptions(given: unknown, listeners: readonly AnyListener[]): ServeOptions {
  const chosen = readOptions<ServeOptions>("serve", given, SERVE_OPTIONS);
  if (!listeners.some(isDatagramListener) && chosen.datagrams !== undefined)
    throw configuration("datagrams: means nothing without a listener of UDP");
  if (!listeners.every(isDatagramListener)) return chosen;
  for (const [name, value] of Object.entries(chosen))
    if (!OVER_UDP.has(name) && value !== false) throw configuration(`${name}: means nothing with UDP alone`);
  return chosen;
}

export function judgedDrainOptions(given: unknown): DrainOptions {
  return readOptions("drain", given, DRAIN_OPTIONS);
}
