/**
 * Apache's zlib transport: one deflate stream in each direction for the life of a connection, brought to a byte boundary after every
 * batch. It lies around any other transport and knows nothing of what is said inside.
 *
 *     78 xx | deflated … 00 00 FF FF | deflated … 00 00 FF FF | …        (78 xx) mod 31 = 0, no preset dictionary
 *
 * RFC 1950; TZlibTransport in Apache's C++ and Python libraries. Inflated bytes are handed on 16 KiB at a time, and no more is inflated
 * while nobody reads: their sum is bounded by the reader.
 */
import { Buffer } from "node:buffer";
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { ConnectionError } from "../errors/errors.ts";
import type { PeerIdentity } from "../platform/platform.ts";
import type { Transport, TransportEvents } from "./transport.ts";

/** Bytes that may wait to be deflated before `write` asks to wait. */
const QUEUE_BYTES = 256 * 1024;

class ZlibTransport implements Transport, TransportEvents {
  readonly #inner: Transport;
  #events: TransportEvents | undefined;
  /** Made with the first write, as it takes 256 KiB: a peer that only listens is not worth that. */
  #deflate: Deflate | undefined;
  /** Bytes that were given to it, and not yet to the inner transport. */
  #deflating = 0;
  /** `write` has given false. */
  #waiting = false;
  /** The inner transport has. */
  #innerWaits = false;
  readonly #inflate: Inflate = createInflate({ finishFlush: constants.Z_SYNC_FLUSH });
  /** Its owner does not want more. */
  #paused = false;
  #inflated = false;
  /** The inner transport is closed, for this reason if any. */
  #closed: { readonly cause: Error | undefined } | undefined;
  #over = false;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  get peer(): string {
    return this.#inner.peer;
  }

  get identity(): PeerIdentity | undefined {
    return this.#inner.identity;
  }

  get queuedBytes(): number {
    return this.#deflating + this.#inner.queuedBytes;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#inflate
      .on("data", (chunk: Buffer) => events.onData(chunk))
      .on("drain", () => this.#listen())
      .on("end", () => this.#onInflated())
      .on("error", (error) => this.#onDamaged(error));
    if (this.#paused) this.#inflate.pause();
    this.#inner.start(this);
  }

  write(bytes: Buffer): boolean {
    if (this.#over || this.#closed !== undefined) return true;
    this.#deflate ??= this.#makeDeflate();
    this.#deflating += bytes.length;
    // Deflating takes its time, and the buffer is wanted back.
    this.#deflate.write(Buffer.from(bytes), () => {
      this.#deflating -= bytes.length;
      this.#drain();
    });
    this.#waiting = this.#deflating > QUEUE_BYTES || this.#innerWaits;
    return !this.#waiting;
  }

  #makeDeflate(): Deflate {
    return createDeflate({ flush: constants.Z_SYNC_FLUSH })
      .on("data", (chunk: Buffer) => {
        if (this.#closed === undefined && !this.#inner.write(chunk)) this.#innerWaits = true;
      })
      .on("end", () => this.#inner.end())
      .on("error", (error) => this.destroy(error));
  }

  #drain(): void {
    if (!this.#waiting || this.#deflating > 0 || this.#innerWaits || this.#over) return;
    this.#waiting = false;
    this.#events?.onDrain();
  }

  onDrain(): void {
    this.#innerWaits = false;
    this.#drain();
  }

  onData(chunk: Buffer): void {
    if (this.#inflated) return;
    if (!this.#inflate.write(chunk)) this.#inner.pause();
  }

  /** Takes more in, once what came is inflated and wanted. */
  #listen(): void {
    if (!this.#paused && !this.#inflate.writableNeedDrain) this.#inner.resume();
  }

  pause(): void {
    this.#paused = true;
    this.#inflate.pause();
    this.#inner.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#inflate.resume();
    this.#listen();
  }

  hold(active: boolean): void {
    this.#inner.hold?.(active);
  }

  onEnd(): void {
    this.#inflate.end();
  }

  /** The peer will send no more: it has said so, in its deflate stream or below it. */
  #onInflated(): void {
    if (this.#inflated) return;
    this.#inflated = true;
    this.#events?.onEnd();
    if (this.#closed !== undefined) this.#close(this.#closed.cause);
  }

  #onDamaged(error: Error): void {
    this.destroy(
      new ConnectionError("PROTOCOL_ERROR", `zlib stream of ${this.peer}: ${error.message}`, { cause: error }),
    );
  }

  /** What has arrived before a clean end is still inflated and handed on. */
  onClose(cause?: Error): void {
    this.#closed = { cause };
    if (cause !== undefined || this.#inflated || this.#over) this.#close(cause);
    else this.#inflate.end();
  }

  #close(cause?: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#deflate?.destroy();
    this.#inflate.destroy();
    this.#events?.onClose(cause);
  }

  end(): void {
    if (this.#deflate === undefined) this.#inner.end();
    else this.#deflate.end();
  }

  destroy(cause?: Error): void {
    this.#inflated = true;
    this.#inflate.destroy();
    if (this.#closed === undefined) this.#inner.destroy(cause);
    else this.#close(cause);
  }
}

/** `inner` with everything on it deflated, in both directions. Takes about 300 KiB for each connection that is spoken on. */
export function zlib(inner: Transport): Transport {
  return new ZlibTransport(inner);
}
