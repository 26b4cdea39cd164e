/**
 * How many bytes of received items may wait for their consumers: on one connection, and in the whole process. Knows numbers and
 * who is to be told; what waits is counted in the bytes that it had on the wire, or takes in memory.
 */

export class ByteBudget {
  readonly #limit: number;
  readonly #whole: ByteBudget | undefined;
  readonly #onRoom: () => void;
  /** Budgets that stopped because this one, theirs in whole, was used up. */
  #waiting: Set<ByteBudget> | undefined;
  #used = 0;
  #stopped = false;
  #closed = false;

  /** `onRoom` is called when a budget that was found exhausted has room again. `whole`: the budget that this one is a part of. */
  constructor(limit: number, onRoom: () => void, whole?: ByteBudget) {
    this.#limit = limit;
    this.#onRoom = onRoom;
    this.#whole = whole;
  }

  get used(): number {
    return this.#used;
  }

  get full(): boolean {
    return this.#used >= this.#limit || this.#whole?.full === true;
  }

  /** Counts bytes that begin to wait. */
  take(bytes: number): void {
    if (this.#closed) return;
    this.#used += bytes;
    this.#whole?.take(bytes);
  }

  /** Counts bytes that no longer wait. */
  give(bytes: number): void {
    if (this.#closed) return;
    this.#used -= bytes;
    this.#whole?.give(bytes);
    if (this.#stopped && !this.full) this.#resume();
    if (this.#waiting !== undefined) for (const part of this.#waiting) if (!part.full) part.#resume();
  }

  /** True when no more should be taken in; `onRoom` then follows. */
  stopIfFull(): boolean {
    if (!this.full) return false;
    this.#stopped = true;
    if (this.#whole !== undefined) (this.#whole.#waiting ??= new Set()).add(this);
    return true;
  }

  /** Its owner is gone: gives back all that it took, stops counting and calls nobody. */
  close(): void {
    this.#closed = true;
    this.#stopped = false;
    if (this.#whole !== undefined) this.#whole.#waiting?.delete(this);
    this.#whole?.give(this.#used);
    this.#used = 0;
  }

  #resume(): void {
    if (this.#whole !== undefined) this.#whole.#waiting?.delete(this);
    this.#stopped = false;
    this.#onRoom();
  }
}

/** Received items that wait in all connections of this process: 256 MiB. */
export const processBudget: ByteBudget = new ByteBudget(256 << 20, () => {});
