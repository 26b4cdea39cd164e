/**
 * What a program holds of a client and of a server. The classes behind these interfaces have more members, for the sessions below
 * them; those are not public.
 */
import type { CallOptions } from "./call/call.ts";
import type { Held } from "./call/load.ts";
import type { Caller } from "./client/caller.ts";
import { connect as connectChannel } from "./client/connect.ts";
import type { ConnectOptions } from "./client/connect-options.ts";
import type { PackedFunction } from "./packed/procedure.ts";
import type { Service } from "./schema/service.ts";
import type { AddOptions, Implementation } from "./server/registry.ts";
import { type DrainOptions, type ServeOptions, serve as serveListeners } from "./server/server.ts";
import type { DatagramCounters } from "./session/datagram/counters.ts";
import type { Dialer, Listener } from "./transport/transport.ts";
import type { DatagramListener } from "./transport/udp.ts";

/** The connections to one target; `connect` makes it. Made for long life and many callers: one for each server is enough. */
export interface Channel extends Caller, AsyncDisposable {
  /** What is dialed. */
  readonly peer: string;
  /**
   * Calls a procedure that was registered with `registry.procedure`: arguments and result are any values that msgpackr packs.
   * Rejects as every call does.
   */
  invoke(name: string, args?: readonly unknown[], options?: CallOptions): Promise<unknown>;
  /** Closes the connection now; calls that wait fail with CLOSED. Resolves when nothing is open any more. `await using` does the same. */
  close(): Promise<void>;
}

/** What `serve` hands to its second argument to be filled. */
export interface Registry {
  /**
   * Answers the methods of `service`, inherited ones included, by `method`, `Service:method` and `:method`. Where two services
   * have a method of the same name, the plain name belongs to the one that was added first. Throws CONFIGURATION when a method
   * has no function or the service is there already.
   */
  add<M>(service: Service<M>, implementation: Implementation<M>, options?: AddOptions): this;
  /**
   * Answers `name` without an IDL: arguments and result are any JavaScript values, packed with msgpackr inside a standard Thrift
   * message. The function gets them by position, then the context. Called with `channel.invoke`.
   */
  procedure(name: string, fn: PackedFunction): this;
}

/** What a server is doing at this moment, in numbers; reading it costs nothing that grows with them. */
export interface ServerLoad {
  /** Calls and streams whose handlers have not ended, whether anybody still waits for them or not. */
  readonly inFlight: number;
  /** Calls among `inFlight`: what is no stream, sink or bidirectional call. */
  readonly calls: number;
  /** Streams, sinks and bidirectional calls among `inFlight`. */
  readonly streams: number;
  /** Calls that wait for their turn to begin. */
  readonly waiting: number;
  /** Bytes that clients make the server hold, by kind. */
  readonly held: Held;
}

/** A running server. States: open → draining (refuses new calls, finishes the old) → closed. */
export interface Server extends AsyncDisposable {
  /** What to `connect` to: `host:port`, `unix:/path` or `udp://host:port`, of the first listener. */
  readonly address: string;
  /** One address a listener. */
  readonly addresses: readonly string[];
  /** Open connections; a UDP socket counts as one. */
  readonly connections: number;
  /** What became of the datagrams of each UDP listener, counted since it began. */
  readonly datagrams: readonly Readonly<DatagramCounters>[];
  readonly draining: boolean;
  readonly load: ServerLoad;
  /** Refuses new connections and calls, lets running calls finish, then closes. Resolves when nothing is open. */
  drain(options?: DrainOptions): Promise<void>;
  /** Closes at once: running calls are told by their signal, their answers are lost. Resolves when nothing is open. `await using` does the same. */
  close(): Promise<void>;
}

/** What a server can listen with: `tcp.listen(…)` and its like, or `udp.listen(…)`. */
export type AnyListener = Listener | DatagramListener;

/**
 * A channel to `target`: `host:port`, `unix:/path`, `udp://host:port`, or a dialer. It dials on the first call. Throws CONFIGURATION
 * for an address or option that makes no sense. Calls are given up after 30 s unless they or `timeoutMs` say otherwise.
 */
export function connect(target: string | Dialer, options?: ConnectOptions): Channel {
  return connectChannel(target, options);
}

/**
 * Serves what `setup` registers on `listener`, or on several. Resolves when clients can arrive. Finds out what each connection
 * speaks by its first bytes. Throws CONFIGURATION for options that make no sense.
 */
export function serve(
  listener: AnyListener | readonly AnyListener[],
  setup: (registry: Registry) => unknown,
  options?: ServeOptions,
): Promise<Server> {
  return serveListeners(listener, setup, options);
}
