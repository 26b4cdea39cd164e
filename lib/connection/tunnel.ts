/**
 * A connection as the transport of another: for what wraps a whole conversation, found out by its first bytes. Adds and takes nothing.
 */
import type { Buffer } from "node:buffer";
import type { ConnectionError } from "../errors/errors.ts";
import type { FrameReader } from "../framing/framing.ts";
import type { PeerIdentity } from "../platform/platform.ts";
import type { Transport, TransportEvents } from "../transport/transport.ts";
import type { Connection, Session } from "./connection.ts";

/** Takes the connection over when it is started: it has no session of its own any more. */
export class Tunnel implements Transport, Session {
  readonly #connection: Connection;
  readonly #name: string;
  #events: TransportEvents | undefined;

  /** `name`: of what is carried, for diagnostics. */
  constructor(connection: Connection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  get peer(): string {
    return this.#connection.peer;
  }

  get identity(): PeerIdentity | undefined {
    return this.#connection.identity;
  }

  get queuedBytes(): number {
    return this.#connection.unsentBytes;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#connection.start(this, readerFor(events), undefined, this.#name);
  }

  write(bytes: Buffer): boolean {
    this.#connection.write(bytes);
    return this.#connection.hasRoom;
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  end(): void {
    this.#connection.end();
  }

  destroy(cause?: Error): void {
    this.#connection.destroy(cause);
  }

  onSent(): void {}

  onDrain(): void {
    this.#events?.onDrain();
  }

  onEnd(): void {
    this.#events?.onEnd();
  }

  onClose(error: ConnectionError): void {
    this.#events?.onClose(error.cause as Error | undefined);
  }
}

/** Holds nothing back. Not the tunnel itself: a reader's end is the peer's, a transport's is ours. */
function readerFor(events: TransportEvents): FrameReader {
  return { partialBytes: 0, keptBytes: 0, push: (chunk) => events.onData(chunk), resume() {} };
}
