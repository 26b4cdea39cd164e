/**
 * `connect`: from an address and options to a channel. The place where each protocol family that a client may speak is named.
 */
import type { Interceptor } from "../call/interceptor.ts";
import { Connection, type ConnectionLimits } from "../connection/connection.ts";
import { ThriftClientSession } from "../connection/thrift-client-session.ts";
import { ThriftError } from "../errors.ts";
import { framed } from "../framing/framed.ts";
import type { Framing } from "../framing/framing.ts";
import { unframed } from "../framing/unframed.ts";
import { nodePlatform, type Platform } from "../platform.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { type Limits, withDefaultLimits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { parseAddress } from "../transport/address.ts";
import { tcp } from "../transport/tcp.ts";
import type { Dialer } from "../transport/transport.ts";
import { unix } from "../transport/unix.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import { Channel, type ChannelLimits, type OpenSession } from "./channel.ts";

/** How a client speaks, waits and gives up. */
export interface ConnectOptions extends Partial<Omit<ChannelLimits, "backoff">>, Partial<ConnectionLimits>, Partial<Limits> {
  /** How messages are told apart. Default `framed`. */
  readonly protocol?: "framed" | "unframed" | Framing;
  /** How values are written. Default `compact`, Apache's dialect; `compact-fb` is fbthrift's. */
  readonly encoding?: "compact" | "binary" | "compact-fb" | Protocol;
  readonly backoff?: Partial<ChannelLimits["backoff"]>;
  /** Around every call, the first outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Strings in replies that are not UTF-8: fail the call (default) or read with U+FFFD. */
  readonly utf8?: ReaderOptions["utf8"];
  /** Keep fields that the schema does not know. Default false. */
  readonly keepUnknown?: boolean;
  readonly platform?: Platform;
}

const FRAMINGS: Readonly<Record<string, Framing>> = { framed, unframed };
const ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb };

/**
 * A channel to `target`: `host:port`, `unix:/path`, or a dialer. It dials on the first call. Throws CONFIGURATION for an address
 * or option that makes no sense. Calls are given up after 30 s unless they or `timeoutMs` say otherwise.
 */
export function connect(target: string | Dialer, options: ConnectOptions = {}): Channel {
  const platform = options.platform ?? nodePlatform;
  const dialer = typeof target === "string" ? dialerOf(target) : target;
  const limits: ChannelLimits = {
    timeoutMs: options.timeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    maxQueuedCalls: options.maxQueuedCalls ?? 10_000,
    backoff: { firstMs: options.backoff?.firstMs ?? 100, maxMs: options.backoff?.maxMs ?? 3_000 },
  };
  return new Channel(dialer, classicSession(options, platform), platform, limits, options.interceptors);
}

function classicSession(options: ConnectOptions, platform: Platform): OpenSession {
  const framing = chosen("protocol", options.protocol ?? "framed", FRAMINGS);
  const protocol = chosen("encoding", options.encoding ?? "compact", ENCODINGS);
  const limits = withDefaultLimits(options);
  const reader: ReaderOptions = { utf8: options.utf8 ?? "check", keepUnknown: options.keepUnknown ?? false };
  const connectionLimits: ConnectionLimits = { maxUnsentBytes: options.maxUnsentBytes ?? 1 << 20, stallTimeoutMs: options.stallTimeoutMs ?? 30_000 };
  return (transport, owner) =>
    new ThriftClientSession(new Connection(transport, "client", platform, connectionLimits), owner, { framing, protocol, limits, reader });
}

function chosen<T extends object>(option: string, choice: string | T, known: Readonly<Record<string, T>>): T {
  if (typeof choice !== "string") return choice;
  const found = Object.hasOwn(known, choice) ? known[choice] : undefined;
  if (found !== undefined) return found;
  throw new ThriftError("CONFIGURATION", `${option}: expected ${Object.keys(known).join(", ")}, got ${JSON.stringify(choice)}`);
}

function dialerOf(text: string): Dialer {
  const address = parseAddress(text);
  return "path" in address ? unix(address.path) : tcp(address.host, address.port);
}
