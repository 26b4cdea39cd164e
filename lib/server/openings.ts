/**
 * The table of conversations that a server takes part in: by which first bytes each begins, and which session it leads to. New
 * protocol families are rows here.
 */
import { Connection, type ConnectionLimits } from "../connection/connection.ts";
import { Tunnel } from "../connection/tunnel.ts";
import { ConnectionError, ThriftError } from "../errors/errors.ts";
import {
  classicOpenings,
  foreignOpenings,
  framedHeaderOpening,
  headerOpening,
  httpOpenings,
  type Opening,
  oldBinaryOpenings,
  rocketOpening,
  ttheaderOpening,
  zlibOpening,
} from "../framing/detect.ts";
import { framed } from "../framing/framed.ts";
import type { Framing } from "../framing/framing.ts";
import { FramedHeaderFraming } from "../framing/header/framed-header.ts";
import { HeaderFraming, TTHeaderFraming } from "../framing/header/header-framing.ts";
import { unframed } from "../framing/unframed.ts";
import { binary, binaryWith } from "../protocol/binary.ts";
import { compact, compactFb } from "../protocol/compact.ts";
import { json } from "../protocol/json.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import { HttpServerFraming } from "../session/http/server-framing.ts";
import { Desks } from "../session/rocket/desk.ts";
import type { RocketLimits } from "../session/rocket/limits.ts";
import { RocketServerSession } from "../session/rocket/server-session.ts";
import type { ServerSession, ServerSessionOwner } from "../session/session.ts";
import { ThriftServerSession } from "../session/thrift/server-session.ts";
import { zlib } from "../transport/zlib.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";

/** What an opening is given: where procedures are found, and who takes in what is a connection within another. */
export interface Host extends ServerSessionOwner {
  /** The first session of `connection`, until it is known which of `openings` its client makes. */
  greet(connection: Connection, openings: readonly Opening<OpenServerSession>[]): ServerSession;
}

/** Begins the session that an opening stands for. */
export type OpenServerSession = (connection: Connection, host: Host) => ServerSession;

/** What a server admits as an opening, and how it reads arguments. */
export interface OpeningOptions {
  /** Also reads binary messages without a version, as programs before 2008 write them. Default false. */
  readonly oldBinary?: boolean;
  /** Strings in arguments that are not UTF-8: refuse the call (default) or read with U+FFFD. */
  readonly utf8?: ReaderOptions["utf8"];
  /** Keep fields that the schema does not know. Default false. */
  readonly keepUnknown?: boolean;
}

/** A frame's length must not look like the first bytes of another conversation. */
export const MAX_FRAME_BYTES = 0x0d00_0000;

/** What a zlib stream takes in each direction, both together. */
const ZLIB_BYTES = 300 << 10;

/** The table. Throws CONFIGURATION when limits would make openings ambiguous. */
export function openingsOf(
  limits: Limits & RocketLimits & ConnectionLimits,
  options: OpeningOptions,
): readonly Opening<OpenServerSession>[] {
  if (limits.maxFrameBytes >= MAX_FRAME_BYTES) {
    throw new ThriftError(
      "CONFIGURATION",
      `maxFrameBytes: expected less than ${MAX_FRAME_BYTES}, got ${limits.maxFrameBytes}`,
    );
  }
  const reader: ReaderOptions = { utf8: options.utf8 ?? "check", keepUnknown: options.keepUnknown ?? false };
  const framings = { framed, unframed };
  const lead =
    (framing: Framing, protocol: Protocol): OpenServerSession =>
    (connection, dispatcher) =>
      new ThriftServerSession(connection, dispatcher, { framing, protocol, limits, reader });
  const header: OpenServerSession = (connection, dispatcher) =>
    new ThriftServerSession(connection, dispatcher, {
      framing: new HeaderFraming(undefined),
      protocol: binary,
      limits,
      reader,
    });
  const framedHeader: OpenServerSession = (connection, dispatcher) =>
    new ThriftServerSession(connection, dispatcher, {
      framing: new FramedHeaderFraming(),
      protocol: binary,
      limits,
      reader,
    });
  const ttheader: OpenServerSession = (connection, dispatcher) =>
    new ThriftServerSession(connection, dispatcher, {
      framing: new TTHeaderFraming(),
      protocol: binary,
      limits,
      reader,
    });
  const http: OpenServerSession = (connection, dispatcher) => {
    const framing = new HttpServerFraming({
      write: (bytes) => connection.write(bytes),
      end: (cause) => connection.end(cause),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
      get inLine() {
        return connection.inLine;
      },
    });
    return new ThriftServerSession(connection, dispatcher, { framing, protocol: binary, limits, reader });
  };
  const foreign =
    (name: string): OpenServerSession =>
    () => {
      throw new ConnectionError("PROTOCOL_ERROR", `this looks like ${name}, which is not spoken here`, {
        delivery: "answered",
      });
    };
  const link = { limits, rocketLimits: limits, desks: new Desks(limits, reader) };
  const rocket: OpenServerSession = (connection, dispatcher) => new RocketServerSession(connection, dispatcher, link);
  const classic = classicOpenings({ binary, compact, compactFb, json }, framings, lead);
  const deflated: OpenServerSession = (connection, host) => {
    connection.count("zlib", ZLIB_BYTES);
    const { platform } = connection;
    const transport = zlib(new Tunnel(connection, "zlib"));
    return host.greet(new Connection(transport, "server", platform, limits, host.load.heldBytes), [
      ...classic,
      headerOpening(header),
    ]);
  };
  const rows = [
    ...classic,
    zlibOpening(deflated),
    headerOpening(header),
    framedHeaderOpening(framedHeader),
    ttheaderOpening(ttheader),
    rocketOpening(rocket),
    ...httpOpenings(http),
    ...foreignOpenings(foreign),
  ];
  return options.oldBinary === true
    ? [...rows, ...oldBinaryOpenings(binaryWith({ strict: false }), framings, lead)]
    : rows;
}
