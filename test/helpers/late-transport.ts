/** A transport whose bytes leave late, stop for a while, or in another order than they were written. Knows no frames. */
import type { Transport, TransportEvents } from "../../lib/transport/transport.ts";

/** What becomes of writes, counted from the first. */
export interface Lateness {
  /** Turns of the event loop that each write takes. */
  readonly delayTurns?: number;
  /** Behind so many bytes all stands still for `STALL_TURNS`, then goes on. */
  readonly stallAfter?: number;
  /** The first write after this many bytes leaves after the one that follows it, if one does soon. */
  readonly swapAfter?: number;
}

/** Longer than an exchange of frames takes. */
const STALL_TURNS = 60;
const SWAP_TURNS = 8;

interface Piece {
  readonly bytes: Buffer;
  turns: number;
}

export function late(transport: Transport, lateness: Lateness): Transport {
  return new LateTransport(transport, lateness);
}

class LateTransport implements Transport {
  readonly #inner: Transport;
  readonly #lateness: Lateness;
  #written = 0;
  #pieces: Piece[] = [];
  #swapped: Buffer | undefined;
  #swaps: boolean;
  #stalls: boolean;
  #running = false;
  #ends = false;

  constructor(inner: Transport, lateness: Lateness) {
    this.#inner = inner;
    this.#lateness = lateness;
    this.#swaps = lateness.swapAfter !== undefined;
    this.#stalls = lateness.stallAfter !== undefined;
  }

  get peer(): string {
    return this.#inner.peer;
  }

  get queuedBytes(): number {
    return this.#inner.queuedBytes;
  }

  start(events: TransportEvents): void {
    this.#inner.start(events);
  }

  /** Takes all at once, as a network does that has room. */
  write(bytes: Buffer): boolean {
    const copy = Buffer.from(bytes);
    this.#written += copy.length;
    if (this.#swaps && this.#written > (this.#lateness.swapAfter as number)) this.#swap(copy);
    else this.#take(copy, this.#turns());
    return true;
  }

  #turns(): number {
    if (!this.#stalls || this.#written <= (this.#lateness.stallAfter as number)) return this.#lateness.delayTurns ?? 0;
    this.#stalls = false;
    return STALL_TURNS;
  }

  #swap(bytes: Buffer): void {
    const before = this.#swapped;
    if (before === undefined) {
      this.#swapped = bytes;
      this.#take(Buffer.alloc(0), SWAP_TURNS);
    } else {
      this.#pieces = this.#pieces.filter((piece) => piece.bytes.length > 0);
      this.#unswap(Buffer.concat([bytes, before]));
    }
  }

  #unswap(bytes: Buffer): void {
    this.#swaps = false;
    this.#swapped = undefined;
    this.#take(bytes, 0);
  }

  #take(bytes: Buffer, turns: number): void {
    this.#pieces.push({ bytes, turns });
    if (this.#running) return;
    this.#running = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    for (let first = this.#pieces[0]; first !== undefined && first.turns-- <= 0; first = this.#pieces[0]) {
      this.#pieces.shift();
      if (first.bytes.length > 0) this.#inner.write(first.bytes);
      else if (this.#swapped !== undefined) this.#unswap(this.#swapped);
    }
    if (this.#pieces.length > 0) return void setImmediate(this.#turn);
    this.#running = false;
    if (this.#ends) this.#inner.end();
  };

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  end(): void {
    this.#ends = true;
    if (!this.#running) this.#inner.end();
  }

  destroy(cause?: Error): void {
    this.#pieces = [];
    this.#inner.destroy(cause);
  }
}
