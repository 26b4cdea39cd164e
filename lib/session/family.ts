/**
 * What a protocol family is: a way of speaking that a server takes up by the first bytes of a connection, and that a client is told to
 * begin. Servers and channels know families by these contracts only; each family is a folder beside this file.
 *
 *     server   connection → openings of all families → the first that fits → session
 *     client   dialer → conversation of the chosen family → session on each transport
 */
import type { Connection, ConnectionLimits } from "../connection/connection.ts";
import type { Opening } from "../framing/detect.ts";
import type { Kind } from "../options/options.ts";
import type { DatagramSocket, Platform } from "../platform/platform.ts";
import type { Limits } from "../protocol/limits.ts";
import type { Protocol } from "../protocol/protocol.ts";
import type { Dialer } from "../transport/transport.ts";
import type { DatagramReceiver } from "../transport/udp.ts";
import type { ReaderOptions } from "../wire/byte-reader.ts";
import type { OpenSession, ServerSession, ServerSessionOwner } from "./session.ts";

/** A protocol family as programs hand it on. What else it has is between it and the runtime. */
export interface Family {
  /** The word for it, in errors too. */
  readonly name: string;
}

/** Begins the session that an opening stands for, on a connection of which no byte was taken yet. Throws to end the connection. */
export type OpenServerSession = (connection: Connection, host: Host) => ServerSession;

/** How a connection may begin, and the session that it leads to. */
export type ServerOpening = Opening<OpenServerSession>;

/** A server as its sessions see it. */
export interface Host extends ServerSessionOwner {
  /** The first session of a connection within another, until it is known which of `openings` its client makes. */
  greet(connection: Connection, openings: readonly ServerOpening[]): ServerSession;
}

/** What a server tells its families: `L` are the limits that one of them has beside those of all. */
export interface ServerSetting<L = object> {
  readonly limits: Limits & ConnectionLimits & L;
  readonly reader: ReaderOptions;
}

/** A family as servers of connections take it in. */
export interface ServerFamily<L = object> extends Family {
  /** How its clients begin. Rows of different families must not fit the same bytes; the first that fits counts. */
  openings(setting: ServerSetting<L>): readonly ServerOpening[] | Promise<readonly ServerOpening[]>;
}

/** Takes whatever arrives at one datagram socket, of all clients. */
export interface DatagramSession<C = object> extends ServerSession, DatagramReceiver {
  /** What became of the datagrams so far. */
  readonly counters: Readonly<C>;
  /** Begins to answer by `socket`. */
  start(socket: DatagramSocket): void;
}

/** What a client tells the family that it speaks. */
export interface ClientSetting {
  /** Where to, as errors name it. */
  readonly target: string;
  readonly platform: Platform;
  readonly limits: Limits;
  readonly connectionLimits: ConnectionLimits;
  readonly connectTimeoutMs: number;
  readonly reader: ReaderOptions;
  /** What values are written in, by name or as itself. */
  readonly encoding: string | Protocol;
}

/** How a channel dials, and opens a session on what it has dialed. */
export interface Conversation {
  readonly dialer: Dialer;
  readonly open: OpenSession;
}

/** A family as clients speak it; `O` are the options of `connect` that mean something with it and not with all. */
export interface ClientFamily<O = object> extends Family {
  /** What a server over TLS is offered. */
  readonly alpn: readonly string[];
  /** Which of `O` there are, and what each may be. */
  readonly options: Readonly<Record<string, Kind<unknown>>>;
  /** Throws CONFIGURATION for options that do not go together. */
  converse(dialer: Dialer, setting: ClientSetting, chosen: O): Conversation;
}
