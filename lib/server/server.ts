/**
 * `serve`: listens, finds out what each client speaks, and stops cleanly. Knows sessions by what they offer, not what they say.
 */
import type { Buffer } from "node:buffer";
import type { HandlerContext } from "../call/call.ts";
import type { ReplyOrder } from "../call/dispatcher.ts";
import { Load } from "../call/load.ts";
import type { Performed, Procedure } from "../call/procedure.ts";
import { printError, UserCode } from "../call/user-code.ts";
import { Connection } from "../connection/connection.ts";
import { HeldBytes } from "../connection/held-bytes.ts";
import { ConnectionError } from "../errors/errors.ts";
import { serverRefused } from "../observe/diagnostics.ts";
import { func } from "../options/kinds.ts";
import { nodePlatform } from "../platform/node.ts";
import type { Platform, Timer } from "../platform/platform.ts";
import type { DatagramCounters } from "../session/datagram/counters.ts";
import { serveDatagrams } from "../session/datagram/family.ts";
import type {
  DatagramSession,
  Host,
  OpenServerSession,
  ServerFamily,
  ServerOpening,
  ServerSetting,
} from "../session/family.ts";
import type { RocketLimits } from "../session/rocket/limits.ts";
import type { ServerSession } from "../session/session.ts";
import { formatHostPort } from "../transport/address.ts";
import type { Transport } from "../transport/transport.ts";
import { type DatagramListener, isDatagramListener } from "../transport/udp.ts";
import { WaitingRoom } from "../transport/waiting-room.ts";
import { claim, release } from "./claimed.ts";
import { openingsOf, serverFamilies } from "./families.ts";
import { type Intercept, interceptingWith } from "./intercepting.ts";
import { type AnyListener, judgedDrainOptions, judgedListeners, judgedServeOptions } from "./judged-options.ts";
import { type ServeLimits, withDefaultServeLimits } from "./limits.ts";
import type { NameTable } from "./name-table.ts";
import { Registry } from "./registry.ts";
import { Resting } from "./resting.ts";
import type { DrainOptions, ServeOptions } from "./serve-options.ts";
import { Undecided } from "./undecided.ts";

export type { DrainOptions, ServeOptions } from "./serve-options.ts";

/** Connections that may be open beyond `maxConnections`: those that are leaving for others, which takes them a second at most. */
const MAX_LEAVING = 1024;

/** A running server. States: open → draining (refuses new calls, finishes the old) → closed. */
export class Server implements Host {
  readonly limits: ServeLimits;
  readonly code: UserCode;
  readonly load: Load;
  readonly replyOrder: ReplyOrder;
  #state: "open" | "draining" | "closed" = "open";
  #addresses: readonly string[] = [];
  readonly #platform: Platform;
  readonly #table: NameTable<Procedure>;
  readonly #registry: Registry;
  readonly intercept: Intercept;
  /** Known from `listen` on. */
  #openings: readonly ServerOpening[] = [];
  readonly #listeners: readonly AnyListener[];
  readonly #options: ServeOptions;
  /** Sessions of datagram sockets, which stand for all their clients. */
  readonly #datagramSessions: DatagramSession<DatagramCounters>[] = [];
  readonly #sessions = new Set<ServerSession>();
  readonly #resting = new Resting(this.#sessions);
  readonly #undecided = new WaitingRoom<Undecided<OpenServerSession>>((session) => {
    this.#sessions.delete(session);
    session.destroy(new ConnectionError("OVERLOADED", "silent while others wanted its place", { delivery: "unsent" }));
  });
  #whenEmpty: (() => void)[] = [];
  /** Set when the server stops listening. */
  #listening: Promise<unknown> | undefined;

  constructor(listeners: readonly AnyListener[], registry: Registry, options: ServeOptions) {
    this.limits = withDefaultServeLimits(options);
    this.replyOrder = options.replyOrder ?? "auto";
    this.#platform = options.platform ?? nodePlatform;
    this.load = new Load(this.#platform, this.limits, new HeldBytes(this.limits.maxHeldBytes));
    this.code = new UserCode(options.onError ?? printError);
    this.#listeners = listeners;
    this.#options = options;
    this.#registry = registry;
    this.intercept = interceptingWith(options.interceptors);
    this.#table = registry.table(this.intercept);
  }

  /** Begins to accept. Rejects with the system's error, or CONFIGURATION for a listener of another server, and then listens nowhere. */
  async listen(): Promise<void> {
    claim(this.#listeners);
    try {
      // They were judged with the other options.
      const { families = [], oldBinary = false } = this.#options;
      this.#openings = await openingsOf(serverFamilies(families as readonly ServerFamily[], oldBinary), this.#setting);
      const onError = (error: Error): void => this.reportError(error, undefined);
      this.#addresses = await Promise.all(
        this.#listeners.map((listener) =>
          isDatagramListener(listener)
            ? this.#listenForDatagrams(listener)
            : listener.listen(this.#platform, (transport) => this.#accept(transport), onError),
        ),
      );
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #listenForDatagrams(listener: DatagramListener): Promise<string> {
    const { datagrams = {} } = this.#options;
    const session = await serveDatagrams(this, this.#platform, this.#setting, datagrams);
    const socket = await listener.open(this.#platform, session);
    session.start(socket);
    this.#datagramSessions.push(session);
    this.#sessions.add(session);
    return `udp://${formatHostPort(socket.local.host, socket.local.port)}`;
  }

  get #setting(): ServerSetting<RocketLimits> {
    const { utf8 = "check", keepUnknown = false } = this.#options;
    return { limits: this.limits, reader: { utf8, keepUnknown } };
  }

  /** What became of the datagrams of each UDP listener, counted since it began. */
  get datagrams(): readonly Readonly<DatagramCounters>[] {
    return this.#datagramSessions.map((session) => session.counters);
  }

  /** What to `connect` to: `host:port`, `unix:/path` or `udp://host:port`, of the first listener. */
  get address(): string {
    return this.#addresses[0] as string;
  }

  /** One address a listener. */
  get addresses(): readonly string[] {
    return this.#addresses;
  }

  /** Open connections; a UDP socket counts as one. */
  get connections(): number {
    return this.#sessions.size;
  }

  get draining(): boolean {
    return this.#state !== "open";
  }

  find(buf: Buffer, start: number, end: number): Procedure | undefined {
    return this.#table.find(buf, start, end);
  }

  performed(name: string): Performed | undefined {
    return this.#registry.performed(name);
  }

  #accept(transport: Transport): void {
    if (this.#state !== "open") return refuse(transport, "server is shutting down");
    const isFull = this.#sessions.size >= this.limits.maxConnections;
    if (isFull && !this.#makeRoom()) return refuse(transport, `${this.#sessions.size} connections`);
    const connection = new Connection(transport, "server", this.#platform, this.limits, this.load.heldBytes);
    this.#sessions.add(this.greet(connection, this.#openings));
  }

  /** Connections that have said nothing yet go first, then those at rest; never one with work. */
  #makeRoom(): boolean {
    if (this.#undecided.makeRoom()) return true;
    const leaving = this.#sessions.size - this.limits.maxConnections;
    return leaving < MAX_LEAVING && this.#resting.makeRoom(this.#platform.now());
  }

  greet(connection: Connection, openings: readonly ServerOpening[]): ServerSession {
    const undecided = new Undecided<OpenServerSession>(
      connection,
      openings,
      this.limits.openingTimeoutMs,
      (open) => {
        this.#undecided.leave(undecided);
        this.#sessions.delete(undecided);
        this.#sessions.add(open(connection, this));
      },
      () => {
        this.#undecided.leave(undecided);
        this.onSessionClose(undecided);
      },
    );
    this.#undecided.enter(undecided);
    return undecided;
  }

  onSessionClose(session: ServerSession): void {
    this.#sessions.delete(session);
    if (this.#sessions.size > 0) return;
    const waiting = this.#whenEmpty;
    this.#whenEmpty = [];
    for (const resolve of waiting) resolve();
  }

  reportError(error: unknown, context: HandlerContext | undefined): void {
    this.code.report(error, context);
  }

  /**
   * Refuses new connections and calls, lets running calls finish, then closes. Resolves when nothing is open. Rejects with
   * CONFIGURATION for options that make no sense, and then goes on serving.
   */
  async drain(options: DrainOptions = {}): Promise<void> {
    const { timeoutMs = 10_000 } = judgedDrainOptions(options);
    if (this.#state === "closed") return;
    this.#state = "draining";
    const listening = this.#stopListening();
    for (const session of this.#sessions) session.finish();
    const timer: Timer = this.#platform.startTimer(timeoutMs, true, () => void this.close());
    await this.#empty();
    this.#platform.stopTimer(timer);
    this.#state = "closed";
    await listening;
  }

  /** Closes at once: running calls are told by their signal, their answers are lost. Resolves when nothing is open. */
  async close(): Promise<void> {
    this.#state = "closed";
    const listening = this.#stopListening();
    for (const session of this.#sessions) session.destroy(new ConnectionError("CLOSED", "server closed"));
    await this.#empty();
    // Handlers of streams that nobody waits for may go on; no stream can wait for credit any more.
    this.load.starving.rest();
    await listening;
  }

  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Once: what a listener has let go may be another server's by the next time. */
  #stopListening(): Promise<unknown> {
    this.#listening ??= Promise.all(
      this.#listeners.map((listener) => (isDatagramListener(listener) ? undefined : listener.close())),
    ).finally(() => release(this.#listeners));
    return this.#listening;
  }

  #empty(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }
}

const SETUP = func<(registry: Registry) => unknown>("a function that registers what is served");

/**
 * Serves what `setup` registers on `listener`, or on several. Resolves when clients can arrive. Finds out by the first bytes of
 * each connection what its client speaks. Rejects with CONFIGURATION for options that make no sense,
 * that are not known, or that mean nothing for these listeners: none is ignored.
 */
export async function serve(
  listener: AnyListener | readonly AnyListener[],
  setup: (registry: Registry) => unknown,
  options: ServeOptions = {},
): Promise<Server> {
  const listeners = judgedListeners(listener);
  const chosen = judgedServeOptions(options, listeners);
  const registry = new Registry();
  await SETUP.read(setup, "setup")(registry);
  const server = new Server(listeners, registry, chosen);
  await server.listen();
  return server;
}

function refuse(transport: Transport, reason: string): void {
  if (serverRefused.hasSubscribers) serverRefused.publish({ peer: transport.peer, reason });
  transport.destroy();
}
