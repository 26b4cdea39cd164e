/**
 * Pipes within one process: for tests, and for a service that calls itself. Behaves as a socket does: bytes are copied, arrive
 * later than they were sent, and wait while the reader has paused.
 */
import { Buffer } from "node:buffer";
import { queueMicrotask, setImmediate } from "../platform/node-time.ts";
import type { Platform } from "../platform/platform.ts";
import type { Dialer, Listener, Transport, TransportEvents } from "./transport.ts";

/** Bytes that a pipe takes in before `write` asks to wait, as a socket's buffer would. */
const PIPE_BYTES = 256 * 1024;

class MemoryTransport implements Transport {
  readonly peer: string;
  queuedBytes = 0;
  #other: MemoryTransport | undefined;
  #events: TransportEvents | undefined;
  #inbox: Buffer[] = [];
  #paused = false;
  #scheduled = false;
  #waiting = false;
  #ended: "no" | "coming" | "told" = "no";
  #closed = false;

  constructor(peer: string) {
    this.peer = peer;
  }

  join(other: MemoryTransport): void {
    this.#other = other;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    if (this.#closed) queueMicrotask(() => events.onClose());
    else this.#wake();
  }

  write(bytes: Buffer): boolean {
    const other = this.#other;
    if (other === undefined || this.#closed) return true;
    other.#inbox.push(Buffer.from(bytes));
    this.queuedBytes += bytes.length;
    this.#waiting = this.queuedBytes > PIPE_BYTES;
    other.#wake();
    return !this.#waiting;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake();
  }

  end(): void {
    const other = this.#other;
    if (other === undefined || other.#ended !== "no") return;
    other.#ended = "coming";
    other.#wake();
  }

  /** As a socket, it is closed when both sides have said that they are done. */
  #closeWhenBothEnded(): void {
    const other = this.#other;
    if (other === undefined || this.#ended !== "told" || other.#ended !== "told") return;
    this.#close();
    other.#close();
  }

  destroy(cause?: Error): void {
    if (this.#closed) return;
    this.#close(cause);
    const other = this.#other;
    if (other === undefined) return;
    // What is already on its way still arrives, then the end, as with a socket.
    if (other.#ended === "no") other.#ended = "coming";
    other.#other = undefined;
    other.#wake();
  }

  #close(cause?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#inbox = [];
    queueMicrotask(() => this.#events?.onClose(cause));
  }

  #wake(): void {
    if (this.#scheduled || this.#paused || this.#events === undefined || this.#closed) return;
    this.#scheduled = true;
    setImmediate(this.#deliver);
  }

  readonly #deliver = (): void => {
    this.#scheduled = false;
    const events = this.#events;
    if (events === undefined || this.#paused || this.#closed) return;
    const chunk = this.#inbox.shift();
    if (chunk !== undefined) {
      if (this.#other !== undefined) this.#other.#taken(chunk.length);
      events.onData(chunk);
    } else if (this.#ended === "coming") {
      this.#ended = "told";
      events.onEnd();
      this.#closeWhenBothEnded();
    } else if (this.#other === undefined) {
      this.#close();
      return;
    }
    if (this.#inbox.length > 0 || this.#ended === "coming" || this.#other === undefined) this.#wake();
  };

  #taken(bytes: number): void {
    this.queuedBytes -= bytes;
    if (!this.#waiting || this.queuedBytes > 0) return;
    this.#waiting = false;
    queueMicrotask(() => {
      if (!this.#closed) this.#events?.onDrain();
    });
  }
}

/** Two transports, each the peer of the other. */
export function memoryPair(): [Transport, Transport] {
  const a = new MemoryTransport("memory");
  const b = new MemoryTransport("memory");
  a.join(b);
  b.join(a);
  return [a, b];
}

/** A server's place and the way to it, inside this process. */
export interface MemoryLink {
  readonly listener: Listener;
  readonly dialer: Dialer;
}

/** A place that only its own dialer can reach: `serve(link.listener, …)` and `connect(link.dialer)`. */
export function memory(): MemoryLink {
  let accept: ((transport: Transport) => void) | undefined;
  const listener: Listener = {
    async listen(_platform: Platform, onTransport) {
      accept = onTransport;
      return "memory";
    },
    async close() {
      accept = undefined;
    },
  };
  const dialer: Dialer = {
    target: "memory",
    async dial(_platform, signal) {
      signal.throwIfAborted();
      if (accept === undefined) throw Object.assign(new Error("nobody listens in memory"), { code: "ECONNREFUSED" });
      const [here, there] = memoryPair();
      accept(there);
      return here;
    },
  };
  return { listener, dialer };
}
