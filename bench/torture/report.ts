/** What became of some calls, and what that says of the client. Knows no system. */
import type { TortureClient } from "./system.ts";

/** Calls to make. */
export interface CallOrder {
  readonly kind: "echo" | "text" | "bytes";
  readonly text?: string;
  readonly length?: number;
  /** All at once. */
  readonly count: number;
  /** What each is told to wait at most. */
  readonly timeoutMs: number;
  /** What it is waited for beyond that before it counts as hung. */
  readonly graceMs: number;
}

export interface CallReport {
  readonly answered: number;
  readonly failed: number;
  /** Did not settle in its time and the grace. */
  readonly hung: number;
  /** Resolved to something else than what the server sent. */
  readonly wrong: number;
  readonly slowestMs: number;
  /** Different errors, the most frequent first. */
  readonly errors: readonly CallError[];
}

export interface CallError {
  readonly text: string;
  /** What the system says of sending it again, if it says so. */
  readonly delivery?: string | undefined;
  readonly count: number;
}

/** Makes the calls and waits until each is settled, or hung. */
export async function makeCalls(client: TortureClient, order: CallOrder): Promise<CallReport> {
  const tally = new Tally();
  await Promise.all(Array.from({ length: order.count }, () => tally.follow(oneCall(client, order), order)));
  return tally.report();
}

async function oneCall(client: TortureClient, order: CallOrder): Promise<boolean> {
  if (order.kind === "echo") return client.echo(order.timeoutMs);
  if (order.kind === "bytes") return (await client.bytes(order.length!, order.timeoutMs)) === order.length;
  return (await client.text(order.text!, order.timeoutMs)) === order.text;
}

class Tally {
  readonly #errors = new Map<string, { delivery: string | undefined; count: number }>();
  #answered = 0;
  #hung = 0;
  #wrong = 0;
  #slowestMs = 0;

  follow(call: Promise<boolean>, { timeoutMs, graceMs }: CallOrder): Promise<void> {
    const began = performance.now();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#hung++;
        resolve();
      }, timeoutMs + graceMs);
      const settled = (count: () => void): void => {
        clearTimeout(timer);
        this.#slowestMs = Math.max(this.#slowestMs, performance.now() - began);
        count();
        resolve();
      };
      call.then(
        (right) => settled(() => void (right ? this.#answered++ : this.#wrong++)),
        (error: unknown) => settled(() => this.#fail(error)),
      );
    });
  }

  #fail(error: unknown): void {
    const { code, delivery, message } = (error ?? {}) as { code?: unknown; delivery?: string; message?: string };
    const text = `${code === undefined ? "" : `${code}: `}${message ?? String(error)}`.slice(0, 200);
    const known = this.#errors.get(text);
    if (known === undefined) this.#errors.set(text, { delivery, count: 1 });
    else known.count++;
  }

  report(): CallReport {
    const errors = [...this.#errors].map(([text, { delivery, count }]) => ({ text, delivery, count }));
    return {
      answered: this.#answered,
      failed: errors.reduce((sum, { count }) => sum + count, 0),
      hung: this.#hung,
      wrong: this.#wrong,
      slowestMs: Math.round(this.#slowestMs),
      errors: errors.sort((a, b) => b.count - a.count).slice(0, 5),
    };
  }
}
