/**
 * Clients that have come and not yet said what they want. When there is no more room, the one that has waited longest in silence goes,
 * so that a crowd which says nothing cannot keep out one that speaks. Knows no limit: its user says when room is needed.
 */
export class WaitingRoom<T> {
  /** In the order in which they came. */
  readonly #waiting = new Set<T>();
  readonly #showOut: (client: T) => void;

  constructor(showOut: (client: T) => void) {
    this.#showOut = showOut;
  }

  get size(): number {
    return this.#waiting.size;
  }

  enter(client: T): void {
    this.#waiting.add(client);
  }

  leave(client: T): void {
    this.#waiting.delete(client);
  }

  /** Shows out the one that came first. False when nobody waits. */
  makeRoom(): boolean {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    this.#waiting.delete(first);
    this.#showOut(first);
    return true;
  }
}
