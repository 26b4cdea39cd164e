/**
 * Calls in the order in which they came, and by their ids. The list and the hash table run through the calls themselves, so
 * that a call allocates nothing for its place; the hash is salted, so that no client can choose ids that all fall into one bucket.
 * Knows no bytes.
 */
import { CallList } from "./call-list.ts";
import type { ServerCall } from "./server-call.ts";

const FIRST_BITS = 3;

/** A call list that can be asked for an id. */
export class CallTable<C extends ServerCall = ServerCall> extends CallList<C> {
  readonly #salt: number;
  #shift = 32 - FIRST_BITS;
  /** The first call of each bucket; the others follow by `nextInBucket`. */
  #buckets: (C | undefined)[] = [];
  #indexed = true;

  /** `chance`: at least 0, less than 1. */
  constructor(chance: number) {
    super();
    this.#salt = (chance * 2 ** 32) | 0;
  }

  override append(call: C): void {
    super.append(call);
    if (!this.#indexed) return;
    if (this.size > this.#buckets.length) this.#grow();
    else this.#put(call);
  }

  override remove(call: C): void {
    super.remove(call);
    if (!this.#indexed) return;
    const bucket = this.#bucketOf(call.id);
    let before: ServerCall | undefined;
    let there = this.#buckets[bucket] as ServerCall;
    while (there !== call) {
      before = there;
      there = there.nextInBucket as ServerCall;
    }
    if (before === undefined) this.#buckets[bucket] = call.nextInBucket as C | undefined;
    else before.nextInBucket = call.nextInBucket;
    call.nextInBucket = undefined;
  }

  /** Drops the index where nobody asks for ids: any number of calls may share one, and would all be in one bucket. */
  forgetIds(): void {
    this.#indexed = false;
    this.#buckets = [];
    this.forEach((call) => {
      call.nextInBucket = undefined;
    });
  }

  /** The newest call with this id; undefined without one, and once ids were forgotten. */
  get(id: number): C | undefined {
    if (this.size === 0) return undefined;
    let call = this.#buckets[this.#bucketOf(id)];
    while (call !== undefined && call.id !== id) call = call.nextInBucket as C | undefined;
    return call;
  }

  #bucketOf(id: number): number {
    const mixed = Math.imul(id ^ this.#salt, 0x85ebca6b);
    return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> this.#shift;
  }

  #put(call: C): void {
    const bucket = this.#bucketOf(call.id);
    call.nextInBucket = this.#buckets[bucket];
    this.#buckets[bucket] = call;
  }

  #grow(): void {
    if (this.#buckets.length > 0) this.#shift--;
    this.#buckets = new Array<C | undefined>(2 ** (32 - this.#shift)).fill(undefined);
    this.forEach((call) => this.#put(call));
  }
}
