/** The items of the stream cases, and what gives and counts them. Knows no peer. */
import { seededRandom } from "../fixtures/random.ts";

/** Different items of one length: a power of two of them. */
export function itemsOf(bytes: number): Buffer[] {
  const random = seededRandom(bytes);
  return Array.from({ length: 8 }, () => Buffer.from(Uint8Array.from({ length: bytes }, () => random.between(0, 255))));
}

/** The big answer, which smaller calls must find their way around. */
export const BIG_BYTES = 10_000_000;

/** Items between two looks at the clock. */
const LOOK_EVERY = 64;

/** Gives items in turn until a time is over, again and again; every peer takes what it sends from one. */
export class Supply<T> implements Iterable<T> {
  readonly #items: readonly T[];
  #end = 0;
  #untilLook = 0;
  /** Items that were taken since it was made. */
  given = 0;

  constructor(items: readonly T[]) {
    this.#items = items;
  }

  /** From now on it gives items for `ms`, at least one. */
  begin(ms: number): this {
    this.#end = performance.now() + ms;
    this.#untilLook = LOOK_EVERY;
    return this;
  }

  /** Undefined when the time is over. */
  take(): T | undefined {
    if (this.#untilLook === 0) {
      if (performance.now() >= this.#end) return undefined;
      this.#untilLook = LOOK_EVERY;
    }
    this.#untilLook--;
    return this.#items[this.given++ & (this.#items.length - 1)];
  }

  *[Symbol.iterator](): Generator<T, undefined> {
    for (let item = this.take(); item !== undefined; item = this.take()) yield item;
  }
}

/** Counts items of one stream that arrived, and looks at the length of each. */
export class Tally {
  count = 0;
  readonly #itemBytes: number;
  #wrong: number | undefined;

  constructor(itemBytes: number) {
    this.#itemBytes = itemBytes;
  }

  add(item: { readonly length: number }): void {
    this.count++;
    if (item.length !== this.#itemBytes) this.#wrong = item.length;
  }

  /** The count; throws when one was of another length. */
  total(): number {
    if (this.#wrong !== undefined)
      throw new Error(`an item of ${this.#wrong} bytes, where all have ${this.#itemBytes}`);
    return this.count;
  }
}

/** `got`, the other side's word, unless that is not what was sent. */
export function agreed(sent: number, got: number): number {
  if (sent !== got) throw new Error(`${sent} items were sent, ${got} arrived`);
  return got;
}
