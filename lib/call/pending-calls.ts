/**
 * The calls sent and not yet answered, by seqid. Knows nothing of what a call is.
 *
 *     seqid   0 | turn, 15 bits | slot, 16 bits
 *
 * Finding a call is an array index. The turn counts how often a slot was used, from 1, so 0 is never the seqid of a call that
 * waits. An abandoned call keeps its slot until its late reply has come: a reply can never reach another call, however late.
 */

const SLOT_BITS = 16;
const MAX_SLOTS = 1 << SLOT_BITS;
const TURNS = 0x7fff;

/** The table of one client session, of at most 65,536 calls. */
export class PendingCalls<C> {
  readonly #calls: (C | undefined)[] = [];
  /** The turn of a slot in use; its negative while the slot is free. */
  readonly #turns: number[] = [];
  readonly #free: number[] = [];
  /** Calls that wait. */
  size = 0;
  /** Slots of calls that nobody waits for any more, though their replies may still come. */
  abandoned = 0;

  /** The seqid for `call`; -1 when every slot is taken. */
  add(call: C): number {
    const slot = this.#free.length > 0 ? (this.#free.pop() as number) : this.#open();
    if (slot < 0) return -1;
    const last = 0 - (this.#turns[slot] as number);
    // Whole numbers only: for a -0 V8 would leave its small integers (path/call, "client: whole": 18 ns).
    const turn = last === TURNS ? 1 : last + 1;
    this.#turns[slot] = turn;
    this.#calls[slot] = call;
    this.size++;
    return (turn << SLOT_BITS) | slot;
  }

  #open(): number {
    if (this.#calls.length >= MAX_SLOTS) return -1;
    this.#turns.push(0);
    return this.#calls.push(undefined) - 1;
  }

  /** Removes and gives the call that is named `seqid`; undefined when it was abandoned, answered before or never was. */
  take(seqid: number): C | undefined {
    const slot = seqid & (MAX_SLOTS - 1);
    const turn = this.#turns[slot];
    if (turn === undefined || turn <= 0 || turn !== seqid >> SLOT_BITS) return undefined;
    const call = this.#calls[slot];
    if (call === undefined) this.abandoned--;
    else this.size--;
    this.#calls[slot] = undefined;
    this.#turns[slot] = -turn;
    this.#free.push(slot);
    return call;
  }

  /** Nobody waits for `seqid` any more. Its slot stays taken until the reply comes. */
  abandon(seqid: number): void {
    const slot = seqid & (MAX_SLOTS - 1);
    if (this.#turns[slot] !== seqid >> SLOT_BITS || this.#calls[slot] === undefined) return;
    this.#calls[slot] = undefined;
    this.size--;
    this.abandoned++;
  }

  /** Every call that waits, in no particular order; `visit` may take or abandon the one it gets. */
  forEach(visit: (call: C) => void): void {
    for (const call of this.#calls) if (call !== undefined) visit(call);
  }
}
