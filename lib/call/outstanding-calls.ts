/**
 * The calls of one connection that were not answered yet, in their order, and whether an id is among them. A hash table through the
 * calls themselves, so that nothing is allocated for them; a secret is mixed into it, so that no client can choose ids
 * that fall into one place. Knows no bytes.
 */
import { CallList } from "./call-list.ts";
import type { ServerCall } from "./server-call.ts";

const FIRST_BITS = 3;

/** A list that can be asked for an id. */
export class OutstandingCalls extends CallList {
  readonly #secret: number;
  #shift = 32 - FIRST_BITS;
  /** First call of each place; the others follow by `nextInPlace`. */
  #places: (ServerCall | undefined)[] = [];
  #indexed = true;

  /** `chance`: at least 0, less than 1. */
  constructor(chance: number) {
    super();
    this.#secret = (chance * 2 ** 32) | 0;
  }

  override append(call: ServerCall): void {
    super.append(call);
    if (!this.#indexed) return;
    if (this.size > this.#places.length) this.#grow();
    else this.#put(call);
  }

  override remove(call: ServerCall): void {
    super.remove(call);
    if (!this.#indexed) return;
    const place = this.#placeOf(call.id);
    let before: ServerCall | undefined;
    let there = this.#places[place];
    while (there !== call) {
      before = there;
      there = (there as ServerCall).nextInPlace;
    }
    if (before === undefined) this.#places[place] = call.nextInPlace;
    else before.nextInPlace = call.nextInPlace;
    call.nextInPlace = undefined;
  }

  /** Ids will not be asked for again: any number of calls may have the same, which would all be in one place. */
  forgetIds(): void {
    this.#indexed = false;
    this.#places = [];
    this.forEach((call) => {
      call.nextInPlace = undefined;
    });
  }

  /** Whether a call with this id, unless ids were forgotten, is still to be answered. */
  has(id: number): boolean {
    if (this.size === 0) return false;
    let call = this.#places[this.#placeOf(id)];
    while (call !== undefined && call.id !== id) call = call.nextInPlace;
    return call !== undefined;
  }

  #placeOf(id: number): number {
    const mixed = Math.imul(id ^ this.#secret, 0x85ebca6b);
    return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) >>> this.#shift;
  }

  #put(call: ServerCall): void {
    const place = this.#placeOf(call.id);
    call.nextInPlace = this.#places[place];
    this.#places[place] = call;
  }

  #grow(): void {
    if (this.#places.length > 0) this.#shift--;
    this.#places = new Array<ServerCall | undefined>(2 ** (32 - this.#shift)).fill(undefined);
    this.forEach((call) => this.#put(call));
  }
}
