/**
 * From options to what is spoken: the place where each protocol family that a client may speak is named. Knows no addresses.
 */

import { Connection, type ConnectionLimits } from "../connection/connection.ts";
import { hasCompression } from "../framing/compression.ts";
import { framed } from "../framing/framed.ts";
import type { Framing } from "../framing/framing.ts";
import { HeaderFraming } from "../framing/header/header-framing.ts";
import { HeaderTransform } from "../framing/header/header-transforms.ts";
import { unframed } from "../framing/unframed.ts";
import { badOption, configuration } from "../options/options.ts";
import type { Platform } from "../platform/platform.ts";
import { binary } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import { withDefaultLimits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { datagramSession } from "../session/datagram/client-options.ts";
import { HttpClientFraming, requestHead } from "../session/http/client-framing.ts";
import { RocketClientSession, type RocketOptions } from "../session/rocket/client-session.ts";
import { Compression, type CompressionWish } from "../session/rocket/compression-config.ts";
import { Desks } from "../session/rocket/desk.ts";
import type { RocketLimits } from "../session/rocket/limits.ts";
import type { OpenSession } from "../session/session.ts";
import { ThriftClientSession } from "../session/thrift/client-session.ts";
import type { Dialer, Transport } from "../transport/transport.ts";
import { isDatagramDialer } from "../transport/udp.ts";
import { zlib } from "../transport/zlib.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import { AutoProtocol } from "./auto-protocol.ts";
import type { ConnectOptions } from "./connect-options.ts";

/** Makes the framing of each connection, for some hold its state. */
type MakeFraming = () => Framing;
const ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb, json };
const ROCKET_ENCODINGS: Readonly<Record<string, Protocol>> = { compact: compactFb, binary, "compact-fb": compactFb };
/** What the first bytes of a datagram tell from one another. */
const DATAGRAM_ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb };
/** What a header has a number for. */
const HEADER_ENCODINGS: Readonly<Record<string, Protocol>> = { compact, binary, "compact-fb": compactFb };

/** How a channel dials, and opens a session on what it has dialled. */
export interface Conversation {
  readonly dialer: Dialer;
  readonly open: OpenSession;
}

/** What `options` ask for, which have been judged. Throws CONFIGURATION for a protocol and an encoding that do not go together. */
export function conversation(
  dialer: Dialer,
  options: ConnectOptions,
  platform: Platform,
  rocketLimits: RocketLimits,
  connectTimeoutMs: number,
): Conversation {
  if (isDatagramDialer(dialer)) return { dialer, open: datagrams(options, platform) };
  const rocket = (): OpenSession => rocketSession(options, platform, rocketLimits, connectTimeoutMs);
  const { protocol = "rocket" } = options;
  if (protocol === "rocket") return { dialer, open: rocket() };
  if (protocol !== "auto") return { dialer, open: classicSession(options, protocol, platform, dialer.target) };
  const framed = classicSession(options, "framed", platform, dialer.target);
  const auto = new AutoProtocol(dialer, rocket(), framed, connectTimeoutMs);
  return { dialer: auto, open: auto.open };
}

function datagrams(options: ConnectOptions, platform: Platform): OpenSession {
  const protocol = carried(options, DATAGRAM_ENCODINGS);
  const limits = withDefaultLimits(options);
  return datagramSession(options.datagrams ?? {}, protocol, limits, readerOptions(options), platform);
}

type Classic = Exclude<NonNullable<ConnectOptions["protocol"]>, "rocket" | "auto">;

function classicSession(options: ConnectOptions, name: Classic, platform: Platform, target: string): OpenSession {
  const overHeader = name === "header" || name === "header-http";
  const protocol = overHeader ? carried(options, HEADER_ENCODINGS) : anyEncoding(options);
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
  const head = requestHead(target.startsWith("unix:") ? "localhost" : target, options.path ?? "/");
  const transforms = options.compressRequests === true ? [HeaderTransform.ZLIB] : [];
  const known: Readonly<Record<typeof name, MakeFraming>> = {
    framed: () => framed,
    unframed: () => unframed,
    header: () => new HeaderFraming({ protocol, transforms }),
    http: () => new HttpClientFraming(head),
    "header-http": () => new HttpClientFraming(head, new HeaderFraming({ protocol, transforms })),
  };
  return known[name];
}

function rocketSession(
  options: ConnectOptions,
  platform: Platform,
  rocketLimits: RocketLimits,
  helloTimeoutMs: number,
): OpenSession {
  const protocol = carried(options, ROCKET_ENCODINGS);
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
  const { algorithm = "zlib", fromBytes } = typeof wish === "string" ? { algorithm: wish } : wish;
  if (!hasCompression(algorithm)) throw configuration(`replyCompression: ${algorithm} is not in this version of Node`);
  return { algorithm: algorithm === "zstd" ? Compression.ZSTD : Compression.ZLIB, fromBytes };
}

function readerOptions(options: ConnectOptions): ReaderOptions {
  return { utf8: options.utf8 ?? "check", keepUnknown: options.keepUnknown ?? false };
}

function connectionLimitsOf(options: ConnectOptions): ConnectionLimits {
  return { maxUnsentBytes: options.maxUnsentBytes ?? 1 << 20, stallTimeoutMs: options.stallTimeoutMs ?? 30_000 };
}

/** For framings to which a message is bytes. */
function anyEncoding({ encoding = "compact" }: ConnectOptions): Protocol {
  return typeof encoding === "string" ? (ENCODINGS[encoding] as Protocol) : encoding;
}

/** For what names the encoding on the wire, and has names for these only. A protocol of one's own must write as that of its name does. */
function carried({ encoding = "compact" }: ConnectOptions, known: Readonly<Record<string, Protocol>>): Protocol {
  const name = typeof encoding === "string" ? encoding : encoding.name;
  const named = Object.hasOwn(known, name) ? known[name] : undefined;
  if (typeof encoding === "string" && named !== undefined) return named;
  if (typeof encoding === "object" && named?.index === encoding.index) return encoding;
  throw badOption("encoding", `what is carried here: ${Object.keys(known).join(", ")} or its Protocol`, name);
}
