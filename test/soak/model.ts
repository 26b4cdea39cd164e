/** What was carried out, so that what callers are told can be checked against it. Knows no protocol. */
import type { ThriftError } from "../../lib/errors/errors.ts";

/** Calls that run by their text, which is different for each. */
export class Model {
  readonly #executed = new Map<string, number>();
  readonly lies: string[] = [];

  /** A handler has got this text. */
  onExecuted(text: string): void {
    this.#executed.set(text, (this.#executed.get(text) ?? 0) + 1);
  }

  /** Texts that were carried out and whose callers were not heard yet. */
  get open(): number {
    return this.#executed.size;
  }

  /** The caller got its answer. */
  onAnswered(who: string, text: string, right: boolean): void {
    if (!right) this.#lie(who, `a wrong answer to ${text}`);
    if (!this.#executed.has(text)) this.#lie(who, `an answer to ${text}, which was not carried out`);
    this.#forget(text);
  }

  /** The caller was told that it failed. `whenSettled`: nothing of it can arrive any more. */
  onFailed(who: string, text: string, { code, delivery }: ThriftError): void {
    if (delivery === "unsent" && this.#executed.has(text))
      this.#lie(who, `${code}: "unsent" of ${text}, which was carried out`);
  }

  /** After all is over: what became of those that failed is of no interest any more. */
  forgetAll(): void {
    for (const [text, times] of this.#executed)
      if (times > 1) this.#lie("server", `${text} was carried out ${times} times`);
    this.#executed.clear();
  }

  #forget(text: string): void {
    if ((this.#executed.get(text) ?? 1) > 1) this.#lie("server", `${text} was carried out more than once`);
    this.#executed.delete(text);
  }

  #lie(who: string, what: string): void {
    if (this.lies.length < 50) this.lies.push(`${who}: ${what}`);
  }
}
