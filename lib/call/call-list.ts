/** Calls in the order in which they came: a doubly linked list through the calls themselves, so that a place in it allocates nothing. */
import type { ServerCall } from "./server-call.ts";

/** A call is in one list at a time. */
export class CallList<C extends ServerCall = ServerCall> {
  first: C | undefined = undefined;
  #last: C | undefined = undefined;
  size = 0;

  append(call: C): void {
    call.previous = this.#last;
    if (this.#last === undefined) this.first = call;
    else this.#last.next = call;
    this.#last = call;
    this.size++;
  }

  remove(call: C): void {
    const { previous, next } = call;
    if (previous === undefined) this.first = next as C | undefined;
    else previous.next = next;
    if (next === undefined) this.#last = previous as C | undefined;
    else next.previous = previous;
    call.previous = undefined;
    call.next = undefined;
    this.size--;
  }

  /** Visits every call; `visit` may remove the one that it gets. */
  forEach(visit: (call: C) => void): void {
    for (let call = this.first; call !== undefined; ) {
      const next = call.next as C | undefined;
      visit(call);
      call = next;
    }
  }
}
