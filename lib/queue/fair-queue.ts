/**
 * A queue of lines, one for each who waits: what one of them puts in keeps its order, and the first of each line is taken in turn,
 * so that a long line makes nobody else wait. Knows nothing of what waits.
 */
import { Fifo } from "./fifo.ts";

export class FairQueue<T> {
  /** In all lines. */
  #size = 0;
  readonly #lines = new Map<unknown, Fifo<T>>();
  /** Whose line is next; each that has a line is in here once. */
  readonly #round = new Fifo<unknown>();

  get size(): number {
    return this.#size;
  }

  /** How many have something in here. */
  get lines(): number {
    return this.#round.size;
  }

  /** What `who` has in here; undefined when there is nothing. */
  lineOf(who: unknown): { readonly size: number; readonly first: T | undefined } | undefined {
    return this.#lines.get(who);
  }

  push(who: unknown, item: T): void {
    let line = this.#lines.get(who);
    if (line === undefined) {
      line = new Fifo();
      this.#lines.set(who, line);
      this.#round.push(who);
    }
    line.push(item);
    this.#size++;
  }

  /** The first of the line whose turn it is. */
  shift(): T | undefined {
    const who = this.#round.shift();
    const line = this.#lines.get(who);
    if (line === undefined) return undefined;
    const item = line.shift();
    this.#size--;
    if (line.size > 0) this.#round.push(who);
    else this.#lines.delete(who);
    return item;
  }

  /** Takes out what `keeps` gives false for; the order of the rest stays. `keeps` may push nothing. */
  filter(keeps: (item: T) => boolean): void {
    for (let left = this.#round.size; left > 0; left--) {
      const who = this.#round.shift();
      const line = this.#lines.get(who) as Fifo<T>;
      for (let items = line.size; items > 0; items--) {
        const item = line.shift() as T;
        if (keeps(item)) line.push(item);
        else this.#size--;
      }
      if (line.size > 0) this.#round.push(who);
      else this.#lines.delete(who);
    }
  }
}
