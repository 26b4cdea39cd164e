/**
 * `connect`: from an address and options to a channel. The place where each protocol family that a client may speak is named.
 */
import type { Interceptor } from "../call/interceptor.ts";
import { Connection, type ConnectionLimits } from "../connection/connection.ts";
import { Compression, type CompressionWish } from "../connection/rocket/compression-config.ts";
import { type RocketLimits, withDefaultRocketLimits } from "../connection/rocket/rocket-limits.ts";
import { RocketClientSession, type RocketOptions } from "../connection/rocket-client-session.ts";
import { ThriftClientSession } from "../connection/thrift-client-session.ts";
import { ThriftError } from "../errors.ts";
import { framed } from "../framing/framed.ts";
import type { Framing } from "../framing/framing.ts";
import { HeaderFraming } from "../framing/header-framing.ts";
import { HeaderTransform } from "../framing/header-transforms.ts";
import { HttpClientFraming } from "../framing/http.ts";
import { unframed } from "../framing/unframed.ts";
import { nodePlatform, type Platform } from "../platform.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import { type Limits, withDefaultLimits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { parseAddress } from "../transport/address.ts";
import { tcp } from "../transport/tcp.ts";
import { type TlsDialOptions, tls } from "../transport/tls.ts";
import type { Dialer } from "../transport/transport.ts";
import { isDatagramDialer, udp } from "../transport/udp.ts";
import { unix } from "../transport/unix.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import { Channel, type ChannelLimits, type OpenSession } from "./channel.ts";
import { type DatagramOptions, datagramSession } from "./datagrams.ts";

/** How a client speaks, waits and gives up. */
export interface ConnectOptions
  extends Partial<Omit<ChannelLimits, "backoff">>,
    Partial<ConnectionLimits>,
    Partial<Limits>,
    Partial<RocketLimits> {
  /** How messages are told apart, or `rocket`: fbthrift's protocol, with streams, deadlines and headers. `header` is Apache's and fbthrift's THeader, `http` a POST for each call, one at a time. Default `framed`. */
  readonly protocol?: "framed" | "unframed" | "header" | "http" | "rocket" | Framing;
  /** How values are written. Default `compact`, Apache's dialect; `compact-fb` is fbthrift's, which is what `compact` means over Rocket. */
  readonly encoding?: "compact" | "binary" | "compact-fb" | "json" | Protocol;
  readonly backoff?: Partial<ChannelLimits["backoff"]>;
  /** Around every call, the first outermost. */
  readonly interceptors?: readonly Interceptor[];
  /** Strings in replies that are not UTF-8: fail the call (default) or read with U+FFFD. */
  readonly utf8?: ReaderOptions["utf8"];
  /** Keep fields that the schema does not know. Default false. */
  readonly keepUnknown?: boolean;
  /** Over `http`: where requests are posted to. Default `/`. */
  readonly path?: string;
  /** Over `header`: compresses requests with zlib, which makes servers answer in kind. Apache's Node servers refuse it. Default false. */
  readonly compressRequests?: boolean;
  /** Asks for replies over Rocket to be compressed, from 1,024 bytes on or as given. Default: not. */
  readonly replyCompression?: "zlib" | "zstd" | { readonly algorithm: "zlib" | "zstd"; readonly fromBytes: number };
  /** For `udp(…)` only, which takes none of the options of connections. */
  readonly datagrams?: DatagramOptions;
  /** Speaks over TLS. Default: not. */
  readonly tls?: boolean | TlsDialOptions;
  readonly platform?: Platform;
}

const FRAMINGS: Readonly<Record<string, Framing>> = { framed, unframed };
const ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb, json };
const ROCKET_ENCODINGS: Readonly<Record<string, Protocol>> = { compact: compactFb, binary, "compact-fb": compactFb };

/**
 * A channel to `target`: `host:port`, `unix:/path`, `udp://host:port`, or a dialer. It dials on the first call. Throws CONFIGURATION for an address
 * or option that makes no sense. Calls are given up after 30 s unless they or `timeoutMs` say otherwise.
 */
export function connect(target: string | Dialer, options: ConnectOptions = {}): Channel {
  const platform = options.platform ?? nodePlatform;
  const dialer = typeof target === "string" ? dialerOf(target, options.tls) : target;
  const rocketLimits = withDefaultRocketLimits(options);
  const limits: ChannelLimits = {
    timeoutMs: options.timeoutMs ?? 30_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    maxQueuedCalls: options.maxQueuedCalls ?? 65_536,
    streamItems: rocketLimits.streamItems,
    streamBytes: rocketLimits.streamBytes,
    backoff: { firstMs: options.backoff?.firstMs ?? 100, maxMs: options.backoff?.maxMs ?? 3_000 },
  };
  const open = isDatagramDialer(dialer)
    ? datagramSession(
        options.datagrams ?? {},
        chosen("encoding", options.encoding ?? "compact", ENCODINGS),
        withDefaultLimits(options),
        platform,
      )
    : options.protocol === "rocket"
      ? rocketSession(options, platform, rocketLimits)
      : classicSession(options, platform, dialer.target);
  return new Channel(dialer, open, platform, limits, options.interceptors);
}

function classicSession(options: ConnectOptions, platform: Platform, target: string): OpenSession {
  const protocol = chosen("encoding", options.encoding ?? "compact", ENCODINGS);
  const framing = framingOf(options, protocol, target);
  const limits = withDefaultLimits(options);
  const reader = readerOptions(options);
  const connectionLimits = connectionLimitsOf(options);
  return (transport, owner) =>
    new ThriftClientSession(new Connection(transport, "client", platform, connectionLimits), owner, {
      framing: framing(),
      protocol,
      limits,
      reader,
    });
}

/** Makes the framing of each connection: some hold its state. */
function framingOf(options: ConnectOptions, protocol: Protocol, target: string): () => Framing {
  if (options.protocol === "http") return () => new HttpClientFraming(target, options.path ?? "/");
  const transforms = options.compressRequests === true ? [HeaderTransform.ZLIB] : [];
  if (options.protocol === "header") return () => new HeaderFraming({ protocol, transforms });
  const framing = chosen("protocol", options.protocol ?? "framed", FRAMINGS);
  return () => framing;
}

function rocketSession(options: ConnectOptions, platform: Platform, rocketLimits: RocketLimits): OpenSession {
  const protocol = chosen("encoding", options.encoding ?? "compact", ROCKET_ENCODINGS);
  const replyCompression = compressionWish(options.replyCompression);
  const rocket: RocketOptions = {
    protocol,
    limits: withDefaultLimits(options),
    rocketLimits,
    reader: readerOptions(options),
    ...(replyCompression && { replyCompression }),
  };
  const connectionLimits = connectionLimitsOf(options);
  return (transport, owner) =>
    new RocketClientSession(new Connection(transport, "client", platform, connectionLimits), owner, rocket);
}

function compressionWish(wish: ConnectOptions["replyCompression"]): CompressionWish | undefined {
  if (wish === undefined) return undefined;
  const { algorithm, fromBytes } = typeof wish === "string" ? { algorithm: wish, fromBytes: undefined } : wish;
  return { algorithm: algorithm === "zstd" ? Compression.ZSTD : Compression.ZLIB, fromBytes };
}

function readerOptions(options: ConnectOptions): ReaderOptions {
  return { utf8: options.utf8 ?? "check", keepUnknown: options.keepUnknown ?? false };
}

function connectionLimitsOf(options: ConnectOptions): ConnectionLimits {
  return { maxUnsentBytes: options.maxUnsentBytes ?? 1 << 20, stallTimeoutMs: options.stallTimeoutMs ?? 30_000 };
}

function chosen<T extends object>(option: string, choice: string | T, known: Readonly<Record<string, T>>): T {
  if (typeof choice !== "string") return choice;
  const found = Object.hasOwn(known, choice) ? known[choice] : undefined;
  if (found !== undefined) return found;
  throw new ThriftError(
    "CONFIGURATION",
    `${option}: expected ${Object.keys(known).join(", ")}, got ${JSON.stringify(choice)}`,
  );
}

function dialerOf(text: string, secure: ConnectOptions["tls"]): Dialer {
  const overUdp = text.startsWith("udp://");
  const address = parseAddress(overUdp ? text.slice("udp://".length) : text);
  if ("path" in address) return unix(address.path);
  if (overUdp) return udp(address.host, address.port);
  if (secure === undefined || secure === false) return tcp(address.host, address.port);
  return tls(address.host, address.port, secure === true ? {} : secure);
}
