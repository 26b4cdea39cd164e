/** How many requests may be unanswered at once: slow start, one more an answer, half after a loss. Knows numbers only. */

const FIRST = 4;

export class Window {
  readonly #most: number;
  #size: number;
  #threshold: number;
  #part = 0;

  /** `most` from 1 on. */
  constructor(most: number) {
    this.#most = most;
    this.#size = Math.min(FIRST, most);
    this.#threshold = most;
  }

  get size(): number {
    return this.#size;
  }

  /** An answer came to a request that was sent once. */
  grow(): void {
    if (this.#size >= this.#most) return;
    this.#part += this.#size < this.#threshold ? 1 : 1 / this.#size;
    if (this.#part < 1) return;
    this.#part = 0;
    this.#size++;
  }

  /** A request had to be sent again. */
  shrink(): void {
    this.#threshold = Math.max(1, this.#size >> 1);
    this.#size = this.#threshold;
    this.#part = 0;
  }
}
