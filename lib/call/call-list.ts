/** Calls in the order in which they came: a doubly linked list through the calls themselves, so that nothing is allocated for it. */
import type { ServerCall } from "./server-call.ts";

/** A call stands in one list at a time. */
export class CallList {
  first: ServerCall | undefined = undefined;
  #last: ServerCall | undefined = undefined;
  size = 0;

  append(call: ServerCall): void {
    call.previous = this.#last;
    if (this.#last === undefined) this.first = call;
    else this.#last.next = call;
    this.#last = call;
    this.size++;
  }

  remove(call: ServerCall): void {
    const { previous, next } = call;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    call.previous = undefined;
    call.next = undefined;
    this.size--;
  }

  /** Visits every call; `visit` may remove the one it gets. */
  forEach(visit: (call: ServerCall) => void): void {
    for (let call = this.first; call !== undefined; ) {
      const { next } = call;
      visit(call);
      call = next;
    }
  }
}
