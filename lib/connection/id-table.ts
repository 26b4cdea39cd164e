/**
 * Values by ids that only grow, as those of calls and streams do. A ring of slots, in which nothing is allocated for a value and nothing
 * is left of it; one that is overtaken by the ring while it lives on moves to a Map. Knows nothing of what it holds.
 *
 *     slot   (id / step) mod slots
 *
 * A Map alone would be slow for what comes and goes: each time its table is full of deleted entries it is copied, the old table holds
 * on to the new one, and the collector carries everything that was in either into the old generation (bench: rpc/small/16x16, Rocket).
 */

const FREE = -1;
const FIRST_SLOTS = 8;
const MOST_SLOTS = 1 << 16;
/** What a table may keep when it has become empty. */
const KEPT_SLOTS = 1024;

export class IdTable<V> {
  size = 0;
  readonly #shift: number;
  #ids: number[] = [FREE];
  #values: (V | undefined)[] = [undefined];
  #overtaken: Map<number, V> | undefined;

  /** `step`: by how much ids usually grow. */
  constructor(step: 1 | 2) {
    this.#shift = step - 1;
  }

  #slotOf(id: number): number {
    return (id >>> this.#shift) & (this.#ids.length - 1);
  }

  get(id: number): V | undefined {
    const slot = this.#slotOf(id);
    return this.#ids[slot] === id ? this.#values[slot] : this.#overtaken?.get(id);
  }

  has(id: number): boolean {
    return this.#ids[this.#slotOf(id)] === id || this.#overtaken?.has(id) === true;
  }

  /** `id`: 0 to 2^31-1, not in the table. */
  set(id: number, value: V): void {
    this.size++;
    let slot = this.#slotOf(id);
    for (; this.#ids[slot] !== FREE; slot = this.#slotOf(id)) this.#makeRoom(slot);
    this.#ids[slot] = id;
    this.#values[slot] = value;
  }

  /** Frees `slot`: by more slots while many are in use, else by moving what is in it. */
  #makeRoom(slot: number): void {
    const slots = this.#ids.length;
    if (this.size * 2 > slots && slots < MOST_SLOTS) this.#grow(Math.max(FIRST_SLOTS, slots * 2));
    else this.#moveAway(slot);
  }

  #moveAway(slot: number): void {
    (this.#overtaken ??= new Map()).set(this.#ids[slot] as number, this.#values[slot] as V);
    this.#ids[slot] = FREE;
    this.#values[slot] = undefined;
  }

  /** Powers of two: who had a slot alone has one alone again. */
  #grow(slots: number): void {
    const ids = this.#ids;
    const values = this.#values;
    this.#empty(slots);
    ids.forEach((id, i) => {
      if (id === FREE) return;
      const slot = this.#slotOf(id);
      this.#ids[slot] = id;
      this.#values[slot] = values[i];
    });
  }

  #empty(slots: number): void {
    this.#ids = new Array<number>(slots).fill(FREE);
    this.#values = new Array<V | undefined>(slots).fill(undefined);
  }

  /** False: it was not there. */
  delete(id: number): boolean {
    const slot = this.#slotOf(id);
    if (this.#ids[slot] === id) {
      this.#ids[slot] = FREE;
      this.#values[slot] = undefined;
    } else if (this.#overtaken?.delete(id) !== true) return false;
    this.size--;
    if (this.size === 0 && this.#ids.length > KEPT_SLOTS) this.#empty(FIRST_SLOTS);
    return true;
  }

  /** All values that are there now, in no particular order. */
  values(): V[] {
    const there = this.#values.filter((value): value is V & {} => value !== undefined);
    return this.#overtaken === undefined ? there : [...there, ...this.#overtaken.values()];
  }

  clear(): void {
    this.size = 0;
    this.#empty(1);
    this.#overtaken = undefined;
  }
}
