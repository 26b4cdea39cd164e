/** A call whose handler can be told that nobody waits for it any more. Knows nothing else of it. */
import { causeOf } from "../user-values/thrown.ts";

export abstract class Abortable {
  #controller: AbortController | undefined = undefined;
  #aborted: Error | undefined = undefined;

  /** Made for those handlers that ask for it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  /** Why nobody waits any more; undefined while somebody does. */
  get aborted(): Error | undefined {
    return this.#aborted;
  }

  /** Whether `error` only says that the handler was told to stop: the signal's reason, or what Node's functions make of it. */
  wasStoppedBy(error: unknown): boolean {
    const reason = this.#aborted;
    return reason !== undefined && (error === reason || causeOf(error) === reason);
  }

  /** Tells the handler, if it listens, that nobody waits any more. */
  abort(reason: Error): void {
    this.#aborted = reason;
    this.#controller?.abort(reason);
  }
}
