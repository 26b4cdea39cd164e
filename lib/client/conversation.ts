/**
 * From options to what is spoken: the place where each protocol family that a client may speak is named. Knows no addresses.
 */

import { Connection, type ConnectionLimits } from "../connection/connection.ts";
import { Compression, type CompressionWish } from "../connection/rocket/compression-config.ts";
import { Desks } from "../connection/rocket/desk.ts";
import type { RocketLimits } from "../connection/rocket/rocket-limits.ts";
import { RocketClientSession, type RocketOptions } from "../connection/rocket-client-session.ts";
import { ThriftClientSession } from "../connection/thrift-client-session.ts";
import { ThriftError } from "../errors.ts";
import { framed } from "../framing/framed.ts";
import type { Framing } from "../framing/framing.ts";
import { HeaderFraming } from "../framing/header-framing.ts";
import { HeaderTransform } from "../framing/header-transforms.ts";
import { HttpClientFraming, requestHead } from "../framing/http-client.ts";
import { unframed } from "../framing/unframed.ts";
import type { Platform } from "../platform.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import { withDefaultLimits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { Dialer, Transport } from "../transport/transport.ts";
import { isDatagramDialer } from "../transport/udp.ts";
import { zlib } from "../transport/zlib.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import { AutoProtocol } from "./auto-protocol.ts";
import type { OpenSession } from "./channel.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { datagramSession } from "./datagrams.ts";

/** Makes the framing of each connection, for some hold its state. */
type MakeFraming = () => Framing;
const ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb, json };
const ROCKET_ENCODINGS: Readonly<Record<string, Protocol>> = { compact: compactFb, binary, "compact-fb": compactFb };
/** What the first bytes of a datagram tell from one another. */
const DATAGRAM_ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb };
/** Options that say what a connection does: over UDP they would be promises that nobody keeps. */
const OF_CONNECTIONS = ["tls", "protocol", "zlib", "compressRequests", "replyCompression", "checksums"] as const;

/** How a channel dials, and opens a session on what it has dialled. */
export interface Conversation {
  readonly dialer: Dialer;
  readonly open: OpenSession;
}

/** What `options` ask for. Throws CONFIGURATION for a protocol and an encoding that do not go together. */
export function conversation(
  dialer: Dialer,
  options: ConnectOptions,
  platform: Platform,
  rocketLimits: RocketLimits,
  connectTimeoutMs: number,
): Conversation {
  if (isDatagramDialer(dialer)) return { dialer, open: datagrams(options, platform) };
  if (options.datagrams !== undefined)
    throw new ThriftError("CONFIGURATION", "datagrams: only UDP has them, use udp(…)");
  const rocket = (): OpenSession => rocketSession(options, platform, rocketLimits, connectTimeoutMs);
  const { protocol = "rocket" } = options;
  if (options.zlib === true && protocol !== "framed" && protocol !== "unframed" && protocol !== "header") {
    const text =
      "zlib: lies around `framed`, `unframed` and `header`; see compressRequests and replyCompression for others";
    throw new ThriftError("CONFIGURATION", text);
  }
  if (protocol === "rocket") return { dialer, open: rocket() };
  if (protocol !== "auto") return { dialer, open: classicSession(options, protocol, platform, dialer.target) };
  const framed = classicSession(options, "framed", platform, dialer.target);
  const auto = new AutoProtocol(dialer, rocket(), framed, connectTimeoutMs);
  return { dialer: auto, open: auto.open };
}

function datagrams(options: ConnectOptions, platform: Platform): OpenSession {
  for (const option of OF_CONNECTIONS) {
    if (options[option] === undefined || options[option] === false) continue;
    throw new ThriftError("CONFIGURATION", `${option}: UDP has no such thing, use TCP`);
  }
  const protocol = chosen("encoding", options.encoding ?? "compact", DATAGRAM_ENCODINGS);
  const limits = withDefaultLimits(options);
  return datagramSession(options.datagrams ?? {}, protocol, limits, readerOptions(options), platform);
}

type Classic = Exclude<NonNullable<ConnectOptions["protocol"]>, "rocket" | "auto">;

function classicSession(options: ConnectOptions, name: Classic, platform: Platform, target: string): OpenSession {
  const protocol = chosen("encoding", options.encoding ?? "compact", ENCODINGS);
  const framing = framingOf(options, name, protocol, target);
  const limits = withDefaultLimits(options);
  const reader = readerOptions(options);
  const connectionLimits = connectionLimitsOf(options);
  const around = options.zlib === true ? zlib : (transport: Transport): Transport => transport;
  return (transport, owner) =>
    new ThriftClientSession(new Connection(around(transport), "client", platform, connectionLimits), owner, {
      framing: framing(),
      protocol,
      limits,
      reader,
    });
}

function framingOf(options: ConnectOptions, name: Classic, protocol: Protocol, target: string): MakeFraming {
  if (typeof name !== "string") return () => name;
  if (name.startsWith("header") && protocol.name === "json")
    throw new ThriftError(
      "CONFIGURATION",
      "encoding: THeader carries `compact`, `compact-fb` and `binary`, not `json`",
    );
  const head = requestHead(target.startsWith("unix:") ? "localhost" : target, options.path ?? "/");
  const transforms = options.compressRequests === true ? [HeaderTransform.ZLIB] : [];
  const known: Readonly<Record<string, MakeFraming>> = {
    framed: () => framed,
    unframed: () => unframed,
    header: () => new HeaderFraming({ protocol, transforms }),
    http: () => new HttpClientFraming(head),
    "header-http": () => new HttpClientFraming(head, new HeaderFraming({ protocol, transforms })),
  };
  if (Object.hasOwn(known, name)) return known[name] as MakeFraming;
  throw unknownChoice("protocol", name, ["rocket", ...Object.keys(known), "auto"]);
}

function rocketSession(
  options: ConnectOptions,
  platform: Platform,
  rocketLimits: RocketLimits,
  helloTimeoutMs: number,
): OpenSession {
  const protocol = chosen("encoding", options.encoding ?? "compact", ROCKET_ENCODINGS);
  const replyCompression = compressionWish(options.replyCompression);
  const limits = withDefaultLimits(options);
  const rocket: RocketOptions = {
    protocol,
    limits,
    rocketLimits,
    helloTimeoutMs,
    desks: new Desks(limits, readerOptions(options)),
    ...(replyCompression && { replyCompression }),
    checksums: options.checksums ?? false,
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
  throw unknownChoice(option, choice, Object.keys(known));
}

function unknownChoice(option: string, choice: string, known: readonly string[]): ThriftError {
  return new ThriftError("CONFIGURATION", `${option}: expected ${known.join(", ")}, got ${JSON.stringify(choice)}`);
}
